{#- Working days after one day up to and with another; needs both joined to int_calendar__working_day. -#}
{% macro working_days_between(start_calendar, end_calendar) -%}
    ({{ end_calendar }}.working_days_so_far - {{ start_calendar }}.working_days_so_far)
{%- endmacro %}
