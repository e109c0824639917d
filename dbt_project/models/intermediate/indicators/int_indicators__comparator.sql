-- England and the statistical neighbours beside a month: the figure of the latest year that had ended by then, with that year, as the comparison of that
-- year has it (int_benchmarks__comparison). Counts depend on size, and a rate of a year is no rate of a month unless that is put on the scale of a year.

with months as (

    select
        authority_code,
        indicator_code,
        month,
        last_day(month) as month_end,
    from {{ ref('int_indicators__month') }}
    where kind <> 'count'
        and not (kind = 'rate_per_10000' and time_basis = 'flow' and not is_annualised)

),

series as (

    select authority_code, indicator_code, from months group by all

),

comparisons as (

    select
        comparison.authority_code,
        comparison.indicator_code,
        comparison.period_basis,
        comparison.period_end,
        comparison.set_kind,
        comparison.vintage,
        comparison.published_value,
        comparison.mean,
        comparison.median,
        cast(comparison.n_used as integer) as n_used,
    from {{ ref('int_benchmarks__comparison') }} as comparison
    inner join series
        on comparison.authority_code = series.authority_code
        and comparison.indicator_code = series.indicator_code
    where comparison.period_basis in ('year', 'snapshot')
        -- The end of a national year; a month-end that councils compare among themselves is no year.
        and (comparison.period_basis = 'year' or month(comparison.period_end) in (3, 9))

),

england as (

    select
        months.authority_code,
        months.indicator_code,
        months.month,
        comparisons.period_end,
        comparisons.published_value,
    from months
    inner join comparisons
        on months.authority_code = comparisons.authority_code
        and months.indicator_code = comparisons.indicator_code
        and comparisons.period_end <= months.month_end
    where comparisons.set_kind = 'nation'
        and comparisons.published_value is not null
    qualify row_number() over (
        partition by months.authority_code, months.indicator_code, months.month
        order by comparisons.period_end desc, comparisons.period_basis
    ) = 1

),

neighbour_years as (

    select
        *,
        -- A vintage is named by its year, or its year and month.
        cast(rpad(vintage, 7, '-01') || '-01' as date) as vintage_from,
    from comparisons
    where set_kind = 'statistical_neighbours'
        and n_used > 0

),

neighbours as (

    -- The vintage in force at the month; before the first there is only the first.
    select
        months.authority_code,
        months.indicator_code,
        months.month,
        neighbour_years.vintage,
        neighbour_years.period_end,
        neighbour_years.mean,
        neighbour_years.median,
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
            neighbour_years.period_end desc,
            neighbour_years.period_basis
    ) = 1

),

final as (

    select
        months.authority_code,
        months.indicator_code,
        months.month,
        england.published_value as national_value,
        cast(year(england.period_end) as integer) as national_year,
        neighbours.mean as neighbour_value,
        neighbours.median as neighbour_median,
        neighbours.n_used as neighbour_n_used,
        cast(year(neighbours.period_end) as integer) as neighbour_year,
        neighbours.vintage as neighbour_vintage,
    from months
    left join england
        on months.authority_code = england.authority_code
        and months.indicator_code = england.indicator_code
        and months.month = england.month
    left join neighbours
        on months.authority_code = neighbours.authority_code
        and months.indicator_code = neighbours.indicator_code
        and months.month = neighbours.month

)

select * from final
