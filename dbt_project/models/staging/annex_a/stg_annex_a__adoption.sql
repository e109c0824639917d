with source as (

    select * from {{ source('raw', 'annex_a_adoption') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        child_key,
        family_key,
        gender,
        ethnicity,
        {{ iso_date('date_of_birth') }} as date_of_birth,
        has_disability,
        {{ iso_date('entered_care_date') }} as entered_care_date,
        {{ iso_date('decision_date') }} as decision_date,
        {{ iso_date('placement_order_date') }} as placement_order_date,
        {{ iso_date('matched_date') }} as matched_date,
        {{ iso_date('placed_date') }} as placed_date,
        {{ iso_date('adoption_order_date') }} as adoption_order_date,
        {{ iso_date('reversed_date') }} as reversed_date,
        reversed_reason,
        {{ iso_date('fostering_for_adoption_date') }} as fostering_for_adoption_date,
        source_sheet,
        source_row,
    from source

)

select * from renamed
