with final as (

    select
        authority_code,
        action_id,
        raised_in,
        action,
        owner,
        indicator_label,
        indicator_code,
        first_due_date,
        due_date,
        due_precision,
        n_put_off,
        n_put_off > 0 or status = 'carried_forward' as is_carried_forward,
        status,
        is_closed,
        -- Whether its day had passed when the council last spoke of it; what has passed since is a question of the reader's day.
        not is_closed and coalesce(due_date < known_from, false) as was_overdue_when_told,
        done_date,
        what_was_done,
        note,
        is_in_newest_issue,
        version_number as n_issues,
        submission_id,
        source_ref,
        known_from,
    from {{ ref('int_registers__action') }}
    where known_to is null

)

select * from final
