-- A blank cell of a cross-tabulation means nil only where the row and the column it stands in add up to their printed totals without it.

with cells as (

    select
        *,
        {{ figure_number('value_text') }} as printed_number,
        trim(coalesce(value_text, '')) = '' as is_blank,
    from {{ ref('stg_contact_matrix__cell') }}

),

row_sums as (

    select
        submission_id,
        source_sheet,
        section,
        source_row,
        sum(printed_number) filter (where not is_column_total) as sum_of_cells,
        max(printed_number) filter (where is_column_total) as printed_total,
    from cells
    group by all

),

column_sums as (

    select
        submission_id,
        source_sheet,
        section,
        column_label,
        sum(printed_number) filter (where not is_row_total) as sum_of_cells,
        max(printed_number) filter (where is_row_total) as printed_total,
    from cells
    group by all

),

final as (

    select
        cells.* exclude (is_blank),
        cells.is_blank
        and coalesce(coalesce(row_sums.sum_of_cells, 0) = row_sums.printed_total, false)
        and coalesce(coalesce(column_sums.sum_of_cells, 0) = column_sums.printed_total, false) as blank_is_nil,
    from cells
    left join row_sums
        on cells.submission_id = row_sums.submission_id
        and cells.source_sheet is not distinct from row_sums.source_sheet
        and cells.section is not distinct from row_sums.section
        and cells.source_row = row_sums.source_row
    left join column_sums
        on cells.submission_id = column_sums.submission_id
        and cells.source_sheet is not distinct from column_sums.source_sheet
        and cells.section is not distinct from column_sums.section
        and cells.column_label = column_sums.column_label

)

select * from final
