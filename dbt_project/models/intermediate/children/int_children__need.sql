with lists as (

    select * from {{ ref('int_children__list') }} where list = 'children_in_need'

),

sent as (

    select * from {{ ref('stg_annex_a__need') }}
    union all by name
    select
        submission_id,
        child_key,
        gender,
        ethnicity,
        date_of_birth,
        referral_date as cin_start_date,
        need,
        is_no_further_action,
        closure_date,
        closure_reason,
        source_sheet,
        source_row,
    from {{ ref('stg_cin_census__referral') }}

),

rows as (

    {{ with_census_child('sent') }}

),

final as (

    select
        {{ listed_child(disability='list or census', birth=true) }}
        {{ age_on('rows.date_of_birth', 'rows.cin_start_date') }} as age_at_start,
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
    {{ join_child_code('is_no_further_action', 'yes_no') }}
    -- A referral without further action begins no episode.
    where is_no_further_action.code is distinct from 'yes'

)

select * from final
