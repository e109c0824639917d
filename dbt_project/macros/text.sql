{#- Reading text as people write it. Every model that compares labels or reads numbers uses these and nothing else. -#}

{#- A label as it is compared: no footnote mark at the end, lower case, one kind of dash, quote and blank.
    The registry compiles its labels with the same rule (orchestration.registry.names); a test holds the two together. -#}
{% macro normalise_label(expression) -%}
    trim(regexp_replace(
        lower(translate(
            regexp_replace(nfc_normalize({{ expression }}), '[\s\x{00a0}*¹²³⁰⁴-⁹]+$', ''),
            '‐‑‒–—―−﹣‘’‛“”' || chr(160), '--------' || repeat(chr(39), 3) || '""' || ' ')),
        '\s+', ' ', 'g'))
{%- endmacro %}

{#- The number a cell prints, or NULL. Reads 1,423  2.70%  £9.7  18,893*  24.3% (Aug 2016)  (31.4); a comma must stand before three digits.
    A bound (<5) is not a number: it is a symbol or a target. -#}
{% macro figure_number(expression) -%}
    try_cast(replace(regexp_extract(
        trim(replace({{ expression }}, chr(160), ' ')),
        '^[£~≈]? ?\(?([+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|[+-]?\.[0-9]+)\)? ?%?[*†‡]*(?: *\([^()]*\))?$', 1), ',', '') as double)
{%- endmacro %}

{#- A date written as ISO text, or NULL. -#}
{% macro iso_date(expression) -%}
    try_cast(nullif(trim({{ expression }}), '') as date)
{%- endmacro %}

{#- The day of an ISO date, the last day of a month written YYYY-MM, or NULL: by when something is due, or was done. -#}
{% macro iso_day_or_month_end(expression) -%}
    coalesce({{ iso_date(expression) }}, last_day(try_cast(nullif(trim({{ expression }}), '') || '-01' as date)))
{%- endmacro %}

{#- NULL for empty text. -#}
{% macro blank_to_null(expression) -%}
    nullif(trim({{ expression }}), '')
{%- endmacro %}
