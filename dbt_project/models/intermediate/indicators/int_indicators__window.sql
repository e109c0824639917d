-- A month among its neighbours: change, quarter, year to date, rolling year, average of three years, each by the indicator's own time basis.
-- Nothing is computed across a series break: such a window has no value and the status not_comparable.

{%- set windows = ['quarter', 'ytd', 'rolling_12m', 'three_year_average'] %}

with months as (

    select
        *,
        month(month) as calendar_month,
        {{ financial_year_start('month') }} as financial_year_start,
        -- 1 for April to 12 for March.
        (month(month) + 8) % 12 + 1 as month_of_year,
        -- A status with a number behind it: the value of a month, or both its parts where a window divides their sums.
        case when kind = 'count' then value is not null else numerator is not null and denominator is not null end as is_usable,
    from {{ ref('int_indicators__month') }}

),

placed as (

    select
        *,
        (month_of_year - 1) % 3 + 1 as quarter_months_expected,
        month_of_year as ytd_months_expected,
        12 as rolling_12m_months_expected,
        3 as three_year_average_months_expected,
        -- How far the segment, and the whole series, reach back, this month included.
        row_number() over segment as n_segment,
        row_number() over series as n_series,
        if(is_usable, if(kind = 'count', value, numerator), null) as part_above,
        if(is_usable, denominator, null) as part_below,
    from months
    window
        segment as (partition by authority_code, indicator_code, series_segment order by month),
        series as (partition by authority_code, indicator_code order by month)

),

summed as (

    -- The spine has no gaps, so rows are months. A window that begins before the segment is refused below.
    select
        *,
        -- A count of the year to date begins anew in April: March is not its past.
        time_basis = 'cumulative_ytd' and month_of_year = 1 as begins_anew,
        case when not (time_basis = 'cumulative_ytd' and month_of_year = 1) then lag(value) over segment end as previous_value,
        lag(value_status) over segment as previous_status,
        -- The last figure of the three months before: a series of quarters has none in the month before.
        last_value(value ignore nulls) over quarter_before as last_figure_value,
        last_value(if(value is not null, month, null) ignore nulls) over quarter_before as last_figure_month,
        lag(value, 12) over segment as same_month_last_year_value,
        lag(value_status, 12) over segment as same_month_last_year_status,
        {%- for name, frame in [
            ('quarter', 'quarter_window'), ('ytd', 'year_window'), ('rolling_12m', 'rolling_window'),
        ] %}
        sum(part_above) over {{ frame }} as {{ name }}_above,
        sum(part_below) over {{ frame }} as {{ name }}_below,
        count(*) filter (where is_usable) over {{ frame }} as {{ name }}_months,
        count(value) over {{ frame }} as {{ name }}_months_with_value,
        {%- endfor %}
        nullif(concat_ws(
            '|',
            {%- for kind in ['derived', 'published', 'reported'] %}
            if(bool_or(source_kind = '{{ kind }}') over rolling_window, '{{ kind }}', null){{ ',' if not loop.last }}
            {%- endfor %}
        ), '') as rolling_12m_source_kinds,
        -- The same month of the three years before this one, so that this month can be held against them.
        {%- for part in ['above', 'below'] %}
        list_sum([lag(part_{{ part }}, 12) over segment, lag(part_{{ part }}, 24) over segment, lag(part_{{ part }}, 36) over segment])
            as three_year_average_{{ part }},
        {%- endfor %}
        {%- for (name, flag) in [('months', 'is_usable'), ('months_with_value', 'value is not null')] %}
        cast(coalesce(lag({{ flag }}, 12) over segment, false) as integer)
        + cast(coalesce(lag({{ flag }}, 24) over segment, false) as integer)
        + cast(coalesce(lag({{ flag }}, 36) over segment, false) as integer) as three_year_average_{{ name }},
        {%- endfor %}
    from placed
    window
        segment as (partition by authority_code, indicator_code, series_segment order by month),
        quarter_before as (
            partition by authority_code, indicator_code, series_segment order by month rows between 3 preceding and 1 preceding
        ),
        quarter_window as (
            partition by authority_code, indicator_code, series_segment, financial_year_start, (month_of_year - 1) // 3
            order by month rows unbounded preceding
        ),
        year_window as (
            partition by authority_code, indicator_code, series_segment, financial_year_start order by month rows unbounded preceding
        ),
        rolling_window as (
            partition by authority_code, indicator_code, series_segment order by month rows between 11 preceding and current row
        )

),

judged as (

    select
        *,
        -- Months of the window that lie before a break, in a series that was already there.
        least(quarter_months_expected, n_series) > n_segment as quarter_breaks,
        least(ytd_months_expected, n_series) > n_segment as ytd_breaks,
        least(12, n_series) > n_segment as rolling_12m_breaks,
        (n_series > 12 and n_segment <= 12) or (n_series > 24 and n_segment <= 24) or (n_series > 36 and n_segment <= 36)
            as three_year_average_breaks,
        -- Where the value of the month is that of the window.
        case
            when time_basis = 'snapshot' then ['quarter', 'ytd', 'rolling_12m']
            when time_basis = 'cumulative_ytd' then ['ytd']
            when time_basis = 'rolling_12m' then ['rolling_12m']
            else []
        end as is_own_window,
        -- A running total has no sum over months.
        case
            when time_basis = 'cumulative_ytd' then ['quarter', 'rolling_12m']
            when time_basis = 'rolling_12m' then ['quarter', 'ytd']
            else []
        end as has_no_window,
    from summed

),

