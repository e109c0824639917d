with source as (

    select * from {{ source('raw', 'events') }}

),

renamed as (

    select
        submission_id,
        {{ blank_to_null('authority_code') }} as authority_text,
        {{ iso_date('event_date') }} as event_date,
        {{ blank_to_null('date_precision') }} as date_precision,
        trim(title) as title,
        lower({{ blank_to_null('kind') }}) as kind,
        {{ blank_to_null('indicator') }} as indicator_text,
        coalesce(try_cast({{ blank_to_null('rebase') }} as boolean), false) as rebase,
        {{ blank_to_null('note') }} as note,
        source_sheet,
        source_row,
    from source

)

select * from renamed
