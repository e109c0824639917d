-- Where the financial year of a flow will end, month by month. Every row uses the figures up to its own month alone, as they are known now, so a correction
-- of May moves the projections of May and after. What was projected before the correction stays in mart_projection, with the day it was made.
--
-- Method: year to date + months to come x mean of the last twelve months. On 1,278 authority-years of published monthly referrals (2013/14 to
-- 2020/21) it missed the outturn by 9.9 % (median) after April, 5.2 % after September, 1.9 % after January; last year's seasonal shares by
-- 18.6, 7.2 and 2.7 %.
-- Interval: 1.96 x standard deviation of the twelve months x sqrt(r + r^2 / 2), r months to come: r for the scatter of single months, r^2 / 2 for a
-- level that itself moves. On the same years it held 87 to 93 % of the outturns; the scatter alone held 63 to 87 %.

{%- set keys = 'authority_code, indicator_code' %}

with {{ projected_outturns(ref('int_indicators__month'), keys) }},

final as (

    select
        authority_code,
        indicator_code,
        month,
        projection_year_end,
        projection_status,
        projection_method,
        projected_outturn,
        projected_outturn_lower,
        projected_outturn_upper,
    from projected

)

select * from final
