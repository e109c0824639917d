{{ config(tags=['before_gate']) }}

-- What a percentage or rate says about the number that it is a share of: a whole number of cases must give it, the same number of cases
-- must lie behind two figures of one day, and the number does not jump for a single month. One row a comparison of one submission.

with figures as (

    select
        *,
        case kind when 'percent' then 100.0 when 'rate_per_10000' then 10000.0 else 1.0 end as scale,
    from {{ ref('evidence_figure') }}
    where not is_published and indicator_code is not null and value is not null and period_start is not null
        and role in ('actual', 'target') and return_name <> 'contact_matrix'

),

-- A count printed in several places is one count; printed differently it is another rule's question.
counts as (

    select
        submission_id,
        authority_code,
        role,
        numerator_measure as measure,
        period_basis,
        period_start,
        period_end,
        breakdown_dimension,
        breakdown_value,
        arg_min(value, source_ref) as number,
        arg_min(cell, source_ref) as cell,
    from figures
    where kind = 'count' and numerator_measure is not null and value = round(value)
    group by all
    having count(distinct value) = 1

),

-- One row a printed percentage, whatever number of tables it stands in.
shares as (

    select
        submission_id,
        authority_code,
        indicator_code,
        any_value(indicator_name) as indicator_name,
        numerator_measure,
        denominator_measure,
        kind,
        any_value(scale) as scale,
        role,
        period_basis,
        period_start,
        period_end,
        breakdown_dimension,
        breakdown_value,
        value,
        any_value(numerator) as numerator,
        any_value(denominator) as denominator,
        max(half_unit) as half_unit,
        any_value(figure_name) as figure_name,
        bool_or(is_approximate) as is_approximate,
        list(cell order by source_ref) as cells,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
    from figures
    where kind <> 'count'
    group by all

),

with_whole as (

    select
        share.*,
        coalesce(share.denominator, whole.number) as whole,
        case
            when share.denominator is null then whole.cell
            else {'what': 'denominator', 'value': regexp_replace(cast(share.denominator as varchar), '\.0$', ''), 'where': share.source_ref}
        end as whole_cell,
        part.number as part,
    from shares as share
    left join counts as whole
        on share.submission_id = whole.submission_id
        and share.authority_code = whole.authority_code
        and share.denominator_measure = whole.measure
        and share.role = whole.role
        -- A figure of the year so far at a day, and the stock on that day.
        and share.period_end = whole.period_end
        and (share.period_start = whole.period_start or whole.period_basis = 'snapshot')
        and share.breakdown_dimension = whole.breakdown_dimension
        and share.breakdown_value = whole.breakdown_value
    left join counts as part
        on share.submission_id = part.submission_id
        and share.authority_code = part.authority_code
        and share.numerator_measure = part.measure
        and share.role = part.role
        and share.period_start = part.period_start
        and share.period_end = part.period_end
        and share.breakdown_dimension = part.breakdown_dimension
        and share.breakdown_value = part.breakdown_value
    where share.kind = 'percent' and share.role = 'actual'

),

-- Of 880 children one is 0.11 %, so some percentages with one decimal are of no whole number of them. What is given with its numerator
-- is judged as a quotient (evidence_parts).
not_possible as (

    select
        'arithmetic.percentage_not_possible' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        figure_name || ', of a whole number of cases' as subject,
        indicator_name as cause,
        100.0 * round(value * whole / 100.0) / whole as expected,
        value as observed,
        value - 100.0 * round(value * whole / 100.0) / whole as difference,
        half_unit + 1e-6 as tolerance,
        false as is_published,
        list_concat(
            list_append(cells, whole_cell),
            [
                {
                    'what': 'nearest possible',
                    'value': cast(round(value * whole / 100.0)::bigint as varchar) || ' of ' || whole::bigint || ' is '
                        || cast(round(100.0 * round(value * whole / 100.0) / whole, 3) as varchar) || ' %',
                    'where': ''
                }
            ]
        ) as cells,
        source_ref,
        known_from,
    from with_whole
    where whole > 0 and whole = round(whole) and part is null and numerator is null and not is_approximate

),

-- The number of cases behind a figure, as far as its rounding tells: count over share.
behind as (

    select
        share.*,
        coalesce(share.numerator, part.number) as part,
        share.scale * coalesce(share.numerator, part.number) / (share.value + share.half_unit) as lowest,
        share.scale * coalesce(share.numerator, part.number) / (share.value - share.half_unit) as highest,
        share.scale * coalesce(share.numerator, part.number) / share.value as middle,
        list_append(share.cells, coalesce(part.cell, {'what': 'numerator', 'value': regexp_replace(cast(share.numerator as varchar), '\.0$', ''), 'where': share.source_ref})) as pair,
    from shares as share
    left join counts as part
        on share.submission_id = part.submission_id
        and share.authority_code = part.authority_code
        and share.numerator_measure = part.measure
        and share.role = part.role
        and share.period_basis = part.period_basis
        and share.period_start = part.period_start
        and share.period_end = part.period_end
        and share.breakdown_dimension = part.breakdown_dimension
        and share.breakdown_value = part.breakdown_value
    where coalesce(share.numerator, part.number) > 0 and share.value > share.half_unit and not share.is_approximate

),

-- A month whose number of cases is far from that of its neighbours, while they agree: a digit of the share or of the count is wrong.
in_line as (

    select
        *,
        lag(middle) over line as before,
        lead(middle) over line as after,
        lag(pair) over line as pair_before,
        lead(pair) over line as pair_after,
        lag(period_end) over line as end_before,
        lead(period_end) over line as end_after,
    from behind
    where role = 'actual' and period_basis in ('month', 'snapshot')
    window line as (
        partition by submission_id, authority_code, indicator_code, breakdown_dimension, breakdown_value order by period_end
    )

),

