-- Child protection plans as the measures count them. Days are looked at from their end: a plan that ended on a day is no longer open. How visits and reviews
-- stood, and whose the case was, is known for the day of the list only.

with plans as (

    select * from {{ ref('int_children__plan') }}

),

started as (

    select
        plans.submission_id,
        'month' as period_basis,
        last_day(plans.plan_start_date) as period_end,
        plans.child_key,
        {{ age_band('plans.age_at_start') }} as age_band,
        plans.gender,
        plans.ethnicity,
        plans.disability,
        {{ counted_in({
            'cpp_new': 'true',
            'cpp_repeat_count': 'plans.previous_plans > 0',
            'cpp_repeat_24m_count': 'plans.is_within_24_months',
        }) }},
    from (
        select
            plan.*,
            exists (
                from {{ ref('int_children__plan') }} as earlier
                where earlier.authority_code = plan.authority_code
                    and earlier.child_key = plan.child_key
                    and {{ known_at('earlier', 'plan.sequence') }}
                    and earlier.plan_start_date < plan.plan_start_date
                    and earlier.plan_end_date between {{ months_after('plan.plan_start_date', -24) }} and plan.plan_start_date
            ) as is_within_24_months,
        from plans as plan
    ) as plans

),

ended as (

    -- Two years are more than 729 days.
    select
        submission_id,
        'month' as period_basis,
        last_day(plan_end_date) as period_end,
        child_key,
        {{ age_band(age_on('date_of_birth', 'plan_end_date')) }} as age_band,
        gender,
        ethnicity,
        disability,
        {{ counted_in({
            'cpp_ceased': 'true',
            'cpp_ceased_2y': 'plan_end_date - plan_start_date > 729',
        }) }},
    from plans
    where plan_end_date is not null

),

open_at_end as (

    select
        plans.*,
        period.period_end,
        period.is_day_of_list,
    from plans
    inner join {{ ref('int_children__period') }} as period
        on plans.submission_id = period.submission_id
        and period.list = 'child_protection'
        and period.covers_stock
        and {{ is_open_on('period.period_end', 'plans.plan_start_date', 'plans.plan_end_date') }}
    {{ one_a_child('plans', 'plan_start_date') }}

),

counted_at_end as (

    select
        open_at_end.submission_id,
        'snapshot' as period_basis,
        open_at_end.period_end,
        open_at_end.child_key,
        {{ age_band(age_on('open_at_end.date_of_birth', 'open_at_end.period_end')) }} as age_band,
        open_at_end.gender,
        open_at_end.ethnicity,
        open_at_end.disability,
        case when open_at_end.is_day_of_list then open_at_end.team end as team,
        case when open_at_end.is_day_of_list then open_at_end.area end as area,
        {{ counted_in({
            'cpp_count': 'true',
            'cpp_open_18m': months_after('open_at_end.plan_start_date', 18) ~ ' < open_at_end.period_end',
            'cpp_open_2y': 'open_at_end.period_end - open_at_end.plan_start_date > 729',
            'cpp_review_up_to_date':
                'coalesce(' ~ months_after('open_at_end.last_review_date', 6) ~ ', ' ~ months_after('open_at_end.plan_start_date', 3) ~ ') >= open_at_end.period_end',
            'cp_visits_overdue_10': 'open_at_end.period_end - greatest(open_at_end.plan_start_date, open_at_end.last_visit_date) > 10',
            'cp_visits_overdue_14': 'open_at_end.period_end - greatest(open_at_end.plan_start_date, open_at_end.last_visit_date) > 14',
            'cpp_with_visit': 'open_at_end.last_visit_date is not null',
            'cp_last_visit_alone': "open_at_end.last_visit_date is not null and open_at_end.seen_alone = 'yes'",
        }) }},
    from open_at_end

),

final as (

    select *, 1 as amount from started
    union all by name
    select *, 1 as amount from ended
    union all by name
    select *, 1 as amount from counted_at_end

)

select * from final
