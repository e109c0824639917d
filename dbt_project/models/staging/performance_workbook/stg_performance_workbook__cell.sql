with source as (

    select * from {{ source('raw', 'performance_workbook') }}

),

renamed as (

    select
        submission_id,
        authority as authority_text,
        {{ blank_to_null('section') }} as section,
        {{ blank_to_null('row_label') }} as printed_label,
        {{ blank_to_null('row_sublabel') }} as printed_sublabel,
        {{ blank_to_null('column_label') }} as column_label,
        column_role as role,
        {{ blank_to_null('comparator') }} as comparator,
        {{ blank_to_null('column_basis') }} as column_basis,
        {{ iso_date('column_start') }} as column_start,
        {{ iso_date('column_end') }} as column_end,
        value_text,
        lower({{ blank_to_null('row_unit') }}) as unit,
        {{ blank_to_null('printed_rag') }} as printed_rag,
        {{ blank_to_null('printed_direction') }} as printed_direction,
        {{ blank_to_null('note') }} as note,
        coalesce(lower(trim(is_provisional)) = 'true', false) as is_provisional,
        {{ iso_date('issue_date') }} as issue_date,
        source_sheet,
        source_row,
        source_column,
    from source

)

select * from renamed
