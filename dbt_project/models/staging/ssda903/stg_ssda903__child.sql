with source as (

    select * from {{ source('raw', 'ssda903_header') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        child_key,
        gender,
        ethnicity,
        {{ iso_date('date_of_birth') }} as date_of_birth,
        source_sheet,
        source_row,
    from source

)

select * from renamed
