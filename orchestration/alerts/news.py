"""What has changed since a route was last told, read from a publication.

Belongs here: the one query over quality.incident and quality.finding_event. Does not belong here: words (`digest`).
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from orchestration.alerts.digest import Change

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CHANGES = """
with before as (

    -- A finding was open when a route was last told if its last event until then opened it.
    select
        finding_id,
        incident_id,
        max_by(event, event_number) <> 'resolved' as was_open,
    from quality.finding_event
    where run_number <= $told and event in ('opened', 'reopened', 'resolved')
    group by all

),

known as (

    select incident_id, bool_or(was_open) as was_open from before group by all

),

since as (

    select
        event.incident_id,
        count(distinct event.finding_id) filter (
            where event.event in ('opened', 'reopened') and found.status <> 'resolved'
        ) as n_new,
        count(distinct event.finding_id) filter (where event.event = 'acknowledgement_ended') as n_ended,
        list(concat_ws(' ', event.finding_id, event.event, event.event_day, event.event_number)) as event_keys,
    from quality.finding_event as event
    inner join quality.finding as found on event.finding_id = found.finding_id
    where event.run_number > $told
    group by all

)

select
    incident.incident_id,
    incident.rank,
    incident.authority_code,
    coalesce(names.name, incident.authority_code, 'The warehouse') as authority,
    incident.title,
    incident.theme,
    incident.severity,
    incident.status,
    incident.owner,
    incident.message,
    incident.what_to_do,
    incident.n_open,
    incident.n_figures,
    incident.first_period,
    incident.last_period,
    incident.acknowledged_until,
    coalesce(known.was_open, false) as was_open,
    known.incident_id is not null as was_known,
    coalesce(since.n_new, 0) as n_new,
    coalesce(since.n_ended, 0) as n_ended,
    coalesce(since.event_keys, []) as event_keys,
from quality.incident as incident
left join known on incident.incident_id = known.incident_id
left join since on incident.incident_id = since.incident_id
left join (select authority_code, any_value(name) as name from marts.dim_authority group by all) as names
    on incident.authority_code = names.authority_code
order by incident.rank
"""


def changes(connection: DuckDBPyConnection, told: int) -> list[Change]:
    """Every incident, with what happened to it after the run of that number."""
    rows = connection.execute(_CHANGES, {"told": told}).fetchall()
    columns = [one.name for one in fields(Change)]
    return [Change(**{**dict(zip(columns, row, strict=True)), "event_keys": tuple(sorted(row[-1]))}) for row in rows]


def last_run(connection: DuckDBPyConnection) -> int:
    """The number of the last run in which anything happened."""
    ((number,),) = connection.execute("select coalesce(max(run_number), 0) from quality.finding_event").fetchall()
    return int(number)


def authority_names(connection: DuckDBPyConnection) -> dict[str, str]:
    return dict(connection.execute("select authority_code, max(name) from marts.dim_authority group by all").fetchall())
