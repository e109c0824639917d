with source as (

    select * from {{ source('raw', 'cin_census_reviews') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        child_key,
        {{ iso_date('plan_start_date') }} as plan_start_date,
        {{ iso_date('review_date') }} as review_date,
        source_sheet,
        source_row,
    from source

)

select * from renamed
