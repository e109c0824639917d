{{ config(tags=['before_gate']) }}

-- Do printed totals equal the sum of their parts? One row a printed total: of a contact matrix, of a breakdown, of a partition.

with cells as (

    select
        *,
        coalesce(team, '') as team_key,
        strftime(month, '%b %Y') as month_name,
        {
            'source': local_source, 'method': local_method, 'outcome': local_outcome, 'code': local_code, 'team': team
        } as labels,
        trim(split_part(tabulation, ' x ', 1)) as row_dimension,
        trim(split_part(tabulation, ' x ', 2)) as column_dimension,
        coalesce(is_row_total, false) as in_total_row,
        coalesce(is_column_total, false) as in_total_column,
    from {{ ref('int_measures__contact_cell') }}
    where tabulation like '% x %'

),

matrix as (

    select
        *,
        case row_dimension
            when 'source' then labels.source when 'method' then labels.method when 'outcome' then labels.outcome
            when 'code' then labels.code else labels.team
        end as row_label,
        case column_dimension
            when 'source' then labels.source when 'method' then labels.method when 'outcome' then labels.outcome
            when 'code' then labels.code else labels.team
        end as column_label,
        -- One return can hold the same kind of table several times: by section, and by team unless that is one of the two sides.
        coalesce(section, '') as place,
        case when 'team' in (row_dimension, column_dimension) then '' else team_key end as matrix_team,
    from cells

),

inner_cells as (

    select
        *,
        -- A suppressed cell hides 1 to 5 contacts. A blank one in a matrix is an empty one.
        case when value_status = 'suppressed' then 5.0 else 0.0 end as hidden,
        {'what': row_label || ' / ' || column_label, 'value': coalesce(regexp_replace(cast(contacts as varchar), '\.0$', ''), value_status, ''), 'where': source_ref}
            as cell,
    from matrix
    where not in_total_row and not in_total_column

),

sums as (

    select 'row' as direction, submission_id, authority_code, tabulation, month, place, matrix_team, row_label as label,
        sum(coalesce(contacts, 0)) as total, sum(hidden) as hidden,
        list(cell order by source_ref) filter (where contacts is not null or hidden > 0) as parts
    from inner_cells
    group by all
    union all
    select 'column' as direction, submission_id, authority_code, tabulation, month, place, matrix_team, column_label as label,
        sum(coalesce(contacts, 0)) as total, sum(hidden) as hidden,
        list(cell order by source_ref) filter (where contacts is not null or hidden > 0) as parts
    from inner_cells
    group by all
    union all
    select 'grand' as direction, submission_id, authority_code, tabulation, month, place, matrix_team, null as label,
        sum(coalesce(contacts, 0)) as total, sum(hidden) as hidden,
        cast([] as struct(what varchar, value varchar, "where" varchar)[]) as parts
    from inner_cells
    group by all

),

-- A cell of the total column is the total of its row, a cell of the total row that of its column.
printed as (

    select
        *,
        case
            when in_total_row and in_total_column then 'grand'
            when in_total_column then 'row'
            else 'column'
        end as direction,
        case
            when in_total_row and in_total_column then null
            when in_total_column then row_label
            else column_label
        end as label,
    from matrix
    where (in_total_row or in_total_column) and contacts is not null

),

