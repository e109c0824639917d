-- Monthly contact figures worked out from the cells of a contact return: all contacts, those that are initial contacts, and by source, method, outcome and class.

with cells as (

    select * from {{ ref('int_measures__contact_cell') }} where tabulation = 'return'

),

{% set breakdowns = {
    'all': "'all'",
    'contact_source': 'contact_source',
    'contact_method': 'contact_method',
    'contact_outcome': 'contact_outcome',
    'contact_class': 'contact_class',
    'team': 'team',
} %}

counted as (

    {% for dimension, expression in breakdowns.items() %}
    select
        submission_id,
        authority_code,
        month,
        known_from,
        received_at,
        '{{ dimension }}' as breakdown_dimension,
        {{ expression }} as breakdown_value,
        sum(contacts) as contacts,
        sum(contacts) filter (where is_initial_contact) as initial_contacts,
        count(*) as cells,
        count(*) filter (where contacts is null) as cells_without_number,
        min_by(source_ref, source_ref) as source_ref,
    from cells
    {% if dimension not in ('all',) %}where {{ expression }} is not null and {{ expression }} <> 'not_given'{% endif %}
    group by all
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

long as (

    select *, 'contacts_received' as indicator_code, contacts as number from counted
    union all
    select *, 'initial_contacts' as indicator_code, coalesce(initial_contacts, 0) as number from counted

),

final as (

    select
        long.source_ref || case when cells > 1 then ' and ' || (cells - 1) || ' more' else '' end as source_ref,
        long.submission_id,
        'contact_return' as return_name,
        long.authority_code,
        long.authority_code as authority_text,
        long.indicator_code,
        long.indicator_code as indicator_text,
        'actual' as role,
        'month' as period_basis,
        long.month as period_start,
        last_day(long.month) as period_end,
        long.breakdown_dimension,
        long.breakdown_value,
        case when cells_without_number = 0 then number end as numerator,
        -- A sum over a cell that has no number is not the count of the month.
        case when cells_without_number = 0 then number end as value,
        case when cells_without_number = 0 then cast(cast(number as bigint) as varchar) else '' end as value_text,
        case when cells_without_number = 0 then 'reported' else 'missing' end as value_status,
        'count' as unit,
        false as is_provisional,
        'derived' as source_kind,
        long.known_from,
        long.received_at,
    from long

)

select * from final
