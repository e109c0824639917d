-- What people wrote about an indicator in a period, of admitted submissions; of one writer's texts about one thing the newest stands.

with comments as (

    select
        authority.authority_code,
        comment.indicator_text as indicator_label,
        comment.period_start,
        comment.author_role,
        comment.comment_text as text,
        coalesce(comment.issue_date, submissions.known_from) as issue_date,
        comment.submission_id,
        {{ source_ref('submissions.file_name', 'comment.source_sheet', 'comment.source_row', 'cast(null as varchar)') }} as source_ref,
        {{ normalise_label('comment.indicator_text') }} as label,
        submissions.known_from,
        submissions.received_at,
        comment.source_row,
    from {{ ref('stg_commentary__comment') }} as comment
    inner join {{ ref('int_submissions__admitted') }} as submissions
        on comment.submission_id = submissions.submission_id and submissions.is_admitted
    {{ join_authority('authority', 'comment.authority_text', 'comment.period_start') }}

),

meant as (

    {{ with_indicator_of_label('comments', 'period_start') }}

),

latest as (

    -- The text is part of the key where one submission says two things: both are kept.
    select *
    from meant
    qualify rank() over (
        partition by authority_code, coalesce(indicator_code, label), period_start, author_role
        order by issue_date desc, known_from desc, received_at desc, submission_id
    ) = 1

)

select
    authority_code,
    indicator_code,
    indicator_label,
    period_start,
    author_role,
    text,
    issue_date,
    submission_id,
    source_ref,
from latest
