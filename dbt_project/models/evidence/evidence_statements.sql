-- Do the sentences and comparisons of a report agree with the figures: changes, claims, thresholds, national figures quoted? Over
-- everything admitted, since the figure that a sentence is about may stand in another return of the authority.

with figures as (

    select
        figure.*,
        date_trunc('month', figure.period_end) as month,
        coalesce(figure.section, '') as place,
        case figure.kind when 'percent' then 100.0 when 'rate_per_10000' then 10000.0 else 1.0 end as scale,
    from {{ ref('evidence_figure') }} as figure
    inner join {{ ref('int_submissions__admitted') }} as submission
        on figure.submission_id = submission.submission_id
        and submission.is_admitted
    where not figure.is_published and figure.indicator_code is not null and figure.period_start is not null
    -- As the newest return that has the figure gives it.
    qualify dense_rank() over (
        partition by figure.authority_code, figure.return_name, figure.indicator_code, figure.role, figure.comparator, figure.section,
            figure.printed_label, figure.printed_sublabel, figure.period_basis, figure.period_start, figure.period_end,
            figure.breakdown_dimension, figure.breakdown_value, figure.unit
        order by figure.known_from desc, figure.received_at desc, figure.submission_id desc
    ) = 1

),

-- What was printed of each thing at each time, wherever; and between which numbers it can lie: the rounding of the print, and less where
-- the number of cases is printed too, since only a whole number of them can have been counted.
wholes as (

    select
        submission_id,
        authority_code,
        numerator_measure as measure,
        period_basis,
        period_end,
        breakdown_value,
        any_value(value) as number,
    from figures
    where role = 'actual' and kind = 'count' and value > 0 and value = round(value)
    group by all
    having count(distinct value) = 1

),

bounded as (

    select
        figure.*,
        whole.number,
        100.0 * ceil((figure.value - figure.half_unit) * whole.number / 100.0 - 1e-9) / whole.number as least_possible,
        100.0 * floor((figure.value + figure.half_unit) * whole.number / 100.0 + 1e-9) / whole.number as most_possible,
    from figures as figure
    left join wholes as whole
        on figure.kind = 'percent'
        and figure.submission_id = whole.submission_id
        and figure.authority_code = whole.authority_code
        and figure.denominator_measure = whole.measure
        and figure.period_basis = whole.period_basis
        and figure.period_end = whole.period_end
        and figure.breakdown_value = whole.breakdown_value
    where figure.role = 'actual' and figure.value is not null

),

printed as (

    select
        authority_code,
        indicator_code,
        kind,
        numerator_measure,
        breakdown_dimension,
        breakdown_value,
        period_basis,
        period_end,
        month,
        value,
        max(half_unit) as half_unit,
        -- Where no whole number makes the figure, the number of cases is another, and rounding is all that is known.
        case when min(least_possible) <= max(most_possible) then min(least_possible) else value - max(half_unit) end as lowest,
        case when min(least_possible) <= max(most_possible) then max(most_possible) else value + max(half_unit) end as highest,
        any_value(number) as number,
        arg_min(cell, source_ref) as cell,
    from bounded
    group by authority_code, indicator_code, kind, numerator_measure, breakdown_dimension, breakdown_value, period_basis, period_end, month, value

),

changes as (

    select
        *,
        coalesce(unit, indicator_unit) as change_unit,
        -- "three below": the sign stands in the arrow.
        case when printed_direction in ('↓', 'down') then -abs(value) else value end as stated,
    from figures
    where role = 'change' and value is not null and not is_approximate

),

-- The figure that changed, and what it can have been compared with: the month before, the same month of the year before, its target.
now as (

    select
        change.figure_id,
        figure.value,
        figure.lowest,
        figure.highest,
        figure.cell,
        figure.month,
        figure.period_basis,
    from changes as change
    inner join printed as figure
        on change.authority_code = figure.authority_code
        and change.indicator_code = figure.indicator_code
        and change.breakdown_dimension = figure.breakdown_dimension
        and change.breakdown_value = figure.breakdown_value
        and change.period_end = figure.period_end

),

compared_with as (

    select
        now.figure_id,
        now.value as value_now,
        now.lowest as lowest_now,
        now.highest as highest_now,
        now.cell as cell_now,
        earlier.value as value_then,
        earlier.lowest as lowest_then,
        earlier.highest as highest_then,
        earlier.cell as cell_then,
    from now
    inner join changes as change on now.figure_id = change.figure_id
    inner join printed as earlier
        on change.authority_code = earlier.authority_code
        and change.indicator_code = earlier.indicator_code
        and change.breakdown_dimension = earlier.breakdown_dimension
        and change.breakdown_value = earlier.breakdown_value
        and now.period_basis = earlier.period_basis
        and date_diff('month', earlier.month, now.month) in (1, 12)
    union all
    select
        now.figure_id,
        now.value as value_now,
        now.lowest as lowest_now,
        now.highest as highest_now,
        now.cell as cell_now,
        target.value as value_then,
        target.value as lowest_then,
        target.value as highest_then,
        target.cell as cell_then,
    from now
    inner join changes as change on now.figure_id = change.figure_id
    inner join figures as target
        on change.authority_code = target.authority_code
        and change.indicator_code = target.indicator_code
        and change.breakdown_dimension = target.breakdown_dimension
        and change.breakdown_value = target.breakdown_value
        and target.role = 'target'
        and target.value is not null
        and change.period_end between target.period_start and target.period_end

),

