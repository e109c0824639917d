with lists as (

    select * from {{ ref('int_children__list') }} where list = 'children_in_need'

),

rows as (

    select * from {{ ref('stg_annex_a__need') }}

),

final as (

    select
        lists.authority_code,
        lists.submission_id,
        lists.sequence,
        lists.as_at,
        lists.is_latest_list,
        lists.known_from,
        rows.child_key,
        {{ age_on('rows.date_of_birth', 'lists.as_at') }} as age,
        {{ age_on('rows.date_of_birth', 'rows.cin_start_date') }} as age_at_start,
        rows.date_of_birth,
        {{ child_code('gender', "'not_stated'", 'grouped') }} as gender,
        {{ child_code('ethnicity', "'not_stated'", 'grouped') }} as ethnicity,
        {{ child_code('has_disability', "'unknown'", 'grouped') }} as disability,
        rows.team,
        rows.area,
        rows.worker_key,
        rows.allocation_date,
        rows.cin_start_date,
        {{ child_code('need') }} as need,
        rows.last_seen_date,
        rows.closure_date,
        {{ child_code('closure_reason') }} as closure_reason,
        {{ child_code('case_status') }} as case_status,
        rows.visit_status,
        rows.source_sheet,
        rows.source_row,
    from lists
    inner join rows
        on lists.submission_id = rows.submission_id
    {{ join_child_code('gender', 'gender') }}
    {{ join_child_code('ethnicity', 'ethnicity') }}
    {{ join_child_code('has_disability', 'yes_no') }}
    {{ join_child_code('need', 'need') }}
    {{ join_child_code('closure_reason', 'closure_reason') }}
    {{ join_child_code('case_status', 'case_status') }}

)

select * from final
