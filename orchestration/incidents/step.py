"""A run's part in the life of findings: read the log, see what is found today, write the tables that dbt reads.

Belongs here: the order of those steps and schema `incidents` of the build file. Does not belong here: the fold, the
grouping, the ranking (pure modules beside this one). Nothing is added to the log before the publication is released
(`history.commit`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from expectations.catalogue import Rule, load_rules
from expectations.gate import insert_rows
from orchestration.incidents import operations
from orchestration.incidents.fold import Lives, events_of_run, replay
from orchestration.incidents.grouping import Group, groups
from orchestration.incidents.history import read_acknowledgements, read_runs, run_names, write_pending
from orchestration.incidents.ranking import Incident, Indicator, incident, ranked, turns
from orchestration.incidents.records import RunRecord
from orchestration.incidents.standing import standing

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orchestration.settings import Settings

_TABLES = {
    "finding": """
        finding_id varchar, rule_id varchar, severity varchar, authority_code varchar, indicator_code varchar,
        period_start date, subject varchar, cause varchar, explained_by varchar, message varchar, evidence varchar,
        expected double, observed double, submission_id varchar, source_ref varchar, status varchar, first_seen date,
        last_seen date, resolved_at date, acknowledged_until date, incident_id varchar, owner varchar, opened_at date,
        reopened_at date, n_reopened integer, acknowledged_by varchar, acknowledged_reason varchar
    """,
    "incident": """
        incident_id varchar, rank integer, authority_code varchar, title varchar, theme varchar, severity varchar,
        status varchar, owner varchar, message varchar, what_to_do varchar, rule_ids varchar[],
        indicator_codes varchar[], n_findings integer, n_open integer, n_figures integer, effect double,
        first_period date, last_period date, opened_at date, last_seen date, resolved_at date, reopened_at date,
        n_reopened integer, acknowledged_until date, acknowledged_by varchar, acknowledged_reason varchar,
        explained_by varchar
    """,
    "finding_event": """
        finding_id varchar, incident_id varchar, rule_id varchar, authority_code varchar, run_number integer,
        event_number integer, event_day date, event varchar, acknowledged_by varchar, acknowledged_reason varchar,
        acknowledged_until date
    """,
    "scorecard": """
        authority_code varchar, dimension varchar, month date, n_rules integer, n_comparisons bigint, n_failed bigint,
        score double
    """,
}


@dataclass(frozen=True)
class Noted:
    """How the incidents stand after a run, and what the run changed."""

    n_opened: int
    n_standing: int
    n_resolved: int


def note_incidents(
    settings: Settings,
    connection: DuckDBPyConnection,
    *,
    run_id: str,
    day: date,
    started: datetime,
    fingerprint: str,
    channels_down: Iterable[tuple[str, date, str]] = (),
) -> Noted:
    """Writes schema `incidents` of the build file and keeps the run's events until its publication is released."""
    rules = {rule.id: rule for rule in load_rules()}
    runs = read_runs(settings.history)
    names = run_names(settings.history)
    lives = replay(runs)
    with_data = _rules_with_data(connection)
    found = [
        *standing(connection),
        *operations.trouble_findings(
            operations.read_trouble(settings.history, after=names[-1] if names else ""), rules, day
        ),
        *operations.rules_without_data({rule for run in runs for rule in run.rules_with_data}, with_data, rules),
        *operations.channels_down(channels_down, rules),
    ]
    events = events_of_run(lives, found, read_acknowledgements(settings.history), day)
    record = RunRecord(run_id, day, events, with_data)
    write_pending(settings.history, record, started=started, fingerprint=fingerprint)
    lives = replay([*runs, record])
    joins = {rule.id: rule.joins_within_months for rule in rules.values()}
    grouped = groups(lives, joins)
    in_order = ranked(incident(group, rules, _indicators(connection)) for group in grouped)
    _write(connection, lives, grouped, in_order, rules)
    return _noted(grouped, this_run=len(runs) + 1)


def _noted(grouped: Sequence[Group], *, this_run: int) -> Noted:
    """Incidents that this run opened (or opened again), that stand from earlier runs, and that it ended."""
    opened = standing_on = resolved = 0
    for group in grouped:
        ends_before, returns_before = turns(group.members, before_run=this_run)
        was_open = len(ends_before) == len(returns_before) and any(
            one.run_number < this_run for life in group.members for one in life.happened
        )
        is_open = any(life.is_open for life in group.members)
        opened += is_open and not was_open
        standing_on += is_open and was_open
        resolved += was_open and not is_open
    return Noted(n_opened=opened, n_standing=standing_on, n_resolved=resolved)


def _rules_with_data(connection: DuckDBPyConnection) -> frozenset[str]:
    rows = connection.execute(
        "select rule_id from gate.rule_result group by rule_id having sum(evaluated) > 0"
    ).fetchall()
    return frozenset(rule_id for (rule_id,) in rows)


def _indicators(connection: DuckDBPyConnection) -> dict[str, Indicator]:
    rows = connection.execute(
        "select indicator_code, name, theme, is_key_indicator, is_key_focus or is_annex_a from marts.dim_indicator"
    ).fetchall()
    return {code: Indicator(name, theme, bool(key), bool(focus)) for code, name, theme, key, focus in rows}


