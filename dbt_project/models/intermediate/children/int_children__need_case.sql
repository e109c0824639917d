-- Episodes of need, and the cases that workers hold, as the measures count them. Who holds a case is known for the day of the list only.

with needs as (

    select * from {{ ref('int_children__need') }}

),

started as (

    select
        submission_id,
        'month' as period_basis,
        last_day(cin_start_date) as period_end,
        child_key,
        {{ age_band('age_at_start') }} as age_band,
        gender,
        ethnicity,
        disability,
        'cin_episodes_started' as measure_code,
    from needs
    where cin_start_date is not null

),

ended as (

    select
        submission_id,
        'month' as period_basis,
        last_day(closure_date) as period_end,
        child_key,
        {{ age_band(age_on('date_of_birth', 'closure_date')) }} as age_band,
        gender,
        ethnicity,
        disability,
        'cin_episodes_ended' as measure_code,
    from needs
    where closure_date is not null

),

open_at_end as (

    -- An episode without a first day is open at the day of the list if it has not been closed; earlier months cannot be told of it.
    select
        needs.submission_id,
        'snapshot' as period_basis,
        period.period_end,
        period.is_day_of_list,
        needs.child_key,
        {{ age_band(age_on('needs.date_of_birth', 'period.period_end')) }} as age_band,
        needs.gender,
        needs.ethnicity,
        needs.disability,
        needs.worker_key,
        case when period.is_day_of_list then needs.team end as team,
        case when period.is_day_of_list then needs.area end as area,
    from needs
    inner join {{ ref('int_children__period') }} as period
        on needs.submission_id = period.submission_id
        and period.list = 'children_in_need'
        and period.covers_stock
        and {{ is_open_on('period.period_end', 'coalesce(needs.cin_start_date, period.as_at)', 'needs.closure_date') }}
    {{ one_a_child('needs', 'cin_start_date') }}

),

cases as (

    select
        submission_id,
        period_basis,
        period_end,
        child_key,
        age_band,
        gender,
        ethnicity,
        disability,
        team,
        area,
        {{ counted_in({
            'cin_episodes_open': 'true',
            'unallocated_cases': "is_day_of_list and worker_key = 'unallocated'",
            'caseload_total': "is_day_of_list and worker_key <> 'unallocated'",
        }) }},
    from open_at_end

),

-- A worker counts once, for the team in which most of the cases are.
workers as (

    select
        submission_id,
        period_basis,
        period_end,
        worker_key as child_key,
        arg_max(team, cases_of_team) as team,
        sum(cases_of_team) as cases_held,
    from (
        select submission_id, period_basis, period_end, worker_key, team, count(*) as cases_of_team
        from open_at_end
        where is_day_of_list and worker_key <> 'unallocated'
        group by all
        order by team
    )
    group by all

),

caseloads as (

    select
        submission_id,
        period_basis,
        period_end,
        child_key,
        team,
        {{ counted_in({
            'caseload_workers': 'true',
            'caseload_over_max_workers': 'cases_held > 20',
            'caseload_over_30_workers': 'cases_held > 30',
        }) }},
    from workers

),

final as (

    select *, 1 as amount from started
    union all by name
    select *, 1 as amount from ended
    union all by name
    select *, 1 as amount from cases
    union all by name
    select *, 1 as amount from caseloads

)

select * from final
