with source as (

    select * from {{ source('raw', 'ssda903_reviews') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        child_key,
        {{ iso_date('review_date') }} as review_date,
        review_code,
        source_sheet,
        source_row,
    from source

)

select * from renamed