-- Every reading of the sentence: so many more, so many points more, so many per cent more.
readings as (

    select
        change.*,
        pair.cell_now,
        pair.cell_then,
        unnest([
            {
                'reading': 'difference',
                'calculated': case
                    when change.kind = 'count' then pair.value_now - pair.value_then
                    else (pair.lowest_now + pair.highest_now - pair.lowest_then - pair.highest_then) / 2
                end,
                'leeway': change.half_unit + case
                    when change.kind = 'count' then 0.0
                    else (pair.highest_now - pair.lowest_now + pair.highest_then - pair.lowest_then) / 2
                end
            },
            {
                'reading': 'per cent',
                'calculated': 100.0 * (pair.value_now / nullif(pair.value_then, 0) - 1),
                'leeway': change.half_unit + case
                    when change.kind = 'count' then 0.0
                    else 50.0 * (
                        pair.highest_now - pair.lowest_now + (pair.highest_then - pair.lowest_then) * abs(pair.value_now / nullif(pair.value_then, 0))
                    ) / abs(nullif(pair.value_then, 0))
                end
            }
        ], recursive := true),
    from changes as change
    inner join compared_with as pair on change.figure_id = pair.figure_id

),

-- The reading that comes nearest is the one that the writer meant.
change_stated as (

    select
        'two_places.stated_change' as rule_id,
        any_value(submission_id) as submission_id,
        any_value(authority_code) as authority_code,
        any_value(indicator_code) as indicator_code,
        any_value(period_start) as period_start,
        any_value(figure_name || coalesce(' in ' || section, '')) as subject,
        any_value(indicator_name) as cause,
        arg_min(calculated, abs(stated - calculated) - leeway) as expected,
        any_value(stated) as observed,
        any_value(stated) - arg_min(calculated, abs(stated - calculated) - leeway) as difference,
        arg_min(leeway, abs(stated - calculated) - leeway) + 1e-6 as tolerance,
        false as is_published,
        [any_value(cell), any_value(cell_now), arg_min(cell_then, abs(stated - calculated) - leeway)] as cells,
        any_value(source_ref) as source_ref,
        any_value(known_from) as known_from,
    from readings
    where calculated is not null
        and (reading = 'difference' or change_unit = 'percent')
        and not (reading = 'difference' and change_unit = 'percent' and kind = 'count')
    group by figure_id

),

-- "108 fewer, 14 per cent": from the number and the change follows the month before, and from that the percentage.
number_and_percent as (

    select
        'two_places.change_and_percent' as rule_id,
        percentage.submission_id,
        percentage.authority_code,
        percentage.indicator_code,
        percentage.period_start,
        percentage.figure_name || ', in per cent' || coalesce(' in ' || percentage.section, '') as subject,
        percentage.indicator_name as cause,
        100.0 * number.stated / nullif(now.value - number.stated, 0) as expected,
        percentage.stated as observed,
        percentage.stated - 100.0 * number.stated / nullif(now.value - number.stated, 0) as difference,
        percentage.half_unit + 1e-6 as tolerance,
        false as is_published,
        [percentage.cell, number.cell, now.cell] as cells,
        percentage.source_ref,
        percentage.known_from,
    from changes as percentage
    inner join changes as number
        on percentage.submission_id = number.submission_id
        and percentage.authority_code = number.authority_code
        and percentage.indicator_code = number.indicator_code
        and percentage.breakdown_dimension = number.breakdown_dimension
        and percentage.breakdown_value = number.breakdown_value
        and percentage.period_end = number.period_end
        and percentage.change_unit = 'percent'
        and number.change_unit = 'count'
    inner join now on number.figure_id = now.figure_id
    where percentage.kind = 'count' and now.value <> number.stated

),

-- A percentage whose whole is counted in another return of the authority.
other_wholes as (

    select
        authority_code,
        numerator_measure as measure,
        breakdown_dimension,
        breakdown_value,
        period_basis,
        period_end,
        submission_id,
        arg_min(value, source_ref) as number,
        arg_min(cell, source_ref) as cell,
    from figures
    where role = 'actual' and kind = 'count' and value is not null
    group by all
    having count(distinct value) = 1

),

share_of_other_return as (

    select
        'two_places.share_of_other_return' as rule_id,
        share.submission_id,
        share.authority_code,
        share.indicator_code,
        share.period_start,
        share.figure_name || coalesce(' in ' || share.section, '') || ', against the count of another return' as subject,
        share.indicator_name as cause,
        share.scale * share.numerator / whole.number as expected,
        share.value as observed,
        share.value - share.scale * share.numerator / whole.number as difference,
        share.half_unit + coalesce(share.rounding_tolerance, 0.0) + 1e-6 as tolerance,
        false as is_published,
        [
            share.cell,
            {'what': 'numerator', 'value': regexp_replace(cast(share.numerator as varchar), '\.0$', ''), 'where': share.source_ref},
            whole.cell
        ] as cells,
        share.source_ref,
        share.known_from,
    from figures as share
    inner join other_wholes as whole
        on share.authority_code = whole.authority_code
        and share.denominator_measure = whole.measure
        and share.breakdown_dimension = whole.breakdown_dimension
        and share.breakdown_value = whole.breakdown_value
        and share.period_basis = whole.period_basis
        and share.period_end = whole.period_end
        and share.submission_id <> whole.submission_id
    where share.role = 'actual' and share.kind = 'percent' and share.value is not null and share.numerator is not null and share.denominator is null
        and whole.number > 0
    qualify row_number() over (partition by share.figure_id order by whole.submission_id) = 1

),

