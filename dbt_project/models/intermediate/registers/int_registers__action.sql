-- What councils said they would do, as each issue of the register told it, of admitted submissions. An action is known by its number, else by its words.

with actions as (

    select
        authority.authority_code,
        coalesce(action.action_number, left(md5({{ normalise_label('action.action') }}), 12)) as action_id,
        action.raised_in,
        action.action,
        action.owner,
        action.due_date,
        action.due_precision,
        action.status,
        action.done_date,
        action.what_was_done,
        action.indicator_text as indicator_label,
        {{ normalise_label('action.indicator_text') }} as label,
        action.note,
        action.submission_id,
        {{ source_ref('submissions.file_name', 'action.source_sheet', 'action.source_row', 'cast(null as varchar)') }} as source_ref,
        coalesce(action.issue_date, submissions.known_from) as known_from,
        submissions.received_at,
        action.source_row,
    from {{ ref('stg_action_register__action') }} as action
    inner join {{ ref('int_submissions__admitted') }} as submissions
        on action.submission_id = submissions.submission_id and submissions.is_admitted
    {{ join_authority('authority', 'action.authority_text', 'action.raised_in') }}

),

meant as (

    {{ with_indicator_of_label('actions', 'raised_in') }}

),

issues as (

    -- The newest sending of a day of issue, and where it has an action twice, its first row.
    select *
    from meant
    qualify row_number() over (
        partition by authority_code, action_id, known_from
        order by received_at desc, submission_id desc, source_row
    ) = 1

),

told as (

    -- A blank does not displace what was said before.
    select
        * replace (
            min(raised_in) over so_far as raised_in,
            last_value(owner ignore nulls) over so_far as owner,
            last_value(due_date ignore nulls) over so_far as due_date,
            last_value(due_precision ignore nulls) over so_far as due_precision,
            last_value(indicator_label ignore nulls) over so_far as indicator_label,
            last_value(indicator_code ignore nulls) over so_far as indicator_code
        ),
        first_value(due_date ignore nulls) over so_far as first_due_date,
        last_value(due_date ignore nulls) over before_this as due_date_before,
        row_number() over so_far as version_number,
        lead(known_from) over (partition by authority_code, action_id order by known_from) as known_to,
        max(known_from) over (partition by authority_code) as register_issued,
    from issues
    window
        so_far as (partition by authority_code, action_id order by known_from rows between unbounded preceding and current row),
        before_this as (partition by authority_code, action_id order by known_from rows between unbounded preceding and 1 preceding)

),

final as (

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
        coalesce(due_date > due_date_before, false) as was_put_off,
        count(*) filter (where due_date > due_date_before) over (
            partition by authority_code, action_id order by known_from rows between unbounded preceding and current row
        ) as n_put_off,
        status,
        status in ('done', 'cancelled') as is_closed,
        done_date,
        what_was_done,
        note,
        submission_id,
        source_ref,
        known_from,
        known_to,
        version_number,
        known_from = register_issued as is_in_newest_issue,
    from told

)

select * from final
