{{ config(tags=['before_gate']) }}

-- Is a figure of the period that its label says? One row a comparison with the figures of other periods in the same submission.

with figures as (

    select
        *,
        date_trunc('month', period_end) as month,
    from {{ ref('evidence_figure') }}
    where not is_published and role = 'actual' and indicator_code is not null and period_start is not null
        and return_name <> 'contact_matrix'

),

-- One row a figure, whatever number of tables it stands in; printed differently it is another rule's question.
points as (

    select
        submission_id,
        authority_code,
        indicator_code,
        any_value(indicator_name) as indicator_name,
        kind,
        time_basis,
        numerator_measure,
        denominator_measure,
        period_basis,
        period_start,
        period_end,
        month,
        breakdown_dimension,
        breakdown_value,
        any_value(value) as value,
        any_value(numerator) as numerator,
        any_value(denominator) as denominator,
        max(printed_decimals) as printed_decimals,
        any_value(unit) as unit,
        any_value(figure_name) as figure_name,
        arg_min(cell, source_ref) as cell,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
    from figures
    where value is not null
    group by all
    having count(distinct value) = 1

),

-- Every count that a month is given, also where two tables give it two.
month_counts as (

    select
        submission_id,
        authority_code,
        numerator_measure,
        month,
        breakdown_dimension,
        breakdown_value,
        value,
        arg_min(cell, source_ref) as cell,
    from figures
    where kind = 'count' and numerator_measure is not null and value is not null and period_basis = 'month'
    group by all

),

-- A year to date beyond April whose numerator and denominator are those of its last month alone: the month stands under the label of
-- the year so far.
year_and_month as (

    select
        year.*,
        case
            when year.kind <> 'count' then part.value = year.numerator and whole.value = year.denominator
            else part.value = year.value and part.value > 0
        end as is_the_month,
        list_filter([year.cell, part.cell, whole.cell], lambda one: one is not null) as cells,
    from points as year
    inner join month_counts as part
        on year.submission_id = part.submission_id
        and year.authority_code = part.authority_code
        and year.numerator_measure = part.numerator_measure
        and year.breakdown_dimension = part.breakdown_dimension
        and year.breakdown_value = part.breakdown_value
        and year.month = part.month
    left join month_counts as whole
        on year.submission_id = whole.submission_id
        and year.authority_code = whole.authority_code
        and year.denominator_measure = whole.numerator_measure
        and year.breakdown_dimension = whole.breakdown_dimension
        and year.breakdown_value = whole.breakdown_value
        and year.month = whole.month
    where year.period_basis = 'ytd' and year.period_start < date_trunc('month', year.period_end)
        and (
            (year.kind <> 'count' and year.numerator is not null and year.denominator is not null and whole.value is not null)
            or (year.kind = 'count' and year.time_basis in ('flow', 'cumulative_ytd'))
        )

),

month_as_year as (

    select
        'timeliness.month_labelled_year_to_date' as rule_id,
        any_value(submission_id) as submission_id,
        any_value(authority_code) as authority_code,
        any_value(indicator_code) as indicator_code,
        any_value(period_start) as period_start,
        any_value(figure_name) || ', against its last month' as subject,
        any_value(indicator_name) as cause,
        0.0 as expected,
        max(is_the_month::int)::double as observed,
        max(is_the_month::int)::double as difference,
        0.0 as tolerance,
        false as is_published,
        arg_max(cells, is_the_month) as cells,
        any_value(source_ref) as source_ref,
        any_value(known_from) as known_from,
    from year_and_month
    group by submission_id, authority_code, indicator_code, period_start, period_end, breakdown_dimension, breakdown_value

),

-- What has happened since April does not become less.
running_totals as (

    select
        *,
        lag(value) over line as before,
        lag(cell) over line as cell_before,
    from points
    where period_basis = 'ytd' and kind = 'count'
    window line as (
        partition by submission_id, authority_code, indicator_code, breakdown_dimension, breakdown_value, period_start order by period_end
    )

),

