with source as (

    select * from {{ source('raw', 'cin_census_child') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        child_key,
        {{ iso_date('expected_birth_date') }} as expected_birth_date,
        source_sheet,
        source_row,
    from source

)

select * from renamed
