{{ config(materialized='view') }}

-- Each authority's current figure beside each of its comparator sets: what may be compared, with whom, and what the others have. Both marts that show
-- comparisons read this, so that they cannot disagree.

with figures as (

    select
        *,
        count(*) filter (where authority_type = 'local_authority') over (partition by comparison_id) as n_authorities,
    from {{ ref('int_benchmarks__figure') }}

),

own as (

    -- A figure that no other authority has is no comparison.
    select
        *,
        -- NULL joins nothing: what may not be compared meets no set.
        case when comparability <> 'different' then definition_series end as compared_series,
    from figures
    where authority_type = 'local_authority' and n_authorities > 1

),

areas as (

    select * from figures where authority_type in ('england', 'region') and source_kind in ('published', 'derived')

),

periods as (

    select period_end from own group by all

),

sizes as (

    select
        member.set_id,
        periods.period_end,
        count(*) as n_members,
    from {{ ref('int_benchmarks__member') }} as member
    inner join periods
        on {{ valid_on('member', 'periods.period_end') }}
    -- What a list names counts whether or not it exists then (n_registered).
    where member.kind in ('nation', 'region', 'club')
    group by all

),

other_series as (

    select set_id, comparison_id,
    from {{ ref('int_benchmarks__baseline') }}
    where n_used > 0
    group by all

),

joined as (

    select
        own.* exclude (n_authorities, compared_series),
        sets.set_id,
        sets.comparator_set,
        sets.vintage,
        sets.kind as set_kind,
        coalesce(sets.n_registered, sizes.n_members, 0) as n_members,
        coalesce(baseline.n_used, 0) as n_used,
        coalesce(baseline.n_suppressed, 0) as n_suppressed,
        coalesce(baseline.n_own_definition, 0) as n_own_definition,
        coalesce(baseline.has_mixed_sources, false) as has_mixed_sources,
        baseline.mean,
        baseline.median,
        baseline.pooled,
        coalesce(baseline.n_pooled, 0) as n_pooled,
        baseline.used_values,
        baseline.baseline,
        coalesce(baseline.n_funnel, 0) as n_funnel,
        baseline.phi,
        baseline.tau2,
        own.comparability = 'different' or (coalesce(baseline.n_used, 0) = 0 and other_series.set_id is not null) as is_different,
        published.value as area_value,
        published.value_status as area_status,
        published.origin is distinct from own.origin
            or published.definition_series is distinct from own.definition_series as is_other_area_basis,
    from own
    inner join {{ ref('int_benchmarks__set') }} as sets
        on own.authority_code = sets.authority_code
        and {{ valid_on('sets', 'own.period_end') }}
    left join {{ ref('int_benchmarks__baseline') }} as baseline
        on sets.set_id = baseline.set_id
        and own.comparison_id = baseline.comparison_id
        and own.compared_series = baseline.definition_series
    left join other_series
        on sets.set_id = other_series.set_id
        and own.comparison_id = other_series.comparison_id
    left join sizes
        on sets.set_id = sizes.set_id
        and own.period_end = sizes.period_end
    left join areas as published
        on sets.set_code = published.authority_code
        and own.comparison_id = published.comparison_id

),

final as (

    select
        * exclude (area_value, area_status, is_other_area_basis),
        -- England's or the region's own figure, where it was made in the same way.
        case when not is_different and not is_other_area_basis and area_status is not null then area_value end as published_value,
        case
            when set_kind not in ('nation', 'region') then 'not_applicable'
            when area_status is null then 'not_available'
            when is_different or is_other_area_basis then 'not_comparable'
            -- Worked out here, so nobody published it.
            when source_kind = 'derived' then 'derived'
            else area_status
        end as published_value_status,
    from joined

)

select * from final
