-- Do the audits of all types, areas or grades equal the sum of their parts? One row a total with a number and a dimension all of whose parts have one.
-- A part without a number, or given as a range, leaves the sum open, and nothing is compared.

with audits as (

    select
        *,
        (audit_type <> 'all')::integer + (area <> 'all')::integer + (grade <> 'all')::integer as n_dimensions,
        case
            when period_basis = 'month' then strftime(month, '%b %Y')
            else strftime(period_start, '%b %Y') || ' to ' || strftime(month, '%b %Y')
        end as period,
    from {{ ref('int_registers__audit') }}

),

totals as (

    select *
    from audits
    where n_dimensions = 0 and bound = 'exact' and audits is not null

),

parts as (

    select
        audits.*,
        case when audit_type <> 'all' then 'type' when area <> 'all' then 'area' else 'grade' end as dimension,
        case when audit_type <> 'all' then audit_type when area <> 'all' then area else grade end as part,
    from audits
    where n_dimensions = 1

),

sums as (

    select
        authority_code,
        period_basis,
        period_start,
        period_end,
        dimension,
        sum(audits) as audits,
        list({
            'what': part,
            'value': regexp_replace(cast(audits as varchar), '\.0$', ''),
            'where': source_ref
        } order by source_ref, part) as cells,
    from parts
    group by all
    having count(*) > 1 and bool_and(bound = 'exact' and audits is not null)

)

select
    'arithmetic.audit_total' as rule_id,
    totals.submission_id,
    totals.authority_code,
    'case_audits_completed' as indicator_code,
    totals.period_start,
    'audits by ' || sums.dimension || ', ' || totals.period as subject,
    'register of audits, ' || totals.period as cause,
    cast(null as varchar) as explained_by,
    sums.audits as expected,
    totals.audits as observed,
    totals.audits - sums.audits as difference,
    0.0 as tolerance,
    cast(1 as bigint) as stands_for,
    to_json(list_prepend(
        {'what': 'all', 'value': regexp_replace(cast(totals.audits as varchar), '\.0$', ''), 'where': totals.source_ref},
        list_slice(sums.cells, 1, 40)
    )) as evidence,
    totals.source_ref,
    totals.known_from,
from totals
inner join sums
    on totals.authority_code = sums.authority_code
    and totals.period_basis = sums.period_basis
    and totals.period_start = sums.period_start
    and totals.period_end = sums.period_end
