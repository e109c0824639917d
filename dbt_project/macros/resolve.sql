{#- Joins that give text its meaning on a day. Kept together so that every return is read by the same rule. -#}

{#- `left join` that gives `<alias>.authority_code` for an authority written as name, nine-character or three-digit code. -#}
{% macro join_authority(alias, text_expression, day_expression) -%}
    left join {{ ref('reg_authority_name') }} as {{ alias }}
        on {{ alias }}.name_normalised = {{ normalise_label(text_expression) }}
        and coalesce({{ day_expression }}, date '2000-01-01')
            between coalesce({{ alias }}.valid_from, date '0001-01-01') and coalesce({{ alias }}.valid_to, date '9999-12-31')
{%- endmacro %}

{#- True where a dated row is valid on a day. -#}
{% macro valid_on(alias, day_expression) -%}
    coalesce({{ day_expression }}, date '2000-01-01')
        between coalesce({{ alias }}.valid_from, date '0001-01-01') and coalesce({{ alias }}.valid_to, date '9999-12-31')
{%- endmacro %}

{#- True where a version was in force when the figure was issued and had been recalculated back to the figure's period. -#}
{% macro restated_under(version, figure) -%}
    {{ figure }}.known_from >= {{ version }}.valid_from
    and {{ figure }}.period_end < {{ version }}.valid_from
    and {{ figure }}.period_end >= {{ version }}.restated_back_to
{%- endmacro %}

{#- The later of two first days, the earlier of two last days; NULL means without an end. -#}
{% macro later_day(one, other) -%}
    nullif(greatest(coalesce({{ one }}, date '0001-01-01'), coalesce({{ other }}, date '0001-01-01')), date '0001-01-01')
{%- endmacro %}

{% macro earlier_day(one, other) -%}
    nullif(least(coalesce({{ one }}, date '9999-12-31'), coalesce({{ other }}, date '9999-12-31')), date '9999-12-31')
{%- endmacro %}
