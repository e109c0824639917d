with lists as (

    select * from {{ ref('int_children__list') }} where list = 'adopters'

),

rows as (

    select * from {{ ref('stg_annex_a__adopter') }}

),

final as (

    select
        lists.authority_code,
        lists.submission_id,
        lists.sequence,
        lists.as_at,
        lists.is_latest_list,
        lists.known_from,
        rows.adopter_key,
        {{ child_code('gender', "'not_stated'", 'grouped') }} as gender,
        {{ child_code('ethnicity', "'not_stated'", 'grouped') }} as ethnicity,
        {{ child_code('has_disability', "'unknown'", 'grouped') }} as disability,
        rows.family_key,
        {{ child_code('is_fostering_for_adoption') }} as is_fostering_for_adoption,
        rows.enquiry_date,
        rows.stage_1_start_date,
        rows.stage_1_end_date,
        rows.stage_2_start_date,
        rows.stage_2_end_date,
        rows.application_date,
        rows.approved_date,
        rows.matched_date,
        rows.placed_date,
        rows.children_placed,
        rows.adoption_order_date,
        rows.left_date,
        {{ child_code('left_reason') }} as left_reason,
        rows.source_sheet,
        rows.source_row,
    from lists
    inner join rows
        on lists.submission_id = rows.submission_id
    {{ join_child_code('gender', 'gender') }}
    {{ join_child_code('ethnicity', 'ethnicity') }}
    {{ join_child_code('has_disability', 'yes_no') }}
    {{ join_child_code('is_fostering_for_adoption', 'yes_no') }}
    {{ join_child_code('left_reason', 'left_adoption') }}

)

select * from final
