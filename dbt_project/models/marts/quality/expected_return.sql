-- The day the run counts as today comes from the environment and not as a dbt variable: another variable makes dbt parse the whole project, another
-- value here this one file. Models never read a clock.
{%- set run_day = env_var("BELLWETHER_RUN_DAY", "1900-01-01") %}

with expectations as (

    select * from {{ ref('reg_expected_return') }}

),

periods as (

    select
        expectations.return_name,
        expectations.authority_code,
        expectations.frequency,
        expectations.due_working_day,
        last_day(cast(period as date)) as period_end,
    from expectations,
        unnest(generate_series(
            date_trunc('month', cast(expectations.first_period as date)),
            least(date_trunc('month', coalesce(cast(expectations.last_period as date), date '{{ run_day }}')), timestamp '{{ run_day }}'),
            case expectations.frequency
                when 'annual' then interval 12 month
                when 'quarterly' then interval 3 month
                else interval 1 month
            end
        )) as months(period)

),

due as (

    -- Due on the nth working day after the period's end.
    select
        periods.*,
        due.day as due_date,
    from periods
    left join {{ ref('int_calendar__working_day') }} as ended
        on periods.period_end = ended.day
    left join {{ ref('int_calendar__working_day') }} as due
        on due.working_days_so_far = ended.working_days_so_far + periods.due_working_day
        and due.is_working_day

),

speaks_for as (

    -- A submission is the return of the month it is counted under, and of the month its last figure of the authority is for.
    select
        submissions.return_name,
        submissions.submission_id,
        submissions.known_from,
        submissions.received_at,
        coverage.authority_code,
        unnest(list_distinct([
            submissions.reporting_month,
            strftime(coverage.last_period_end, '%Y-%m')
        ])) as reporting_month,
    from {{ ref('int_submissions__admitted') }} as submissions
    inner join {{ ref('int_submissions__coverage') }} as coverage
        on submissions.submission_id = coverage.submission_id
    where submissions.is_loaded

),

received as (

    select
        return_name,
        authority_code,
        reporting_month,
        min(known_from) as first_received,
        -- Several files may make up one return (a table a file): the last one, and among those of one moment always the same one, stands for it.
        max_by(
            submission_id,
            struct_pack(known_from := known_from, received_at := received_at, submission_id := submission_id)
        ) as submission_id,
    from speaks_for
    where reporting_month is not null
    group by all

),

final as (

    select
        due.authority_code,
        due.return_name,
        due.frequency,
        due.period_end,
        due.due_date,
        case
            when received.submission_id is null and date '{{ run_day }}' <= due.due_date then 'not_due'
            when received.submission_id is null then 'missing'
            when received.first_received > due.due_date then 'late'
            else 'received'
        end as state,
        received.first_received,
        received.submission_id,
    from due
    left join received
        on due.return_name = received.return_name
        and due.authority_code = received.authority_code
        and strftime(due.period_end, '%Y-%m') = received.reporting_month

)

select * from final
