with lists as (

    select * from {{ ref('int_children__list') }} where list = 'contacts'

),

rows as (

    select * from {{ ref('stg_annex_a__contact') }}

),

final as (

    select
        {{ listed_child() }}
        {{ age_on('rows.date_of_birth', 'rows.contact_date') }} as age_at_start,
        rows.team,
        rows.area,
        rows.worker_key,
        rows.contact_date,
        {{ child_code('contact_source', "'unknown'", 'grouped') }} as contact_source,
        rows.contact_source as local_source,
        rows.contact_method as local_method,
        rows.contact_outcome as local_outcome,
        rows.contact_code as local_code,
        rows.source_sheet,
        rows.source_row,
        {{ superseded_by('rows.contact_date between later.window_from and later.as_at') }} as superseded_by_sequence,
    from lists
    inner join rows
        on lists.submission_id = rows.submission_id
    {{ join_child_code('gender', 'gender') }}
    {{ join_child_code('ethnicity', 'ethnicity') }}
    {{ join_child_code('contact_source', 'contact_source') }}

)

select * from final
