with source as (

    select * from {{ source('raw', 'cin_census_assessments') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        child_key,
        gender,
        ethnicity,
        {{ iso_date('date_of_birth') }} as date_of_birth,
        {{ iso_date('start_date') }} as start_date,
        {{ iso_date('authorisation_date') }} as authorisation_date,
        source_sheet,
        source_row,
    from source

)

select * from renamed
