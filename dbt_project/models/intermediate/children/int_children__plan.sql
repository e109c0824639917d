with lists as (

    select * from {{ ref('int_children__list') }} where list = 'child_protection'

),

sent as (

    select * from {{ ref('stg_annex_a__plan') }}
    union all by name
    select
        plan.*,
        max(review.review_date) as last_review_date,
    from {{ ref('stg_cin_census__plan') }} as plan
    left join {{ ref('stg_cin_census__plan_review') }} as review
        on plan.submission_id = review.submission_id
        and plan.child_key = review.child_key
        and plan.plan_start_date = review.plan_start_date
    group by all

),

rows as (

    {{ with_census_child('sent') }}

),

final as (

    select
        {{ listed_child(disability='list or census', birth=true) }}
        {{ age_on('rows.date_of_birth', 'rows.plan_start_date') }} as age_at_start,
        rows.team,
        rows.area,
        rows.worker_key,
        rows.allocation_date,
        rows.plan_start_date,
        rows.plan_end_date,
        {{ child_code('initial_abuse') }} as initial_abuse,
        {{ child_code('latest_abuse') }} as latest_abuse,
        rows.last_visit_date,
        {{ child_code('seen_alone') }} as seen_alone,
        rows.last_review_date,
        {{ child_code('is_emergency') }} as is_emergency,
        rows.previous_plans,
        rows.recorded_visit_date,
        rows.visit_status,
        rows.source_sheet,
        rows.source_row,
        {{ superseded_by('(rows.plan_end_date is null or rows.plan_end_date >= later.window_from)') }} as superseded_by_sequence,
    from lists
    inner join rows
        on lists.submission_id = rows.submission_id
    {{ join_child_code('gender', 'gender') }}
    {{ join_child_code('ethnicity', 'ethnicity') }}
    {{ join_child_code('has_disability', 'yes_no') }}
    {{ join_child_code('initial_abuse', 'abuse') }}
    {{ join_child_code('latest_abuse', 'abuse') }}
    {{ join_child_code('seen_alone', 'yes_no') }}
    {{ join_child_code('is_emergency', 'yes_no') }}

)

select * from final
