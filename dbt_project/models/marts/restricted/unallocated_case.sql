-- Cases of children in need open on the day of the newest list that no worker has.

with final as (

    select
        authority_code,
        submission_id,
        as_at,
        child_key,
        age,
        team,
        area,
        case_status,
        cin_start_date,
        as_at - cin_start_date as days_open,
        last_seen_date,
    from {{ ref('int_children__need') }}
    where is_latest_list
        and worker_key = 'unallocated'
        and {{ is_open_on('as_at', 'coalesce(cin_start_date, as_at)', 'closure_date') }}

)

select * from final
