"""Acknowledging: somebody says that they know, until when and why.

Belongs here: what may be acknowledged and what is written down. Reads the current publication. Does not belong here:
what an acknowledgement does to a finding (`fold`).
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import TYPE_CHECKING

from orchestration.incidents.history import read_acknowledgements, write_acknowledgement
from orchestration.incidents.records import Acknowledgement

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orchestration.settings import Settings


class AcknowledgementError(Exception):
    """It cannot be acknowledged so; the message says why and what to do."""


def acknowledge(
    settings: Settings,
    connection: DuckDBPyConnection,
    target: str,
    *,
    until: date,
    reason: str,
    by: str,
    on: date,
    at: datetime,
) -> Acknowledgement:
    """Writes down that `by` knows of an incident or finding. It covers the findings that are open now: what joins the
    incident later is told. Raises AcknowledgementError for an unknown or ended target, a day that is past, or no name.
    """
    if until < on:
        raise AcknowledgementError(f"{until:%d %B %Y} is past; give a day from {on:%Y-%m-%d} on.")
    for name, text in (("--reason", reason), ("--by", by)):
        if not text.strip():
            raise AcknowledgementError(f"{name} is empty: whoever reads it later wants to know.")
    found = _open_findings(connection, target)
    return _written(settings, target, found, on=on, until=until, by=by, reason=reason, withdrawn=False, at=at)


def withdraw(
    settings: Settings, connection: DuckDBPyConnection, target: str, *, by: str, reason: str, on: date, at: datetime
) -> Acknowledgement:
    """Ends the acknowledgement of an incident or finding before its day. Raises AcknowledgementError where none is."""
    found = _open_findings(connection, target)
    covered = {name for one in read_acknowledgements(settings.history) for name in one.finding_ids}
    mine = tuple(name for name in found if name in covered)
    if not mine:
        raise AcknowledgementError(f"{target} is not acknowledged, so there is nothing to withdraw.")
    return _written(settings, target, mine, on=on, until=on, by=by, reason=reason, withdrawn=True, at=at)


def _written(
    settings: Settings,
    target: str,
    found: tuple[str, ...],
    *,
    on: date,
    until: date,
    by: str,
    reason: str,
    withdrawn: bool,
    at: datetime,
) -> Acknowledgement:
    digest = hashlib.sha256("\x1f".join((target, by, reason, until.isoformat(), *found)).encode()).hexdigest()[:12]
    given = Acknowledgement(
        acknowledgement_id=digest,
        target=target,
        finding_ids=found,
        on=on,
        until=until,
        by=by.strip(),
        reason=reason.strip(),
        withdrawn=withdrawn,
    )
    write_acknowledgement(settings.history, given, at)
    return given


def _open_findings(connection: DuckDBPyConnection, target: str) -> tuple[str, ...]:
    """The open findings of an incident or finding, given by its id or the beginning of it."""
    rows = connection.execute(
        """
        select finding_id, incident_id, status
        from quality.finding
        where starts_with(finding_id, $target) or starts_with(incident_id, $target)
        order by finding_id
        """,
        {"target": target},
    ).fetchall()
    if not rows:
        raise AcknowledgementError(
            f"There is no incident or finding {target!r}. `bellwether incidents` and `bellwether findings` list them."
        )
    named = {incident for _, incident, _ in rows if incident.startswith(target)} or {name for name, _, _ in rows}
    if len(named) > 1:
        raise AcknowledgementError(
            f"{target!r} is the beginning of several: {', '.join(sorted(named)[:5])}. Give more."
        )
    found = tuple(name for name, _, status in rows if status != "resolved")
    if not found:
        raise AcknowledgementError(f"{target} is resolved already; there is nothing to acknowledge.")
    return found
