with source as (

    select * from {{ source('raw', 'audit_register') }}

),

renamed as (

    select
        submission_id,
        authority_code as authority_text,
        {{ iso_date("month || '-01'") }} as month,
        coalesce(lower({{ blank_to_null('period_basis') }}), 'month') as period_basis,
        {{ iso_date("cumulative_from || '-01'") }} as cumulative_from,
        {{ blank_to_null('audit_type') }} as audit_type,
        {{ blank_to_null('area') }} as area,
        {{ blank_to_null('grade') }} as grade,
        coalesce(lower({{ blank_to_null('bound') }}), 'exact') as bound,
        trim(coalesce(audits, '')) as audits_text,
        {{ blank_to_null('note') }} as note,
        {{ iso_date('issue_date') }} as issue_date,
        source_sheet,
        source_row,
        source_column,
    from source

)

select * from renamed
