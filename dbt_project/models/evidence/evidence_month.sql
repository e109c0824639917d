{{ config(tags=['series']) }}

-- How far a month lies from the months about it: one row an authority, count and month. On the logarithm, without what the whole country has in that month (or,
-- where few authorities send, what the same month of other years has), against the median of half a year to either side; the part that all series of the
-- authority share is apart, since demand moves them all.

with series as (

    select
        *,
        ln(value + 0.5) as position,
        max(month) over (partition by authority_code, indicator_code) as newest_month,
        count(*) over (partition by authority_code, indicator_code) as n_months,
    from {{ ref('evidence_series') }} as series
    where dimension = 'all'
        -- Initial contacts are a part of the contacts, and would speak twice for them.
        and not (
            indicator_code = 'initial_contacts'
            and exists (
                select 1
                from {{ ref('evidence_series') }} as whole
                where whole.authority_code = series.authority_code and whole.indicator_code = 'contacts_received' and whole.dimension = 'all'
            )
        )

),

centred as (

    select
        *,
        position - median(position) over (partition by authority_code, indicator_code) as deviation,
        position - median(position) over (
            partition by authority_code, indicator_code order by month range between interval 6 months preceding and interval 6 months following
        ) as local_deviation,
    from series

),

national as (

    select
        indicator_code,
        month,
        median(deviation) as shared,
        count(distinct authority_code) as n_authorities,
    from centred
    group by all

),

same_month as (

    -- Of short series the same month of the other years says what is usual for it.
    select
        authority_code,
        indicator_code,
        month(month) as month_of_year,
        if(count(*) >= 3, median(local_deviation), 0.0) as shared,
    from centred
    group by all

),

adjusted as (

    select
        centred.* exclude (deviation, local_deviation),
        deviation - if(
            national.n_authorities >= {{ rule_parameter('definition.flow_step', 'fewest_authorities') }}, national.shared, same_month.shared
        ) as level,
    from centred
    inner join national
        using (indicator_code, month)
    inner join same_month
        on centred.authority_code = same_month.authority_code
        and centred.indicator_code = same_month.indicator_code
        and month(centred.month) = same_month.month_of_year

),

local as (

    select
        *,
        median(level) over half_years as middle,
        median(level) over half_year_before as middle_before,
        median(level) over half_year_after as middle_after,
        median(position) over half_years as usual_position,
        count(*) over half_years as n_near,
    from adjusted
    window
        half_years as (
            partition by authority_code, indicator_code order by month range between interval 6 months preceding and interval 6 months following
        ),
        half_year_before as (
            partition by authority_code, indicator_code order by month range between interval 6 months preceding and interval 1 month preceding
        ),
        half_year_after as (
            partition by authority_code, indicator_code order by month range between interval 1 month following and interval 6 months following
        )

),

-- A month beside a change of level lies between two levels, and out of line with neither: the distance is to the nearer of the half years before and after.
bracketed as (

    select
        *,
        level - middle as distance,
        level
        - least(
            greatest(level, least(coalesce(middle_before, middle_after), coalesce(middle_after, middle_before))),
            greatest(middle_before, middle_after)
        ) as outside,
    from local

),

apart as (

    select
        *,
        median(distance) over (partition by authority_code, month) as shared_distance,
        median(outside) over (partition by authority_code, month) as shared_outside,
        count(*) over (partition by authority_code, month) as n_series,
        -- How many of the authority's series lie below their middle in that month.
        count(*) filter (where outside < 0) over (partition by authority_code, month) as n_below,
    from bracketed

),

own as (

    select
        *,
        distance - if(n_series >= {{ rule_parameter('trend.month_out_of_line', 'fewest_series') }}, shared_distance, 0.0) as plain_distance,
        -- Outside of both half years, and further than the authority's other series.
        case
            when n_series < {{ rule_parameter('trend.month_out_of_line', 'fewest_series') }} then outside
            when outside > 0 then greatest(0.0, least(outside, distance - shared_distance))
            else least(0.0, greatest(outside, distance - shared_distance))
        end as own_distance,
    from apart

)

select
    * exclude (position, plain_distance, outside, middle_before, middle_after),
    -- What the month would be, were it like those about it and moved as the authority's others.
    greatest(exp(ln(value + 0.5) - own_distance) - 0.5, 0.0) as usual_value,
    greatest(
        {{ robust_sd('plain_distance') }} over (partition by authority_code, indicator_code),
        -- A series that often is the median of the authority's seems to have no noise of its own.
        {{ robust_sd('distance') }} over (partition by authority_code, indicator_code) / 2,
        sqrt(1 / (exp(usual_position) + 0.5))
    ) as own_sd,
from own
