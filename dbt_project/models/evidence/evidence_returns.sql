-- Did the returns that are owed come, and in time? One row a return, authority and period that was due.

with due as (

    select
        *,
        upper(left(return_name, 1)) || replace(substr(return_name, 2), '_', ' ') as return_in_words,
        max(period_end) filter (where submission_id is not null) over (partition by return_name, authority_code) as last_received_period,
        -- What is still expected has a period that is not due yet.
        bool_or(state = 'not_due') over (partition by return_name, authority_code) as is_still_expected,
    from {{ ref('expected_return') }}
    qualify state <> 'not_due'

),

missing as (

    select
        'completeness.return_missing' as rule_id,
        *,
        return_in_words || ' overdue' as cause,
        1.0 as expected,
        case when state = 'missing' then 0.0 else 1.0 end as observed,
        case when state = 'missing' then 1.0 else 0.0 end as difference,
        due_date as judged_on,
    from due

),

late as (

    -- Lateness cannot be undone: it stands until the next return of the kind has come. Where none is expected any more, nobody can do better.
    select
        'timeliness.return_late' as rule_id,
        *,
        return_in_words || ' late' as cause,
        0.0 as expected,
        greatest(0.0, cast(first_received - due_date as double)) as observed,
        case
            when state = 'late' and period_end = last_received_period and is_still_expected then cast(first_received - due_date as double)
            else 0.0
        end as difference,
        first_received as judged_on,
    from due
    where submission_id is not null

)

select
    rule_id,
    submission_id,
    authority_code,
    cast(null as varchar) as indicator_code,
    cast(date_trunc('month', period_end) as date) as period_start,
    return_in_words || ' of ' || strftime(period_end, '%b %Y') || ', due ' || strftime(due_date, '%-d %b %Y') as subject,
    cause,
    cast(null as varchar) as explained_by,
    expected,
    observed,
    difference,
    0.0 as tolerance,
    1 as stands_for,
    to_json([
        {'what': 'due', 'value': cast(due_date as varchar), 'where': ''},
        {'what': 'received', 'value': coalesce(cast(first_received as varchar), 'not yet'), 'where': ''}
    ]) as evidence,
    cast(null as varchar) as source_ref,
    judged_on as known_from,
from (
    select * from missing
    union all by name
    select * from late
)
