-- Cases that each worker holds on the day of the newest list, by team. Whether it is too many is judged by all cases of the worker.

with counted as (

    select
        authority_code,
        submission_id,
        as_at,
        worker_key,
        team,
        area,
        count(*) as cases,
    from {{ ref('int_children__need') }}
    where is_latest_list
        and worker_key is not null
        and worker_key <> 'unallocated'
        and {{ is_open_on('as_at', 'coalesce(cin_start_date, as_at)', 'closure_date') }}
    group by all

),

final as (

    select
        authority_code,
        submission_id,
        as_at,
        worker_key,
        team,
        area,
        cases,
        cast(sum(cases) over worker as bigint) as cases_of_worker,
        sum(cases) over worker > 20 as is_over_20,
        sum(cases) over worker > 30 as is_over_30,
    from counted
    window worker as (partition by authority_code, worker_key)

)

select * from final
