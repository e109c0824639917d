{{ config(tags=['before_gate']) }}

-- Is what the return itself promises there? One row a series, table or submission.

with figures as (

    select *
    from {{ ref('evidence_figure') }}
    -- Figures made from a contact return are as complete as its cells, which are judged as such.
    where not is_published and return_name <> 'contact_return'

),

series as (

    -- A series is one line of one table: the same figure over periods of one length.
    select
        *,
        coalesce(value, numerator) is not null as has_number,
        -- Only a blank cell is a gap. "-", "c", "tbc" say why there is no figure, and have a status of their own.
        coalesce(value, numerator) is null and coalesce(trim(value_text), '') = '' as is_blank,
        min(period_end) filter (where coalesce(value, numerator) is not null) over line as first_with_number,
        max(period_end) filter (where coalesce(value, numerator) is not null) over line as last_with_number,
    from figures
    where role = 'actual' and indicator_code is not null and period_start is not null
    window line as (
        partition by submission_id, authority_code, indicator_code, section, printed_label, period_basis,
            breakdown_dimension, breakdown_value
    )

),

-- Before the first figure and after the last a blank means "not yet" or "no longer"; between them it means "forgotten".
required_cells as (

    select
        'completeness.required_cells' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        min(period_start) filter (where is_gap) as period_start,
        any_value(coalesce(indicator_name, printed_label)) || case
            when breakdown_dimension = 'all' then '' else ' (' || replace(breakdown_value, '|', ', ') || ')' end
            || ', ' || period_basis || ' figures' || coalesce(' in ' || section, '') as subject,
        'blank cells' || coalesce(' in ' || section, '') as cause,
        cast(null as varchar) as explained_by,
        0.0 as expected,
        cast(count(*) filter (where is_gap) as double) as observed,
        -- A quarterly figure among month columns leaves two of three blank. As many blanks as figures are a rhythm, not gaps.
        case
            when return_name <> 'indicator_return' and count(*) filter (where is_gap) >= count(*) filter (where has_number) then 0.0
            else cast(count(*) filter (where is_gap) as double)
        end as difference,
        0.0 as tolerance,
        count(*) as stands_for,
        to_json(list_slice(list({
            'what': figure_name, 'value': '(blank)', 'where': source_ref
        } order by period_start) filter (where is_gap), 1, 20)) as evidence,
        coalesce(min(source_ref) filter (where is_gap), min(source_ref)) as source_ref,
        min(known_from) as known_from,
    from (
        select
            *,
            is_blank and (
                -- a row of a long return exists only to give a figure
                return_name = 'indicator_return'
                or (period_end > first_with_number and period_end < last_with_number)
            ) as is_gap,
        from series
    )
    group by submission_id, return_name, authority_code, indicator_code, section, printed_label, period_basis,
        breakdown_dimension, breakdown_value

),

months as (

    select distinct
        submission_id,
        authority_code,
        coalesce(section, indicator_name, indicator_code) as place,
        period_start as month,
        known_from,
    from figures
    where role = 'actual' and period_basis = 'month' and period_start is not null
    union
    select distinct
        submission_id,
        authority_code,
        'contacts, ' || tabulation as place,
        month,
        known_from,
    from {{ ref('int_measures__contact_cell') }}
    where month is not null

),

month_columns as (

    select
        'completeness.month_columns' as rule_id,
        submission_id,
        authority_code,
        cast(null as varchar) as indicator_code,
        min(month) as period_start,
        'months of ' || place as subject,
        'months of ' || place as cause,
        cast(null as varchar) as explained_by,
        cast(date_diff('month', min(month), max(month)) + 1 as double) as expected,
        cast(count(distinct month) as double) as observed,
        cast(date_diff('month', min(month), max(month)) + 1 - count(distinct month) as double) as difference,
        0.0 as tolerance,
        date_diff('month', min(month), max(month)) + 1 as stands_for,
        to_json([{
            'what': 'months found', 'value': string_agg(distinct strftime(month, '%Y-%m'), ' ' order by strftime(month, '%Y-%m')),
            'where': place
        }]) as evidence,
        place as source_ref,
        min(known_from) as known_from,
    from months
    group by submission_id, authority_code, place
    having count(distinct month) >= 3

),

period_unknown as (

    select
        'completeness.period_unknown' as rule_id,
        submission_id,
        authority_code,
        cast(null as varchar) as indicator_code,
        cast(null as date) as period_start,
        'periods of ' || coalesce(section, 'the return') as subject,
        'periods of ' || coalesce(section, 'the return') as cause,
        cast(null as varchar) as explained_by,
        0.0 as expected,
        cast(count(*) filter (where period_start is null and value is not null) as double) as observed,
        cast(count(*) filter (where period_start is null and value is not null) as double) as difference,
        0.0 as tolerance,
        count(*) as stands_for,
        to_json(list_slice(list(cell order by source_ref) filter (where period_start is null and value is not null), 1, 20)) as evidence,
        coalesce(min(source_ref) filter (where period_start is null), min(source_ref)) as source_ref,
        min(known_from) as known_from,
    from figures
    where role = 'actual'
    group by submission_id, authority_code, section

),

-- A return of five cells or more without one number is the wrong file, or the wrong sheet. Suppressed cells are an answer.
no_figures as (

    select
        'completeness.no_figures' as rule_id,
        submission_id,
        min(authority_code) as authority_code,
        cast(null as varchar) as indicator_code,
        min(period_start) as period_start,
        'figures of the whole return' as subject,
        'figures of the whole return' as cause,
        cast(null as varchar) as explained_by,
        1.0 as expected,
        cast(count(*) filter (where has_answer) as double) as observed,
        case when bool_or(has_answer) then 0.0 else 1.0 end as difference,
        0.0 as tolerance,
        count(*) as stands_for,
        to_json(list_slice(list(cell order by source_ref) filter (where not has_answer), 1, 5)) as evidence,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
    from (
        select
            *,
            coalesce(value, numerator) is not null or value_status in ('suppressed', 'nil', 'not_applicable') as has_answer,
        from figures
    )
    group by submission_id
    having count(*) >= 5

)

select * from required_cells
union all
select * from month_columns
union all
select * from period_unknown
union all
select * from no_figures
