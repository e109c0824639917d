{#- Half of the interval around a projected outturn; where the terms come from stands in int_indicators__projection. -#}
{% macro projection_half_width() -%}
    1.96 * scatter * sqrt(months_to_come + months_to_come * months_to_come / 2.0)
{%- endmacro %}
