{{ config(tags=['series']) }}

-- The monthly counts that the rules on series read: one row an authority, indicator, category and month that has a number. Of two kinds of source one is
-- taken for the whole series, since figures counted by different hands make a step where they meet.

with counted as (

    select
        figure.authority_code,
        figure.indicator_code,
        indicator.name as indicator_name,
        figure.breakdown_dimension as dimension,
        figure.breakdown_value as category,
        cast(date_trunc('month', figure.period_end) as date) as month,
        cast(figure.value as double) as value,
        figure.source_kind,
        figure.submission_id,
        figure.source_ref,
        figure.known_from,
    from {{ ref('fct_indicator_value') }} as figure
    inner join {{ ref('reg_indicator') }} as indicator
        on figure.indicator_code = indicator.indicator_code
    inner join (select distinct authority_code from {{ ref('reg_authority') }} where authority_type = 'local_authority') as authority
        on figure.authority_code = authority.authority_code
    where figure.value >= 0
        and figure.value_status in ('reported', 'nil')
        and indicator.kind = 'count'
        and (
            (indicator.time_basis = 'flow' and figure.period_basis = 'month')
            or (indicator.time_basis = 'snapshot' and figure.period_basis = 'snapshot' and figure.period_end = last_day(figure.period_end))
        )
        and figure.breakdown_dimension in ('all', 'contact_source', 'contact_method', 'contact_outcome', 'contact_class', 'team')

),

sources as (

    select
        authority_code,
        indicator_code,
        dimension,
        source_kind,
    from counted
    group by authority_code, indicator_code, dimension, source_kind
    qualify row_number() over (
        partition by authority_code, indicator_code, dimension
        order by count(distinct month) desc, case source_kind when 'reported' then 1 when 'derived' then 2 else 3 end
    ) = 1

)

select counted.*
from counted
inner join sources
    using (authority_code, indicator_code, dimension, source_kind)
qualify row_number() over (
    partition by authority_code, indicator_code, dimension, category, month order by counted.known_from desc, counted.source_ref
) = 1
