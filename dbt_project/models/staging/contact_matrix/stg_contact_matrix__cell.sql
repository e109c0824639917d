with source as (

    select * from {{ source('raw', 'contact_matrix') }}

),

renamed as (

    select
        submission_id,
        authority as authority_text,
        {{ iso_date("month || '-01'") }} as month,
        {{ blank_to_null('section') }} as section,
        lower(trim(row_dimension)) as row_dimension,
        lower(trim(column_dimension)) as column_dimension,
        trim(row_label) as row_label,
        trim(column_label) as column_label,
        coalesce(lower(is_row_total) = 'true', false) as is_row_total,
        coalesce(lower(is_column_total) = 'true', false) as is_column_total,
        value_text,
        {{ iso_date('issue_date') }} as issue_date,
        source_sheet,
        source_row,
        source_column,
    from source

)

select * from renamed