def _write(
    connection: DuckDBPyConnection,
    lives: Lives,
    grouped: Sequence[Group],
    in_order: Sequence[Incident],
    rules: dict[str, Rule],
) -> None:
    incident_of = {life.found.finding_id: group.incident_id for group in grouped for life in group.members}
    connection.execute("begin")
    try:
        connection.execute("create schema if not exists incidents")
        for name, columns in _TABLES.items():
            connection.execute(f"create or replace table incidents.{name} ({columns})")
        insert_rows(
            connection,
            "incidents.finding",
            [_finding_row(life, incident_of, rules) for _, life in sorted(lives.items())],
        )
        insert_rows(
            connection, "incidents.incident", [_incident_row(one, rank) for rank, one in enumerate(in_order, start=1)]
        )
        insert_rows(connection, "incidents.finding_event", list(_event_rows(lives, incident_of)))
        _write_scorecard(connection, rules)
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def _finding_row(life: Any, incident_of: dict[str, str], rules: dict[str, Rule]) -> list[Any]:
    one = life.found
    rule = rules.get(one.rule_id)
    known = life.acknowledged
    return [
        one.finding_id, one.rule_id, one.severity, one.authority_code, one.indicator_code, one.period_start,
        one.subject, one.cause, one.explained_by, one.message, one.evidence, one.expected, one.observed,
        one.submission_id, one.source_ref, life.status, one.first_seen, one.last_seen, life.resolved_on,
        known.until if known else None, incident_of[one.finding_id], rule.owner.value if rule else "data_engineer",
        life.opened_on, life.reopened_on, life.n_reopened, known.by if known else None, known.reason if known else None,
    ]  # fmt: skip


def _incident_row(one: Incident, rank: int) -> list[Any]:
    return [
        one.incident_id, rank, one.authority_code, one.title, one.theme, one.severity, one.status, one.owner,
        one.message, one.what_to_do, list(one.rule_ids), list(one.indicator_codes), one.n_findings, one.n_open,
        one.n_figures, one.effect, one.first_period, one.last_period, one.opened_at, one.last_seen, one.resolved_at,
        one.reopened_at, one.n_reopened, one.acknowledged_until, one.acknowledged_by, one.acknowledged_reason,
        one.explained_by,
    ]  # fmt: skip


def _event_rows(lives: Lives, incident_of: dict[str, str]) -> Iterable[list[Any]]:
    for finding_id, life in sorted(lives.items()):
        for number, one in enumerate(life.happened, start=1):
            event = one.event
            yield [
                finding_id, incident_of[finding_id], life.found.rule_id, life.found.authority_code, one.run_number,
                number, one.day, event.event, event.by, event.reason, event.until,
            ]  # fmt: skip


def _write_scorecard(connection: DuckDBPyConnection, rules: dict[str, Rule]) -> None:
    """Comparisons made and failed, by authority, dimension and the month that the figures begin in.

    What authorities send is theirs. The national tables are one sender, the publisher (no authority), by the month of
    the release: of their comparisons those that agree are folded, so that an authority would have its failures only.
    """
    models = [
        name
        for (name,) in connection.execute(
            """
            select table_name
            from information_schema.columns
            where table_schema = 'evidence' and column_name in ('rule_id', 'stands_for', 'known_from', 'authority_code')
            group by table_name
            having count(*) = 4
            order by table_name
            """
        ).fetchall()
    ]
    if not models:
        return
    compared = " union all ".join(
        f"select rule_id, submission_id, authority_code, period_start, known_from, stands_for from evidence.{model}"
        for model in models
    )
    dimensions = json.dumps({rule.id: rule.dimension.value for rule in rules.values()})
    connection.execute(
        f"""
        insert into incidents.scorecard
        with dimension as (
            select unnest(json_keys($dimensions::json)) as rule_id
        ),
        of_rule as (
            select rule_id, json_extract_string($dimensions::json, '$."' || rule_id || '"') as dimension from dimension
        ),
        made as (
            select rule_id, submission_id, authority_code, period_start, known_from, stands_for as n_comparisons,
                0 as n_failed
            from ({compared})
            union all
            select rule_id, submission_id, authority_code, period_start, last_seen, 0, 1
            from incidents.finding
            where status <> 'resolved'
        ),
        attributed as (
            select
                made.rule_id,
                case when submission.return_name is distinct from 'published_statistics' then authority_code end
                    as authority_code,
                cast(date_trunc('month', case
                    when submission.return_name = 'published_statistics' then known_from
                    else coalesce(period_start, known_from)
                end) as date) as month,
                n_comparisons,
                n_failed,
            from made
            left join (select distinct submission_id, return_name from raw.submission) as submission
                on made.submission_id = submission.submission_id
        )
        select authority_code, dimension, month, cast(count(distinct rule_id) as integer), sum(n_comparisons),
            sum(n_failed), 100 * (1 - least(1, sum(n_failed) / sum(n_comparisons)))
        from attributed
        inner join of_rule using (rule_id)
        where month is not null
        group by all
        having sum(n_comparisons) > 0
        order by all
        """,
        {"dimensions": dimensions},
    )
