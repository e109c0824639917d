-- Is it a trend or noise? XmR charts of the monthly series (Nelson, JQT 14(3) 1982; Wheeler; Provost & Murray 2011; NHS England, Making Data Count).
-- Limits hold for one segment of comparable definitions, and begin anew only at a registered event that says so, never from the data alone.
{%- set run_length = var('control_run_length') %}

with months as (

    select * from {{ ref('int_indicators__month') }}

),

rebasing as (

    select
        authority_code,
        cast(date_trunc('month', event_date) as date) as month,
        indicator as indicator_code,
    from {{ ref('reg_event') }}
    where rebase
    union all
    select
        authority_code,
        cast(date_trunc('month', event_date) as date) as month,
        indicator_code,
    from {{ ref('int_registers__event') }}
    where rebase

),

rebased as (

    -- How many times the limits were begun anew up to a month.
    select
        months.authority_code,
        months.indicator_code,
        months.month,
        count(distinct rebasing.month) as rebase_phase,
    from months
    inner join rebasing
        on (rebasing.authority_code is null or months.authority_code = rebasing.authority_code)
        and (rebasing.indicator_code is null or months.indicator_code = rebasing.indicator_code)
        and rebasing.month <= months.month
    group by all

),

points as (

    -- A year to date, or a rolling year, holds its own past: neighbouring points are not independent, and a chart of them would find patterns everywhere.
    select
        months.authority_code,
        months.indicator_code,
        months.month,
        months.polarity,
        months.value,
        months.series_segment,
        coalesce(rebased.rebase_phase, 0) as rebase_phase,
        12 * year(months.month) + month(months.month) as month_number,
    from months
    left join rebased
        on months.authority_code = rebased.authority_code
        and months.indicator_code = rebased.indicator_code
        and months.month = rebased.month
    where months.value is not null
        and months.time_basis in ('flow', 'average', 'snapshot')

),

differences as (

    -- Only neighbouring months have a difference: a missing month breaks every run.
    select
        *,
        case when lag(month_number) over phase = month_number - 1 then value - lag(value) over phase end as difference,
    from points
    window phase as (partition by authority_code, indicator_code, series_segment, rebase_phase order by month_number)

),

raw_ranges as (

    select
        *,
        avg(abs(difference)) over phase as raw_mean_range,
    from differences
    -- Ordered, so that sums round alike in every build.
    window phase as (
        partition by authority_code, indicator_code, series_segment, rebase_phase order by month_number
        rows between unbounded preceding and unbounded following
    )

),

centred as (

    -- Ranges of 3.267 times the mean one or more are left out once. With a mean range of 0 nothing is: a constant series has its mean as limits.
    select
        *,
        avg(value) over phase as centre,
        2.66 * avg(abs(difference)) filter (where raw_mean_range = 0 or abs(difference) < 3.267 * raw_mean_range) over phase as limit_width,
        count(*) over phase as n_points,
    from raw_ranges
    window phase as (
        partition by authority_code, indicator_code, series_segment, rebase_phase order by month_number
        rows between unbounded preceding and unbounded following
    )

),

sided as (

    -- The margin keeps the rounding of a mean from making a constant series leave its limits.
    select
        *,
        1e-9 * greatest(1.0, abs(centre)) as margin,
        case when abs(value - centre) <= 1e-9 * greatest(1.0, abs(centre)) then 0 else sign(value - centre) end as side,
        sign(difference) as step,
    from centred

),

near_limits as (

    select
        *,
        side <> 0 and abs(value - centre) > limit_width + margin as is_outside,
        side <> 0 and abs(value - centre) > 2.0 / 3 * limit_width + margin as is_near,
    from sided

),

runs as (

    -- Neighbouring months of one side (or one step) share the difference of their number and their rank among them.
    select
        *,
        month_number - row_number() over (partition by authority_code, indicator_code, series_segment, rebase_phase, side order by month_number) as side_run,
        month_number - row_number() over (partition by authority_code, indicator_code, series_segment, rebase_phase, step order by month_number) as step_run,
    from near_limits

),

run_lengths as (

    select
        *,
        case when side <> 0 then
            count(*) over (partition by authority_code, indicator_code, series_segment, rebase_phase, side, side_run)
        end as side_length,
        -- n differences of one sign join n + 1 points.
        case when step <> 0 then
            1 + count(*) over (partition by authority_code, indicator_code, series_segment, rebase_phase, step, step_run)
        end as step_length,
    from runs

),

threes as (

    -- Three neighbouring months on one side, two of them near the limit: true on the last of the three.
    select
        *,
        lag(month_number, 2) over phase = month_number - 2
        and side <> 0
        and lag(side, 1) over phase = side
        and lag(side, 2) over phase = side
        and cast(is_near as integer) + cast(lag(is_near, 1) over phase as integer) + cast(lag(is_near, 2) over phase as integer) >= 2
            as ends_two_of_three,
    from run_lengths
    window phase as (partition by authority_code, indicator_code, series_segment, rebase_phase order by month_number)

),

marked as (

    select
        *,
        coalesce(is_outside, false) as outside_limit,
        -- Of the three, the points near the limit are the pattern; the third is only in its way.
        coalesce(is_near, false) and coalesce(bool_or(ends_two_of_three) over next_two, false) as two_of_three,
        coalesce(side_length >= {{ run_length }}, false) as one_side,
        coalesce(step_length >= {{ run_length }}, false)
        or coalesce(
            lead(step_length) over phase >= {{ run_length }}
            and lead(month_number) over phase = month_number + 1, false
        ) as one_direction,
        case when step_length >= {{ run_length }} then step else lead(step) over phase end as run_step,
    from threes
    window
        phase as (partition by authority_code, indicator_code, series_segment, rebase_phase order by month_number),
        next_two as (
            partition by authority_code, indicator_code, series_segment, rebase_phase order by month_number range between current row and 2 following
        )

),

signalled as (

    select
        *,
        case
            when outside_limit or two_of_three or one_side then side
            when one_direction then run_step
        end as towards,
    from marked

),

final as (

    select
        months.authority_code,
        months.indicator_code,
        months.month,
        signalled.rebase_phase,
        cast(signalled.n_points as integer) as control_points,
        case when signalled.limit_width is not null then signalled.centre end as control_centre,
        signalled.centre - signalled.limit_width as control_lower,
        signalled.centre + signalled.limit_width as control_upper,
        case
            when months.time_basis not in ('flow', 'average', 'snapshot') then 'not_applicable'
            when months.value is null then 'missing'
            when signalled.limit_width is null then 'insufficient_history'
            when signalled.n_points < 13 then 'provisional'
            else 'final'
        end as control_status,
        case
            when signalled.limit_width is null then null
            when signalled.towards is null then 'common_cause'
            when months.polarity = 'higher' then if(signalled.towards > 0, 'improvement', 'concern')
            when months.polarity = 'lower' then if(signalled.towards < 0, 'improvement', 'concern')
            else if(signalled.towards > 0, 'neutral_high', 'neutral_low')
        end as signal,
        nullif(concat_ws(
            '|',
            if(signalled.outside_limit, 'outside_limit', null),
            if(signalled.one_direction, 'one_direction', null),
            if(signalled.two_of_three, 'two_of_three', null),
            if(signalled.one_side, 'one_side', null)
        ), '') as signal_rule,
    from months
    left join signalled
        on months.authority_code = signalled.authority_code
        and months.indicator_code = signalled.indicator_code
        and months.month = signalled.month

)

select * from final
