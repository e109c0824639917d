with source as (

    select * from {{ source('raw', 'annex_a_early_help') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        child_key,
        gender,
        ethnicity,
        {{ iso_date('date_of_birth') }} as date_of_birth,
        {{ iso_date('assessment_start_date') }} as assessment_start_date,
        {{ iso_date('assessment_completion_date') }} as assessment_completion_date,
        {{ blank_to_null('organisation') }} as organisation,
        {{ blank_to_null('team') }} as team,
        {{ blank_to_null('area') }} as area,
        worker_key,
        source_sheet,
        source_row,
    from source

)

select * from renamed
