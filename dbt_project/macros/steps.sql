{#- The arithmetic of series that change: scales on which noise is even, steps, their size. Values come as SQL expressions. -#}

{#- A number that a rule works with, from its entry in the catalogue (registry.reg_rule_parameter). -#}
{% macro rule_parameter(rule_id, name) -%}
    (select value from {{ ref('reg_rule_parameter') }} where rule_id = '{{ rule_id }}' and parameter = '{{ name }}')
{%- endmacro %}

{#- What follows for each that came before, on a scale where a change of a tenth is as long for a small figure as for a large one: the logarithm. Half a case
    is added to both, since the logarithm of 0 does not exist (Haldane 1956). -#}
{% macro ratio_position(downstream, upstream) -%}
    ln(({{ downstream }} + 0.5) / ({{ upstream }} + 0.5))
{%- endmacro %}

{#- Its sampling variance, both counts being Poisson. -#}
{% macro ratio_variance(downstream, upstream) -%}
    1 / ({{ downstream }} + 0.5) + 1 / ({{ upstream }} + 0.5)
{%- endmacro %}

{#- A part of a whole on the arcsine scale, where the sampling variance 1 / 4n does not depend on the share (Anscombe 1948). NULL for an empty whole. -#}
{% macro share_position(part, whole) -%}
    case when {{ whole }} > 0 then asin(sqrt(least(1.0, greatest(0.0, 1.0 * {{ part }} / {{ whole }})))) end
{%- endmacro %}

{#- Its sampling variance. -#}
{% macro share_variance(whole) -%}
    case when {{ whole }} > 0 then 1 / (4.0 * {{ whole }}) end
{%- endmacro %}

{#- Standard deviation from the median of absolute values about nought, an aggregate or window: robust, right for a normal distribution
    (1.4826 = 1 / the third quartile of the standard normal). -#}
{% macro robust_sd(deviation) -%}
    1.4826 * median(abs({{ deviation }}))
{%- endmacro %}

{#- Noise of one month, as a variance, from the changes between months: a step is one change among many and leaves the median alone. -#}
{% macro noise_variance(change) -%}
    pow({{ robust_sd(change) }}, 2) / 2
{%- endmacro %}

{#- How many standard errors lie between two means of independent months. -#}
{% macro step_score(mean_before, n_before, mean_after, n_after, variance) -%}
    ({{ mean_after }} - {{ mean_before }}) / sqrt({{ variance }} * (1.0 / {{ n_before }} + 1.0 / {{ n_after }}))
{%- endmacro %}

{#- The registered event that explains a change of an authority at a month: of a kind that changes what is counted, the authority's own or national, at most
    `months` from the onset. A national event must be about one of the indicators; an authority's own may be about none in particular. One row a change that
    has one: the columns of `keys`, and explained_by. -#}
{% macro explaining_events(relation, keys, month, indicators, months) -%}
    select
        {{ keys | join(', ') }},
        arg_min(
            event.title || ' (' || strftime(event.event_date, '%b %Y') || ')',
            (abs(datediff('day', event.event_date, {{ month }})), event.title)
        ) as explained_by,
    from {{ relation }} as change
    inner join {{ ref('dim_event') }} as event
        on event.kind in ('system', 'form', 'recording', 'definition', 'process')
        and (
            (event.authority_code = change.authority_code
                and (event.indicator_code is null or list_contains({{ indicators }}, event.indicator_code)))
            or (event.authority_code is null and list_contains({{ indicators }}, event.indicator_code))
        )
        and event.date_precision <> 'year'
        and abs(datediff('month', event.event_date, {{ month }})) <= {{ months }}
    group by all
{%- endmacro %}
