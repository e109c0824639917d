{#- Where a figure stands: file#sheet!cell for a workbook, file#row n, column for a CSV. -#}
{% macro source_ref(file_name, sheet, source_row, source_column) -%}
    {{ file_name }} || '#' || case
        when {{ sheet }} is not null then {{ sheet }} || '!' || coalesce({{ source_column }}, '') || {{ source_row }}
        else 'row ' || {{ source_row }} || coalesce(', ' || {{ source_column }}, '')
    end
{%- endmacro %}
