{#- Figures of indicators from measures of children: a count takes its numerator; a percentage, mean or ratio divides the two measures that the registry names,
    of one submission; what is counted from April on is added up from the months. `relation` is int_children__measure (its own authority only) or int_children__shared_measure (everybody). -#}
{% macro child_figures(relation) %}
with measures as (

    select * from {{ relation }}

),

indicators as (

    select
        indicator_code,
        kind,
        time_basis,
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
        indicators.time_basis,
        -- What looks back over twelve months from a day is of those months, as it is printed.
        indicators.time_basis = 'rolling_12m' and numerator.period_basis = 'snapshot' as is_of_year,
        if(is_of_year, 'rolling_12m', numerator.period_basis) as period_basis,
        if(is_of_year, {{ rolling_year_start('numerator.period_end') }}, numerator.period_start) as period_start,
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

so_far as (

    -- What is counted from April on: the months of the financial year so far as they are known now, added up before they are divided.
    select
        * replace (
            'ytd' as period_basis,
            {{ financial_year_start('period_end') }} as period_start,
            sum(numerator) over year_so_far as numerator,
            sum(denominator) over year_so_far as denominator,
            case
                when bool_or(value_status = 'suppressed') over year_so_far then 'suppressed'
                when bool_or(value_status = 'insufficient_history') over year_so_far then 'insufficient_history'
                when kind <> 'count' and sum(denominator) over year_so_far = 0 then 'zero_denominator'
                else 'reported'
            end as value_status,
            max(known_from) over year_so_far as known_from,
            1 as version_number
        ),
    from parts
    where time_basis = 'cumulative_ytd'
        and period_basis = 'month'
        and breakdown_dimension = 'all'
        and known_to is null
    window year_so_far as (
        partition by authority_code, indicator_code, {{ financial_year_start('period_end') }}
        order by period_end
        rows between unbounded preceding and current row
    )
    qualify count(*) over year_so_far = date_diff('month', {{ financial_year_start('period_end') }}, period_end) + 1

),

told as (

    select * from parts
    union all by name
    select * from so_far

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
    from told as parts
    inner join {{ ref('int_children__list') }} as lists
        on parts.submission_id = lists.submission_id
        and parts.list = lists.list
    {{ join_definition_versions('parts') }}

)

select * from final
{% endmacro %}
