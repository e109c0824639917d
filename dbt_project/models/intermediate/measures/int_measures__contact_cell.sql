-- Contact counts by source, method, outcome and code, from both shapes, with each local code's meaning on the day. A dimension the sender did not give is
-- 'not_given'; a code no list covers is 'unmapped', and counted as such. Totals stay, marked, so that they can be checked against their parts.

with matrix as (

    select
        cell.submission_id,
        cell.authority_text,
        cell.month,
        cell.row_dimension || ' x ' || cell.column_dimension as tabulation,
        cast(null as varchar) as team,
        case when not cell.is_row_total and cell.row_dimension = 'source' then cell.row_label
             when not cell.is_column_total and cell.column_dimension = 'source' then cell.column_label end as local_source,
        case when not cell.is_row_total and cell.row_dimension = 'method' then cell.row_label
             when not cell.is_column_total and cell.column_dimension = 'method' then cell.column_label end as local_method,
        case when not cell.is_row_total and cell.row_dimension = 'outcome' then cell.row_label
             when not cell.is_column_total and cell.column_dimension = 'outcome' then cell.column_label end as local_outcome,
        case when not cell.is_row_total and cell.row_dimension = 'code' then cell.row_label
             when not cell.is_column_total and cell.column_dimension = 'code' then cell.column_label end as local_code,
        case when cell.blank_is_nil then 0 else cell.printed_number end as contacts,
        case when cell.printed_number is not null then 'reported' when cell.blank_is_nil then 'nil' else 'missing' end as value_status,
        cell.is_row_total,
        cell.is_column_total,
        cell.section,
        cell.source_sheet,
        cell.source_row,
        cell.source_column,
        cell.issue_date,
    from {{ ref('int_measures__matrix_cell') }} as cell

),

long_return as (

    select
        submission_id,
        authority_text,
        month,
        'return' as tabulation,
        team,
        contact_source as local_source,
        contact_method as local_method,
        contact_outcome as local_outcome,
        contact_code as local_code,
        {{ figure_number('contacts_text') }} as contacts,
        case when {{ figure_number('contacts_text') }} is not null then 'reported' when contacts_text is null then 'missing' else 'quarantined' end as value_status,
        false as is_row_total,
        false as is_column_total,
        cast(null as varchar) as section,
        source_sheet,
        source_row,
        source_column,
        issue_date,
    from {{ ref('stg_contact_return__cell') }}

),

cells as (

    select * from matrix
    union all by name
    select * from long_return

),

placed as (

    select
        cells.* exclude (issue_date),
        authority.authority_code,
        submissions.file_name,
        submissions.received_at,
        coalesce(cells.issue_date, submissions.known_from) as known_from,
    from cells
    inner join {{ ref('int_submissions__received') }} as submissions
        on cells.submission_id = submissions.submission_id and submissions.is_loaded
    {{ join_authority('authority', 'cells.authority_text', 'last_day(cells.month)') }}

),

-- One meaning a code, authority and month: what the authority sent last goes before the registry's list, its own list before the default.
meanings as (

    select
        used.authority_code,
        used.month,
        used.dimension,
        used.local_code,
        code.conformed_code,
        code.contact_class,
        code.is_initial_contact,
    from (
        {% for dimension in ['source', 'method', 'outcome', 'code'] %}
        select distinct authority_code, month, '{{ dimension }}' as dimension, local_{{ dimension }} as local_code
        from placed where local_{{ dimension }} is not null
        {{ 'union all' if not loop.last }}
        {% endfor %}
    ) as used
    inner join {{ ref('int_measures__contact_code') }} as code
        on used.dimension = code.dimension
        and {{ normalise_label('used.local_code') }} = code.local_code
        and (code.authority_code is null or code.authority_code = used.authority_code)
        and {{ valid_on('code', 'used.month') }}
    qualify row_number() over (
        partition by used.authority_code, used.month, used.dimension, used.local_code
        order by code.precedence, (code.authority_code is not null) desc, code.known_from desc nulls last, code.received_at desc nulls last
    ) = 1

),

classes as (

    -- The class that a sender's own code gives goes before the one its method or outcome suggests.
    select
        placed.*,
        {% for dimension in ['source', 'method', 'outcome'] %}
        case when placed.local_{{ dimension }} is null then 'not_given' else coalesce(by_{{ dimension }}.conformed_code, 'unmapped') end as contact_{{ dimension }},
        {% endfor %}
        case
            when coalesce(placed.local_code, placed.local_method, placed.local_outcome, placed.local_source) is null then 'not_given'
            else coalesce(by_code.contact_class, by_outcome.contact_class, by_method.contact_class, by_source.contact_class, 'unmapped')
        end as contact_class,
        coalesce(by_code.is_initial_contact, by_outcome.is_initial_contact, by_method.is_initial_contact, by_source.is_initial_contact) as stated_initial,
    from placed
    {% for dimension in ['source', 'method', 'outcome', 'code'] %}
    left join meanings as by_{{ dimension }}
        on by_{{ dimension }}.dimension = '{{ dimension }}'
        and placed.authority_code = by_{{ dimension }}.authority_code
        and placed.month = by_{{ dimension }}.month
        and placed.local_{{ dimension }} = by_{{ dimension }}.local_code
    {% endfor %}

),

final as (

    select
        {{ source_ref('file_name', 'source_sheet', 'source_row', 'source_column') }} as source_ref,
        submission_id,
        authority_code,
        month,
        tabulation,
        section,
        team,
        contact_source,
        contact_method,
        contact_outcome,
        local_source,
        local_method,
        local_outcome,
        local_code,
        contact_class,
        -- Definition 1 of an initial contact: a service asked for or a need reported about a child who is not already open.
        case
            when stated_initial is not null then stated_initial
            when contact_class in ('request_for_service', 'police_notification') then true
            when contact_class in ('unmapped', 'not_given') then null
            else false
        end as is_initial_contact,
        contacts,
        value_status,
        is_row_total,
        is_column_total,
        known_from,
        received_at,
    from classes

)

select * from final
