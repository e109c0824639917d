with lists as (

    select * from {{ ref('int_children__list') }} where list = 'early_help'

),

rows as (

    select * from {{ ref('stg_annex_a__early_help') }}

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
        {{ age_on('rows.date_of_birth', 'rows.assessment_start_date') }} as age_at_start,
        {{ age_on('rows.date_of_birth', 'rows.assessment_completion_date') }} as age_at_completion,
        {{ child_code('gender', "'not_stated'", 'grouped') }} as gender,
        {{ child_code('ethnicity', "'not_stated'", 'grouped') }} as ethnicity,
        rows.team,
        rows.area,
        rows.worker_key,
        rows.assessment_start_date,
        rows.assessment_completion_date,
        rows.organisation,
        rows.source_sheet,
        rows.source_row,
    from lists
    inner join rows
        on lists.submission_id = rows.submission_id
    {{ join_child_code('gender', 'gender') }}
    {{ join_child_code('ethnicity', 'ethnicity') }}

)

select * from final
