-- Times missing from care, and away without authorisation (SSDA903).

with lists as (

    select * from {{ ref('int_children__list') }} where list = 'missing'

),

final as (

    select
        lists.authority_code,
        lists.submission_id,
        lists.sequence,
        lists.as_at,
        lists.is_latest_list,
        rows.child_key,
        {{ child_code('absence') }} as absence,
        rows.missing_start_date,
        rows.missing_end_date,
        rows.source_sheet,
        rows.source_row,
        {{ superseded_by('rows.missing_start_date between later.window_from and later.as_at') }} as superseded_by_sequence,
    from lists
    inner join {{ ref('stg_ssda903__missing') }} as rows
        on lists.submission_id = rows.submission_id
    {{ join_child_code('absence', 'absence') }}

)

select * from final
