{{ config(tags=['before_gate']) }}

-- Is a figure on its own possible: its unit, its scale, its range, its date? One row a figure that a rule may be about. Figures that
-- are plainly in order are counted by one row a submission, indicator and rule (stands_for), so that a national table stays small.

with figures as (

    select * from {{ ref('evidence_figure') }}

),

actuals as (

    select *
    from figures
    where role = 'actual' and value is not null and indicator_code is not null

),

-- What this sender usually prints for a percentage, to tell a fraction from a small one.
usual as (

    select
        submission_id,
        authority_code,
        indicator_code,
        breakdown_dimension,
        breakdown_value,
        median(value) as usual_value,
    from actuals
    where kind = 'percent'
    group by all

),

-- 0.241 where 24.1 is meant.
percent_scale as (

    select
        'validity.percent_scale' as rule_id,
        *,
        case when is_fraction then 100.0 * value else value end as expected,
        value as observed,
        case when is_fraction then 99.0 * value else 0.0 end as difference,
        0.0 as tolerance,
    from (
        select
            actuals.*,
            value > 0 and value <= 1 and coalesce(value_text, '') not like '%\%%' escape '\' and printed_decimals >= 2
                and (usual_value >= 10 * value or value < plausible_min or usual_value <= 1) as is_fraction,
        from actuals
        inner join usual
            on actuals.submission_id = usual.submission_id
            and actuals.authority_code = usual.authority_code
            and actuals.indicator_code = usual.indicator_code
            and actuals.breakdown_dimension = usual.breakdown_dimension
            and actuals.breakdown_value = usual.breakdown_value
        where kind = 'percent'
    )

),

percent_above_hundred as (

    select
        'validity.percent_above_hundred' as rule_id,
        *,
        100.0 as expected,
        value as observed,
        greatest(value - 100.0, 0.0) as difference,
        half_unit as tolerance,
    from actuals
    -- A registered range above 100 says that the numerator is not part of the denominator.
    where kind = 'percent' and coalesce(plausible_max, 100.0) <= 100.0

),

negative_count as (

    select
        'validity.negative_count' as rule_id,
        *,
        0.0 as expected,
        value as observed,
        least(value, 0.0) as difference,
        0.0 as tolerance,
    from actuals
    -- A registered minimum below nought says that the figure is a balance (starters less leavers).
    where kind in ('count', 'rate_per_10000', 'percent') and coalesce(plausible_min, 0.0) >= 0.0

),

count_not_whole as (

    select
        'validity.count_not_whole' as rule_id,
        *,
        round(value) as expected,
        value as observed,
        value - round(value) as difference,
        1e-6 as tolerance,
    from actuals
    -- National workforce tables count in full-time equivalents.
    where kind = 'count' and indicator_unit = 'count' and not is_published and period_basis in ('month', 'week', 'snapshot', 'ytd', 'year', 'rolling_12m')
        and time_basis <> 'average'

),

outside_plausible_range as (

    select
        'validity.outside_plausible_range' as rule_id,
        *,
        greatest(least(value, coalesce(plausible_max, value)), coalesce(plausible_min, value)) as expected,
        value as observed,
        value - greatest(least(value, coalesce(plausible_max, value)), coalesce(plausible_min, value)) as difference,
        coalesce(rounding_tolerance, 0.0) as tolerance,
    from actuals
    where (plausible_min is not null or plausible_max is not null)
        and (is_local_authority or kind <> 'count')
        -- Said already, and better, by the rules above.
        and not (kind = 'percent' and value > 100 and coalesce(plausible_max, 100.0) <= 100.0)
        and not (value < 0 and kind in ('count', 'rate_per_10000', 'percent'))

),

