-- Rates per 10,000 children worked out from counts, each as a version: the days on which a version of the count and a vintage of the population were both
-- the current ones. The Department divides a year's count by the estimate of the calendar year before the one in which the financial year ends (the year
-- ending March 2025: the middle of 2024); a month, a quarter and a snapshot take the population of their financial year.

with rates as (

    select
        count_indicator.indicator_code as count_code,
        rate.indicator_code,
        rate.kind,
        rate.time_basis,
        rate.is_annualised,
    from {{ ref('reg_indicator') }} as rate
    inner join {{ ref('reg_indicator') }} as count_indicator
        on rate.numerator_measure = count_indicator.numerator_measure
    where rate.kind = 'rate_per_10000'
        and rate.denominator_measure = 'population_0_17'
        and rate.lifecycle <> 'retired'
        and count_indicator.kind = 'count'

),

figures as (

    select * from {{ ref('int_versions__figure') }} where breakdown_dimension = 'all'
    union all by name
    -- What children's lists give, as it may be shared, where nobody printed a count.
    select derived.*
    from {{ ref('int_children__shared_figure') }} as derived
    anti join {{ ref('int_versions__figure') }} as printed
        on derived.authority_code = printed.authority_code
        and derived.indicator_code = printed.indicator_code
        and derived.period_basis = printed.period_basis
        and derived.period_end = printed.period_end
        and printed.breakdown_dimension = 'all'
    where derived.breakdown_dimension = 'all'

),

counts as (

    select
        figure.authority_code,
        rates.indicator_code,
        rates.kind,
        rates.is_annualised,
        figure.period_basis,
        figure.period_start,
        figure.period_end,
        figure.value,
        figure.value_status,
        figure.is_provisional,
        figure.source_kind,
        figure.submission_id,
        figure.source_ref,
        figure.known_from,
        figure.known_to,
        year({{ financial_year_end('figure.period_end') }}) - 1 as population_year,
        -- Of two sources the one that the marts set beside it: national tables for a year and its last day, the authority's own for what it follows itself.
        figure.source_kind in ('derived', case when figure.period_basis in ('year', 'snapshot') then 'published' else 'reported' end) as is_of_preferred_source,
    from figures as figure
    inner join rates on figure.indicator_code = rates.count_code
    where figure.known_to is distinct from figure.known_from
        and case rates.time_basis
            when 'snapshot' then figure.period_basis = 'snapshot'
            when 'cumulative_ytd' then figure.period_basis = 'ytd' or (figure.period_basis = 'year' and month(figure.period_end) = 3)
            else figure.period_basis in ('month', 'quarter', 'ytd') or (figure.period_basis = 'year' and month(figure.period_end) = 3)
        end

),

preferred as (

    -- A blank does not displace a number.
    select
        *,
        case
            when bool_or(is_of_preferred_source and value is not null) over figure_key then is_of_preferred_source
            when bool_or(value is not null) over figure_key then not is_of_preferred_source
            else is_of_preferred_source
        end as is_preferred,
    from counts
    window figure_key as (partition by authority_code, indicator_code, period_basis, period_start, period_end)

),

preferred_from as (

    select
        *,
        min(known_from) filter (where is_preferred) over (
            partition by authority_code, indicator_code, period_basis, period_start, period_end
        ) as preferred_from,
    from preferred

),

standing_counts as (

    -- The other source stands until the preferred one is there. From then on its rate is kept beside it (not standing): an authority's own monthly series
    -- goes on in March, where the figure of the day is that of the national table.
    select
        * replace (case when is_preferred then known_to else {{ earlier_day('known_to', 'preferred_from') }} end as known_to),
        true as is_standing,
    from preferred_from
    union all
    select
        * replace (greatest(known_from, preferred_from) as known_from),
        false as is_standing,
    from preferred_from
    where not is_preferred and preferred_from is not null

),

rated as (

    select
        counts.authority_code,
        counts.indicator_code,
        counts.period_basis,
        counts.period_start,
        counts.period_end,
        counts.value as numerator,
        population.population as denominator,
        population.vintage as denominator_vintage,
        {{ value_from_parts('counts.kind', 'counts.value', 'population.population') }}
            * if(counts.is_annualised, {{ annual_factor('counts.period_start', 'counts.period_end') }}, 1) as value,
        counts.value_status,
        counts.is_provisional,
        counts.is_standing,
        counts.source_kind as numerator_source_kind,
        counts.known_from as numerator_known_from,
        counts.submission_id,
        counts.source_ref,
        greatest(counts.known_from, population.current_from) as known_from,
        {{ earlier_day('counts.known_to', 'population.current_to') }} as known_to,
    from standing_counts as counts
    inner join {{ ref('int_rates__population') }} as population
        on counts.authority_code = population.authority_code
        and counts.population_year = population.population_year
    where population.current_from is not null
        and greatest(counts.known_from, population.current_from)
        < coalesce({{ earlier_day('counts.known_to', 'population.current_to') }}, date '9999-12-31')

),

final as (

    select
        rated.authority_code,
        rated.indicator_code,
        rated.period_basis,
        rated.period_start,
        rated.period_end,
        'all' as breakdown_dimension,
        'all' as breakdown_value,
        rated.numerator,
        rated.denominator,
        rated.denominator_vintage,
        rated.value,
        rated.value_status,
        rated.is_provisional,
        rated.is_standing,
        {{ definition_version_of() }} as definition_version,
        'derived' as source_kind,
        rated.numerator_source_kind,
        rated.numerator_known_from,
        rated.submission_id,
        rated.source_ref,
        cast(null as varchar) as value_text,
        rated.known_from,
        rated.known_to,
        row_number() over (
            partition by rated.authority_code, rated.indicator_code, rated.period_basis, rated.period_start, rated.period_end, rated.is_standing
            order by rated.known_from
        ) as version_number,
    from rated
    {{ join_definition_versions('rated') }}

)

select * from final
