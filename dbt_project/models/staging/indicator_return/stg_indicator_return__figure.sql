with source as (

    select * from {{ source('raw', 'indicator_return') }}

),

renamed as (

    select
        submission_id,
        authority_code as authority_text,
        {{ blank_to_null('indicator') }} as indicator_text,
        {{ blank_to_null('section') }} as section,
        {{ blank_to_null('label') }} as printed_label,
        coalesce(lower({{ blank_to_null('role') }}), 'actual') as role,
        lower(trim(period_basis)) as period_basis,
        {{ iso_date('period_start') }} as period_start,
        {{ iso_date('period_end') }} as period_end,
        {{ blank_to_null('breakdown_dimension') }} as breakdown_dimension,
        {{ blank_to_null('breakdown_value') }} as breakdown_value,
        {{ blank_to_null('numerator') }} as numerator_text,
        {{ blank_to_null('denominator') }} as denominator_text,
        {{ blank_to_null('value') }} as value_text,
        lower({{ blank_to_null('unit') }}) as unit,
        cast(null as varchar) as comparator,
        {{ blank_to_null('rag') }} as printed_rag,
        {{ blank_to_null('direction') }} as printed_direction,
        lower({{ blank_to_null('status') }}) as status,
        {{ blank_to_null('note') }} as note,
        {{ iso_date('issue_date') }} as issue_date,
        source_sheet,
        source_row,
        source_column,
    from source

)

select * from renamed