matrix_totals as (

    select
        'arithmetic.matrix_' || printed.direction || '_total' as rule_id,
        printed.submission_id,
        printed.authority_code,
        cast(null as varchar) as indicator_code,
        printed.month as period_start,
        case printed.direction
            when 'grand' then 'grand total of contacts, '
            else 'total of contacts, ' || printed.direction || ' "' || printed.label || '", '
        end || printed.tabulation || ', ' || printed.month_name
            || case when printed.place = '' then '' else ', in ' || printed.place end
            || case when printed.matrix_team = '' then '' else ', ' || printed.matrix_team end as subject,
        'table of contacts, ' || printed.month_name as cause,
        cast(null as varchar) as explained_by,
        sums.total as expected,
        cast(printed.contacts as double) as observed,
        printed.contacts - sums.total as difference,
        sums.hidden as tolerance,
        cast(1 as bigint) as stands_for,
        to_json(list_prepend(
            {'what': 'printed total', 'value': regexp_replace(cast(printed.contacts as varchar), '\.0$', ''), 'where': printed.source_ref},
            list_prepend(
                {'what': 'sum of the parts', 'value': regexp_replace(cast(sums.total as varchar), '\.0$', ''), 'where': ''},
                list_slice(sums.parts, 1, 40)
            )
        )) as evidence,
        printed.source_ref,
        printed.known_from,
        printed.tabulation,
        printed.place,
    from printed
    inner join sums
        on printed.direction = sums.direction
        and printed.submission_id = sums.submission_id
        and printed.authority_code = sums.authority_code
        and printed.tabulation = sums.tabulation
        and printed.month = sums.month
        and printed.place = sums.place
        and printed.matrix_team = sums.matrix_team
        and printed.label is not distinct from sums.label

),

-- Totals that disagree here and there are mistakes; totals that disagree nearly everywhere are cells in the wrong columns.
matrix_shifted as (

    select
        'arithmetic.matrix_shifted' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        'most totals of contacts, ' || tabulation || ', ' || strftime(period_start, '%b %Y')
            || case when place = '' then '' else ', in ' || place end as subject,
        cause,
        cast(null as varchar) as explained_by,
        0.0 as expected,
        100.0 * count(*) filter (where abs(difference) > tolerance) / count(*) as observed,
        100.0 * count(*) filter (where abs(difference) > tolerance) / count(*) as difference,
        60.0 as tolerance,
        count(*) as stands_for,
        to_json(list_slice(list({
            'what': subject,
            'value': regexp_replace(cast(observed as varchar), '\.0$', '') || ' printed, ' || regexp_replace(cast(expected as varchar), '\.0$', '') || ' by the cells',
            'where': source_ref
        } order by source_ref) filter (where abs(difference) > tolerance), 1, 10)) as evidence,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
    from matrix_totals
    group by submission_id, authority_code, indicator_code, period_start, tabulation, place, cause
    having count(*) >= 6

),

-- The same contacts tabulated twice (by method, by outcome) are as many by each source, and in all. Compared where the parts are
-- cells, so that a wrong printed total is reported once, as a wrong total.
tabulated as (

    select
        submission_id,
        authority_code,
        month,
        matrix_team,
        tabulation,
        unnest([
            {'dimension': row_dimension, 'label': row_label},
            {'dimension': column_dimension, 'label': column_label}
        ], recursive := true),
        contacts,
        hidden,
        source_ref,
        known_from,
    from inner_cells

),

by_label as (

    select
        submission_id,
        authority_code,
        month,
        matrix_team,
        tabulation,
        dimension,
        label,
        sum(coalesce(contacts, 0)) as total,
        sum(hidden) as hidden,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
    from tabulated
    where label is not null
    group by all

),

tabulations_agree as (

    select
        'two_places.tabulations' as rule_id,
        one.submission_id,
        one.authority_code,
        cast(null as varchar) as indicator_code,
        one.month as period_start,
        'contacts of ' || one.dimension || ' "' || one.label || '" in "' || one.tabulation || '" and "' || other.tabulation || '", '
            || strftime(one.month, '%b %Y')
            || case when one.matrix_team = '' then '' else ', ' || one.matrix_team end as subject,
        'table of contacts, ' || strftime(one.month, '%b %Y') as cause,
        cast(null as varchar) as explained_by,
        one.total as expected,
        other.total as observed,
        other.total - one.total as difference,
        one.hidden + other.hidden as tolerance,
        cast(1 as bigint) as stands_for,
        to_json([
            {'what': one.tabulation || ': sum of the cells', 'value': regexp_replace(cast(one.total as varchar), '\.0$', ''), 'where': one.source_ref},
            {'what': other.tabulation || ': sum of the cells', 'value': regexp_replace(cast(other.total as varchar), '\.0$', ''), 'where': other.source_ref}
        ]) as evidence,
        one.source_ref,
        one.known_from,
    from by_label as one
    inner join by_label as other
        on one.submission_id = other.submission_id
        and one.authority_code = other.authority_code
        and one.month = other.month
        and one.matrix_team = other.matrix_team
        and one.dimension = other.dimension
        and one.label = other.label
        and one.tabulation < other.tabulation

),

