{#- The financial year runs from 1 April to 31 March. -#}
{% macro financial_year_start(day) -%}
    make_date(year({{ day }}) - case when month({{ day }}) < 4 then 1 else 0 end, 4, 1)
{%- endmacro %}

{% macro financial_year_end(day) -%}
    make_date(year({{ day }}) + case when month({{ day }}) < 4 then 0 else 1 end, 3, 31)
{%- endmacro %}

{#- First day of the twelve months that end on a day. -#}
{% macro rolling_year_start(day) -%}
    cast(date_trunc('month', {{ day }} - interval 11 month) as date)
{%- endmacro %}

{#- Last day of the period a national figure is for: its table's year ends on `year_end` (MM-DD) of the year printed; a month column lies in the financial
    year that ends in the year printed. -#}
{% macro published_period_end(printed_year, period_basis, month_number, year_end) -%}
    case
        when {{ period_basis }} = 'month'
            then last_day(make_date({{ printed_year }} - case when {{ month_number }} >= 4 then 1 else 0 end, {{ month_number }}, 1))
        else cast({{ printed_year }} || '-' || {{ year_end }} as date)
    end
{%- endmacro %}

{#- What makes a period of whole months a year: 12 for a month, 4 for a quarter, 1 for a year. -#}
{% macro annual_factor(period_start, period_end) -%}
    12.0 / (date_diff('month', {{ period_start }}, {{ period_end }}) + 1)
{%- endmacro %}
