-- The target that binds a month, where the month should stand on the way to it, and the rating by the rule of that day.
-- Rating (domain conventions): target, tolerance, direction and a rule valid on the day; without one of them the month is not_rated and says why.

with months as (

    select
        *,
        last_day(month) as month_end,
        (month(month) + 8) % 12 + 1 as month_of_year,
    from {{ ref('int_indicators__month') }}

),

valid_targets as (

    -- One target a month: the authority's own before a national one, set for the month before quarter and year, the latest set.
    select
        months.authority_code,
        months.indicator_code,
        months.month,
        target.* exclude (authority_code, indicator_code, submission_id),
        -- The year's own target stands beside a month's that binds.
        first_value(if(target.per = 'year', target.target, null) ignore nulls) over (
            partition by months.authority_code, months.indicator_code, months.month
            order by target.authority_code is null, target.valid_from desc nulls last, target.target
            rows between unbounded preceding and unbounded following
        ) as year_target,
    from months
    inner join {{ ref('int_registers__target') }} as target
        on months.indicator_code = target.indicator_code
        and (target.authority_code is null or months.authority_code = target.authority_code)
        and {{ valid_on('target', 'months.month_end') }}
    qualify row_number() over (
        partition by months.authority_code, months.indicator_code, months.month
        order by
            target.authority_code is null,
            case target.per when 'month' then 1 when 'quarter' then 2 else 3 end,
            target.valid_from desc nulls last,
            target.valid_to nulls last,
            target.target
    ) = 1

),

baselines as (

    -- Where a target set out from: the stored figure of the month registered for it, else of the twelve months before it, else the first one in its time.
    select
        targets.authority_code,
        targets.indicator_code,
        targets.valid_from,
        targets.registered_month,
        max(stored.month) filter (where stored.month = targets.registered_month) as month_registered,
        max(stored.month) filter (where
            stored.month < date_trunc('month', targets.valid_from)
            and stored.month >= date_trunc('month', targets.valid_from) - interval 12 month
        ) as month_before,
        min(stored.month) filter (where stored.month >= date_trunc('month', targets.valid_from)) as month_within,
    from (
        select authority_code, indicator_code, valid_from, baseline_month as registered_month
        from valid_targets
        where valid_from is not null
        group by all
    ) as targets
    inner join months as stored
        on targets.authority_code = stored.authority_code
        and targets.indicator_code = stored.indicator_code
        and stored.value is not null
        and stored.month >= least(targets.registered_month, date_trunc('month', targets.valid_from) - interval 12 month)
    group by all

),

scaled as (

    -- What a yearly or quarterly target asks of one month: a share of a flow, the share run off of a count of the year to date, the same of all else.
    select
        months.*,
        target.target as registered_target,
        target.per as target_per,
        target.valid_from as target_valid_from,
        target.valid_to as target_valid_to,
        target.origin as target_origin,
        target.is_dated,
        target.year_target,
        target.indicator_code is not null as has_target,
        target.target as plain_target,
        target.upper as plain_upper,
        target.lower as plain_lower,
        target.tolerance as plain_tolerance,
        -- Without a bound of its own a target is on the side the indicator's polarity says.
        coalesce(
            target.bound,
            case when target.indicator_code is not null then
                case months.polarity when 'higher' then '>=' when 'lower' then '<=' when 'closest_to_target' then 'band' end
            end
        ) as target_bound,
        case
            -- A rate that stands on the scale of a year in every month is held to the year's target.
            when months.time_basis = 'flow' and months.kind in ('count', 'rate_per_10000') and not coalesce(months.is_annualised, false)
                then case target.per when 'year' then 1 / 12.0 when 'quarter' then 1 / 3.0 else 1.0 end
            when months.time_basis = 'cumulative_ytd' and months.kind = 'count'
                then months.month_of_year * case target.per when 'year' then 1 / 12.0 when 'quarter' then 1 / 3.0 else 1.0 end
            else 1.0
        end as share,
        case
            -- A count, or share, of the year to date starts the year at nothing.
            when months.time_basis = 'cumulative_ytd' and strftime(target.valid_from, '%m-%d') = '04-01'
                then cast(target.valid_from - interval 1 month as date)
            else coalesce(baselines.month_registered, baselines.month_before, baselines.month_within)
        end as baseline_month,
        months.time_basis = 'cumulative_ytd' and strftime(target.valid_from, '%m-%d') = '04-01' as starts_at_nothing,
    from months
    left join valid_targets as target
        on months.authority_code = target.authority_code
        and months.indicator_code = target.indicator_code
        and months.month = target.month
    left join baselines
        on months.authority_code = baselines.authority_code
        and months.indicator_code = baselines.indicator_code
        and target.valid_from = baselines.valid_from
        and target.baseline_month is not distinct from baselines.registered_month

),

