with source as (

    select * from {{ source('raw', 'contact_codes') }}

),

renamed as (

    select
        submission_id,
        {{ blank_to_null('authority_code') }} as authority_text,
        lower(trim(dimension)) as dimension,
        trim(local_code) as local_code,
        lower({{ blank_to_null('conformed_code') }}) as conformed_code,
        lower({{ blank_to_null('contact_class') }}) as contact_class,
        try_cast({{ blank_to_null('is_initial_contact') }} as boolean) as is_initial_contact,
        {{ iso_date('valid_from') }} as valid_from,
        {{ iso_date('valid_to') }} as valid_to,
        {{ blank_to_null('note') }} as note,
        source_sheet,
        source_row,
    from source

)

select * from renamed
