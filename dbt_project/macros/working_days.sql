{#- The nth working day after a day: Mondays to Fridays that are no bank holiday of England (registry seed reg_bank_holiday). -#}
{% macro nth_working_day_after(day, n) -%}
    (
        select candidate
        from (
            select cast(series.d as date) as candidate, row_number() over (order by series.d) as position
            from unnest(generate_series({{ day }} + interval 1 day, {{ day }} + to_days(cast({{ n }} * 2 + 30 as integer)), interval 1 day)) as series(d)
            where isodow(series.d) < 6
                and cast(series.d as date) not in (select bank_holiday from {{ ref('reg_bank_holiday') }})
        )
        where position = {{ n }}
    )
{%- endmacro %}
