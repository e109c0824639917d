with lists as (

    select * from {{ ref('int_children__list') }} where list = 'looked_after'

),

rows as (

    select * from {{ ref('stg_annex_a__care') }}

),

final as (

    select
        {{ listed_child(disability='list', birth=true) }}
        {{ age_on('rows.date_of_birth', 'rows.started_date') }} as age_at_start,
        rows.team,
        rows.area,
        rows.worker_key,
        rows.allocation_date,
        rows.started_date,
        rows.ceased_date,
        {{ child_code('ceased_reason') }} as ceased_reason,
        {{ child_code('is_uasc') }} as is_uasc,
        {{ child_code('need') }} as need,
        {{ child_code('is_further_period') }} as is_further_period,
        rows.legal_status_date,
        {{ child_code('legal_status') }} as legal_status,
        rows.last_review_date,
        rows.last_visit_date,
        {{ child_code('permanence_plan') }} as permanence_plan,
        rows.last_iro_date,
        rows.last_health_date,
        rows.last_dental_date,
        rows.placements_last_12_months,
        rows.placement_start_date,
        {{ child_code('placement_type') }} as placement_type,
        {{ child_code('placement_provider') }} as placement_provider,
        {{ child_code('placement_location') }} as placement_location,
        rows.placement_distance,
        rows.missing_episodes,
        rows.absent_episodes,
        {{ child_code('interview_offered') }} as interview_offered,
        {{ child_code('interview_accepted') }} as interview_accepted,
        rows.source_sheet,
        rows.source_row,
    from lists
    inner join rows
        on lists.submission_id = rows.submission_id
    {{ join_child_code('gender', 'gender') }}
    {{ join_child_code('ethnicity', 'ethnicity') }}
    {{ join_child_code('has_disability', 'yes_no') }}
    {{ join_child_code('ceased_reason', 'ceased_reason') }}
    {{ join_child_code('is_uasc', 'yes_no') }}
    {{ join_child_code('need', 'need') }}
    {{ join_child_code('is_further_period', 'yes_no') }}
    {{ join_child_code('legal_status', 'legal_status') }}
    {{ join_child_code('permanence_plan', 'permanence_plan') }}
    {{ join_child_code('placement_type', 'placement_type') }}
    {{ join_child_code('placement_provider', 'placement_provider') }}
    {{ join_child_code('placement_location', 'placement_location') }}
    {{ join_child_code('interview_offered', 'yes_no') }}
    {{ join_child_code('interview_accepted', 'yes_no') }}

)

select * from final
