{#- Reading child-level lists: ages, codes, and which of several lists decides. Used by models/intermediate/children and nothing else. -#}

{#- Completed years on a day; -1 before birth, NULL where no birth date was given. One born on 29 February is a year older on 1 March of a common year. -#}
{% macro age_on(born, day) -%}
    case
        when {{ born }} > {{ day }} then -1
        else year({{ day }}) - year({{ born }}) - if(strftime({{ day }}, '%m%d') < strftime({{ born }}, '%m%d'), 1, 0)
    end
{%- endmacro %}

{#- The age bands of the national tables, with the unborn. -#}
{% macro age_band(age) -%}
    case
        when {{ age }} is null then 'unknown'
        when {{ age }} < 0 then 'unborn'
        when {{ age }} < 1 then 'under_1'
        when {{ age }} < 5 then '1_4'
        when {{ age }} < 10 then '5_9'
        when {{ age }} < 16 then '10_15'
        when {{ age }} < 18 then '16_17'
        else '18_and_over'
    end
{%- endmacro %}

{#- The day some months after (or before) a day; the last day of the month where there is no such day. -#}
{% macro months_after(day, months) -%}
    cast({{ day }} + to_months({{ months }}) as date)
{%- endmacro %}

{#- Join for the code that a category means: `lists` is the submission's list, `rows` its rows. -#}
{% macro join_child_code(alias, code_list, column=none) -%}
    left join {{ ref('int_children__code') }} as {{ alias }}
        on lists.submission_id = {{ alias }}.submission_id
        and {{ alias }}.code_list = '{{ code_list }}'
        and {{ alias }}.as_sent = rows.{{ column or alias }}
{%- endmacro %}

{#- A category's code; what is not given and what no code list covers are said so. `field` is code or grouped. -#}
{% macro child_code(alias, not_given='null', field='code') -%}
    case
        when nullif(trim(rows.{{ alias }}), '') is null then {{ not_given }}
        else coalesce({{ alias }}.{{ field }}, 'unmapped')
    end
{%- endmacro %}

{#- What every row of a list says: whose list, of which day, in which order, and who the child is. `disability`: where the list tells of it, and where the
    census does too. `birth`: whether the ages of later days are still to be worked out. -#}
{% macro listed_child(disability=none, birth=false) -%}
    lists.authority_code,
        lists.submission_id,
        lists.sequence,
        lists.as_at,
        lists.is_latest_list,
        lists.known_from,
        rows.child_key,
        {{ age_on('rows.date_of_birth', 'lists.as_at') }} as age,
        {%- if birth %}
        rows.date_of_birth,
        {%- endif %}
        {{ child_code('gender', "'not_stated'", 'grouped') }} as gender,
        {{ child_code('ethnicity', "'not_stated'", 'grouped') }} as ethnicity,
        {%- if disability == 'list' %}
        {{ child_code('has_disability', "'unknown'", 'grouped') }} as disability,
        {%- elif disability == 'list or census' %}
        coalesce(rows.census_disability, {{ child_code('has_disability', "'unknown'", 'grouped') }}) as disability,
        {%- endif %}
{%- endmacro %}

{#- What the lists sent, with what the census says of its children in places of its own: the day on which an unborn child is expected, and disability. -#}
{% macro with_census_child(relation, disability=true) -%}
    select
        {{ relation }}.* replace (coalesce({{ relation }}.date_of_birth, census_child.expected_birth_date) as date_of_birth),
        {%- if disability %}
        census_child.disability as census_disability,
        {%- endif %}
    from {{ relation }}
    left join {{ ref('int_children__census_child') }} as census_child
        on {{ relation }}.submission_id = census_child.submission_id
        and {{ relation }}.child_key = census_child.child_key
{%- endmacro %}

{#- Begun by the end of a day and not ended by then: what ended on the day is no longer open. -#}
{% macro is_open_on(day, started, ended) -%}
    ({{ started }} <= {{ day }} and ({{ ended }} is null or {{ ended }} > {{ day }}))
{%- endmacro %}

{#- Keeps one row a child at each period's end: a child has one plan, one period in care, one episode of need at a time. Where rows overlap, the one that
    began last counts. A clause `qualify` of a select from `row` joined to `period`. -#}
{% macro one_a_child(row, started) -%}
    qualify row_number() over (
        partition by {{ row }}.submission_id, period.period_end, {{ row }}.child_key
        order by {{ row }}.{{ started }} desc nulls last, {{ row }}.source_row desc
    ) = 1
{%- endmacro %}

{#- Which later list of the same kind decides on a row: the first that covers what happened. NULL while none does. -#}
{% macro superseded_by(covers) -%}
    (
        select min(later.sequence)
        from {{ ref('int_children__list') }} as later
        where later.authority_code = lists.authority_code
            and later.list = lists.list
            and later.sequence > lists.sequence
            and {{ covers }}
    )
{%- endmacro %}

{#- True where a row was the last word when a list of the same authority came: it had arrived, and nothing newer had decided. -#}
{% macro known_at(row, sequence) -%}
    {{ row }}.sequence <= {{ sequence }} and ({{ row }}.superseded_by_sequence is null or {{ row }}.superseded_by_sequence > {{ sequence }})
{%- endmacro %}

{#- The measures that one row counts in: a mapping of measure code -> condition. -#}
{% macro counted_in(measures) -%}
    unnest(list_filter([
            {%- for code, condition in measures.items() %}
            case when {{ condition }} then '{{ code }}' end,
            {%- endfor %}
        ], code -> code is not null)) as measure_code
{%- endmacro %}