counts as (

    -- Only numbers that add up: counts of events or of children on a day, over one dimension at a time.
    select
        *,
        -- Published tables are rounded to ten above authority level, so every part and the total may be 5 out.
        case when is_published and not is_local_authority and value % 10 = 0 then 5.0 else 0.0 end as rounding,
        regexp_replace(figure_name, ' \([^)]*\)', '') as whole_name,
    from {{ ref('evidence_figure') }}
    where role = 'actual' and kind = 'count' and unit is distinct from 'percent' and period_start is not null
        and breakdown_dimension not like '%|%'
        -- The totals of a matrix are judged cell by cell, above.
        and return_name <> 'contact_matrix'

),

parts as (

    select
        submission_id,
        authority_code,
        indicator_code,
        period_basis,
        period_start,
        period_end,
        breakdown_dimension,
        coalesce(section, '') as section,
        sum(coalesce(value, 0)) as total,
        sum(rounding) as leeway,
        count(*) filter (where value_status = 'suppressed') as n_hidden,
        count(*) as n_parts,
        min(source_ref) as source_ref,
        list(cell order by source_ref) as cells,
    from counts
    where breakdown_dimension <> 'all'
    group by all
    having count(*) >= 3 and count(value) >= 2
        -- A breakdown with an unknown part cannot be summed.
        and bool_and(value is not null or value_status in ('suppressed', 'nil', 'not_applicable', 'rounded_to_zero'))

),

-- Many breakdowns list only some of their values, or a subtotal beside its parts, and say so nowhere. So a sum is taken as meant to
-- reach the total only where it comes within a fifth of it; one far off is no arithmetic slip.
breakdowns as (

    select
        whole.*,
        parts.breakdown_dimension as by_dimension,
        parts.section as part_section,
        parts.total,
        -- Behind a suppressed part may stand any number, since a second part is hidden to protect the first: then the parts that are
        -- shown can only be too many.
        case when parts.n_hidden > 0 then least(whole.value - parts.total, 0.0) else whole.value - parts.total end as rest,
        parts.leeway + whole.rounding as leeway,
        parts.cells,
    from counts as whole
    inner join parts
        on whole.submission_id = parts.submission_id
        and whole.authority_code = parts.authority_code
        and whole.indicator_code = parts.indicator_code
        and whole.period_basis = parts.period_basis
        and whole.period_start = parts.period_start
        and whole.period_end = parts.period_end
        and coalesce(whole.section, '') = parts.section
    where whole.breakdown_dimension = 'all' and whole.value is not null
        and whole.value > 0 and parts.total between 0.8 * whole.value and 1.25 * whole.value

),

breakdown_totals as (

    select
        'arithmetic.breakdown_total' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        figure_name || ', by ' || replace(by_dimension, '_', ' ') || case when part_section = '' then '' else ' in ' || part_section end as subject,
        indicator_name as cause,
        total as expected,
        value as observed,
        -- National tables leave out the cases whose value is not known, and say so in a footnote: their parts can only be too many.
        case when is_published then least(rest, 0.0) else rest end as difference,
        leeway as tolerance,
        is_published,
        cell,
        cells,
        source_ref,
        known_from,
    from breakdowns

),

