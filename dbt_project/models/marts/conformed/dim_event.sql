with sent as (

    select * from {{ ref('int_registers__event') }}

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

    -- The registry's own wording stands where both have the event.
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
