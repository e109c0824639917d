-- Rates worked out from a published count and the children of the calendar year before (the Department's convention: the year ending March 2025 uses
-- mid-2024). Only for counts at or up to a 31 March; a month is not annualised.

with counts as (

    select
        figure.*,
        indicator.numerator_measure,
    from {{ ref('int_versions__figure') }} as figure
    inner join {{ ref('reg_indicator') }} as indicator
        on figure.indicator_code = indicator.indicator_code
    where figure.known_to is null
        and figure.source_kind = 'published'
        and figure.breakdown_dimension = 'all'
        and indicator.kind = 'count'
        and figure.period_basis in ('year', 'snapshot')
        and month(figure.period_end) = 3

),

final as (

    select
        counts.authority_code,
        rate.indicator_code,
        counts.period_basis,
        counts.period_start,
        counts.period_end,
        counts.value as numerator,
        population.population as denominator,
        {{ value_from_parts('rate.kind', 'counts.value', 'population.population') }} as value,
        case
            when counts.value is null then counts.value_status
            when population.population is null then 'not_available'
            else 'reported'
        end as value_status,
        version.definition_version,
        'derived' as source_kind,
        population.vintage as denominator_vintage,
        counts.source_ref || coalesce(' / ' || population.source_ref, '') as source_ref,
        counts.known_from,
    from counts
    inner join {{ ref('reg_indicator') }} as rate
        on counts.numerator_measure = rate.numerator_measure
        and rate.kind = 'rate_per_10000'
        and rate.denominator_measure = 'population_0_17'
        and rate.lifecycle <> 'retired'
    left join {{ ref('int_benchmarks__population') }} as population
        on counts.authority_code = population.authority_code
        and population.population_year = year(counts.period_end) - 1
        and population.is_current
    -- The latest estimates make a rate of the latest definition.
    left join (
        select indicator_code, definition_version
        from {{ ref('reg_indicator_version') }}
        where authority_code is null
        qualify row_number() over (partition by indicator_code order by valid_from desc nulls last) = 1
    ) as version
        on rate.indicator_code = version.indicator_code

)

select * from final
