-- One shape for every figure that a council prints, whatever return it came in: still text, not yet conformed.

with submissions as (

    select * from {{ ref('int_submissions__received') }} where is_loaded

),

indicator_return as (

    select
        figure.submission_id,
        figure.authority_text,
        figure.indicator_text,
        figure.section,
        coalesce(figure.printed_label, figure.indicator_text) as printed_label,
        cast(null as varchar) as printed_sublabel,
        figure.role,
        figure.comparator,
        figure.period_basis as printed_basis,
        figure.period_start as printed_start,
        figure.period_end as printed_end,
        true as basis_is_final,
        figure.breakdown_dimension,
        figure.breakdown_value,
        figure.numerator_text,
        figure.denominator_text,
        coalesce(figure.value_text, '') as value_text,
        figure.unit,
        figure.printed_rag,
        figure.printed_direction,
        coalesce(figure.status = 'provisional', false) as is_provisional,
        figure.status,
        figure.note,
        figure.issue_date,
        false as blank_is_nil,
        figure.source_sheet,
        figure.source_row,
        figure.source_column,
    from {{ ref('stg_indicator_return__figure') }} as figure

),

workbook as (

    select
        cell.submission_id,
        cell.authority_text,
        cell.printed_label as indicator_text,
        cell.section,
        cell.printed_label,
        cell.printed_sublabel,
        cell.role,
        cell.comparator,
        cell.column_basis as printed_basis,
        cell.column_start as printed_start,
        cell.column_end as printed_end,
        false as basis_is_final,
        cast(null as varchar) as breakdown_dimension,
        cast(null as varchar) as breakdown_value,
        cast(null as varchar) as numerator_text,
        cast(null as varchar) as denominator_text,
        coalesce(cell.value_text, '') as value_text,
        cell.unit,
        cell.printed_rag,
        cell.printed_direction,
        cell.is_provisional,
        case when cell.is_provisional then 'provisional' end as status,
        cell.note,
        cell.issue_date,
        false as blank_is_nil,
        cell.source_sheet,
        cell.source_row,
        cell.source_column,
    from {{ ref('stg_performance_workbook__cell') }} as cell
    where cell.role not in ('rag', 'direction', 'unit', 'note')

),

matrix as (

    select
        cell.submission_id,
        cell.authority_text,
        'contact_matrix' as indicator_text,
        cell.section,
        'contact_matrix' as printed_label,
        cast(null as varchar) as printed_sublabel,
        'actual' as role,
        cast(null as varchar) as comparator,
        'month' as printed_basis,
        cell.month as printed_start,
        last_day(cell.month) as printed_end,
        true as basis_is_final,
        case
            when cell.is_row_total and cell.is_column_total then null
            when cell.is_column_total then 'contact_' || cell.row_dimension
            when cell.is_row_total then 'contact_' || cell.column_dimension
            else 'contact_' || cell.row_dimension || '|contact_' || cell.column_dimension
        end as breakdown_dimension,
        case
            when cell.is_row_total and cell.is_column_total then null
            when cell.is_column_total then cell.row_label
            when cell.is_row_total then cell.column_label
            else cell.row_label || '|' || cell.column_label
        end as breakdown_value,
        cast(null as varchar) as numerator_text,
        cast(null as varchar) as denominator_text,
        coalesce(cell.value_text, '') as value_text,
        'count' as unit,
        cast(null as varchar) as printed_rag,
        cast(null as varchar) as printed_direction,
        false as is_provisional,
        cast(null as varchar) as status,
        cast(null as varchar) as note,
        cell.issue_date,
        cell.blank_is_nil,
        cell.source_sheet,
        cell.source_row,
        cell.source_column,
    from {{ ref('int_measures__matrix_cell') }} as cell

),

unioned as (

    select * from indicator_return
    union all
    select * from workbook
    union all
    select * from matrix

),

final as (

    select
        submissions.return_name,
        submissions.file_name,
        submissions.received_at,
        coalesce(unioned.issue_date, submissions.known_from) as known_from,
        unioned.* exclude (issue_date),
    from unioned
    inner join submissions on unioned.submission_id = submissions.submission_id

)

select * from final
