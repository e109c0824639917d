{#- What the sender's own words for a contact mean on a day. One rule for counted contacts (returns) and single ones (child-level lists). -#}

{#- One meaning a word, authority and day: what the authority sent last goes before the registry's list, its own list before the default.
    `relation` holds authority_code, the day column and local_source, local_method, local_outcome, local_code. -#}
{% macro contact_code_meanings(relation, day) -%}
    select
        used.authority_code,
        used.{{ day }},
        used.dimension,
        used.local_code,
        code.conformed_code,
        code.contact_class,
        code.is_initial_contact,
    from (
        {% for dimension in ['source', 'method', 'outcome', 'code'] %}
        select distinct authority_code, {{ day }}, '{{ dimension }}' as dimension, local_{{ dimension }} as local_code
        from {{ relation }} where local_{{ dimension }} is not null
        {{ 'union all' if not loop.last }}
        {% endfor %}
    ) as used
    inner join {{ ref('int_measures__contact_code') }} as code
        on used.dimension = code.dimension
        and {{ normalise_label('used.local_code') }} = code.local_code
        and (code.authority_code is null or code.authority_code = used.authority_code)
        and {{ valid_on('code', 'used.' ~ day) }}
    qualify row_number() over (
        partition by used.authority_code, used.{{ day }}, used.dimension, used.local_code
        order by code.precedence, (code.authority_code is not null) desc, code.known_from desc nulls last, code.received_at desc nulls last
    ) = 1
{%- endmacro %}

{#- Left joins of the meanings (a CTE named so) as by_source, by_method, by_outcome, by_code. -#}
{% macro join_contact_meanings(relation, day) -%}
    {% for dimension in ['source', 'method', 'outcome', 'code'] %}
    left join meanings as by_{{ dimension }}
        on by_{{ dimension }}.dimension = '{{ dimension }}'
        and {{ relation }}.authority_code = by_{{ dimension }}.authority_code
        and {{ relation }}.{{ day }} = by_{{ dimension }}.{{ day }}
        and {{ relation }}.local_{{ dimension }} = by_{{ dimension }}.local_code
    {% endfor %}
{%- endmacro %}

{#- The class that a sender's own code gives goes before the one its outcome, method or source suggests. -#}
{% macro contact_class_of(relation) -%}
    case
        when coalesce({{ relation }}.local_code, {{ relation }}.local_method, {{ relation }}.local_outcome, {{ relation }}.local_source) is null then 'not_given'
        else coalesce(by_code.contact_class, by_outcome.contact_class, by_method.contact_class, by_source.contact_class, 'unmapped')
    end
{%- endmacro %}

{#- Definition 1 of an initial contact: a service asked for or a need reported about a child who is not already open. An authority that counts otherwise
    has said so in its list. NULL where the class is not known. -#}
{% macro initial_contact_of(contact_class) -%}
    coalesce(
        by_code.is_initial_contact, by_outcome.is_initial_contact, by_method.is_initial_contact, by_source.is_initial_contact,
        case
            when {{ contact_class }} in ('request_for_service', 'police_notification') then true
            when {{ contact_class }} in ('unmapped', 'not_given') then null
            else false
        end
    )
{%- endmacro %}
