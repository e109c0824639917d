-- What every local contact code means, by authority and date: the lists authorities sent, then the registry's own and its default.

with sent as (

    select
        authority.authority_code,
        code.dimension,
        {{ normalise_label('code.local_code') }} as local_code,
        code.conformed_code,
        code.contact_class,
        code.is_initial_contact,
        code.valid_from,
        code.valid_to,
        1 as precedence,
        submissions.known_from,
        submissions.received_at,
    from {{ ref('stg_contact_codes__code') }} as code
    inner join {{ ref('int_submissions__received') }} as submissions
        on code.submission_id = submissions.submission_id and submissions.is_loaded
    {{ join_authority('authority', 'code.authority_text', 'code.valid_from') }}

),

registered as (

    select
        authority_code,
        dimension,
        {{ normalise_label('local_code') }} as local_code,
        conformed_code,
        contact_class,
        is_initial_contact,
        valid_from,
        valid_to,
        2 as precedence,
        cast(null as date) as known_from,
        cast(null as timestamp) as received_at,
    from {{ ref('reg_contact_code') }}

),

final as (

    select * from sent
    union all by name
    select * from registered

)

select * from final
