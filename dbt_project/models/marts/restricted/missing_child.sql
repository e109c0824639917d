-- Children looked after on the day of the newest list who were missing or absent in the twelve months before, and whether they were interviewed on return.

with final as (

    select
        authority_code,
        submission_id,
        as_at,
        child_key,
        age,
        team,
        area,
        worker_key,
        placement_type,
        placement_location,
        cast(coalesce(missing_episodes, 0) as integer) as missing_episodes,
        cast(coalesce(absent_episodes, 0) as integer) as absent_episodes,
        interview_offered,
        interview_accepted,
    from {{ ref('int_children__care') }}
    where is_latest_list
        and {{ is_open_on('as_at', 'started_date', 'ceased_date') }}
        and (missing_episodes > 0 or absent_episodes > 0)

)

select * from final
