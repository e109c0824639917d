{{ config(tags=['before_gate']) }}

-- Do printed averages and baselines follow from the months of the same return? One row an average or baseline with something to hold it
-- against. Every way in which an honest sender could have made the figure is tried; the row keeps the one that comes nearest.

with figures as (

    select
        *,
        date_trunc('month', period_end) as month,
        coalesce(section, '') as place,
    from {{ ref('evidence_figure') }}
    where not is_published and indicator_code is not null and value is not null and period_start is not null

),

-- What a month can have been: each figure printed for it, the baseline included.
points as (

    select *
    from figures
    where (role = 'actual' and period_basis in ('month', 'snapshot'))
        or (role = 'baseline' and period_basis in ('month', 'snapshot'))

),

averages as (

    select
        *,
        date_diff('month', period_start, period_end) + 1 as n_months,
    from figures
    where role = 'average' and period_basis in ('quarter', 'half_year', 'year')

),

-- One value a month of an average: of its own table, else of another table of the return, else the baseline; and the furthest the other
-- places differ from it, since the sender may have averaged those.
month_values as (

    select
        average.figure_id,
        point.month,
        arg_min(point.value, preference) as value,
        arg_min(point.half_unit, preference) as half_unit,
        arg_min(point.cell, preference) as cell,
        min(point.value) as lowest,
        max(point.value) as highest,
        bool_or(point.role = 'actual' and point.place = average.place) as is_in_own_table,
    from averages as average
    inner join (
        select
            *,
            case when role = 'baseline' then 2 else 1 end as rank_of_role,
        from points
    ) as point
        on average.submission_id = point.submission_id
        and average.authority_code = point.authority_code
        and average.indicator_code = point.indicator_code
        and average.breakdown_dimension = point.breakdown_dimension
        and average.breakdown_value = point.breakdown_value
        and point.month between average.period_start and average.period_end,
        lateral (
            select printf('%d%d%s', case when point.place = average.place and point.role = 'actual' then 0 else 1 end, point.rank_of_role, point.source_ref)
        ) as ordered (preference)
    group by average.figure_id, point.month

),

-- Counts of the same measures, for an average made from the quarter's sums.
counts as (

    select
        submission_id,
        authority_code,
        numerator_measure as measure,
        month,
        breakdown_value,
        arg_min(value, source_ref) as number,
    from figures
    where role = 'actual' and kind = 'count' and period_basis in ('month', 'snapshot') and numerator_measure is not null
    group by all

),

pooled as (

    select
        average.figure_id,
        case average.kind when 'percent' then 100.0 when 'rate_per_10000' then 10000.0 else 1.0 end * sum(part.number) / sum(whole.number) as value,
    from averages as average
    inner join counts as part
        on average.submission_id = part.submission_id
        and average.authority_code = part.authority_code
        and average.numerator_measure = part.measure
        and average.breakdown_value = part.breakdown_value
        and part.month between average.period_start and average.period_end
    inner join counts as whole
        on part.submission_id = whole.submission_id
        and part.authority_code = whole.authority_code
        and average.denominator_measure = whole.measure
        and part.breakdown_value = whole.breakdown_value
        and part.month = whole.month
    where average.kind <> 'count'
    group by average.figure_id, average.kind, average.n_months
    having count(*) = average.n_months and sum(whole.number) > 0

),

month_sums as (

    select
        figure_id,
        count(*) as n_given,
        sum(value) as total,
        avg(value) as mean,
        avg(lowest) as lowest_mean,
        avg(highest) as highest_mean,
        max(half_unit) as half_unit,
        bool_and(is_in_own_table) as are_in_own_table,
        list(cell order by month) as cells,
    from month_values
    group by figure_id

),

compared as (

    select
        average.*,
        sums.mean,
        pooled.value as pooled_mean,
        sums.half_unit as month_half_unit,
        sums.cells,
        -- Where the return prints a month twice and differently, any mean between the two is possible.
        average.value < sums.lowest_mean - sums.half_unit - average.half_unit - 1e-6
            or average.value > sums.highest_mean + sums.half_unit + average.half_unit + 1e-6 as is_no_mean,
        coalesce(abs(average.value - pooled.value) > average.half_unit + 1e-6, true) as is_not_pooled,
    from averages as average
    inner join month_sums as sums
        on average.figure_id = sums.figure_id
        and average.n_months = sums.n_given
    left join pooled on average.figure_id = pooled.figure_id

),

average_of_months as (

    select
        'arithmetic.average_of_months' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        figure_name || coalesce(' in ' || section, '') || ', against its months' as subject,
        indicator_name as cause,
        mean as expected,
        value as observed,
        case when is_no_mean and is_not_pooled then value - mean else 0.0 end as difference,
        -- The mean of rounded months is as uncertain as one of them.
        month_half_unit + half_unit + 1e-6 as tolerance,
        false as is_published,
        list_append(
            list_prepend(cell, cells),
            {
                'what': case
                    when pooled_mean is null then 'mean of the months'
                    else 'mean of the months; from the sums of the counts it is ' || round(pooled_mean, 2)
                end,
                'value': cast(round(mean, 2) as varchar),
                'where': ''
            }
        ) as cells,
        source_ref,
        known_from,
    from compared
    where is_no_mean is not null

),

-- How the series runs, over everything the return prints of it.
ranges as (

    select
        submission_id,
        authority_code,
        indicator_code,
        breakdown_dimension,
        breakdown_value,
        min(value) as lowest,
        max(value) as highest,
        max(value) - min(value) as span,
    from points
    group by all
    having count(distinct month) >= 4

),

