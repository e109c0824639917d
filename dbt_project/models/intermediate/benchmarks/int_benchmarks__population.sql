-- Children aged 0 to 17 by the middle of a year, in every vintage held: the estimates themselves, and those printed beside rates of looked-after children
-- (the year ending March is divided by the estimate of the calendar year before).

with estimates as (

    select
        authority_code,
        cast(year(period_end) as integer) as population_year,
        'mid_year_estimates' as population_source,
        value as population,
        source_ref,
        known_from,
    from {{ ref('int_versions__figure') }}
    where indicator_code = 'population_0_17'
        and period_basis = 'snapshot'
        and breakdown_dimension = 'all'
        and value > 0

),

beside_rates as (

    select
        authority_code,
        cast(year(period_end) - 1 as integer) as population_year,
        'looked_after_children_release' as population_source,
        denominator as population,
        source_ref,
        known_from,
    from {{ ref('int_versions__figure') }}
    where indicator_code = 'lac_rate_10k'
        and source_kind = 'published'
        and breakdown_dimension = 'all'
        and denominator > 0

),

final as (

    select
        authority_code,
        population_year,
        population_source || ' ' || strftime(known_from, '%Y-%m-%d') as vintage,
        population_source,
        population,
        source_ref,
        known_from,
        -- The estimates themselves go before a copy of them beside a rate.
        row_number() over (
            partition by authority_code, population_year
            order by (population_source = 'mid_year_estimates') desc, known_from desc, source_ref
        ) = 1 as is_current,
    from (
        select * from estimates
        union all
        select * from beside_rates
    )

)

select * from final
