with sent as (

    select
        authority.authority_code,
        event.event_date,
        event.date_precision,
        event.title,
        event.kind,
        event.indicator_text as indicator_code,
        event.rebase,
        event.note,
        event.submission_id,
    from {{ ref('stg_events__event') }} as event
    inner join {{ ref('int_submissions__admitted') }} as submissions
        on event.submission_id = submissions.submission_id and submissions.is_admitted
    {{ join_authority('authority', 'event.authority_text', 'event.event_date') }}
    -- The same event sent again is the newer sending's.
    qualify row_number() over (
        partition by authority.authority_code, event.event_date, event.title, event.indicator_text
        order by submissions.known_from desc, submissions.received_at desc, event.source_row
    ) = 1

),

registered as (

    select
        authority_code,
        event_date,
        date_precision,
        title,
        kind,
        indicator as indicator_code,
        rebase,
        note,
        cast(null as varchar) as submission_id,
    from {{ ref('reg_event') }}

),

final as (

    select * from registered
    union all
    select sent.*
    from sent
    left join registered
        on sent.authority_code is not distinct from registered.authority_code
        and sent.event_date = registered.event_date
        and sent.title = registered.title
    where registered.title is null

)

select * from final
