-- Reviews of children looked after (SSDA903).

with lists as (

    select * from {{ ref('int_children__list') }} where list = 'reviews'

),

final as (

    select
        lists.authority_code,
        lists.submission_id,
        lists.sequence,
        lists.as_at,
        rows.child_key,
        rows.review_date,
        {{ child_code('review_code') }} as review_code,
        rows.source_sheet,
        rows.source_row,
        {{ superseded_by('rows.review_date between later.window_from and later.as_at') }} as superseded_by_sequence,
    from lists
    inner join {{ ref('stg_ssda903__review') }} as rows
        on lists.submission_id = rows.submission_id
    {{ join_child_code('review_code', 'review') }}

)

select * from final
