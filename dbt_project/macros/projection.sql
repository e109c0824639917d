{#- Half of the interval around a projected outturn; where the terms come from stands in int_indicators__projection. -#}
{% macro projection_half_width() -%}
    1.96 * scatter * sqrt(months_to_come + months_to_come * months_to_come / 2.0)
{%- endmacro %}

{#- CTEs `counted`, `judged` and `projected`: the outturn of the financial year at each month of `months`, from the months up to it.
    `months` has one row a month without gaps: `keys`, month, kind, time_basis, value, series_segment. -#}
{% macro projected_outturns(months, keys) -%}
counted as (

    select
        *,
        {{ financial_year_end('month') }} as projection_year_end,
        (month(month) + 8) % 12 + 1 as month_of_year,
        12 - ((month(month) + 8) % 12 + 1) as months_to_come,
        sum(value) over year_to_date as ytd,
        count(value) over year_to_date as ytd_months,
        avg(value) over last_twelve as mean_month,
        min(value) over last_twelve as least_month,
        stddev_samp(value) over last_twelve as scatter,
        count(value) over last_twelve as months_behind,
        row_number() over (partition by {{ keys }}, series_segment order by month) as n_segment,
        row_number() over (partition by {{ keys }} order by month) as n_series,
    from {{ months }}
    window
        year_to_date as (
            partition by {{ keys }}, series_segment, {{ financial_year_start('month') }} order by month rows unbounded preceding
        ),
        last_twelve as (partition by {{ keys }}, series_segment order by month rows between 11 preceding and current row)

),

judged as (

    select
        *,
        case
            when time_basis <> 'flow' or kind <> 'count' then 'not_applicable'
            when least(month_of_year, n_series) > n_segment then 'not_comparable'
            when ytd_months < month_of_year then 'incomplete'
            when months_behind < 12 and month_of_year < 12 then 'insufficient_history'
            else 'projected'
        end as projection_status,
        if(months_to_come > 0, months_to_come * mean_month, 0) as to_come,
        if(months_to_come > 0, {{ projection_half_width() }}, 0) as half_width,
    from counted

),

projected as (

    select
        {{ keys }},
        month,
        value,
        projection_year_end,
        projection_status,
        case when projection_status = 'projected' then 'year to date + months to come x mean of the last twelve months' end as projection_method,
        case when projection_status = 'projected' then ytd + to_come end as projected_outturn,
        -- Where no month was below nothing, none will be: the year to date is already there.
        case when projection_status = 'projected' then
            greatest(ytd + to_come - half_width, if(least_month >= 0, ytd, null))
        end as projected_outturn_lower,
        case when projection_status = 'projected' then ytd + to_come + half_width end as projected_outturn_upper,
    from judged

)
{%- endmacro %}
