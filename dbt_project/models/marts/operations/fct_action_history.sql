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
        was_put_off,
        n_put_off,
        status,
        is_closed,
        done_date,
        what_was_done,
        note,
        submission_id,
        source_ref,
        known_from,
        known_to,
        version_number,
    from {{ ref('int_registers__action') }}

)

select * from final
