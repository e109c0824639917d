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

meanings as (

    {{ contact_code_meanings('placed', 'month') }}

),

classes as (

    select
        placed.*,
        {% for dimension in ['source', 'method', 'outcome'] %}
        case when placed.local_{{ dimension }} is null then 'not_given' else coalesce(by_{{ dimension }}.conformed_code, 'unmapped') end as contact_{{ dimension }},
        {% endfor %}
        {{ contact_class_of('placed') }} as contact_class,
        {{ initial_contact_of(contact_class_of('placed')) }} as is_initial_contact,
    from placed
    {{ join_contact_meanings('placed', 'month') }}

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
        is_initial_contact,
        contacts,
        value_status,
        is_row_total,
        is_column_total,
        known_from,
        received_at,
    from classes

)

select * from final
