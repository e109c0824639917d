with source as (

    select * from {{ source('raw', 'cin_census_disabilities') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        child_key,
        disability,
        source_sheet,
        source_row,
    from source

)

select * from renamed