-- One month of the average is not printed: then it must have been what the average leaves for it. A month further from all others than
-- they are from one another was not averaged; mostly the "average" is a sum.
one_missing as (

    select
        average.*,
        average.n_months * average.value - sums.total as implied,
        greatest(least(average.n_months * average.value - sums.total, ranges.highest + ranges.span), ranges.lowest - ranges.span) as nearest,
        average.n_months * average.half_unit + (average.n_months - 1) * sums.half_unit + 1e-6 as leeway,
        sums.cells,
    from averages as average
    inner join month_sums as sums
        on average.figure_id = sums.figure_id
        and average.n_months - 1 = sums.n_given
    inner join ranges
        on average.submission_id = ranges.submission_id
        and average.authority_code = ranges.authority_code
        and average.indicator_code = ranges.indicator_code
        and average.breakdown_dimension = ranges.breakdown_dimension
        and average.breakdown_value = ranges.breakdown_value
    where average.n_months > 2

),

average_needs_month as (

    select
        'arithmetic.average_needs_impossible_month' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        figure_name || coalesce(' in ' || section, '') || ', the month that is not printed' as subject,
        indicator_name as cause,
        nearest as expected,
        implied as observed,
        implied - nearest as difference,
        leeway as tolerance,
        false as is_published,
        list_append(
            list_prepend(cell, cells), {'what': 'the month that is not printed would be', 'value': cast(round(implied, 2) as varchar), 'where': ''}
        ) as cells,
        source_ref,
        known_from,
    from one_missing

),

-- All months are printed and their average is not, in a row that prints one for another quarter.
average_missing as (

    select
        'completeness.average_left_out' as rule_id,
        blank.submission_id,
        blank.authority_code,
        blank.indicator_code,
        blank.period_start,
        blank.figure_name || coalesce(' in ' || blank.section, '') as subject,
        blank.indicator_name as cause,
        sums.mean as expected,
        case when blank.value is null then 0.0 else blank.value end as observed,
        case when blank.value is null then 1.0 else 0.0 end as difference,
        0.0 as tolerance,
        false as is_published,
        list_prepend(blank.cell, sums.cells) as cells,
        blank.source_ref,
        blank.known_from,
    from (
        select
            *,
            coalesce(section, '') as place,
            date_diff('month', period_start, period_end) + 1 as n_months,
        from {{ ref('evidence_figure') }}
        where not is_published and role = 'average' and period_basis = 'quarter' and indicator_code is not null
            -- A running total has no average.
            and time_basis not in ('cumulative_ytd', 'rolling_12m')
    ) as blank
    inner join (
        select
            blank.figure_id,
            count(distinct point.month) as n_given,
            avg(point.value) as mean,
            list(point.cell order by point.month) as cells,
        from {{ ref('evidence_figure') }} as blank
        inner join points as point
            on blank.submission_id = point.submission_id
            and blank.authority_code = point.authority_code
            and blank.indicator_code = point.indicator_code
            and blank.breakdown_dimension = point.breakdown_dimension
            and blank.breakdown_value = point.breakdown_value
            and coalesce(blank.section, '') = point.place
            and point.role = 'actual'
            and point.month between blank.period_start and blank.period_end
        where blank.role = 'average' and not blank.is_published
        group by blank.figure_id
    ) as sums
        on blank.figure_id = sums.figure_id
        and blank.n_months = sums.n_given
    where exists (
        select 1
        from averages as other
        where other.submission_id = blank.submission_id and other.authority_code = blank.authority_code
            and other.indicator_code = blank.indicator_code and other.breakdown_value = blank.breakdown_value
            and other.place = blank.place
    )

),

-- The baseline names its month; the figure of that month is printed too, at times twice.
baselines as (

    select
        baseline.*,
        actual.value as stored,
        actual.half_unit as stored_half_unit,
        actual.cell as stored_cell,
        abs(baseline.value - actual.value) as distance,
    from figures as baseline
    inner join figures as actual
        on baseline.submission_id = actual.submission_id
        and baseline.authority_code = actual.authority_code
        and baseline.indicator_code = actual.indicator_code
        and baseline.breakdown_dimension = actual.breakdown_dimension
        and baseline.breakdown_value = actual.breakdown_value
        and baseline.period_end = actual.period_end
        and actual.role = 'actual'
        -- A quarter or year of what counts from April is the running total at its end.
        and (
            baseline.period_basis = actual.period_basis
            or (baseline.time_basis in ('cumulative_ytd', 'rolling_12m') and actual.period_basis in ('ytd', 'year', 'rolling_12m', 'quarter'))
        )
    where baseline.role = 'baseline'

),

baseline_of_month as (

    select
        'arithmetic.baseline_of_month' as rule_id,
        any_value(submission_id) as submission_id,
        any_value(authority_code) as authority_code,
        any_value(indicator_code) as indicator_code,
        any_value(period_start) as period_start,
        any_value(figure_name || coalesce(' in ' || section, '')) as subject,
        any_value(indicator_name) as cause,
        arg_min(stored, distance) as expected,
        any_value(value) as observed,
        any_value(value) - arg_min(stored, distance) as difference,
        case
            when any_value(half_unit) = arg_min(stored_half_unit, distance) then 1e-6
            else greatest(any_value(half_unit), arg_min(stored_half_unit, distance)) + 1e-6
        end as tolerance,
        false as is_published,
        list_prepend(any_value(cell), list(stored_cell order by distance)) as cells,
        any_value(source_ref) as source_ref,
        any_value(known_from) as known_from,
    from baselines
    group by figure_id

)

{{ folded_evidence(['average_of_months', 'average_needs_month', 'average_missing', 'baseline_of_month']) }}
