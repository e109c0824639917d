-- Each authority's current figure beside each of its comparator sets: place, interval, funnel, and what a reader must know. Fewer than five members give no
-- honest measure of how far authorities lie apart: no funnel is drawn then.
{%- set fewest_for_a_funnel = 5 %}
{%- set fewest_for_quartiles = 4 %}

with placed as (

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
    from {{ ref('int_benchmarks__comparison') }}

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
        published_value,
        published_value_status,
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
