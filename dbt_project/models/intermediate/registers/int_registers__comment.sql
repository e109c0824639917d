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

    -- A code of the registry, else the most particular alias of the authority on the first day written about.
    select
        comments.*,
        coalesce(codes.indicator_code, alias.indicator_code) as indicator_code,
    from comments
    left join {{ ref('reg_indicator') }} as codes
        on comments.indicator_label = codes.indicator_code
    left join {{ ref('reg_alias') }} as alias
        on codes.indicator_code is null
        and comments.label = alias.label
        and coalesce(alias.authority_code, comments.authority_code) = comments.authority_code
        and coalesce(alias.return_name, 'commentary') = 'commentary'
        and {{ valid_on('alias', 'comments.period_start') }}
    qualify row_number() over (
        partition by comments.submission_id, comments.source_row
        order by alias.authority_code is null, alias.return_name is null, alias.sublabel is not null, alias.indicator_code
    ) = 1

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
