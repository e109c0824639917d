{{ config(tags=['before_gate']) }}

-- Does a return give each figure once? One row a key that occurs more than once in one submission, and one row a submission and
-- kind of content that stands for the keys that occur once.

with keyed as (

    -- The whole of what identifies a row of a long return, its place and wording included: two sections that print one figure
    -- differently are a contradiction of the report (two_places), two equal rows are a fault of the export. Hashed, because a national
    -- table has hundreds of thousands of rows and almost none of them twice.
    select
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        hash(
            authority_code, indicator_code, section, printed_label, role, period_basis, period_start, period_end, breakdown_dimension, breakdown_value, unit, status,
            note
        ) as key,
        'figure' as kind_of_row,
        coalesce(nullif(value_text, ''), value_status, '') as printed,
        figure_name as subject,
        cell,
        source_ref,
        known_from,
    from {{ ref('evidence_figure') }}
    where return_name in ('indicator_return', 'published_statistics') and role = 'actual'

),

keyed_contacts as (

    select
        submission_id,
        authority_code,
        cast(null as varchar) as indicator_code,
        month as period_start,
        hash(
            authority_code, tabulation, section, month, team, local_source, local_method, local_outcome, local_code, is_row_total, is_column_total
        ) as key,
        'contact' as kind_of_row,
        coalesce(regexp_replace(cast(contacts as varchar), '\.0$', ''), value_status, '') as printed,
        'contacts in ' || strftime(month, '%b %Y') || coalesce(', ' || nullif(concat_ws(
            ', ', team, local_source, local_method, local_outcome, local_code
        ), ''), '') as subject,
        {
            'what': concat_ws(', ', strftime(month, '%b %Y'), team, local_source, local_method, local_outcome, local_code),
            'value': coalesce(regexp_replace(cast(contacts as varchar), '\.0$', ''), value_status, ''),
            'where': source_ref
        } as cell,
        source_ref,
        known_from,
    from {{ ref('int_measures__contact_cell') }}

),

everything as (

    select * from keyed
    union all
    select * from keyed_contacts

),

counted as (

    select
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        kind_of_row,
        key,
        count(*) as n_rows,
        count(distinct printed) as n_values,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
    from everything
    group by submission_id, authority_code, indicator_code, period_start, kind_of_row, key

),

-- Names and cells are looked up for repeated keys only.
described as (

    select
        counted.submission_id,
        counted.kind_of_row,
        counted.key,
        min(everything.subject) as subject,
        to_json(list_slice(list(everything.cell order by everything.source_ref), 1, 20)) as evidence,
    from counted
    inner join everything
        on counted.submission_id = everything.submission_id
        and counted.kind_of_row = everything.kind_of_row
        and counted.key = everything.key
    where counted.n_rows > 1
    group by counted.submission_id, counted.kind_of_row, counted.key

),

repeated as (

    select
        case when n_values > 1 then 'uniqueness.same_key_different_value' else 'uniqueness.repeated_row' end as rule_id,
        counted.submission_id,
        counted.authority_code,
        counted.indicator_code,
        counted.period_start,
        described.subject,
        case counted.kind_of_row when 'contact' then 'rows of contacts given twice' else 'rows of figures given twice' end as cause,
        cast(null as varchar) as explained_by,
        1.0 as expected,
        cast(case when n_values > 1 then n_values else n_rows end as double) as observed,
        cast(case when n_values > 1 then n_values else n_rows end as double) - 1 as difference,
        0.0 as tolerance,
        cast(1 as bigint) as stands_for,
        described.evidence,
        counted.source_ref,
        counted.known_from,
    from counted
    inner join described
        on counted.submission_id = described.submission_id
        and counted.kind_of_row = described.kind_of_row
        and counted.key = described.key
    where counted.n_rows > 1

),

single as (

    select
        unnest(['uniqueness.same_key_different_value', 'uniqueness.repeated_row']) as rule_id,
        submission_id,
        min(authority_code) as authority_code,
        cast(null as varchar) as indicator_code,
        min(period_start) as period_start,
        'keys that occur once' as subject,
        'keys that occur once' as cause,
        cast(null as varchar) as explained_by,
        1.0 as expected,
        1.0 as observed,
        0.0 as difference,
        0.0 as tolerance,
        count(*) as stands_for,
        cast('[]' as json) as evidence,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
    from counted
    where n_rows = 1
    group by submission_id

)

select * from repeated
union all
select * from single
