with lists as (

    select * from {{ ref('int_children__list') }} where list = 'early_help'

),

rows as (

    select * from {{ ref('stg_annex_a__early_help') }}

),

final as (

    select
        {{ listed_child() }}
        {{ age_on('rows.date_of_birth', 'rows.assessment_start_date') }} as age_at_start,
        {{ age_on('rows.date_of_birth', 'rows.assessment_completion_date') }} as age_at_completion,
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