based as (

    select
        scaled.*,
        case when starts_at_nothing then 0.0 else stored.value end as baseline,
        starts_at_nothing or stored.series_segment = scaled.series_segment as is_comparable_with_baseline,
        plain_target * share as target,
        plain_upper * share as target_upper,
        plain_lower * share as target_lower,
        plain_tolerance * share as target_tolerance,
        case when is_dated then cast(date_trunc('month', target_valid_to) as date) end as target_month,
    from scaled
    left join months as stored
        on scaled.authority_code = stored.authority_code
        and scaled.indicator_code = stored.indicator_code
        and scaled.baseline_month = stored.month

),

on_the_way as (

    select
        *,
        case
            when not is_dated or target is null then null
            when month >= target_month then target
            when baseline is null or not is_comparable_with_baseline then null
            when month <= baseline_month then null
            -- Who sets out from beyond the target has no way to go back: the target stands. A running total sets out from nothing, whichever side that is.
            when not starts_at_nothing and target_bound in ('>', '>=') and baseline >= target then target
            when not starts_at_nothing and target_bound in ('<', '<=') and baseline <= target then target
            else baseline + (target - baseline)
                * date_diff('month', baseline_month, month) / date_diff('month', baseline_month, target_month)
        end as trajectory,
    from based

),

aimed as (

    select
        *,
        coalesce(trajectory, target) as goal,
        coalesce(target_lower, trajectory, target) as lower_edge,
        coalesce(target_upper, trajectory, target) as upper_edge,
    from on_the_way

),

measured as (

    -- How far beyond the goal, in the indicator's own unit; 0 or less is on its good side.
    select
        *,
        case target_bound
            when '<' then value - upper_edge
            when '<=' then value - upper_edge
            when '>' then lower_edge - value
            when '>=' then lower_edge - value
            when 'band' then {{ distance_from_band('value', 'lower_edge', 'upper_edge') }}
            when 'open_band' then {{ distance_from_band('value', 'lower_edge', 'upper_edge') }}
        end as miss,
    from aimed

),

ruled as (

    select
        *,
        case
            when not has_target then 'no target is registered for this month'
            when value is null then 'no figure: ' || value_status
            when target_bound is null then 'no direction: the target has no bound and the indicator no polarity'
            when (polarity = 'higher' and target_bound in ('<', '<=')) or (polarity = 'lower' and target_bound in ('>', '>='))
                then 'the target''s bound contradicts the indicator''s polarity'
            when is_dated and trajectory is null and not coalesce(is_comparable_with_baseline, true)
                then 'the definition changed on the way from the baseline to the target'
            when is_dated and trajectory is null then 'no stored figure to begin the way to the target from'
            when miss is null then 'the target has no number on the side of its bound'
            when target_bound = 'band' and target_lower is null and target_upper is null and target_tolerance is null
                then 'the target is a point and neither edges nor a tolerance are registered: how near is near enough cannot be told'
        end as not_rated_reason,
        -- The margin keeps the last bit of a division from missing a target that is met.
        case
            when target_bound in ('<', '>') then miss < -1e-9
            when target_bound = 'open_band' then value > lower_edge + 1e-9 and value < upper_edge - 1e-9
            else miss <= 1e-9
        end as is_met,
    from measured

),

rated as (

    select
        *,
        case
            when not_rated_reason is not null then 'not_rated'
            when is_met then 'GREEN'
            when target_tolerance is null then 'not_rated'
            when target_tolerance > 0 and miss <= target_tolerance + 1e-9 then 'AMBER'
            else 'RED'
        end as rag,
        case
            when not_rated_reason is not null then not_rated_reason
            else
                case when is_met then 'meets' else 'misses' end
                || case when trajectory is not null and month < target_month then ' the way to the target' else ' the target' end
                || case
                    when is_met then ''
                    when target_tolerance is null then ', and no tolerance is registered: amber and red cannot be told apart'
                    when target_tolerance > 0 and miss <= target_tolerance + 1e-9 then ' within the tolerance'
                    when target_tolerance = 0 then '; the rule has no amber'
                    else ' by more than the tolerance'
                end
        end as rag_reason,
    from ruled

),

final as (

    select
        authority_code,
        indicator_code,
        month,
        target,
        target_bound,
        target_upper,
        target_lower,
        target_tolerance,
        registered_target,
        coalesce(
            year_target,
            case when time_basis = 'flow' and kind in ('count', 'rate_per_10000') and not coalesce(is_annualised, false) then
                registered_target * case target_per when 'month' then 12 when 'quarter' then 4 end
            end
        ) as scenario_target,
        target_per,
        target_valid_from,
        target_valid_to,
        target_origin,
        case when has_target then baseline end as baseline,
        case when has_target and baseline is not null then baseline_month end as baseline_month,
        trajectory,
        lower_edge,
        upper_edge,
        rag,
        rag_reason,
        -- Of the last figure before, however many months ago: a quarterly indicator has one every third month. Passing over figures that could not be rated
        -- would show a colour that a later figure has overtaken.
        last_value(if(value is not null, rag, null) ignore nulls) over earlier as previous_rag,
        last_value(if(value is not null, month, null) ignore nulls) over earlier as previous_rag_month,
    from rated
    window earlier as (partition by authority_code, indicator_code order by month rows between unbounded preceding and 1 preceding)

)

select * from final