running_total_falls as (

    select
        'arithmetic.running_total_falls' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        figure_name || ', against the month before' as subject,
        indicator_name as cause,
        before as expected,
        value as observed,
        least(value - before, 0.0) as difference,
        0.0 as tolerance,
        false as is_published,
        [cell, cell_before] as cells,
        source_ref,
        known_from,
    from running_totals
    where before is not null

),

-- The months of a series, each with the one before, and how far the series usually moves from month to month.
in_line as (

    select
        *,
        lag(value) over line as before,
        lag(value, 2) over line as two_before,
        lag(cell) over line as cell_before,
        lag(cell, 2) over line as cell_two_before,
        lag(month) over line as month_before,
        lag(month, 2) over line as month_two_before,
    from points
    where period_basis in ('month', 'snapshot')
    window line as (
        partition by submission_id, authority_code, indicator_code, breakdown_dimension, breakdown_value, period_basis order by period_end
    )

),

usual_steps as (

    select
        submission_id,
        authority_code,
        indicator_code,
        breakdown_dimension,
        breakdown_value,
        period_basis,
        median(abs(value - before)) as usual_step,
        count(*) as n_steps,
    from in_line
    where before is not null
    group by all

),

-- The same number of cases in two months running while the whole they are part of moved by more than a tenth, and the share with it:
-- last month's numerator was left in the cell.
numerator_carried as (

    select
        'timeliness.numerator_carried_forward' as rule_id,
        part.submission_id,
        part.authority_code,
        part.indicator_code,
        part.period_start,
        part.figure_name || ', against the month before' as subject,
        part.indicator_name as cause,
        share.value * whole.value / 100.0 as expected,
        part.value as observed,
        case
            when part.value = part.before and abs(whole.value - whole.before) > 0.1 * whole.before then part.value - share.value * whole.value / 100.0
            else 0.0
        end as difference,
        -- Within the rounding of the printed share the repeated number is simply the right one.
        0.5 * pow(10, -share.printed_decimals) * whole.value / 100.0 + 0.5 as tolerance,
        false as is_published,
        [part.cell_before, part.cell, whole.cell_before, whole.cell, share.cell] as cells,
        part.source_ref,
        part.known_from,
    from in_line as share
    inner join in_line as part
        on share.submission_id = part.submission_id
        and share.authority_code = part.authority_code
        and share.numerator_measure = part.numerator_measure
        and share.month = part.month
        and share.breakdown_value = part.breakdown_value
        and part.kind = 'count'
    inner join in_line as whole
        on share.submission_id = whole.submission_id
        and share.authority_code = whole.authority_code
        and share.denominator_measure = whole.numerator_measure
        and share.month = whole.month
        and share.breakdown_value = whole.breakdown_value
        and whole.kind = 'count'
    where share.kind = 'percent' and part.value > 30 and part.before is not null and whole.before > 0
        and date_diff('month', part.month_before, part.month) = 1

),

-- One count three months running in a series that moves: likely last month's figure, typed again. Small counts repeat by chance.
repeated as (

    select
        'timeliness.figure_repeated' as rule_id,
        one.submission_id,
        one.authority_code,
        one.indicator_code,
        one.period_start,
        one.figure_name || ', and the two months before' as subject,
        one.indicator_name as cause,
        0.0 as expected,
        case when one.value = one.before and one.value = one.two_before then 1.0 else 0.0 end as observed,
        case when one.value = one.before and one.value = one.two_before then 1.0 else 0.0 end as difference,
        0.0 as tolerance,
        false as is_published,
        [
            one.cell_two_before,
            one.cell_before,
            one.cell,
            {'what': 'usual step from month to month', 'value': cast(round(steps.usual_step, 1) as varchar), 'where': ''}
        ] as cells,
        one.source_ref,
        one.known_from,
    from in_line as one
    inner join usual_steps as steps
        on one.submission_id = steps.submission_id
        and one.authority_code = steps.authority_code
        and one.indicator_code = steps.indicator_code
        and one.breakdown_dimension = steps.breakdown_dimension
        and one.breakdown_value = steps.breakdown_value
        and one.period_basis = steps.period_basis
    where one.two_before is not null and date_diff('month', one.month_two_before, one.month) = 2
        and steps.n_steps >= 6
        -- The usual step is large beside one unit of the last printed digit: to meet the same number twice is then no chance.
        and steps.usual_step >= 5 * pow(10, -case when one.kind = 'count' then 0 else one.printed_decimals end)
        and (one.kind <> 'count' or one.value > 30)
        -- A share at its bound stays there.
        and not (one.kind = 'percent' and one.value in (0, 100))

),

