"""Incidents: what the rules found, over its life, and the log that remembers it from run to run.

Belongs here: the log under `<home>/history`, the fold of log and findings into states, which findings are one incident,
and how incidents are ranked. Does not belong here: finding anything (`expectations`), telling anybody (`alerts`).

The log is append-only: one immutable file a run, one an acknowledgement. Without it nothing is lost but the past: what
stands today is found again by the next run.
"""

from __future__ import annotations

from orchestration.incidents.acknowledging import AcknowledgementError, acknowledge, withdraw
from orchestration.incidents.history import HistoryError, commit, settle
from orchestration.incidents.operations import record_trouble
from orchestration.incidents.step import Noted, note_incidents

__all__ = [
    "AcknowledgementError",
    "HistoryError",
    "Noted",
    "acknowledge",
    "commit",
    "note_incidents",
    "record_trouble",
    "settle",
    "withdraw",
]
