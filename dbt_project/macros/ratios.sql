{#- The value of an indicator from its parts, by kind: a percentage in percent, a rate per 10,000 children, a mean or ratio as it is.
    NULL where the denominator is missing or zero: the caller gives the status (zero_denominator), never 0. -#}
{% macro value_from_parts(kind, numerator, denominator) -%}
    case
        when {{ kind }} = 'count' then {{ numerator }}
        when {{ denominator }} is null or {{ denominator }} = 0 then null
        when {{ kind }} = 'percent' then 100.0 * {{ numerator }} / {{ denominator }}
        when {{ kind }} = 'rate_per_10000' then 10000.0 * {{ numerator }} / {{ denominator }}
        when {{ kind }} in ('mean', 'ratio') then 1.0 * {{ numerator }} / {{ denominator }}
    end
{%- endmacro %}

{#- The value of a window from the sums of its months: an annualised rate stands on the scale of a year in every window, as each of its months does. -#}
{% macro value_of_months(kind, numerator, denominator, is_annualised) -%}
    {{ value_from_parts(kind, numerator, denominator) }} * if(coalesce({{ is_annualised }}, false), 12, 1)
{%- endmacro %}
