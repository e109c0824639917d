"""Feedback to senders: for each submission a note in plain words, as a page and as text.

Belongs here: what a sender is told about one file, from the publication and nothing else. Does not belong here: the
note that lies beside a refused file in quarantine (`intake`), alerts.
"""

from __future__ import annotations

from orchestration.feedback.notes import Written, write_notes

__all__ = ["Written", "write_notes"]
