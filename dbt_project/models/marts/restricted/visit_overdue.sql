-- Plans open on the day of the newest list whose last completed visit lies more than 10 days back (Surrey: red; more than 14: purple). A visit that was recorded
-- and never completed does not count; it is shown, since completing the record may be all that is missing.

with final as (

    select
        authority_code,
        submission_id,
        as_at,
        child_key,
        age,
        team,
        area,
        worker_key,
        plan_start_date,
        last_visit_date,
        as_at - greatest(plan_start_date, last_visit_date) as days_since_visit,
        as_at - greatest(plan_start_date, last_visit_date) > 14 as is_over_14,
        recorded_visit_date,
        visit_status,
        coalesce(recorded_visit_date <= as_at and recorded_visit_date > coalesce(last_visit_date, plan_start_date - 1), false) as is_recorded_not_completed,
    from {{ ref('int_children__plan') }}
    where is_latest_list
        and {{ is_open_on('as_at', 'plan_start_date', 'plan_end_date') }}
        and as_at - greatest(plan_start_date, last_visit_date) > 10
        -- An authority that sends no days of visits has none to be late with.
        and submission_id in (select submission_id from {{ ref('int_children__plan') }} where last_visit_date is not null)

)

select * from final
