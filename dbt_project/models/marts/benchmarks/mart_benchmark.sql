-- Each authority's current figure beside each of its comparator sets. Fewer than five members give no honest measure of how far authorities lie apart:
-- no funnel is drawn then.
{%- set fewest_for_a_funnel = 5 %}
{%- set fewest_for_quartiles = 4 %}

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
    where member.kind <> 'statistical_neighbours'
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
        own.*,
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
        -- England's or the region's own figure, where it was made in the same way.
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

placed as (

    select
        *,
        value is not null and not is_different and n_used + (set_kind not in ('nation', 'region'))::integer > 1 as is_ranked,
        n_used + (set_kind not in ('nation', 'region'))::integer as n_set_and_own,
        -- Where there is no good direction the largest comes first, which says nothing about being good.
        1 + case
            when polarity = 'lower' then len(list_filter(used_values, lambda other: other < value))
            else len(list_filter(used_values, lambda other: other > value))
        end as place,
        {{ funnel_standard_error('kind', 'denominator', 'baseline') }} as standard_error,
        case when value is not null and n_funnel >= {{ fewest_for_a_funnel }} then
            ({{ funnel_position('kind', 'numerator', 'denominator', 'baseline') }} - {{ funnel_centre('kind', 'baseline') }})
            / sqrt(pow(standard_error, 2) + tau2)
        end as adjusted_z,
    from joined

),

final as (

    select
        authority_code,
        indicator_code,
        period_basis,
        period_start,
        period_end,
        comparator_set,
        vintage,
        value,
        value_status,
        numerator,
        denominator,
        denominator_vintage,
        source_kind,
        source_ref,
        definition_version,
        cast(n_members as integer) as n_members,
        cast(n_used as integer) as n_used,
        cast(n_suppressed as integer) as n_suppressed,
        cast(n_members - n_used - n_suppressed as integer) as n_not_available,
        mean,
        median,
        pooled,
        cast(n_pooled as integer) as n_pooled,
        case
            when is_different then 'not_comparable'
            when n_used = 0 then 'not_available'
            else 'reported'
        end as comparison_status,
        case
            when is_different then 'not_comparable'
            when n_pooled = 0 then 'not_available'
            when pooled is null then 'zero_denominator'
            else 'reported'
        end as pooled_status,
        case when not is_different and not is_other_area_basis and area_status is not null then area_value end as published_value,
        case
            when set_kind not in ('nation', 'region') then 'not_applicable'
            when area_status is null then 'not_available'
            when is_different or is_other_area_basis then 'not_comparable'
            -- Worked out here, so nobody published it.
            when source_kind = 'derived' then 'derived'
            else area_status
        end as published_value_status,
        case when is_ranked then cast(place as integer) end as rank,
        case when is_ranked then cast(n_set_and_own as integer) else 0 end as n_ranked,
        case when not is_ranked then 'not_ranked' when polarity in ('higher', 'lower') then 'performance' else 'size' end as rank_basis,
        case
            when is_ranked and polarity in ('higher', 'lower') and n_set_and_own >= {{ fewest_for_quartiles }}
                then cast(1 + floor((place - 1) * 4 / n_set_and_own) as integer)
        end as quartile,
        case when value is not null then {{ value_limit('kind', 'numerator', 'denominator', '95', 'lower') }} end as confidence_lower_95,
        case when value is not null then {{ value_limit('kind', 'numerator', 'denominator', '95', 'upper') }} end as confidence_upper_95,
        case when value is not null then {{ value_limit('kind', 'numerator', 'denominator', '99.8', 'lower') }} end as confidence_lower_998,
        case when value is not null then {{ value_limit('kind', 'numerator', 'denominator', '99.8', 'upper') }} end as confidence_upper_998,
        case
            when confidence_upper_95 is null then 'none'
            when kind = 'percent' then 'wilson'
            when numerator >= 10 then 'byar'
            else 'exact'
        end as confidence_method,
        case when n_funnel >= {{ fewest_for_a_funnel }} then pooled end as funnel_baseline,
        {% for confidence, label in [('95', '95'), ('99.8', '998')] -%}
        {% for side in ['lower', 'upper'] -%}
        case when adjusted_z is not null then {{ funnel_limit('kind', 'denominator', 'baseline', 'tau2', confidence, side) }} end as funnel_{{ side }}_{{ label }},
        {% endfor -%}
        {% endfor -%}
        case
            when adjusted_z is null then 'not_judged'
            when adjusted_z > {{ normal_quantile('99.8') }} then 'above_998'
            when adjusted_z < -{{ normal_quantile('99.8') }} then 'below_998'
            when adjusted_z > {{ normal_quantile('95') }} then 'above_95'
            when adjusted_z < -{{ normal_quantile('95') }} then 'below_95'
            else 'within'
        end as band,
        case when n_funnel >= {{ fewest_for_a_funnel }} then phi end as phi,
        case when n_funnel >= {{ fewest_for_a_funnel }} then tau2 end as tau2,
        case
            when is_different then 'different'
            when comparability = 'with_care' or is_own_definition or n_own_definition > 0 or has_mixed_sources then 'with_care'
            else 'same'
        end as comparability,
        nullif(concat_ws(
            ' ',
            case when comparability <> 'same' then comparability_reason end,
            case when is_different and comparability <> 'different' then 'The others'' figures are of another definition.' end,
            case when is_own_definition then 'The authority counts by a definition of its own.' end,
            case when n_own_definition > 0 and not is_own_definition then n_own_definition || ' of ' || n_used || ' used count by a definition of their own.' end,
            case when has_mixed_sources then 'Not all figures come from the same kind of source.' end,
            case when n_members > n_used + n_suppressed then (n_members - n_used - n_suppressed) || ' of ' || n_members || ' have no figure.' end,
            case when n_suppressed > 0 then n_suppressed || ' of ' || n_members || ' are suppressed and left out.' end
        ), '') as comparison_note,
    from placed

)

select * from final
