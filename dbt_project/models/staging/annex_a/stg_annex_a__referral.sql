with source as (

    select * from {{ source('raw', 'annex_a_referrals') }}

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
        is_no_further_action,
        {{ figure_number('referrals_last_12_months') }} as referrals_last_12_months,
        {{ blank_to_null('team') }} as team,
        {{ blank_to_null('area') }} as area,
        worker_key,
        {{ iso_date('allocation_date') }} as allocation_date,
        source_sheet,
        source_row,
    from source

)

select * from renamed
