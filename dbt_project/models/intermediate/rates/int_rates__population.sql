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
        and source_kind = 'published'
        and period_basis = 'snapshot'
        and breakdown_dimension = 'all'
        and value > 0
        -- What was replaced on the day it became known was never current.
        and known_to is distinct from known_from

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
        and known_to is distinct from known_from

),

vintages as (

    -- The estimates themselves go before a copy of them beside a rate: a copy is current only until the estimates are there.
    select
        *,
        population_source = 'mid_year_estimates'
        or not coalesce(bool_or(population_source = 'mid_year_estimates') over (
            partition by authority_code, population_year
            order by known_from
            range between unbounded preceding and current row
        ), false) as is_taken_up,
    from (
        select * from estimates
        union all
        select * from beside_rates
    )

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
        -- The days on which it is the population that rates are made with.
        case when is_taken_up then known_from end as current_from,
        case when is_taken_up then lead(known_from) over (
            partition by authority_code, population_year, is_taken_up order by known_from
        ) end as current_to,
        current_from is not null and current_to is null as is_current,
    from vintages

)

select * from final
