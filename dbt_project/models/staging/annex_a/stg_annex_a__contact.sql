with source as (

    select * from {{ source('raw', 'annex_a_contacts') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        child_key,
        gender,
        ethnicity,
        {{ iso_date('date_of_birth') }} as date_of_birth,
        {{ iso_date('contact_date') }} as contact_date,
        contact_source,
        {{ blank_to_null('contact_method') }} as contact_method,
        {{ blank_to_null('contact_outcome') }} as contact_outcome,
        {{ blank_to_null('contact_code') }} as contact_code,
        {{ blank_to_null('team') }} as team,
        {{ blank_to_null('area') }} as area,
        worker_key,
        source_sheet,
        source_row,
    from source

)

select * from renamed