-- Ten, a hundred or a thousand times the rest of its own line: the unit or the decimal point.
line_levels as (

    select
        submission_id,
        authority_code,
        indicator_code,
        breakdown_dimension,
        breakdown_value,
        period_basis,
        median(value) as usual_value,
        min(value) as lowest,
        count(*) as n_points,
        -- The spread of the line without its furthest point.
        quantile_cont(value, 0.9) as high,
        quantile_cont(value, 0.1) as low,
    from points
    where period_basis in ('month', 'snapshot')
    group by all

),

scale_slips as (

    select
        'validity.scale_of_own_line' as rule_id,
        one.submission_id,
        one.authority_code,
        one.indicator_code,
        one.period_start,
        one.figure_name || ', against its own line' as subject,
        one.indicator_name as cause,
        level.usual_value as expected,
        one.value as observed,
        -- By how many powers of ten it is away, where the power of ten alone explains the distance.
        case
            when abs(log10(one.value / level.usual_value)) > 0.9
                and abs(log10(one.value / level.usual_value) - round(log10(one.value / level.usual_value))) < 0.1
                then round(log10(one.value / level.usual_value))
            else 0.0
        end as difference,
        0.0 as tolerance,
        false as is_published,
        [one.cell, {'what': 'middle of its line', 'value': cast(round(level.usual_value, 2) as varchar), 'where': ''}] as cells,
        one.source_ref,
        one.known_from,
    from points as one
    inner join line_levels as level
        on one.submission_id = level.submission_id
        and one.authority_code = level.authority_code
        and one.indicator_code = level.indicator_code
        and one.breakdown_dimension = level.breakdown_dimension
        and one.breakdown_value = level.breakdown_value
        and one.period_basis = level.period_basis
    where one.value > 0 and level.usual_value > 0 and level.lowest > 0 and level.n_points >= 5
        -- A line that itself runs over a factor of three tells nothing about a factor of ten.
        and level.high <= 3 * level.low
        and (one.kind <> 'count' or level.usual_value >= 10 or one.value >= 10)

),

-- The newest month of a return against the month it was issued in. Half a year behind is a return sent again.
newest_months as (

    select
        submission_id,
        authority_code,
        max(period_end) as newest,
        min(known_from) as known_from,
        arg_max(cell, period_end) as cell,
        arg_max(source_ref, period_end) as source_ref,
        count(distinct month) as n_months,
    from points
    where period_basis = 'month'
    group by all
    having count(distinct month) >= 3

),

stale_returns as (

    select
        'timeliness.return_is_stale' as rule_id,
        submission_id,
        authority_code,
        cast(null as varchar) as indicator_code,
        date_trunc('month', newest)::date as period_start,
        'the newest month of the return' as subject,
        'newest month of the return' as cause,
        0.0 as expected,
        date_diff('month', newest, known_from)::double as observed,
        greatest(date_diff('month', newest, known_from), 0)::double as difference,
        6.0 as tolerance,
        false as is_published,
        [cell, {'what': 'day of issue', 'value': cast(known_from as varchar), 'where': ''}] as cells,
        source_ref,
        known_from,
    from newest_months

)

{{ folded_evidence(['month_as_year', 'running_total_falls', 'numerator_carried', 'repeated', 'scale_slips', 'stale_returns']) }}
