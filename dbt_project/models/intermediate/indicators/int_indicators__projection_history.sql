-- Every projection with the day it was made: on each day that brought a figure of a series, the outturn of its financial year from what was known that day.
-- The series is that of int_indicators__month (same figures, same breaks), its numbers those of the day.

with months as (

    select
        authority_code,
        indicator_code,
        month,
        kind,
        time_basis,
        series_segment,
    from {{ ref('int_indicators__month') }}
    where time_basis = 'flow' and kind = 'count'

),

figures as (

    select
        authority_code,
        indicator_code,
        period_start as month,
        value,
        source_kind,
        known_from,
        known_to,
        source_ref,
    from {{ ref('int_versions__figure') }}
    where period_basis = 'month'
        and breakdown_dimension = 'all'

),

days as (

    select
        figures.authority_code,
        figures.indicator_code,
        figures.known_from as made_on,
    from figures
    inner join (select authority_code, indicator_code from months group by all) as series using (authority_code, indicator_code)
    group by all

),

known as (

    -- Of two kinds of source the one that int_indicators__month takes.
    select
        days.authority_code,
        days.indicator_code,
        days.made_on,
        figures.month,
        figures.value,
    from days
    inner join figures
        on days.authority_code = figures.authority_code
        and days.indicator_code = figures.indicator_code
        and days.made_on >= figures.known_from
        and (figures.known_to is null or days.made_on < figures.known_to)
    qualify row_number() over (
        partition by days.authority_code, days.indicator_code, days.made_on, figures.month
        order by
            (figures.value is null),
            case figures.source_kind when 'reported' then 1 when 'derived' then 2 else 3 end,
            figures.source_ref
    ) = 1

),

spans as (

    select
        authority_code,
        indicator_code,
        made_on,
        min(month) as first_month,
        max(month) filter (where value is not null) as last_month,
    from known
    group by all

),

as_known as (

    select
        spans.authority_code,
        spans.indicator_code,
        spans.made_on,
        spans.last_month,
        months.month,
        months.kind,
        months.time_basis,
        months.series_segment,
        known.value,
    from spans
    inner join months
        on spans.authority_code = months.authority_code
        and spans.indicator_code = months.indicator_code
        and months.month between spans.first_month and spans.last_month
    left join known
        on months.authority_code = known.authority_code
        and months.indicator_code = known.indicator_code
        and spans.made_on = known.made_on
        and months.month = known.month

),

{%- set keys = 'authority_code, indicator_code, made_on, last_month' %}

{{ projected_outturns('as_known', keys) }},

final as (

    select
        authority_code,
        indicator_code,
        made_on,
        month,
        projection_year_end,
        projection_status,
        projection_method,
        projected_outturn,
        projected_outturn_lower,
        projected_outturn_upper,
    from projected
    where month = last_month

)

select * from final
