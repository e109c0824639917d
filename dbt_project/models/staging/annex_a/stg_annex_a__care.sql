with source as (

    select * from {{ source('raw', 'annex_a_looked_after') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        child_key,
        gender,
        ethnicity,
        {{ iso_date('date_of_birth') }} as date_of_birth,
        is_uasc,
        has_disability,
        {{ iso_date('started_date') }} as started_date,
        need,
        is_further_period,
        {{ iso_date('legal_status_date') }} as legal_status_date,
        legal_status,
        {{ iso_date('last_review_date') }} as last_review_date,
        {{ iso_date('last_visit_date') }} as last_visit_date,
        permanence_plan,
        {{ iso_date('last_iro_date') }} as last_iro_date,
        {{ iso_date('last_health_date') }} as last_health_date,
        {{ iso_date('last_dental_date') }} as last_dental_date,
        {{ figure_number('placements_last_12_months') }} as placements_last_12_months,
        {{ iso_date('ceased_date') }} as ceased_date,
        ceased_reason,
        {{ iso_date('placement_start_date') }} as placement_start_date,
        placement_type,
        placement_provider,
        placement_location,
        {{ figure_number('placement_distance') }} as placement_distance,
        {{ figure_number('missing_episodes') }} as missing_episodes,
        {{ figure_number('absent_episodes') }} as absent_episodes,
        interview_offered,
        interview_accepted,
        {{ blank_to_null('team') }} as team,
        {{ blank_to_null('area') }} as area,
        worker_key,
        {{ iso_date('allocation_date') }} as allocation_date,
        source_sheet,
        source_row,
    from source

)

select * from renamed
