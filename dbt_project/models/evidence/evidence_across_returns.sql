-- Do figures agree that no single return holds together: months with their year, one kind of return with another? One row a
-- comparison, over the newest figure that each kind of return gave.

with newest as (

    select figure.*
    from {{ ref('evidence_figure') }} as figure
    inner join {{ ref('int_submissions__admitted') }} as submission
        on figure.submission_id = submission.submission_id
        and submission.is_admitted
    where role = 'actual' and indicator_code is not null and period_start is not null
    qualify row_number() over (
        partition by source_kind, figure.return_name, figure.authority_code, indicator_code, period_basis, period_start, period_end,
            breakdown_dimension, breakdown_value
        order by figure.known_from desc, figure.received_at desc, figure.submission_id desc, source_ref
    ) = 1

),

flows as (

    select
        *,
        case when is_published and not is_local_authority and value % 10 = 0 then 5.0 else 0.0 end as rounding,
    from newest
    where kind = 'count' and time_basis = 'flow'

),

months as (

    select *
    from flows
    where period_basis = 'month'

),

month_sums as (

    select
        span.source_kind,
        span.figure_id,
        sum(month.value) as total,
        sum(month.rounding) as leeway,
        count(*) filter (where month.value_status = 'suppressed') as n_hidden,
        list(month.cell order by month.period_start) as cells,
    from flows as span
    inner join months as month
        on span.source_kind = month.source_kind
        and span.authority_code = month.authority_code
        and span.indicator_code = month.indicator_code
        and span.breakdown_dimension = month.breakdown_dimension
        and span.breakdown_value = month.breakdown_value
        and month.period_start between span.period_start and span.period_end
    where span.period_basis in ('year', 'quarter', 'half_year', 'ytd', 'rolling_12m') and span.value is not null
    group by span.source_kind, span.figure_id, span.period_start, span.period_end
    -- Every month is there, with its number or with the reason why it is hidden.
    having count(*) = date_diff('month', span.period_start, span.period_end) + 1
        and bool_and(month.value is not null or month.value_status = 'suppressed')
        and count(month.value) > 0

),

months_of_period as (

    select
        'arithmetic.months_of_period' as rule_id,
        span.submission_id,
        span.authority_code,
        span.indicator_code,
        span.period_start,
        span.figure_name || ', against the sum of its months' as subject,
        span.indicator_name as cause,
        sums.total as expected,
        span.value as observed,
        -- Behind a suppressed month may stand any number, since a second one is hidden to protect the first: then the months that are
        -- shown can only be too many.
        case when sums.n_hidden > 0 then least(span.value - sums.total, 0.0) else span.value - sums.total end as difference,
        sums.leeway + span.rounding as tolerance,
        span.is_published,
        list_prepend(span.cell, sums.cells) as cells,
        span.source_ref,
        span.known_from,
    from flows as span
    inner join month_sums as sums
        on span.figure_id = sums.figure_id

),

across_returns as (

    select
        'two_places.across_returns' as rule_id,
        other.submission_id,
        one.authority_code,
        one.indicator_code,
        one.period_start,
        one.figure_name || ', in ' || replace(one.return_name, '_', ' ') || ' and ' || replace(other.return_name, '_', ' ') as subject,
        one.indicator_name as cause,
        one.value as expected,
        other.value as observed,
        other.value - one.value as difference,
        case
            when one.printed_decimals = other.printed_decimals then 1e-6
            else greatest(one.half_unit, other.half_unit) + 1e-6
        end as tolerance,
        false as is_published,
        [one.cell, other.cell] as cells,
        other.source_ref,
        greatest(one.known_from, other.known_from) as known_from,
    from newest as one
    inner join newest as other
        on one.authority_code = other.authority_code
        and one.indicator_code = other.indicator_code
        and one.period_basis = other.period_basis
        and one.period_start = other.period_start
        and one.period_end = other.period_end
        and one.breakdown_dimension = other.breakdown_dimension
        and one.breakdown_value = other.breakdown_value
        and one.return_name < other.return_name
    where not one.is_published and not other.is_published and one.value is not null and other.value is not null

),

-- A printed rate is its printed count over a population. Which estimate the sender used is not printed: the nearest of all that are held, of the year
-- of the figure and the ones beside it, speaks for it.
rate_of_population as (

    select
        rate.figure_id,
        any_value(rate) as rate,
        any_value(count_figure.cell) as count_cell,
        any_value(count_figure.value) as number,
        arg_min(population.population, abs(rate.value - 10000.0 * count_figure.value / population.population)) as population,
        arg_min(population.source_ref, abs(rate.value - 10000.0 * count_figure.value / population.population)) as population_ref,
        arg_min(population.population_year, abs(rate.value - 10000.0 * count_figure.value / population.population)) as population_year,
    from newest as rate
    inner join newest as count_figure
        on rate.authority_code = count_figure.authority_code
        and rate.numerator_measure = count_figure.numerator_measure
        and rate.period_basis = count_figure.period_basis
        and rate.period_end = count_figure.period_end
        and rate.breakdown_dimension = count_figure.breakdown_dimension
        and rate.breakdown_value = count_figure.breakdown_value
    inner join {{ ref('int_rates__population') }} as population
        on rate.authority_code = population.authority_code
        and population.population_year between year(rate.period_end) - 2 and year(rate.period_end) + 1
    where rate.kind = 'rate_per_10000' and rate.denominator_measure = 'population_0_17' and not rate.is_published
        and count_figure.kind = 'count' and not count_figure.is_published
        and rate.value > 0 and count_figure.value > 0
        -- A rate of part of a year may be brought up to a year; that is said nowhere.
        and rate.period_basis in ('year', 'rolling_12m', 'snapshot')
    group by rate.figure_id

),

rate_against_population as (

    select
        'two_places.rate_against_population' as rule_id,
        rate.submission_id,
        rate.authority_code,
        rate.indicator_code,
        rate.period_start,
        rate.figure_name || ', against count and population' as subject,
        rate.indicator_name as cause,
        10000.0 * number / population as expected,
        rate.value as observed,
        rate.value - 10000.0 * number / population as difference,
        rate.half_unit + {{ rule_parameter('two_places.rate_against_population', 'share_of_estimates') }} * rate.value as tolerance,
        false as is_published,
        [
            rate.cell,
            count_cell,
            {
                'what': 'children aged 0 to 17, middle of ' || population_year,
                'value': regexp_replace(cast(population as varchar), '\.0$', ''),
                'where': population_ref
            }
        ] as cells,
        rate.source_ref,
        rate.known_from,
    from rate_of_population

)

{{ folded_evidence(['months_of_period', 'across_returns', 'rate_against_population']) }}
