with source as (

    select * from {{ source('raw', 'annex_a_care_leavers') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        child_key,
        gender,
        ethnicity,
        {{ iso_date('date_of_birth') }} as date_of_birth,
        is_uasc,
        has_disability,
        {{ blank_to_null('team') }} as team,
        {{ blank_to_null('area') }} as area,
        worker_key,
        personal_adviser_key,
        eligibility,
        {{ iso_date('pathway_review_date') }} as pathway_review_date,
        in_touch,
        {{ iso_date('last_contact_date') }} as last_contact_date,
        accommodation,
        suitability,
        activity,
        source_sheet,
        source_row,
    from source

)

select * from renamed