-- Claims in words, set down as numbers. A count of a percentage or rate is a run: so many months or weeks in a row.
claims as (

    select *
    from figures
    where role = 'claim' and value is not null

),

-- The yardstick of a run, where its own table names one: weeks below five per cent.
runs as (

    select
        claim.figure_id,
        threshold.value as threshold,
        threshold.cell as threshold_cell,
    from claims as claim
    left join figures as threshold
        on claim.submission_id = threshold.submission_id
        and claim.indicator_code = threshold.indicator_code
        and claim.place = threshold.place
        and threshold.role = 'threshold'
    where claim.kind <> 'count' and claim.unit = 'count'

),

run_points as (

    select
        claim.figure_id,
        run.threshold,
        run.threshold_cell,
        point.period_end,
        point.value,
        point.cell,
        sign(point.value - lag(point.value) over line) as step,
        row_number() over (partition by claim.figure_id order by point.period_end desc) as back,
    from claims as claim
    inner join runs as run on claim.figure_id = run.figure_id
    inner join (
        select
            authority_code,
            indicator_code,
            period_basis,
            period_end,
            case when count(distinct breakdown_dimension) = 1 then any_value(breakdown_dimension) end as breakdown_dimension,
            arg_min(value, breakdown_dimension) as value,
            arg_min(cell, breakdown_dimension) as cell,
        from printed
        where breakdown_dimension in ('all', 'week_number')
        group by authority_code, indicator_code, period_basis, period_end
    ) as point
        on claim.authority_code = point.authority_code
        and claim.indicator_code = point.indicator_code
        and (run.threshold is null or point.period_basis = 'week')
        and (run.threshold is not null or point.period_basis in ('month', 'snapshot'))
        -- A week that ends just after the month's end is the month's last.
        and point.period_end <= claim.period_end + 6
    window line as (partition by claim.figure_id order by point.period_end)

),

run_lengths as (

    select
        points.figure_id,
        any_value(points.threshold_cell) as threshold_cell,
        -- How far back the run goes: up to the first period that does not belong to it.
        coalesce(min(points.back) filter (where not case
            when points.threshold is null then points.step = newest.step and points.step <> 0
            else points.value < points.threshold
        end), max(points.back) + 1) - 1 as length,
        list(points.cell order by points.back) as cells,
    from run_points as points
    inner join run_points as newest
        on points.figure_id = newest.figure_id
        and newest.back = 1
    group by points.figure_id

),

claimed_run as (

    select
        'two_places.claimed_run' as rule_id,
        claim.submission_id,
        claim.authority_code,
        claim.indicator_code,
        claim.period_start,
        claim.printed_label || coalesce(' in ' || claim.section, '') as subject,
        claim.indicator_name as cause,
        run.length::double as expected,
        claim.value as observed,
        greatest(claim.value - run.length, 0.0) as difference,
        0.0 as tolerance,
        false as is_published,
        list_concat([claim.cell], list_slice(run.cells, 1, claim.value::int + 1), list_filter([run.threshold_cell], lambda one: one is not null)) as cells,
        claim.source_ref,
        claim.known_from,
    from claims as claim
    inner join run_lengths as run on claim.figure_id = run.figure_id

),

-- "Around half": a claimed share of a count, one value of a breakdown in all of it.
claimed_share as (

    select
        'two_places.claimed_share' as rule_id,
        claim.submission_id,
        claim.authority_code,
        claim.indicator_code,
        claim.period_start,
        coalesce(claim.printed_label, claim.figure_name) || coalesce(' in ' || claim.section, '') as subject,
        claim.indicator_name as cause,
        100.0 * part.value / whole.value as expected,
        claim.value as observed,
        claim.value - 100.0 * part.value / whole.value as difference,
        case when claim.is_approximate then 5.0 else claim.half_unit end + 1e-6 as tolerance,
        false as is_published,
        [claim.cell, part.cell, whole.cell] as cells,
        claim.source_ref,
        claim.known_from,
    from claims as claim
    inner join printed as part
        on claim.authority_code = part.authority_code
        and claim.indicator_code = part.indicator_code
        and claim.breakdown_dimension = part.breakdown_dimension
        and claim.breakdown_value = part.breakdown_value
        and claim.period_end = part.period_end
    inner join printed as whole
        on part.authority_code = whole.authority_code
        and part.indicator_code = whole.indicator_code
        and part.period_basis = whole.period_basis
        and part.period_end = whole.period_end
        and whole.breakdown_dimension = 'all'
    where claim.kind = 'count' and claim.unit = 'percent' and whole.value > 0 and claim.breakdown_dimension <> 'all'

),

