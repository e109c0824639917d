{{ config(tags=['series']) }}

-- Where a comparison moves from one level to another and stays. Every month is tried as the first of the new level, against up to a year and a half before it and up to a
-- quarter, half a year and a year from it on. One row an authority, comparison and month that stands out most among its neighbours in time: the score says how
-- many standard errors lie between the two levels, on the scale of what is usual between authorities for this comparison.

with flow as (

    select
        series_number,
        authority_code,
        peers,
        month,
        upstream,
        downstream,
        position,
        sampling_variance,
    from {{ ref('evidence_flow') }}
    where position is not null

),

-- What moves in the whole country in the same month (the calendar, a lockdown, a national change) is no coding of one authority. Demand that both counts share is
-- gone by dividing them.
centred as (

    select
        *,
        position - median(position) over (partition by series_number) as deviation,
    from flow

),

national as (

    select
        peers,
        month,
        case
            when count(distinct authority_code) >= {{ rule_parameter('definition.flow_step', 'fewest_authorities') }} then median(deviation)
            else 0.0
        end as shared,
    from centred
    group by all

),

adjusted as (

    select
        centred.series_number,
        centred.authority_code,
        centred.peers,
        centred.month,
        upstream,
        downstream,
        sampling_variance,
        deviation - national.shared as level,
    from centred
    inner join national
        using (peers, month)

),

noise as (

    select
        series_number,
        greatest({{ noise_variance('change') }}, median(sampling_variance), 1e-9) as variance,
        count(*) as n_months,
    from (
        select
            *,
            level - lag(level) over (partition by series_number order by month) as change,
        from adjusted
    )
    group by all

),

-- A single month far out is another fault (evidence_trend); it must not look like a new level. Held to the median of five months and two standard deviations.
held as (

    select
        adjusted.*,
        noise.variance,
        noise.n_months,
        median(level) over (partition by series_number order by month rows between 2 preceding and 2 following) as middle,
    from adjusted
    inner join noise
        using (series_number)

),

steady as (

    select
        * replace (greatest(middle - 2 * sqrt(variance), least(middle + 2 * sqrt(variance), level)) as level),
    from held

),

windows as (

    select
        *,
        avg(level) over before as before_18,
        count(*) over before as n_before_18,
        avg(upstream) over before as upstream_before,
        avg(downstream) over before as downstream_before,
        {%- for months in [3, 6, 12] %}
        avg(level) over after_{{ months }} as after_{{ months }},
        count(*) over after_{{ months }} as n_after_{{ months }},
        avg(upstream) over after_{{ months }} as upstream_after_{{ months }},
        avg(downstream) over after_{{ months }} as downstream_after_{{ months }},
        {%- endfor %}
    from steady
    window
        before as (
            partition by series_number order by month range between interval 18 months preceding and interval 1 month preceding
        )
        {%- for months in [3, 6, 12] %},
        after_{{ months }} as (
            partition by series_number order by month range between current row and interval {{ months - 1 }} months following
        )
        {%- endfor %}

),

tried as (

    {% for months, fewest in [(3, 2), (6, 4), (12, 8)] %}
    select
        * exclude (
            {%- for other in [3, 6, 12] %}
            after_{{ other }}, n_after_{{ other }}, upstream_after_{{ other }}, downstream_after_{{ other }}
            {{- ',' if not loop.last }}
            {%- endfor %}
        ),
        {{ months }} as months_after,
        after_{{ months }} as mean_after,
        n_after_{{ months }} as n_after,
        upstream_after_{{ months }} as upstream_after,
        downstream_after_{{ months }} as downstream_after,
        {{ step_score('before_18', 'n_before_18', 'after_' ~ months, 'n_after_' ~ months, 'variance') }} as raw_score,
    from windows
    where n_before_18 >= {{ rule_parameter('definition.flow_step', 'months_before') }} and n_after_{{ months }} >= {{ fewest }}
    {{ 'union all by name' if not loop.last }}
    {% endfor %}

),

-- Months are not independent: practice drifts, and what is not finished in one month is in the next. How far apart two levels usually lie, over all authorities, says how many standard errors are news; where there
-- are too few authorities to say, a figure from where there were many.
usual as (

    select
        peers,
        months_after,
        case
            when count(distinct authority_code) >= {{ rule_parameter('definition.flow_step', 'fewest_authorities') }}
                then greatest({{ rule_parameter('definition.flow_step', 'least_spread') }}, {{ robust_sd('raw_score') }})
            else {{ rule_parameter('definition.flow_step', 'usual_spread') }}
        end as spread,
    from tried
    group by all

),

scored as (

    select
        tried.*,
        usual.spread,
        raw_score / spread as score,
    from tried
    inner join usual
        using (peers, months_after)

),

best as (

    select * from scored
    qualify row_number() over (partition by series_number, month order by abs(score) desc, months_after desc) = 1

),

-- Of months whose windows overlap, the one with the largest step of the same direction.
peaks as (

    select
        *,
        max(abs(score)) over (
            partition by series_number, score > 0 order by month
            range between interval 17 months preceding and interval 17 months following
        ) as highest,
        max(abs(score)) over (
            partition by series_number order by month
            range between interval 2 months preceding and interval 2 months following
        ) as highest_near,
    from best

)

select
    flow.authority_code,
    flow.comparison,
    flow.family,
    flow.peers,
    flow.theme,
    flow.title,
    flow.category,
    flow.relation,
    flow.indicator_code,
    flow.indicators,
    flow.month,
    n_months,
    n_before_18 as n_before,
    n_after,
    upstream_before,
    downstream_before,
    upstream_after,
    downstream_after,
    mean_after - before_18 as step,
    variance,
    spread,
    score,
    -- What the downstream count would be at the level before, with the upstream count of now; and the share or ratio that makes it.
    case flow.relation
        when 'part' then pow(sin(least(pi() / 2, greatest(0.0, asin(sqrt(least(1.0, downstream_after / upstream_after))) - (mean_after - before_18)))), 2)
        else downstream_after / upstream_after / exp(mean_after - before_18)
    end as ratio_expected,
    downstream_after / upstream_after as ratio_observed,
    flow.submission_id,
    flow.source_ref,
    flow.known_from,
from peaks
inner join {{ ref('evidence_flow') }} as flow
    on peaks.series_number = flow.series_number
    and peaks.month = flow.month
where abs(score) = highest and abs(score) = highest_near and upstream_after > 0