unit_disagrees as (

    select
        'validity.unit_disagrees' as rule_id,
        *,
        0.0 as expected,
        case when is_same_unit then 0.0 else 1.0 end as observed,
        case when is_same_unit then 0.0 else 1.0 end as difference,
        0.0 as tolerance,
    from (
        select
            *,
            -- Posts are counted, or measured in full-time equivalents: a whole number of one is a number of the other.
            lower(unit) = lower(indicator_unit)
                or (lower(unit) in ('count', 'fte') and lower(indicator_unit) in ('count', 'fte') and value = round(value)) as is_same_unit,
        from actuals
    )
    where unit is not null and indicator_unit is not null and not is_published

),

actual_before_period_end as (

    select
        'timeliness.actual_before_period_end' as rule_id,
        *,
        0.0 as expected,
        cast(greatest(date_diff('day', known_from, period_end), 0) as double) as observed,
        cast(greatest(date_diff('day', known_from, period_end), 0) as double) as difference,
        -- A month's figures are often issued in its last days.
        7.0 as tolerance,
    from actuals
    where period_end is not null and known_from is not null

),

symbols as (

    select distinct lower(trim(symbol)) as symbol
    from {{ ref('reg_symbol') }}

),

-- Text that is neither a figure nor a symbol anybody registered: what it says is lost to every sum.
uninterpretable_text as (

    select
        'validity.uninterpretable_text' as rule_id,
        figure.*,
        0.0 as expected,
        case when is_lost then 1.0 else 0.0 end as observed,
        case when is_lost then 1.0 else 0.0 end as difference,
        0.0 as tolerance,
    from (
        select
            figure.*,
            figure.value is null and figure.numerator is null and symbols.symbol is null
                and coalesce(figure.value_status, 'missing') not in (
                    'suppressed', 'not_due', 'not_applicable', 'low_reliability', 'rounded_to_zero', 'zero_denominator'
                ) as is_lost,
        from figures as figure
        left join symbols on lower(trim(figure.value_text)) = symbols.symbol
        where trim(coalesce(figure.value_text, '')) <> ''
    ) as figure

),

everything as (

    select * exclude (is_fraction) from percent_scale
    union all by name
    select * from percent_above_hundred
    union all by name
    select * from negative_count
    union all by name
    select * from count_not_whole
    union all by name
    select * from outside_plausible_range
    union all by name
    select * exclude (is_same_unit) from unit_disagrees
    union all by name
    select * from actual_before_period_end
    union all by name
    select * exclude (is_lost) from uninterpretable_text

),

suspects as (

    select
        rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        figure_name || coalesce(' in ' || section, '') as subject,
        coalesce(indicator_name, printed_label, section, 'a figure without a label') as cause,
        cast(null as varchar) as explained_by,
        expected,
        observed,
        difference,
        tolerance,
        cast(1 as bigint) as stands_for,
        to_json(case
            when rule_id in ('validity.unit_disagrees', 'validity.percent_scale') then [
                cell,
                {'what': 'unit as sent', 'value': coalesce(unit, 'not stated'), 'where': ''},
                {'what': 'unit as registered', 'value': coalesce(indicator_unit, 'none'), 'where': ''}
            ]
            when rule_id = 'timeliness.actual_before_period_end' then [
                cell,
                {'what': 'last day of the period', 'value': cast(period_end as varchar), 'where': ''},
                {'what': 'day of issue', 'value': cast(known_from as varchar), 'where': ''}
            ]
            else [cell]
        end) as evidence,
        source_ref,
        known_from,
    from everything
    where abs(difference) > tolerance

),

-- Of the figures in order the row says how near the nearest of them came to its limit.
in_order as (

    select
        rule_id,
        submission_id,
        min(authority_code) as authority_code,
        indicator_code,
        min(period_start) as period_start,
        'figures in order' as subject,
        'figures in order' as cause,
        cast(null as varchar) as explained_by,
        0.0 as expected,
        max(tolerance) + max(abs(difference) - tolerance) as observed,
        max(tolerance) + max(abs(difference) - tolerance) as difference,
        max(tolerance) as tolerance,
        count(*) as stands_for,
        cast('[]' as json) as evidence,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
    from everything
    where abs(difference) <= tolerance
    group by rule_id, submission_id, indicator_code

)

select * from suspects
union all
select * from in_order