-- "The highest ratio of all": a claimed place, of one value of the second dimension among its fellows (a source among sources), by the
-- share that the value of the first has in it (an outcome).
ranked_shares as (

    select
        claim.figure_id,
        split_part(part.breakdown_value, '|', -1) as who,
        split_part(claim.breakdown_value, '|', -1) as claimed_for,
        100.0 * coalesce(sum(part.value) filter (where split_part(part.breakdown_value, '|', 1) = split_part(claim.breakdown_value, '|', 1)), 0) / sum(part.value) as share,
        sum(part.value) as total,
        any_value(part.cell) filter (where split_part(part.breakdown_value, '|', 1) = split_part(claim.breakdown_value, '|', 1)) as cell,
    from claims as claim
    inner join printed as part
        on claim.authority_code = part.authority_code
        and claim.indicator_code = part.indicator_code
        and claim.breakdown_dimension = part.breakdown_dimension
        and claim.period_end = part.period_end
    where claim.unit = 'rank' and claim.breakdown_dimension like '%|%'
    group by all
    having sum(part.value) > 0

),

claimed_place as (

    select
        'two_places.claimed_rank' as rule_id,
        claim.submission_id,
        claim.authority_code,
        claim.indicator_code,
        claim.period_start,
        claim.printed_label || coalesce(' in ' || claim.section, '') as subject,
        claim.indicator_name as cause,
        (count(*) filter (where other.share > own.share) + 1)::double as expected,
        claim.value as observed,
        claim.value - (count(*) filter (where other.share > own.share) + 1) as difference,
        0.0 as tolerance,
        false as is_published,
        list_concat(
            [claim.cell],
            list({'what': other.cell.what || ': ' || other.who || ', of ' || other.total::bigint, 'value': printf('%s, %.1f %%', other.cell.value, other.share), 'where': other.cell."where"}
                order by other.share desc)
        ) as cells,
        claim.source_ref,
        claim.known_from,
    from claims as claim
    inner join ranked_shares as own
        on claim.figure_id = own.figure_id
        and own.who = own.claimed_for
    inner join ranked_shares as other on claim.figure_id = other.figure_id
    group by claim.figure_id, claim.submission_id, claim.authority_code, claim.indicator_code, claim.period_start, claim.printed_label, claim.section,
        claim.indicator_name, claim.value, claim.cell, claim.source_ref, claim.known_from

),

-- "Well within the target range": so many of the lines of an indicator (or the one line named) lie between the edges of its band.
bands as (

    select
        claim.figure_id,
        coalesce(goal.lower, case when goal.bound in ('>=', '>') then goal.target end) as lowest,
        coalesce(goal.upper, case when goal.bound in ('<=', '<') then goal.target end) as highest,
        goal.origin,
    from claims as claim
    inner join {{ ref('reg_target') }} as goal
        on claim.authority_code = goal.authority_code
        and claim.indicator_code = goal.indicator
        and claim.period_end >= goal.valid_from
        and (goal.valid_to is null or claim.period_end <= goal.valid_to)
    where claim.unit = 'percent' and claim.kind not in ('count', 'percent')
    qualify row_number() over (partition by claim.figure_id order by goal.valid_from desc) = 1

),

claimed_within as (

    select
        'two_places.claimed_within_target' as rule_id,
        claim.submission_id,
        claim.authority_code,
        claim.indicator_code,
        claim.period_start,
        claim.printed_label || coalesce(' in ' || claim.section, '') as subject,
        claim.indicator_name as cause,
        100.0 * count(*) filter (where coalesce(line.value >= band.lowest, true) and coalesce(line.value <= band.highest, true)) / count(*) as expected,
        claim.value as observed,
        greatest(
            claim.value - 100.0 * count(*) filter (where coalesce(line.value >= band.lowest, true) and coalesce(line.value <= band.highest, true)) / count(*), 0.0
        ) as difference,
        0.0 as tolerance,
        false as is_published,
        list_append(
            list_prepend(claim.cell, list(line.cell order by line.breakdown_value)),
            {'what': 'target range', 'value': printf('%s to %s', coalesce(cast(any_value(band.lowest) as varchar), ''), coalesce(cast(any_value(band.highest) as varchar), '')), 'where': any_value(band.origin)}
        ) as cells,
        claim.source_ref,
        claim.known_from,
    from claims as claim
    inner join bands as band on claim.figure_id = band.figure_id
    inner join printed as line
        on claim.authority_code = line.authority_code
        and claim.indicator_code = line.indicator_code
        and claim.period_end = line.period_end
        and (
            (claim.breakdown_dimension = line.breakdown_dimension and claim.breakdown_value = line.breakdown_value)
            or (claim.breakdown_dimension = 'all' and line.breakdown_dimension <> 'all' and line.breakdown_dimension not like '%|%')
        )
    group by claim.figure_id, claim.submission_id, claim.authority_code, claim.indicator_code, claim.period_start, claim.printed_label, claim.section,
        claim.indicator_name, claim.value, claim.cell, claim.source_ref, claim.known_from

),

