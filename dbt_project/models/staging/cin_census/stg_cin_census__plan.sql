with source as (

    select * from {{ source('raw', 'cin_census_child_protection') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        child_key,
        gender,
        ethnicity,
        {{ iso_date('date_of_birth') }} as date_of_birth,
        {{ iso_date('plan_start_date') }} as plan_start_date,
        {{ iso_date('plan_end_date') }} as plan_end_date,
        initial_abuse,
        latest_abuse,
        {{ figure_number('previous_plans') }} as previous_plans,
        source_sheet,
        source_row,
    from source

)

select * from renamed
