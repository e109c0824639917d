with lists as (

    select * from {{ ref('int_children__list') }} where list = 'assessments'

),

sent as (

    select * from {{ ref('stg_annex_a__assessment') }}
    union all by name
    select * from {{ ref('stg_cin_census__assessment') }}

),

rows as (

    {{ with_census_child('sent') }}

),

final as (

    select
        {{ listed_child(disability='list or census', birth=true) }}
        {{ age_on('rows.date_of_birth', 'rows.start_date') }} as age_at_start,
        rows.team,
        rows.area,
        rows.worker_key,
        rows.allocation_date,
        rows.start_date,
        rows.authorisation_date,
        {{ child_code('child_seen') }} as child_seen,
        {{ child_code('needs_support') }} as needs_support,
        rows.source_sheet,
        rows.source_row,
        {{ superseded_by('(rows.authorisation_date is null or rows.authorisation_date >= later.window_from)') }} as superseded_by_sequence,
    from lists
    inner join rows
        on lists.submission_id = rows.submission_id
    {{ join_child_code('gender', 'gender') }}
    {{ join_child_code('ethnicity', 'ethnicity') }}
    {{ join_child_code('has_disability', 'yes_no') }}
    {{ join_child_code('child_seen', 'yes_no') }}
    {{ join_child_code('needs_support', 'yes_no') }}

)

select * from final
