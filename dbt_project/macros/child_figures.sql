{#- Figures of indicators from measures of children: a count takes its numerator; a percentage, mean or ratio divides the two measures that the registry names,
    of one submission. `relation` is int_children__measure (its own authority only) or int_children__shared_measure (everybody). -#}
{% macro child_figures(relation) %}
with measures as (

    select * from {{ relation }}

),

indicators as (

    select
        indicator_code,
        kind,
        numerator_measure,
        denominator_measure,
    from {{ ref('reg_indicator') }}
    where lifecycle <> 'retired' and kind in ('count', 'percent', 'mean', 'ratio')

),

parts as (

    select
        numerator.authority_code,
        indicators.indicator_code,
        indicators.kind,
        numerator.period_basis,
        numerator.period_start,
        numerator.period_end,
        numerator.breakdown_dimension,
        numerator.breakdown_value,
        numerator.amount as numerator,
        if(indicators.kind = 'count', null, denominator.amount) as denominator,
        case
            when 'suppressed' in (numerator.value_status, denominator.value_status) then 'suppressed'
            when numerator.value_status <> 'reported' then numerator.value_status
            when indicators.kind <> 'count' and denominator.value_status <> 'reported' then denominator.value_status
            when indicators.kind <> 'count' and denominator.amount = 0 then 'zero_denominator'
            else 'reported'
        end as value_status,
        numerator.submission_id,
        numerator.list,
        numerator.known_from,
        numerator.known_to,
        numerator.version_number,
    from measures as numerator
    inner join indicators on numerator.measure_code = indicators.numerator_measure
    left join measures as denominator
        on indicators.kind <> 'count'
        and indicators.denominator_measure = denominator.measure_code
        and numerator.submission_id = denominator.submission_id
        and numerator.authority_code = denominator.authority_code
        and numerator.period_basis = denominator.period_basis
        and numerator.period_end = denominator.period_end
        and numerator.breakdown_dimension = denominator.breakdown_dimension
        and numerator.breakdown_value = denominator.breakdown_value
    where indicators.kind = 'count' or denominator.measure_code is not null

),

final as (

    select
        parts.authority_code,
        parts.indicator_code,
        parts.period_basis,
        parts.period_start,
        parts.period_end,
        parts.breakdown_dimension,
        parts.breakdown_value,
        if(parts.value_status = 'suppressed', null, parts.numerator) as numerator,
        if(parts.value_status = 'suppressed', null, parts.denominator) as denominator,
        case when parts.value_status = 'reported' then {{ value_from_parts('parts.kind', 'parts.numerator', 'parts.denominator') }} end as value,
        parts.value_status,
        false as is_provisional,
        {{ definition_version_of() }} as definition_version,
        'derived' as source_kind,
        parts.submission_id,
        lists.file_name || '#list ' || parts.list as source_ref,
        cast(null as varchar) as value_text,
        parts.known_from,
        parts.known_to,
        parts.version_number,
    from parts
    inner join {{ ref('int_children__list') }} as lists
        on parts.submission_id = lists.submission_id
        and parts.list = lists.list
    {{ join_definition_versions('parts') }}

)

select * from final
{% endmacro %}