printed as (

    -- What the authority itself gives for a whole window: used where its months are not there to be added up.
    select
        authority_code,
        indicator_code,
        cast(date_trunc('month', period_end) as date) as month,
        period_basis,
        arg_max(value, source_ref) as value,
    from {{ ref('int_versions__figure') }}
    where known_to is null
        and breakdown_dimension = 'all'
        and source_kind = 'reported'
        and period_basis in ('quarter', 'ytd', 'rolling_12m')
        and period_end = last_day(period_end)
        and value is not null
    group by all

),

with_status as (

    select
        judged.*,
        {%- for name in windows %}
        case
            {%- if name != 'three_year_average' %}
            when list_contains(is_own_window, '{{ name }}') then if(judged.value is not null, 'complete', judged.value_status)
            when list_contains(has_no_window, '{{ name }}') then 'not_applicable'
            {%- endif %}
            when {{ name }}_breaks then 'not_comparable'
            when {{ name }}_months = 0 and {{ name }}_months_with_value > 0 then 'parts_missing'
            when {{ name }}_months = 0 then {{ "'insufficient_history'" if name == 'three_year_average' else "'missing'" }}
            when kind <> 'count' and {{ name }}_below = 0 then 'zero_denominator'
            when {{ name }}_months < {{ name }}_months_expected then 'incomplete'
            else 'complete'
        end as {{ name }}_computed_status,
        {%- if name != 'three_year_average' %}
        {{ name }}_printed.value as {{ name }}_printed_value,
        {%- endif %}
        {%- endfor %}
    from judged
    {%- for name in windows if name != 'three_year_average' %}
    left join printed as {{ name }}_printed
        on judged.authority_code = {{ name }}_printed.authority_code
        and judged.indicator_code = {{ name }}_printed.indicator_code
        and judged.month = {{ name }}_printed.month
        and {{ name }}_printed.period_basis = '{{ name }}'
    {%- endfor %}

),

final as (

    select
        authority_code,
        indicator_code,
        month,
        previous_value,
        case
            when n_series > 1 and n_segment = 1 then 'not_comparable'
            when n_series = 1 then 'insufficient_history'
            when begins_anew then 'not_comparable'
            else previous_status
        end as previous_status,
        value - previous_value as change,
        same_month_last_year_value,
        case
            when n_series > 12 and n_segment <= 12 then 'not_comparable'
            when n_series <= 12 then 'insufficient_history'
            else same_month_last_year_status
        end as same_month_last_year_status,
        value - same_month_last_year_value as change_on_last_year,
        -- What a direction looks back to: a running total begins anew in April and is held against the same month last year.
        if(time_basis = 'cumulative_ytd', same_month_last_year_value, last_figure_value) as compared_value,
        case
            when time_basis <> 'cumulative_ytd' then last_figure_month
            when same_month_last_year_value is not null then cast(month - interval 12 month as date)
        end as compared_month,
        rolling_12m_source_kinds,
        {%- for name in windows if name != 'three_year_average' %}
        case
            when list_contains(is_own_window, '{{ name }}') then value
            when {{ name }}_computed_status = 'complete' then {{ value_of_months('kind', 'time_basis', name ~ '_above', name ~ '_below', name ~ '_months', 'is_annualised') }}
            when {{ name }}_printed_value is not null and not list_contains(has_no_window, '{{ name }}') then {{ name }}_printed_value
            when {{ name }}_computed_status = 'incomplete' then {{ value_of_months('kind', 'time_basis', name ~ '_above', name ~ '_below', name ~ '_months', 'is_annualised') }}
        end as {{ name }}_value,
        case
            when {{ name }}_computed_status not in ('complete', 'not_applicable') and {{ name }}_printed_value is not null
                and not list_contains(is_own_window, '{{ name }}') then 'as_reported'
            else {{ name }}_computed_status
        end as {{ name }}_status,
        -- One month speaks for the window of a snapshot or a running total.
        cast(case
            when list_contains(is_own_window, '{{ name }}') then if(value is not null, 1, 0)
            when list_contains(has_no_window, '{{ name }}') then null
            else {{ name }}_months
        end as integer) as {{ name }}_months,
        cast(case
            when list_contains(is_own_window, '{{ name }}') then 1
            when list_contains(has_no_window, '{{ name }}') then null
            else {{ name }}_months_expected
        end as integer) as {{ name }}_months_expected,
        {%- endfor %}
        -- The mean of three months weighs counts alike; percentages, rates and means are pooled.
        case
            when three_year_average_computed_status in ('complete', 'incomplete') and kind = 'count'
                then three_year_average_above / three_year_average_months
            when three_year_average_computed_status in ('complete', 'incomplete')
                then {{ value_of_months('kind', 'time_basis', 'three_year_average_above', 'three_year_average_below', '1', 'is_annualised') }}
        end as three_year_average_value,
        three_year_average_computed_status as three_year_average_status,
        cast(three_year_average_months as integer) as three_year_average_months,
        cast(three_year_average_months_expected as integer) as three_year_average_months_expected,
    from with_status

)

select * from final
