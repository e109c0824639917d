-- England and the statistical neighbours beside a month: the published figure of the latest year that had ended by then, with that year.
-- Counts depend on size, and a rate of a year is no rate of a month: neither is set beside a month.

with months as (

    select
        authority_code,
        indicator_code,
        month,
        last_day(month) as month_end,
    from {{ ref('int_indicators__month') }}
    where kind <> 'count'
        and not (kind = 'rate_per_10000' and time_basis = 'flow')

),

published as (

    select
        figure.authority_code,
        figure.indicator_code,
        figure.period_end,
        max(figure.value) as value,
    from {{ ref('int_versions__figure') }} as figure
    inner join (select indicator_code from months group by all) as shown on figure.indicator_code = shown.indicator_code
    where figure.known_to is null
        and figure.breakdown_dimension = 'all'
        and figure.source_kind = 'published'
        and figure.period_basis in ('year', 'snapshot')
        and figure.value is not null
    group by all

),

england as (

    select
        published.indicator_code,
        published.period_end,
        published.value,
    from published
    inner join {{ ref('reg_authority') }} as authority
        on published.authority_code = authority.authority_code and authority.authority_type = 'england'

),

vintages as (

    select
        comparator_set,
        vintage,
        -- A vintage is named by its year, or its year and month.
        cast(rpad(vintage, 7, '-01') || '-01' as date) as vintage_from,
        authority_code,
        member_code,
    from {{ ref('reg_comparator_member') }}
    where comparator_set = 'statistical_neighbours'

),

neighbour_years as (

    select
        vintages.authority_code,
        vintages.vintage,
        vintages.vintage_from,
        published.indicator_code,
        published.period_end,
        avg(published.value order by vintages.member_code) as mean_value,
        median(published.value) as median_value,
        cast(count(*) as integer) as n_used,
    from vintages
    inner join published
        on vintages.member_code = published.authority_code
        and vintages.member_code <> vintages.authority_code
    group by all

),

neighbours as (

    -- The vintage in force at the month; before the first there is only the first.
    select
        months.authority_code,
        months.indicator_code,
        months.month,
        neighbour_years.vintage,
        neighbour_years.period_end,
        neighbour_years.mean_value,
        neighbour_years.median_value,
        neighbour_years.n_used,
    from months
    inner join neighbour_years
        on months.authority_code = neighbour_years.authority_code
        and months.indicator_code = neighbour_years.indicator_code
        and neighbour_years.period_end <= months.month_end
    qualify row_number() over (
        partition by months.authority_code, months.indicator_code, months.month
        order by
            neighbour_years.vintage_from > months.month_end,
            case when neighbour_years.vintage_from <= months.month_end then neighbour_years.vintage_from end desc nulls last,
            neighbour_years.vintage_from,
            neighbour_years.period_end desc
    ) = 1

),

final as (

    select
        months.authority_code,
        months.indicator_code,
        months.month,
        england.value as national_value,
        cast(year(england.period_end) as integer) as national_year,
        neighbours.mean_value as neighbour_value,
        neighbours.median_value as neighbour_median,
        neighbours.n_used as neighbour_n_used,
        cast(year(neighbours.period_end) as integer) as neighbour_year,
        neighbours.vintage as neighbour_vintage,
    from months
    asof left join england
        on months.indicator_code = england.indicator_code
        and months.month_end >= england.period_end
    left join neighbours
        on months.authority_code = neighbours.authority_code
        and months.indicator_code = neighbours.indicator_code
        and months.month = neighbours.month

)

select * from final
