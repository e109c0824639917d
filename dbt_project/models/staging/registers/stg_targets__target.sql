with source as (

    select * from {{ source('raw', 'targets') }}

),

renamed as (

    select
        submission_id,
        authority_code as authority_text,
        trim(indicator) as indicator_text,
        {{ iso_date('valid_from') }} as valid_from,
        {{ iso_date('valid_to') }} as valid_to,
        {{ figure_number('target') }} as target,
        {{ figure_number('upper') }} as upper,
        {{ figure_number('lower') }} as lower,
        {{ blank_to_null('bound') }} as bound,
        lower({{ blank_to_null('unit') }}) as unit,
        lower({{ blank_to_null('per') }}) as per,
        {{ figure_number('tolerance') }} as tolerance,
        coalesce(lower({{ blank_to_null('path') }}), 'level') as path,
        cast(date_trunc('month', {{ iso_date('baseline_month') }}) as date) as baseline_month,
        {{ blank_to_null('origin') }} as origin,
        {{ blank_to_null('note') }} as note,
        source_sheet,
        source_row,
    from source

)

select * from renamed
