with lists as (

    select * from {{ ref('int_children__list') }} where list = 'referrals'

),

sent as (

    select * from {{ ref('stg_annex_a__referral') }}
    union all by name
    select * exclude (need, closure_date, closure_reason) from {{ ref('stg_cin_census__referral') }}

),

rows as (

    {{ with_census_child('sent', disability=false) }}

),

final as (

    select
        {{ listed_child() }}
        {{ age_on('rows.date_of_birth', 'rows.referral_date') }} as age_at_start,
        rows.team,
        rows.area,
        rows.worker_key,
        rows.allocation_date,
        rows.referral_date,
        {{ child_code('referral_source', "'unknown'", 'grouped') }} as referral_source,
        {{ child_code('is_no_further_action') }} as is_no_further_action,
        rows.referrals_last_12_months,
        rows.source_sheet,
        rows.source_row,
        {{ superseded_by('rows.referral_date between later.window_from and later.as_at') }} as superseded_by_sequence,
    from lists
    inner join rows
        on lists.submission_id = rows.submission_id
    {{ join_child_code('gender', 'gender') }}
    {{ join_child_code('ethnicity', 'ethnicity') }}
    {{ join_child_code('referral_source', 'contact_source') }}
    {{ join_child_code('is_no_further_action', 'yes_no') }}

)

select * from final