-- A return that names its limits twice names the same ones, smallest with smallest.
limits as (

    select
        *,
        row_number() over (
            partition by submission_id, authority_code, indicator_code, place, printed_label_group, coalesce(unit, '') order by value
        ) as position,
        count(*) over (partition by submission_id, authority_code, indicator_code, place, printed_label_group, coalesce(unit, '')) as n_limits,
    from (
        select
            *,
            -- Limits of one band each stand under the band's name, a list of limits under one label.
            case when breakdown_dimension = 'all' then 'all' else breakdown_dimension end as printed_label_group,
        from figures
        where role = 'threshold' and value is not null
    )

),

limits_agree as (

    select
        'two_places.limits' as rule_id,
        one.submission_id,
        one.authority_code,
        one.indicator_code,
        one.period_start,
        coalesce(other.printed_label, one.indicator_name) || case when other.breakdown_dimension = 'all' then '' else ' (' || other.breakdown_value || ')' end
            || ', limit ' || one.position || ' of ' || one.n_limits as subject,
        one.indicator_name as cause,
        one.value as expected,
        other.value as observed,
        other.value - one.value as difference,
        greatest(one.half_unit, other.half_unit) as tolerance,
        false as is_published,
        [one.cell, other.cell] as cells,
        other.source_ref,
        other.known_from,
    from limits as one
    inner join limits as other
        on one.submission_id = other.submission_id
        and one.authority_code = other.authority_code
        and one.indicator_code = other.indicator_code
        and coalesce(one.unit, '') = coalesce(other.unit, '')
        and one.position = other.position
        and one.n_limits = other.n_limits
        and (one.place, one.printed_label_group) < (other.place, other.printed_label_group)
    where one.n_limits >= 2

),

-- Two names of a team or area with the same figures month by month: one of the two is the other, or was copied into it.
named_lines as (

    select
        submission_id,
        authority_code,
        indicator_code,
        any_value(indicator_name) as indicator_name,
        breakdown_dimension,
        breakdown_value,
        month,
        any_value(value) as value,
        arg_min(cell, source_ref) as cell,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
    from figures
    where role = 'actual' and value is not null and breakdown_dimension not in ('all', 'week_number') and breakdown_dimension not like '%|%'
        and period_basis in ('month', 'snapshot') and return_name <> 'contact_matrix'
    group by submission_id, authority_code, indicator_code, breakdown_dimension, breakdown_value, month
    having count(distinct value) = 1

),

two_names as (

    select
        'two_places.one_line_two_names' as rule_id,
        one.submission_id,
        one.authority_code,
        one.indicator_code,
        min(one.month)::date as period_start,
        any_value(one.indicator_name) || ', "' || one.breakdown_value || '" and "' || other.breakdown_value || '"' as subject,
        any_value(one.indicator_name) as cause,
        0.0 as expected,
        count(*)::double as observed,
        -- Four months alike to the last digit, and the line moves.
        case when bool_and(one.value = other.value) and count(*) >= 4 and count(distinct one.value) >= 3 then count(*) else 0 end::double as difference,
        0.0 as tolerance,
        false as is_published,
        list_concat(list(one.cell order by one.month), list(other.cell order by one.month)) as cells,
        min(one.source_ref) as source_ref,
        min(one.known_from) as known_from,
    from named_lines as one
    inner join named_lines as other
        on one.submission_id = other.submission_id
        and one.authority_code = other.authority_code
        and one.indicator_code = other.indicator_code
        and one.breakdown_dimension = other.breakdown_dimension
        and one.month = other.month
        and one.breakdown_value < other.breakdown_value
    group by one.submission_id, one.authority_code, one.indicator_code, one.breakdown_dimension, one.breakdown_value, other.breakdown_value
    having count(*) >= 4

),

-- A cell that one table leaves empty and another table of the same return fills, one row a line of the table.
empty_cells as (

    select
        submission_id,
        authority_code,
        indicator_code,
        indicator_name,
        role,
        breakdown_dimension,
        breakdown_value,
        place,
        section,
        month,
        period_start,
        cell,
        source_ref,
        known_from,
    from figures
    where role = 'actual' and value is null and numerator is null and return_name = 'performance_workbook'
        and trim(coalesce(value_text, '')) in ('', '-', '_')

),

left_empty as (

    select
        'completeness.empty_here_given_there' as rule_id,
        blank.submission_id,
        blank.authority_code,
        blank.indicator_code,
        coalesce(min(blank.period_start) filter (where filled.value is not null), min(blank.period_start)) as period_start,
        any_value(blank.indicator_name) || case when blank.breakdown_value = 'all' then '' else ' (' || blank.breakdown_value || ')' end
            || coalesce(' in ' || any_value(blank.section), '') as subject,
        any_value(blank.indicator_name) as cause,
        0.0 as expected,
        count(distinct blank.source_ref) filter (where filled.value is not null)::double as observed,
        count(distinct blank.source_ref) filter (where filled.value is not null)::double as difference,
        0.0 as tolerance,
        false as is_published,
        coalesce(
            list_concat(
                list(blank.cell order by blank.source_ref) filter (where filled.value is not null),
                list(filled.cell order by blank.source_ref) filter (where filled.value is not null)
            ),
            []
        ) as cells,
        coalesce(min(blank.source_ref) filter (where filled.value is not null), min(blank.source_ref)) as source_ref,
        min(blank.known_from) as known_from,
    from empty_cells as blank
    inner join figures as filled
        on blank.submission_id = filled.submission_id
        and blank.authority_code = filled.authority_code
        and blank.indicator_code = filled.indicator_code
        and blank.breakdown_dimension = filled.breakdown_dimension
        and blank.breakdown_value = filled.breakdown_value
        and blank.month = filled.month
        and blank.place <> filled.place
        and filled.role = 'actual'
    group by blank.submission_id, blank.authority_code, blank.indicator_code, blank.breakdown_dimension, blank.breakdown_value, blank.place

),

