"""Intake: files become raw tables, each with one outcome.

Belongs here: the names that other packages call. Does not belong here: any work at import - the readers and their
libraries are imported when a file is at hand. Usable alone: no Dagster, no warehouse.
"""

from __future__ import annotations

from orchestration.intake.desk import check_file, notes, pending, read_outcomes, receive, settle
from orchestration.intake.outcome import Outcome, Problem, note_to_sender
from orchestration.intake.tables import RAW_TABLES

__all__ = [
    "RAW_TABLES",
    "Outcome",
    "Problem",
    "check_file",
    "note_to_sender",
    "notes",
    "pending",
    "read_outcomes",
    "receive",
    "settle",
]
