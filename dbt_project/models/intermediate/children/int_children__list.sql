-- The lists that were admitted, in the order in which they decide: by the day they describe, then by arrival. A list that was set aside whole, and a file of
-- nothing but empty lists, decide nothing.

with lists as (

    select * from {{ ref('stg_children__list') }}

),

-- Lists of different returns that hold the same kind of record decide on each other; the census tells of referrals and episodes of need in one list.
conformed as (

    select * replace (if(return_name = 'cin_census' and list = 'reviews', 'plan_reviews', list) as list)
    from lists
    union all by name
    select * replace ('children_in_need' as list)
    from lists
    where return_name = 'cin_census' and list = 'referrals'

),

admitted as (

    select
        lists.submission_id,
        lists.return_name,
        lists.list,
        lists.authority_code,
        min(lists.as_at) as as_at,
        min(lists.window_from) as window_from,
        sum(lists.rows_loaded) as rows_loaded,
        sum(lists.rows_quarantined) as rows_quarantined,
        any_value(submissions.known_from) as known_from,
        any_value(submissions.received_at) as received_at,
        any_value(submissions.file_name) as file_name,
    from conformed as lists
    inner join {{ ref('int_submissions__admitted') }} as submissions
        on lists.submission_id = submissions.submission_id and submissions.is_admitted
    where lists.authority_code is not null
        and (lists.rows_in_file = 0 or lists.rows_loaded > 0)
    group by all

),

telling as (

    select *
    from admitted
    qualify sum(rows_loaded) over (partition by submission_id) > 0

),

ordered as (

    select
        *,
        dense_rank() over (partition by authority_code order by as_at, received_at, submission_id) as sequence,
    from telling

),

final as (

    select
        authority_code,
        list,
        return_name,
        submission_id,
        file_name,
        as_at,
        window_from,
        known_from,
        sequence,
        -- The one that tells how things stand: the census says nothing of visits, teams and workers.
        return_name <> 'cin_census'
        and sequence = max(sequence) filter (where return_name <> 'cin_census') over (partition by authority_code, list) as is_latest_list,
        rows_loaded,
        rows_quarantined,
    from ordered

)

select * from final
