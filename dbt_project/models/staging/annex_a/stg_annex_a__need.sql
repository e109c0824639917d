with source as (

    select * from {{ source('raw', 'annex_a_children_in_need') }}

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
        {{ iso_date('cin_start_date') }} as cin_start_date,
        need,
        {{ iso_date('last_seen_date') }} as last_seen_date,
        {{ iso_date('closure_date') }} as closure_date,
        closure_reason,
        case_status,
        {{ blank_to_null('team') }} as team,
        {{ blank_to_null('area') }} as area,
        worker_key,
        {{ iso_date('allocation_date') }} as allocation_date,
        {{ blank_to_null('visit_status') }} as visit_status,
        source_sheet,
        source_row,
    from source

)

select * from renamed
