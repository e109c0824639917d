with lists as (

    select * from {{ ref('int_children__list') }} where list = 'adoption'

),

rows as (

    select * from {{ ref('stg_annex_a__adoption') }}

),

final as (

    select
        {{ listed_child(disability='list') }}
        rows.family_key,
        rows.entered_care_date,
        rows.decision_date,
        rows.placement_order_date,
        rows.matched_date,
        rows.placed_date,
        rows.adoption_order_date,
        rows.reversed_date,
        {{ child_code('reversed_reason') }} as reversed_reason,
        rows.fostering_for_adoption_date,
        rows.source_sheet,
        rows.source_row,
    from lists
    inner join rows
        on lists.submission_id = rows.submission_id
    {{ join_child_code('gender', 'gender') }}
    {{ join_child_code('ethnicity', 'ethnicity') }}
    {{ join_child_code('has_disability', 'yes_no') }}
    {{ join_child_code('reversed_reason', 'no_longer_adoption') }}

)

select * from final
