with source as (

    select * from {{ source('raw', 'annex_a_adopters') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        adopter_key,
        family_key,
        gender,
        ethnicity,
        has_disability,
        is_fostering_for_adoption,
        {{ iso_date('enquiry_date') }} as enquiry_date,
        {{ iso_date('stage_1_start_date') }} as stage_1_start_date,
        {{ iso_date('stage_1_end_date') }} as stage_1_end_date,
        {{ iso_date('stage_2_start_date') }} as stage_2_start_date,
        {{ iso_date('stage_2_end_date') }} as stage_2_end_date,
        {{ iso_date('application_date') }} as application_date,
        {{ iso_date('approved_date') }} as approved_date,
        {{ iso_date('matched_date') }} as matched_date,
        {{ iso_date('placed_date') }} as placed_date,
        {{ figure_number('children_placed') }} as children_placed,
        {{ iso_date('adoption_order_date') }} as adoption_order_date,
        {{ iso_date('left_date') }} as left_date,
        left_reason,
        source_sheet,
        source_row,
    from source

)

select * from renamed
