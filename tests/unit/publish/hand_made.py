"""A small build file made by hand: the shapes that a publication relies on and nothing else."""

from __future__ import annotations

import duckdb

from orchestration.settings import Settings

FIGURES = """
    select * from (values
        ('E10000030', 'initial_contacts', 'month', date '2016-10-01', date '2016-10-31', 'all', 'all',
            null::double, null::double, 812.0::double,
            'reported', false, 1, 'reported', 's1', 'book.xlsx#Sheet 1!C7', '812'),
        ('E10000030', 'repeat_plans', 'month', date '2016-10-01', date '2016-10-31', 'all', 'all',
            14.0, 60.0, 23.3::double, 'reported', true, 1, 'reported', 's1', 'book.xlsx#Sheet 1!C9', '23.3%'),
        ('E10000016', 'initial_contacts', 'month', date '2016-10-01', date '2016-10-31', 'all', 'all',
            null, null, null, 'missing', false, 1, 'reported', 's2', 'figures.csv#row 3, value', '')
    ) as figures(authority_code, indicator_code, period_basis, period_start, period_end, breakdown_dimension,
        breakdown_value, numerator, denominator, value, value_status, is_provisional, definition_version, source_kind,
        submission_id, source_ref, value_text)
"""


def write_build(settings: Settings, *, extra_rows: int = 0, order: str = "asc", with_marts: bool = True) -> None:
    """A build file with marts, quality, raw and gate; `order` turns the rows round, which must not matter."""
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    settings.build_file.unlink(missing_ok=True)
    with duckdb.connect(str(settings.build_file)) as connection:
        for schema in ("marts", "quality", "raw", "gate"):
            connection.execute(f"create schema {schema}")
        connection.execute("create table raw.secret as select 'a row of a return' as text")
        connection.execute("create table gate.verdict as select 's1' as submission_id")
        if not with_marts:
            return
        ordered = f"select *, date '2016-11-05' as known_from from ({FIGURES}) order by authority_code {order}, value"
        connection.execute(f"create table marts.fct_indicator_value as {ordered}")
        connection.execute("comment on table marts.fct_indicator_value is 'One row a figure; it''s the current one.'")
        connection.execute("comment on column marts.fct_indicator_value.value is 'The number, or NULL with a status.'")
        connection.execute(
            f"""
            create table marts.fct_indicator_version_history as
            select *, date '2016-11-05' as known_from, null::date as known_to, 2 as version_number from ({FIGURES})
            union all
            select * replace (800.0::double as value, 's0' as submission_id), date '2016-11-01', date '2016-11-05', 1
            from ({FIGURES}) where indicator_code = 'initial_contacts' and authority_code = 'E10000030'
            """
        )
        connection.execute("create view marts.mart_view as select count(*) as n from marts.fct_indicator_value")
        connection.execute(
            """
            create table marts.dim_authority as select * from (values
                ('E10000030', '936', 'Surrey', null::date), ('E10000016', '886', 'Kent', null::date)
            ) as authorities(authority_code, dfe_code, name, valid_to)
            """
        )
        connection.execute(
            """
            create table marts.dim_indicator as select * from (values
                ('initial_contacts', 'Initial contacts', 'count', 'count'),
                ('repeat_plans', 'Repeat plans', 'percent', 'percent')
            ) as indicators(indicator_code, name, unit, kind)
            """
        )
        connection.execute(
            """
            create table marts.dim_indicator_version as select * from (values
                ('initial_contacts', 1, null::date, null::date, 'Approaches about a child.', true, null::varchar),
                ('repeat_plans', 1, date '2010-04-01', null::date, 'Plans that are not the first.', true, null::varchar)
            ) as versions(indicator_code, definition_version, valid_from, valid_to, definition,
                comparable_with_previous, change_note)
            """
        )
        connection.execute(
            """
            create table quality.finding as select * from (values
                ('f1', 'ratio.percentage', 'warning', 'E10000030', 'repeat_plans', date '2016-10-01', 'the percentage',
                    '23.3 is not 14 of 60.', 's1', 'book.xlsx#Sheet 1!C9', 'open', 'i1',
                    '[{"what": "Repeat plans", "value": "23.3%", "where": "book.xlsx#Sheet 1!C9"}]'),
                ('f2', 'codes.known', 'critical', 'E10000016', null, null, '=cmd', 'A code is unknown.', 's2', null,
                    'open', 'i2', '[]'),
                ('f3', 'codes.known', 'critical', 'E10000016', null, null, 'old', 'A code was unknown.', 's1', null,
                    'resolved', 'i3', '[]')
            ) as findings(finding_id, rule_id, severity, authority_code, indicator_code, period_start, subject, message,
                submission_id, source_ref, status, incident_id, evidence)
            """
        )
        connection.execute(
            """
            create table quality.incident as select * from (values
                ('i2', 1, 'E10000016', 'Codes', null::varchar, 'critical', 'open', 1, null::date),
                ('i1', 2, 'E10000030', 'Repeat plans', 'child_protection', 'warning', 'open', 1, date '2016-10-01'),
                ('i3', 3, 'E10000016', 'Old codes', null, 'critical', 'resolved', 0, null)
            ) as incidents(incident_id, rank, authority_code, title, theme, severity, status, n_open, first_period)
            """
        )
        connection.execute(
            """
            create or replace table quality.incident as
            select *, 'sender' as owner, 'It is so.' as message, 'Mend it.' as what_to_do, ['codes.known'] as rule_ids,
                1 as n_findings, 1 as n_figures, first_period as last_period, date '2016-11-05' as opened_at,
                date '2016-11-05' as last_seen, null::date as resolved_at, null::date as reopened_at, 0 as n_reopened,
                null::date as acknowledged_until, null::varchar as acknowledged_by,
                null::varchar as acknowledged_reason, null::varchar as explained_by
            from quality.incident
            """
        )
        connection.execute(
            """
            create table quality.finding_event as
            select finding_id, incident_id, 1 as run_number, 1 as event_number, date '2016-11-05' as event_day,
                'opened' as event, null::varchar as acknowledged_by, null::varchar as acknowledged_reason,
                null::date as acknowledged_until
            from quality.finding
            union all
            select 'f3', 'i3', 2, 2, date '2016-11-06', 'resolved', null, null, null
            """
        )
        connection.execute(
            f"""
            create table quality.submission as
            select 's' || i as submission_id, 'performance_workbook' as return_name, 'book.xlsx' as file_name,
                timestamp '2016-11-05 10:00:00' as received_at, date '2016-11-04' as issue_date, 'accepted' as outcome,
                'admitted' as verdict, true as is_admitted, '1.0' as contract_version
            from range({3 + extra_rows}) as r(i)
            """
        )
