with source as (

    select * from {{ source('raw', 'annex_a_assessments') }}

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
        {{ iso_date('start_date') }} as start_date,
        child_seen,
        {{ iso_date('authorisation_date') }} as authorisation_date,
        needs_support,
        {{ blank_to_null('team') }} as team,
        {{ blank_to_null('area') }} as area,
        worker_key,
        {{ iso_date('allocation_date') }} as allocation_date,
        source_sheet,
        source_row,
    from source

)

select * from renamed
