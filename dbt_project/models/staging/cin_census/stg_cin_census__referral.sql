with source as (

    select * from {{ source('raw', 'cin_census_referrals') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        child_key,
        gender,
        ethnicity,
        {{ iso_date('date_of_birth') }} as date_of_birth,
        {{ iso_date('referral_date') }} as referral_date,
        referral_source,
        need,
        is_no_further_action,
        {{ iso_date('closure_date') }} as closure_date,
        closure_reason,
        source_sheet,
        source_row,
    from source

)

select * from renamed
