with source as (

    select * from {{ source('raw', 'cin_census_section_47') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        child_key,
        gender,
        ethnicity,
        {{ iso_date('date_of_birth') }} as date_of_birth,
        {{ iso_date('strategy_discussion_date') }} as strategy_discussion_date,
        {{ iso_date('conference_date') }} as conference_date,
        is_conference_unnecessary,
        source_sheet,
        source_row,
    from source

)

select * from renamed
