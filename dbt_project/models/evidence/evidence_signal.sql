-- Does the newest month of a series stand out on its control chart? One row an authority and indicator that has a chart. Only what is fresh is
-- worth telling: a series that ended long before the day of the run tells nobody anything new.
{%- set run_day = env_var("BELLWETHER_RUN_DAY", "1900-01-01") %}

with charts as (

    select
        control.*,
        lag(control.signal_rule) over line as signal_before,
        row_number() over (partition by control.authority_code, control.indicator_code order by control.month desc) as position_from_end,
    from {{ ref('int_indicators__control') }} as control
    window line as (partition by control.authority_code, control.indicator_code order by control.month)

),

newest as (

    select
        charts.*,
        figure.value,
        figure.submission_id,
        figure.source_ref,
        figure.period_end,
        coalesce(reg_indicator.name, charts.indicator_code) as indicator_name,
        greatest(least(figure.value, charts.control_upper), charts.control_lower) as nearest_usual,
        contains(coalesce(charts.signal_rule, ''), 'outside_limit') and not contains(coalesce(charts.signal_before, ''), 'outside_limit') as is_new_signal,
    from charts
    inner join {{ ref('int_indicators__month') }} as figure
        on charts.authority_code = figure.authority_code
        and charts.indicator_code = figure.indicator_code
        and charts.month = figure.month
    left join {{ ref('reg_indicator') }} as reg_indicator
        on charts.indicator_code = reg_indicator.indicator_code
    where charts.position_from_end = 1
        and charts.control_status in ('final', 'provisional')
        and figure.value is not null
        and date_diff('month', charts.month, date '{{ run_day }}') <= {{ rule_parameter('trend.control_signal', 'fresh_months') }}

)

select
    'trend.control_signal' as rule_id,
    submission_id,
    authority_code,
    indicator_code,
    month as period_start,
    indicator_name || ', ' || strftime(month, '%b %Y') || ', on its control chart' as subject,
    indicator_name as cause,
    cast(null as varchar) as explained_by,
    nearest_usual as expected,
    value as observed,
    case when is_new_signal then value - nearest_usual else 0.0 end as difference,
    0.0 as tolerance,
    cast(1 as bigint) as stands_for,
    to_json([
        {'what': 'figure of the month', 'value': cast(round(value, 2) as varchar), 'where': source_ref},
        {'what': 'centre of the chart, ' || control_points || ' months', 'value': cast(round(control_centre, 2) as varchar), 'where': ''},
        {
            'what': 'control limits',
            'value': cast(round(control_lower, 2) as varchar) || ' to ' || cast(round(control_upper, 2) as varchar),
            'where': ''
        }
    ]) as evidence,
    source_ref,
    period_end as known_from,
from newest
