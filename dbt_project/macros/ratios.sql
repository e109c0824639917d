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

{#- The value of a window from the sums of its months. Events add up: a rate of a flow is that of all events of the window per 10,000 children (the mean of
    the months' populations), so that twelve months give the rate of the year; an annualised one stands on the scale of a year in every window. All else
    is the sum of the parts over the sum of the wholes. -#}
{% macro value_of_months(kind, time_basis, numerator, denominator, months, is_annualised) -%}
    {{ value_from_parts(kind, numerator, denominator) }}
    * if({{ kind }} = 'rate_per_10000' and {{ time_basis }} = 'flow', if(coalesce({{ is_annualised }}, false), 12, {{ months }}), 1)
{%- endmacro %}
