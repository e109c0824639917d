{#- Joins that give text its meaning on a day. Kept together so that every return is read by the same rule. -#}

{#- `left join` that gives `<alias>.authority_code` for an authority written as name, nine-character or three-digit code. -#}
{% macro join_authority(alias, text_expression, day_expression) -%}
    left join {{ ref('reg_authority_name') }} as {{ alias }}
        on {{ alias }}.name_normalised = {{ normalise_label(text_expression) }}
        and coalesce({{ day_expression }}, date '2000-01-01')
            between coalesce({{ alias }}.valid_from, date '0001-01-01') and coalesce({{ alias }}.valid_to, date '9999-12-31')
{%- endmacro %}

{#- Rows of `relation` with the indicator that their label means: a code of the registry, else the most particular alias of the authority on the day. The relation
    has indicator_label, label (as labels are compared), authority_code, submission_id and source_row. -#}
{% macro with_indicator_of_label(relation, day) -%}
    select
        {{ relation }}.*,
        coalesce(codes.indicator_code, alias.indicator_code) as indicator_code,
    from {{ relation }}
    left join {{ ref('reg_indicator') }} as codes
        on {{ relation }}.indicator_label = codes.indicator_code
    left join {{ ref('reg_alias') }} as alias
        on codes.indicator_code is null
        and {{ relation }}.label = alias.label
        and coalesce(alias.authority_code, {{ relation }}.authority_code) = {{ relation }}.authority_code
        and coalesce(alias.return_name, 'commentary') = 'commentary'
        and {{ valid_on('alias', relation ~ '.' ~ day) }}
    qualify row_number() over (
        partition by {{ relation }}.submission_id, {{ relation }}.source_row
        order by alias.authority_code is null, alias.return_name is null, alias.sublabel is not null, alias.indicator_code
    ) = 1
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

{#- Joins for the definition version of a figure: an authority's own goes before the general one, and earlier years that were issued again under a later
    definition carry the later one. `definition_version_of` picks from them. -#}
{% macro join_definition_versions(figure) -%}
    left join {{ ref('reg_indicator_version') }} as own_version
        on {{ figure }}.indicator_code = own_version.indicator_code
        and {{ figure }}.authority_code = own_version.authority_code
        and {{ valid_on('own_version', figure ~ '.period_end') }}
    left join {{ ref('reg_indicator_version') }} as general_version
        on {{ figure }}.indicator_code = general_version.indicator_code
        and general_version.authority_code is null
        and {{ valid_on('general_version', figure ~ '.period_end') }}
    left join {{ ref('reg_indicator_version') }} as own_restated
        on {{ figure }}.indicator_code = own_restated.indicator_code
        and {{ figure }}.authority_code = own_restated.authority_code
        and {{ restated_under('own_restated', figure) }}
    left join {{ ref('reg_indicator_version') }} as general_restated
        on {{ figure }}.indicator_code = general_restated.indicator_code
        and general_restated.authority_code is null
        and {{ restated_under('general_restated', figure) }}
{%- endmacro %}

{% macro definition_version_of() -%}
    coalesce(
            own_restated.definition_version,
            own_version.definition_version,
            general_restated.definition_version,
            general_version.definition_version
        )
{%- endmacro %}

{#- The later of two first days, the earlier of two last days; NULL means without an end. -#}
{% macro later_day(one, other) -%}
    nullif(greatest(coalesce({{ one }}, date '0001-01-01'), coalesce({{ other }}, date '0001-01-01')), date '0001-01-01')
{%- endmacro %}

{% macro earlier_day(one, other) -%}
    nullif(least(coalesce({{ one }}, date '9999-12-31'), coalesce({{ other }}, date '9999-12-31')), date '9999-12-31')
{%- endmacro %}
