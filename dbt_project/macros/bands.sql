{#- How far a value lies outside a band, 0 within it; a point is a band of one value. NULL where value or an edge is. -#}
{% macro distance_from_band(value, lower, upper) -%}
    case when {{ value }} is not null and {{ lower }} is not null and {{ upper }} is not null
        then greatest({{ lower }} - {{ value }}, {{ value }} - {{ upper }}, 0)
    end
{%- endmacro %}
