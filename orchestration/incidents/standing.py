"""What the gates say today, as findings: one an identity, with the day on which later figures ended it.

Belongs here: the one place that decides that a finding is about figures which no longer stand. Reads the build file.
Does not belong here: what was found in earlier runs (`fold`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.incidents.records import Found

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_STANDING = """
with found as (

    select * from gate.finding
    union all by name
    select * from gate.evidence_finding

),

shown as (

    -- The same disagreement printed again by a later submission is one finding: seen first then, last now, shown where
    -- it stands now.
    select
        * replace (
            min(first_seen) over (partition by finding_id) as first_seen,
            max(last_seen) over (partition by finding_id) as last_seen
        ),
    from found
    qualify row_number() over (
        partition by finding_id order by found.last_seen desc nulls last, submission_id desc, source_ref
    ) = 1

),

replaced as (

    -- A later submission replaced the figures that the finding is about.
    select
        shown.finding_id,
        min(later.known_from) as ended_on,
    from shown
    inner join intermediate.int_versions__figure as later
        on shown.authority_code = later.authority_code
        and shown.indicator_code = later.indicator_code
        and shown.period_start = later.period_start
        and shown.submission_id <> later.submission_id
        and shown.last_seen < later.known_from
    where not exists (
        select 1
        from intermediate.int_versions__figure as standing
        where standing.submission_id = shown.submission_id
            and standing.authority_code = shown.authority_code
            and standing.indicator_code = shown.indicator_code
            and standing.period_start = shown.period_start
            and standing.known_to is null
    )
    group by all

),

sent_again as (

    -- What was held back, and findings without a figure of their own (a cell of a matrix, a label), end when the return
    -- has come again for the month and was admitted: whole, and not only some corrected rows.
    select
        shown.finding_id,
        min(again.known_from) as ended_on,
    from shown
    inner join intermediate.int_submissions__admitted as submission on shown.submission_id = submission.submission_id
    inner join intermediate.int_submissions__admitted as again
        on submission.return_name = again.return_name
        and submission.authority_code = again.authority_code
        and submission.reporting_month = again.reporting_month
        and (submission.known_from, submission.sequence_number) < (again.known_from, again.sequence_number)
        and again.is_admitted
    where submission.verdict = 'held_back'
        or (shown.indicator_code is null and again.rows_in_file >= submission.rows_in_file)
    group by all

)

select
    shown.finding_id,
    shown.rule_id,
    shown.severity,
    shown.authority_code,
    shown.indicator_code,
    shown.period_start,
    shown.subject,
    shown.cause,
    shown.explained_by,
    shown.message,
    shown.evidence,
    shown.expected,
    shown.observed,
    shown.submission_id,
    shown.source_ref,
    shown.first_seen,
    shown.last_seen,
    least(replaced.ended_on, sent_again.ended_on) as ended_on,
from shown
left join replaced on shown.finding_id = replaced.finding_id
left join sent_again on shown.finding_id = sent_again.finding_id
order by shown.finding_id
"""


def standing(connection: DuckDBPyConnection) -> list[Found]:
    """Every finding of both gates once, in order of id; `ended_on` where later figures say otherwise."""
    rows = connection.execute(_STANDING).fetchall()
    return [Found(*row) for row in rows]