-- How much a published breakdown leaves out: one row a table, indicator and year, for the authorities in which it is more than one in a
-- hundred. It is one remark to whoever publishes, not one to each authority.
breakdown_leaves_out as (

    select
        'arithmetic.breakdown_leaves_out' as rule_id,
        submission_id,
        cast(null as varchar) as authority_code,
        indicator_code,
        period_start,
        regexp_replace(any_value(whole_name), '^[^,]*', any_value(indicator_name)) || ', by ' || replace(by_dimension, '_', ' ')
            || case when part_section = '' then '' else ' in ' || part_section end as subject,
        any_value(indicator_name) || ', by ' || replace(by_dimension, '_', ' ') as cause,
        cast(null as varchar) as explained_by,
        coalesce(sum(total) filter (where rest > leeway + 0.01 * value), 0.0) as expected,
        coalesce(sum(value) filter (where rest > leeway + 0.01 * value), 0.0) as observed,
        coalesce(sum(rest) filter (where rest > leeway + 0.01 * value), 0.0) as difference,
        0.0 as tolerance,
        count(*) as stands_for,
        to_json(coalesce(list_slice(list({
            'what': authority_code || ': ' || cell.what || ', the parts make ' || regexp_replace(cast(total as varchar), '\.0$', ''),
            'value': cell.value,
            'where': cell."where"
        } order by rest / value desc) filter (where rest > leeway + 0.01 * value), 1, 40), [])) as evidence,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
    from breakdowns
    where is_published and is_local_authority
    group by submission_id, indicator_code, period_start, by_dimension, part_section

),

-- Counts that the list of partitions says make up another: in time + out of time = all.
partition_parts as (

    select
        partitions.partition_code,
        partitions.whole_indicator_code,
        figure.submission_id,
        figure.authority_code,
        figure.period_basis,
        figure.period_start,
        figure.period_end,
        figure.breakdown_dimension,
        figure.breakdown_value,
        figure.indicator_code,
        any_value(partitions.n_parts) as n_parts,
        -- One figure printed in two places counts once; that the two agree is another rule's question.
        arg_min(figure.value * partitions.sign, figure.source_ref) as signed_value,
        arg_min(figure.rounding, figure.source_ref) as rounding,
        arg_min(figure.cell, figure.source_ref) as cell,
    from {{ ref('evidence_partition') }} as partitions
    inner join counts as figure on partitions.part_indicator_code = figure.indicator_code
    where partitions.whole_indicator_code is not null and figure.value is not null
    group by all

),

partition_sums as (

    select
        partition_code,
        whole_indicator_code,
        submission_id,
        authority_code,
        period_basis,
        period_start,
        period_end,
        breakdown_dimension,
        breakdown_value,
        sum(signed_value) as total,
        sum(rounding) as leeway,
        list(cell order by cell."where") as cells,
    from partition_parts
    group by all
    having count(*) = any_value(n_parts)

),

partition_totals as (

    select
        'arithmetic.partition_total' as rule_id,
        whole.submission_id,
        whole.authority_code,
        whole.indicator_code,
        whole.period_start,
        whole.figure_name || coalesce(' in ' || whole.section, '') || ', from its parts' as subject,
        whole.indicator_name as cause,
        sums.total as expected,
        whole.value as observed,
        whole.value - sums.total as difference,
        sums.leeway + whole.rounding as tolerance,
        whole.is_published,
        whole.cell,
        sums.cells,
        whole.source_ref,
        whole.known_from,
    from counts as whole
    inner join partition_sums as sums
        on whole.submission_id = sums.submission_id
        and whole.authority_code = sums.authority_code
        and whole.indicator_code = sums.whole_indicator_code
        and whole.period_basis = sums.period_basis
        and whole.period_start = sums.period_start
        and whole.period_end = sums.period_end
        and whole.breakdown_dimension = sums.breakdown_dimension
        and whole.breakdown_value = sums.breakdown_value
    where whole.value is not null

)

select * exclude (tabulation, place) from matrix_totals
union all
select * from matrix_shifted
union all
select * from tabulations_agree
union all
select * from breakdown_leaves_out
union all
{%- set total_before_cells -%}
to_json(list_prepend({'what': 'total: ' || cell.what, 'value': cell.value, 'where': cell."where"}, list_slice(cells, 1, 40)))
{%- endset %}
{{ folded_evidence(['breakdown_totals', 'partition_totals'], evidence=total_before_cells) }}
