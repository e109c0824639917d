"""Incidents as the command line shows them: the list, and one with its findings, cells and history.

Belongs here: queries over a publication and their text. Does not belong here: what an incident is.
"""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.commands.output import Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SHOWN_FINDINGS, _SHOWN_CELLS = 20, 8


@dataclass(frozen=True)
class Shown:
    """One incident with everything that belongs to it."""

    incident: dict[str, Any]
    findings: list[dict[str, Any]]
    events: list[dict[str, Any]]


def listed(
    connection: DuckDBPyConnection,
    *,
    authority_code: str | None,
    theme: str | None,
    severity: str | None,
    only_open: bool,
    with_resolved: bool,
) -> Table:
    """The incidents that match, most important first."""
    result = connection.execute(
        """
        select
            incident.rank, incident.incident_id, incident.severity, coalesce(names.name, '-') as authority,
            incident.title, incident.n_open as findings, incident.status, incident.opened_at,
            incident.first_period, incident.last_period, incident.owner, incident.acknowledged_until
        from quality.incident as incident
        left join (select authority_code, any_value(name) as name from marts.dim_authority group by all) as names
            on incident.authority_code = names.authority_code
        where ($authority_code is null or incident.authority_code = $authority_code)
            and ($theme is null or incident.theme = $theme)
            and ($severity is null or incident.severity = $severity)
            and ($with_resolved or incident.status <> 'resolved')
            and (not $only_open or incident.status in ('open', 'reopened'))
        order by incident.rank
        """,
        {
            "authority_code": authority_code,
            "theme": theme,
            "severity": severity,
            "with_resolved": with_resolved,
            "only_open": only_open,
        },
    )
    return Table([column[0] for column in result.description or []], [list(row) for row in result.fetchall()])


def one(connection: DuckDBPyConnection, named: str) -> Shown | None:
    """The incident of that id, or the one that the finding of that id belongs to; the beginning of an id is enough
    where no other begins so. None where there is none."""
    found = connection.execute(
        """
        select distinct incident_id
        from quality.finding
        where starts_with(incident_id, $named) or starts_with(finding_id, $named)
        """,
        {"named": named},
    ).fetchall()
    if len(found) != 1:
        return None
    incident_id = found[0][0]
    (incident,) = _records(
        connection,
        """
        select incident.*, coalesce(names.name, 'the warehouse itself') as authority
        from quality.incident as incident
        left join (select authority_code, any_value(name) as name from marts.dim_authority group by all) as names
            on incident.authority_code = names.authority_code
        where incident_id = ?
        """,
        incident_id,
    )
    findings = _records(
        connection,
        """
        select * from quality.finding where incident_id = ?
        order by status = 'resolved', period_start, rule_id, subject, finding_id
        """,
        incident_id,
    )
    events = _records(
        connection,
        """
        select event_day, event, count(*) as n_findings, acknowledged_by, acknowledged_reason, acknowledged_until
        from quality.finding_event where incident_id = ?
        group by run_number, event_day, event, acknowledged_by, acknowledged_reason, acknowledged_until
        order by run_number, min(event_number), event
        """,
        incident_id,
    )
    return Shown(incident, findings, events)


def as_table(shown: Shown) -> Table:
    """Its findings, for files."""
    columns = list(shown.findings[0])
    return Table(columns, [[row[column] for column in columns] for row in shown.findings])


def as_text(shown: Shown) -> str:
    """Everything on it, to be read."""
    incident = shown.incident
    lines = [
        f"{incident['title']} - {incident['authority']}",
        f"{incident['incident_id']}: {incident['severity']}, {incident['status']}, place {incident['rank']}",
        "",
        f"  Findings   {incident['n_open']} open of {incident['n_findings']}, by {', '.join(incident['rule_ids'])}",
        f"  Owner      {str(incident['owner']).replace('_', ' ')}",
        f"  Opened     {incident['opened_at']}" + _times(incident),
    ]
    if incident["acknowledged_until"]:
        lines.append(
            f"  Known      until {incident['acknowledged_until']}, by {incident['acknowledged_by']}: "
            f"{incident['acknowledged_reason']}"
        )
    if incident["explained_by"]:
        lines.append(f"  Explained  {incident['explained_by']}")
    lines += ["", *textwrap.wrap(f"What to do: {incident['what_to_do']}", 110), ""]
    for finding in shown.findings[:_SHOWN_FINDINGS]:
        lines.append(f"* {finding['message']} [{finding['finding_id']}, {finding['status']}]")
        cells = _cells(finding["evidence"])
        lines += [f"    {cell}" for cell in cells[:_SHOWN_CELLS]]
        if len(cells) > _SHOWN_CELLS:
            lines.append(f"    and {len(cells) - _SHOWN_CELLS} more cells")
    if len(shown.findings) > _SHOWN_FINDINGS:
        lines.append(f"and {len(shown.findings) - _SHOWN_FINDINGS} more; --format csv gives all.")
    lines += ["", "History"]
    for event in shown.events:
        said = f"  {event['event_day']}  {str(event['event']).replace('_', ' ')}: {event['n_findings']} finding(s)"
        if event["event"] == "acknowledged":
            said += (
                f" until {event['acknowledged_until']}, by {event['acknowledged_by']}: {event['acknowledged_reason']}"
            )
        lines.append(said)
    return "\n".join(lines) + "\n"


def _times(incident: dict[str, Any]) -> str:
    said = f", last seen {incident['last_seen']}" if incident["last_seen"] else ""
    if incident["n_reopened"]:
        said += f", came back {incident['n_reopened']} time(s), last on {incident['reopened_at']}"
    return said + (f", resolved {incident['resolved_at']}" if incident["resolved_at"] else "")


def _cells(evidence: str | None) -> list[str]:
    try:
        cells = json.loads(evidence or "[]")
    except ValueError:
        return [str(evidence)]
    return [
        f"{cell.get('where', '')}  {cell.get('what', '')}: {cell.get('value', '')}"
        for cell in cells
        if isinstance(cell, dict)
    ]


def _records(connection: DuckDBPyConnection, query: str, value: str) -> list[dict[str, Any]]:
    result = connection.execute(query, [value])
    columns = [column[0] for column in result.description or []]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