-- Contacts by outcome in a table of contacts, against the count of that outcome in a line of its own.
outcomes as (

    select
        cell.submission_id,
        cell.authority_code,
        cell.month,
        cell.contact_outcome,
        cell.tabulation,
        sum(coalesce(cell.contacts, 0)) as contacts,
        5.0 * count(*) filter (where cell.value_status = 'suppressed') as hidden,
        string_agg(distinct cell.local_outcome, ', ' order by cell.local_outcome) as local_outcomes,
        min(cell.source_ref) as source_ref,
    from {{ ref('int_measures__contact_cell') }} as cell
    inner join {{ ref('int_submissions__admitted') }} as submission
        on cell.submission_id = submission.submission_id
        and submission.is_admitted
    where cell.tabulation like '%outcome%' and not coalesce(cell.is_row_total, false) and not coalesce(cell.is_column_total, false)
    group by all

),

contacts_by_outcome as (

    select
        'two_places.contacts_by_outcome' as rule_id,
        figure.submission_id,
        figure.authority_code,
        figure.indicator_code,
        figure.period_start,
        figure.figure_name || coalesce(' in ' || figure.section, '') || ', against the table of contacts' as subject,
        figure.indicator_name as cause,
        outcomes.contacts as expected,
        figure.value as observed,
        figure.value - outcomes.contacts as difference,
        outcomes.hidden as tolerance,
        false as is_published,
        [
            figure.cell,
            {
                'what': outcomes.tabulation || ': ' || outcomes.local_outcomes,
                'value': regexp_replace(cast(outcomes.contacts as varchar), '\.0$', ''),
                'where': outcomes.source_ref
            }
        ] as cells,
        figure.source_ref,
        figure.known_from,
    from figures as figure
    inner join outcomes
        on figure.authority_code = outcomes.authority_code
        and figure.month = outcomes.month
        and figure.numerator_measure = 'contacts_to_' || outcomes.contact_outcome
    where figure.role = 'actual' and figure.kind = 'count' and figure.period_basis = 'month' and figure.value is not null
        and figure.breakdown_dimension = 'all'

),

