with source as (

    select * from {{ source('raw', 'annex_a_section_47') }}

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
        {{ iso_date('strategy_discussion_date') }} as strategy_discussion_date,
        is_conference_unnecessary,
        {{ iso_date('conference_date') }} as conference_date,
        led_to_plan,
        {{ figure_number('enquiries_last_12_months') }} as enquiries_last_12_months,
        {{ figure_number('conferences_last_12_months') }} as conferences_last_12_months,
        {{ blank_to_null('team') }} as team,
        {{ blank_to_null('area') }} as area,
        worker_key,
        source_sheet,
        source_row,
    from source

)

select * from renamed
