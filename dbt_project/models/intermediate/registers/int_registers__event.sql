-- Events that authorities sent, of admitted submissions; the same event sent again is the newer sending's.

with events as (

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
    qualify row_number() over (
        partition by authority.authority_code, event.event_date, event.title, event.indicator_text
        order by submissions.known_from desc, submissions.received_at desc, event.source_row
    ) = 1

)

select * from events