-- The month before, as a stated change gives it (this month's contacts less the change), against its own line.
outcome_before as (

    select
        'two_places.contacts_by_outcome' as rule_id,
        line.submission_id,
        line.authority_code,
        line.indicator_code,
        line.period_start,
        line.figure_name || coalesce(' in ' || line.section, '') || ', against the change stated for the month after' as subject,
        line.indicator_name as cause,
        outcomes.contacts - change.stated as expected,
        line.value as observed,
        line.value - (outcomes.contacts - change.stated) as difference,
        outcomes.hidden as tolerance,
        false as is_published,
        [
            line.cell,
            {
                'what': outcomes.tabulation || ': ' || outcomes.local_outcomes,
                'value': regexp_replace(cast(outcomes.contacts as varchar), '\.0$', ''),
                'where': outcomes.source_ref
            },
            change.cell
        ] as cells,
        line.source_ref,
        line.known_from,
    from figures as line
    inner join outcomes
        on line.authority_code = outcomes.authority_code
        and date_diff('month', line.month, outcomes.month) = 1
        and line.numerator_measure = 'contacts_to_' || outcomes.contact_outcome
    inner join changes as change
        on line.authority_code = change.authority_code
        and change.month = outcomes.month
        and change.breakdown_dimension = 'contact_outcome'
        and change.breakdown_value = outcomes.local_outcomes
        and change.change_unit = 'count'
    where line.role = 'actual' and line.kind = 'count' and line.period_basis = 'month' and line.value is not null and line.breakdown_dimension = 'all'

),

-- A comparison column heads another month than its sister columns: last month's heading was left standing.
comparison_columns as (

    select
        submission_id,
        authority_code,
        comparator,
        section,
        period_end,
        min(period_start) as period_start,
        any_value(cell) as cell,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
    from figures
    where role = 'benchmark' and comparator is not null and return_name = 'performance_workbook'
    group by submission_id, authority_code, comparator, section, period_end
    -- A table of several years has several columns of one kind; here one heading stands against the same heading elsewhere.
    qualify count(*) over (partition by submission_id, authority_code, comparator, section) = 1

),

usual_columns as (

    select
        submission_id,
        comparator,
        mode(period_end) as usual_end,
        count(*) as n_columns,
    from comparison_columns
    group by all
    having count(*) >= 4

),

column_headed as (

    select
        'timeliness.comparison_column_stale' as rule_id,
        one.submission_id,
        one.authority_code,
        cast(null as varchar) as indicator_code,
        one.period_start,
        'column "' || replace(one.comparator, '_', ' ') || '"' || coalesce(' in ' || one.section, '') as subject,
        'heading of "' || replace(one.comparator, '_', ' ') || '"' as cause,
        0.0 as expected,
        date_diff('month', one.period_end, usual.usual_end)::double as observed,
        date_diff('month', one.period_end, usual.usual_end)::double as difference,
        0.0 as tolerance,
        false as is_published,
        [
            one.cell,
            {'what': 'this column ends', 'value': strftime(one.period_end, '%b %Y'), 'where': one.source_ref},
            {'what': 'the others of the return end', 'value': strftime(usual.usual_end, '%b %Y'), 'where': ''}
        ] as cells,
        one.source_ref,
        one.known_from,
    from comparison_columns as one
    inner join usual_columns as usual
        on one.submission_id = usual.submission_id
        and one.comparator = usual.comparator

),

-- One line of months in two places (two tables, two returns) that agrees only when one of them is moved by a month.
lines as (

    select
        authority_code,
        submission_id,
        return_name,
        place,
        indicator_code,
        breakdown_dimension,
        breakdown_value,
        period_basis,
        month,
        any_value(indicator_name) as indicator_name,
        any_value(section) as section,
        any_value(value) as value,
        arg_min(cell, source_ref) as cell,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
    from figures
    where role = 'actual' and value is not null and period_basis in ('month', 'snapshot') and return_name <> 'contact_matrix'
    group by authority_code, submission_id, return_name, place, indicator_code, breakdown_dimension, breakdown_value, period_basis, month
    having count(distinct value) = 1

),

line_pairs as (

    select
        one.authority_code,
        other.submission_id,
        one.indicator_code,
        one.breakdown_value,
        other.return_name,
        other.place,
        one.return_name as first_return,
        one.place as first_place,
        any_value(one.indicator_name) as indicator_name,
        min(other.month) as first_month,
        date_diff('month', one.month, other.month) as months_apart,
        count(*) as n_months,
        count(*) filter (where one.value = other.value) as n_same,
        list(one.cell order by one.month) as cells_one,
        list(other.cell order by other.month) as cells_other,
        min(other.source_ref) as source_ref,
        min(other.known_from) as known_from,
    from lines as one
    inner join lines as other
        on one.authority_code = other.authority_code
        and one.indicator_code = other.indicator_code
        and one.breakdown_dimension = other.breakdown_dimension
        and one.breakdown_value = other.breakdown_value
        and one.period_basis = other.period_basis
        and (one.return_name, one.place) < (other.return_name, other.place)
        and abs(date_diff('month', one.month, other.month)) <= 1
    group by one.authority_code, other.submission_id, one.indicator_code, one.breakdown_value, other.return_name, other.place, one.return_name, one.place,
        date_diff('month', one.month, other.month)
    having count(*) >= 4

),

months_shifted as (

    select
        'two_places.months_shifted' as rule_id,
        in_place.submission_id,
        in_place.authority_code,
        in_place.indicator_code,
        in_place.first_month::date as period_start,
        in_place.indicator_name || case when in_place.breakdown_value = 'all' then '' else ' (' || in_place.breakdown_value || ')' end
            || coalesce(', in ' || nullif(in_place.first_place, ''), '') || coalesce(' and ' || nullif(in_place.place, ''), '') || ', month by month' as subject,
        in_place.indicator_name as cause,
        100.0 * in_place.n_same / in_place.n_months as expected,
        100.0 * max(moved.n_same / moved.n_months) as observed,
        case
            when 4 * in_place.n_same <= in_place.n_months and max(moved.n_same / moved.n_months) >= 0.75
                then 100.0 * (max(moved.n_same / moved.n_months) - in_place.n_same / in_place.n_months)
            else 0.0
        end as difference,
        0.0 as tolerance,
        false as is_published,
        list_concat(list_slice(any_value(in_place.cells_one), 1, 6), list_slice(any_value(in_place.cells_other), 1, 6)) as cells,
        in_place.source_ref,
        in_place.known_from,
    from line_pairs as in_place
    inner join line_pairs as moved
        on in_place.authority_code = moved.authority_code
        and in_place.submission_id = moved.submission_id
        and in_place.indicator_code = moved.indicator_code
        and in_place.breakdown_value = moved.breakdown_value
        and in_place.return_name = moved.return_name
        and in_place.place = moved.place
        and in_place.first_return = moved.first_return
        and in_place.first_place = moved.first_place
        and moved.months_apart <> 0
    where in_place.months_apart = 0
    group by in_place.submission_id, in_place.authority_code, in_place.indicator_code, in_place.first_month, in_place.indicator_name, in_place.breakdown_value,
        in_place.first_place, in_place.place, in_place.n_same, in_place.n_months, in_place.source_ref, in_place.known_from

),

-- What the authority printed, and what its own lists of children give.
reported_and_derived as (

    select
        'two_places.reported_against_lists' as rule_id,
        reconciled.reported_submission_id as submission_id,
        reconciled.authority_code,
        reconciled.indicator_code,
        reconciled.period_start,
        indicator.name || ', ' || replace(reconciled.period_basis, '_', ' ') || ' to ' || strftime(reconciled.period_end, '%-d %b %Y')
            || ', against the lists of children' as subject,
        indicator.name as cause,
        reconciled.derived_value as expected,
        reconciled.reported_value as observed,
        case when reconciled.explanation = 'unexplained' then reconciled.reported_value - reconciled.derived_value else 0.0 end as difference,
        0.0 as tolerance,
        false as is_published,
        [
            {'what': 'as reported', 'value': cast(reconciled.reported_value as varchar), 'where': reconciled.reported_submission_id},
            {'what': 'from the lists', 'value': cast(reconciled.derived_value as varchar), 'where': reconciled.derived_submission_id},
            {'what': 'what explains it', 'value': replace(reconciled.explanation, '_', ' '), 'where': ''}
        ] as cells,
        reconciled.reported_submission_id as source_ref,
        reconciled.reported_known_from as known_from,
    from {{ ref('mart_reconciliation') }} as reconciled
    inner join {{ ref('reg_indicator') }} as indicator
        on reconciled.indicator_code = indicator.indicator_code
    where reconciled.reported_value is not null and reconciled.derived_value is not null and reconciled.reported_submission_id is not null

),

-- National figures quoted by a council, against the national table of that year. Later editions restate a little.
national_newest as (

    select figure.*
    from {{ ref('evidence_figure') }} as figure
    inner join (select distinct authority_code from {{ ref('reg_authority') }} where authority_type = 'england') as england
        on figure.authority_code = england.authority_code
    where figure.is_published and figure.role = 'actual' and figure.value is not null and figure.period_basis in ('year', 'snapshot')
    qualify row_number() over (
        partition by figure.indicator_code, figure.period_end, figure.breakdown_dimension, figure.breakdown_value
        order by figure.known_from desc, figure.received_at desc, figure.source_ref
    ) = 1

),

-- Shares that the national table gives as a breakdown of days: the parts that are in time.
in_time as (

    select
        listed.indicator_code,
        part.period_end,
        100.0 * sum(part.value) / any_value(whole.value) as value,
        -- Parts and total are rounded to ten.
        100.0 * 5.0 * (count(*) + 1) / any_value(whole.value) as half_unit,
        {
            'what': any_value(part.section) || ' / ' || string_agg(part.breakdown_value, ' + ' order by part.breakdown_value) || ' of '
                || any_value(whole.value)::bigint,
            'value': string_agg(cast(part.value::bigint as varchar), ' + ' order by part.breakdown_value),
            'where': min(part.source_ref)
        } as cell,
    from (
        values
            ('icpc_timescale_pct', 'icpc_count', 'icpc_duration', ['0_10_days', '11_15_days'])
    ) as listed (indicator_code, count_code, breakdown_dimension, in_time)
    inner join national_newest as part
        on listed.count_code = part.indicator_code
        and listed.breakdown_dimension = part.breakdown_dimension
        and list_contains(listed.in_time, part.breakdown_value)
    inner join national_newest as whole
        on part.indicator_code = whole.indicator_code
        and part.period_end = whole.period_end
        and whole.breakdown_dimension = 'all'
    group by listed.indicator_code, part.period_end, len(listed.in_time)
    having count(*) = len(listed.in_time)

),

national as (

    select
        indicator_code,
        period_end,
        value,
        half_unit,
        cell,
    from national_newest
    where breakdown_dimension = 'all'
    union all
    select
        indicator_code,
        period_end,
        value,
        half_unit,
        cell,
    from in_time

),

national_quoted as (

    select
        'two_places.national_figure_quoted' as rule_id,
        quoted.submission_id,
        quoted.authority_code,
        quoted.indicator_code,
        quoted.period_start,
        quoted.figure_name || coalesce(' in ' || quoted.section, '') || ', against the national table' as subject,
        quoted.indicator_name as cause,
        national.value as expected,
        quoted.value as observed,
        quoted.value - national.value as difference,
        quoted.half_unit + national.half_unit + 0.02 * national.value as tolerance,
        false as is_published,
        list_filter([
            quoted.cell,
            national.cell,
            case when before.cell is not null then {
                'what': 'of the year before: ' || before.cell.what, 'value': before.cell.value, 'where': before.cell."where"
            } end
        ], lambda one: one is not null) as cells,
        quoted.source_ref,
        quoted.known_from,
    from figures as quoted
    inner join national
        on quoted.indicator_code = national.indicator_code
        and quoted.period_end = national.period_end
    left join national as before
        on quoted.indicator_code = before.indicator_code
        and before.period_end = (quoted.period_end - interval 1 year)::date
    where quoted.role = 'benchmark' and quoted.comparator = 'national' and quoted.value is not null and quoted.kind <> 'count'

)

{{ folded_evidence([
    'change_stated', 'number_and_percent', 'share_of_other_return', 'claimed_run', 'claimed_share', 'claimed_place', 'claimed_within', 'limits_agree', 'two_names', 'left_empty',
    'contacts_by_outcome', 'outcome_before', 'column_headed', 'months_shifted', 'reported_and_derived',
    'national_quoted',
]) }}
