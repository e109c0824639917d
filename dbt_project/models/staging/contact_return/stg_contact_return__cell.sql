with source as (

    select * from {{ source('raw', 'contact_return') }}

),

renamed as (

    select
        submission_id,
        authority_code as authority_text,
        {{ iso_date("month || '-01'") }} as month,
        {{ blank_to_null('team') }} as team,
        {{ blank_to_null('contact_source') }} as contact_source,
        {{ blank_to_null('contact_method') }} as contact_method,
        {{ blank_to_null('contact_outcome') }} as contact_outcome,
        {{ blank_to_null('contact_code') }} as contact_code,
        {{ blank_to_null('contacts') }} as contacts_text,
        {{ blank_to_null('children') }} as children_text,
        {{ blank_to_null('became_referrals') }} as became_referrals_text,
        {{ iso_date('issue_date') }} as issue_date,
        source_sheet,
        source_row,
        source_column,
    from source

)

select * from renamed
