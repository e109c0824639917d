-- Is the warehouse itself sound? One row a submission. What fails here is our fault, and keeps the last publication in place.

with figures as (

    select
        figure.submission_id,
        figure.authority_code,
        authority.authority_code is null as is_unknown,
        figure.cell,
        figure.source_ref,
        figure.known_from,
    from {{ ref('evidence_figure') }} as figure
    left join (select distinct authority_code from {{ ref('reg_authority') }}) as authority
        on figure.authority_code = authority.authority_code

)

select
    'warehouse.unknown_authority' as rule_id,
    submission_id,
    cast(null as varchar) as authority_code,
    cast(null as varchar) as indicator_code,
    cast(null as date) as period_start,
    'authorities of the figures' as subject,
    'authorities of the registry' as cause,
    cast(null as varchar) as explained_by,
    0.0 as expected,
    cast(count(*) filter (where is_unknown) as double) as observed,
    cast(count(*) filter (where is_unknown) as double) as difference,
    0.0 as tolerance,
    count(*) as stands_for,
    to_json(list_slice(list({
        'what': 'authority "' || coalesce(authority_code, '(none)') || '"', 'value': cell.value, 'where': source_ref
    } order by source_ref) filter (where is_unknown), 1, 20)) as evidence,
    coalesce(min(source_ref) filter (where is_unknown), min(source_ref)) as source_ref,
    min(known_from) as known_from,
from figures
group by submission_id