denominator_jumps as (

    select
        'arithmetic.denominator_jumps' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        figure_name || ', the number of cases behind it' as subject,
        indicator_name as cause,
        (before + after) / 2 as expected,
        middle as observed,
        middle - (before + after) / 2 as difference,
        -- Neighbours that differ by a few in a hundred leave room for that, and for a fifth of the number besides.
        abs(before - after) + 0.2 * (before + after) / 2 as tolerance,
        false as is_published,
        list_concat(
            pair,
            pair_before,
            pair_after,
            [
                {
                    'what': 'behind the month before, this one, the next',
                    'value': cast(round(before, 1) as varchar) || ', ' || cast(round(middle, 1) as varchar) || ', ' || cast(round(after, 1) as varchar),
                    'where': ''
                }
            ]
        ) as cells,
        source_ref,
        known_from,
    from in_line
    where before is not null and after is not null
        -- Where the whole itself is printed and its own quotient is judged, the jump would say it again.
        and date_diff('month', end_before, end_after) = 2
        and not exists (
            select 1
            from counts as whole
            where whole.submission_id = in_line.submission_id and whole.authority_code = in_line.authority_code
                and whole.measure = in_line.denominator_measure and whole.role = in_line.role
                and whole.period_end = in_line.period_end and whole.breakdown_value = in_line.breakdown_value
        )

),

-- Two pairs of count and share name one and the same number: two rates of one population, target and actual of one rate.
same_whole as (

    select
        'arithmetic.wholes_disagree' as rule_id,
        one.submission_id,
        one.authority_code,
        one.indicator_code,
        one.period_start,
        'the ' || replace(one.denominator_measure, '_', ' ') || ' behind ' || one.figure_name || ' and behind ' || other.figure_name as subject,
        one.indicator_name as cause,
        other.middle as expected,
        one.middle as observed,
        greatest(one.lowest - other.highest, other.lowest - one.highest, 0.0) as difference,
        1e-6 as tolerance,
        false as is_published,
        list_append(list_concat(one.pair, other.pair), {
            'what': 'between which numbers the two lie',
            'value': printf('%.0f to %.0f, and %.0f to %.0f', one.lowest, one.highest, other.lowest, other.highest),
            'where': ''
        }) as cells,
        one.source_ref,
        one.known_from,
    from behind as one
    inner join behind as other
        on one.submission_id = other.submission_id
        and one.authority_code = other.authority_code
        and one.denominator_measure = other.denominator_measure
        and one.breakdown_dimension = other.breakdown_dimension
        and one.breakdown_value = other.breakdown_value
        and one.figure_name < other.figure_name
        -- Either two figures of one time, or target and actual whose spans meet.
        and (
            (one.role = other.role and one.indicator_code <> other.indicator_code and one.period_basis = other.period_basis and one.period_start = other.period_start
                and one.period_end = other.period_end)
            or (one.role <> other.role and one.period_start <= other.period_end and other.period_start <= one.period_end)
        )
    -- A population is one number for the year; other wholes change from figure to figure.
    where one.denominator_measure like 'population%' or one.role = other.role

),

-- From the population behind one rate, and another rate, follows a number of children; a share of those children with its count names
-- that number too.
populations as (

    select
        submission_id,
        authority_code,
        denominator_measure,
        period_end,
        role,
        max(lowest) as lowest,
        min(highest) as highest,
        first(pair order by source_ref) as pair,
    from behind
    where kind = 'rate_per_10000' and role = 'actual'
    group by all
    having max(lowest) <= min(highest)

),

number_from_rate as (

    select
        rate.submission_id,
        rate.authority_code,
        rate.numerator_measure as measure,
        rate.period_end,
        (rate.value - rate.half_unit) * populations.lowest / rate.scale as lowest,
        (rate.value + rate.half_unit) * populations.highest / rate.scale as highest,
        list_concat(rate.cells, populations.pair) as cells,
    from shares as rate
    inner join populations
        on rate.submission_id = populations.submission_id
        and rate.authority_code = populations.authority_code
        and rate.denominator_measure = populations.denominator_measure
        and rate.period_end = populations.period_end
        and rate.role = populations.role
    where rate.kind = 'rate_per_10000' and rate.numerator is null and rate.breakdown_dimension = 'all'

),

numbers_disagree as (

    select
        'arithmetic.wholes_disagree' as rule_id,
        share.submission_id,
        share.authority_code,
        share.indicator_code,
        share.period_start,
        'the ' || replace(share.denominator_measure, '_', ' ') || ' behind ' || share.figure_name || ' and behind its rate' as subject,
        share.indicator_name as cause,
        (number.lowest + number.highest) / 2 as expected,
        share.middle as observed,
        greatest(share.lowest - number.highest, number.lowest - share.highest, 0.0) as difference,
        1e-6 as tolerance,
        false as is_published,
        list_append(list_concat(share.pair, number.cells), {
            'what': 'between which numbers the two lie',
            'value': printf('%.1f to %.1f, and %.1f to %.1f', share.lowest, share.highest, number.lowest, number.highest),
            'where': ''
        }) as cells,
        share.source_ref,
        share.known_from,
    from behind as share
    inner join number_from_rate as number
        on share.submission_id = number.submission_id
        and share.authority_code = number.authority_code
        and share.denominator_measure = number.measure
        and share.period_end = number.period_end
    where share.role = 'actual' and share.kind = 'percent' and share.breakdown_dimension = 'all'

)

{{ folded_evidence(['not_possible', 'denominator_jumps', 'same_whole', 'numbers_disagree']) }}
