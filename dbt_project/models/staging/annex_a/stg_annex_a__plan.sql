with source as (

    select * from {{ source('raw', 'annex_a_child_protection') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        child_key,
        gender,
        ethnicity,
        {{ iso_date('date_of_birth') }} as date_of_birth,
        has_disability,
        {{ iso_date('plan_start_date') }} as plan_start_date,
        initial_abuse,
        latest_abuse,
        {{ iso_date('last_visit_date') }} as last_visit_date,
        seen_alone,
        {{ iso_date('last_review_date') }} as last_review_date,
        {{ iso_date('plan_end_date') }} as plan_end_date,
        is_emergency,
        {{ figure_number('previous_plans') }} as previous_plans,
        {{ iso_date('recorded_visit_date') }} as recorded_visit_date,
        {{ blank_to_null('visit_status') }} as visit_status,
        {{ blank_to_null('team') }} as team,
        {{ blank_to_null('area') }} as area,
        worker_key,
        {{ iso_date('allocation_date') }} as allocation_date,
        source_sheet,
        source_row,
    from source

)

select * from renamed
