-- Plans open on the day of the newest list that have lasted, or within 90 days will have lasted, longer than 18 months or two years.

with opened as (

    select
        authority_code,
        submission_id,
        as_at,
        child_key,
        age,
        team,
        area,
        worker_key,
        latest_abuse,
        plan_start_date,
        last_review_date,
        date_diff('month', plan_start_date, as_at) - if(day(as_at) < day(plan_start_date), 1, 0) as months_open,
        {{ months_after('plan_start_date', 18) }} as day_18_months,
        -- Two years are more than 729 days.
        plan_start_date + 730 as day_2_years,
    from {{ ref('int_children__plan') }}
    where is_latest_list
        and {{ is_open_on('as_at', 'plan_start_date', 'plan_end_date') }}

),

final as (

    select
        authority_code,
        submission_id,
        as_at,
        child_key,
        age,
        team,
        area,
        worker_key,
        latest_abuse,
        plan_start_date,
        last_review_date,
        cast(months_open as integer) as months_open,
        day_18_months,
        day_2_years,
        case
            when as_at >= day_2_years then 'over_2_years'
            when as_at + 90 >= day_2_years then 'nearing_2_years'
            when as_at > day_18_months then 'over_18_months'
            else 'nearing_18_months'
        end as state,
    from opened
    where as_at + 90 > day_18_months

)

select * from final
