with lists as (

    select * from {{ ref('int_children__list') }} where list = 'care_leavers'

),

rows as (

    select * from {{ ref('stg_annex_a__care_leaver') }}

),

final as (

    select
        {{ listed_child(disability='list') }}
        rows.team,
        rows.area,
        rows.worker_key,
        rows.personal_adviser_key,
        {{ child_code('is_uasc') }} as is_uasc,
        {{ child_code('eligibility') }} as eligibility,
        rows.pathway_review_date,
        {{ child_code('in_touch', 'null', 'grouped') }} as in_touch,
        rows.last_contact_date,
        {{ child_code('accommodation') }} as accommodation,
        {{ child_code('suitability') }} as suitability,
        {{ child_code('activity', 'null', 'grouped') }} as activity,
        rows.source_sheet,
        rows.source_row,
    from lists
    inner join rows
        on lists.submission_id = rows.submission_id
    {{ join_child_code('gender', 'gender') }}
    {{ join_child_code('ethnicity', 'ethnicity') }}
    {{ join_child_code('has_disability', 'yes_no') }}
    {{ join_child_code('is_uasc', 'yes_no') }}
    {{ join_child_code('eligibility', 'eligibility') }}
    {{ join_child_code('in_touch', 'in_touch') }}
    {{ join_child_code('accommodation', 'accommodation') }}
    {{ join_child_code('suitability', 'suitability') }}
    {{ join_child_code('activity', 'activity') }}

)

select * from final
