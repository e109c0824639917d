-- Numbers of case audits of admitted submissions, as known now. What the sender does not split by is the whole ('all').

with audits as (

    select
        authority.authority_code,
        audit.month,
        audit.period_basis,
        case when audit.period_basis = 'cumulative'
            then coalesce(audit.cumulative_from, {{ financial_year_start('audit.month') }})
            else audit.month
        end as period_start,
        last_day(audit.month) as period_end,
        coalesce(audit.audit_type, 'all') as audit_type,
        coalesce(audit.area, 'all') as area,
        coalesce(audit.grade, 'all') as grade,
        audit.bound,
        {{ figure_number('audit.audits_text') }} as audits,
        audit.audits_text,
        audit.note,
        audit.submission_id,
        {{ source_ref('submissions.file_name', 'audit.source_sheet', 'audit.source_row', 'cast(null as varchar)') }} as source_ref,
        coalesce(audit.issue_date, submissions.known_from) as known_from,
        submissions.received_at,
        audit.source_row,
    from {{ ref('stg_audit_register__audit') }} as audit
    inner join {{ ref('int_submissions__admitted') }} as submissions
        on audit.submission_id = submissions.submission_id and submissions.is_admitted
    {{ join_authority('authority', 'audit.authority_text', 'audit.month') }}

),

with_status as (

    select
        audits.*,
        if(audits.audits is null, symbol.value_status, 'reported') as value_status,
    from audits
    left join {{ ref('int_measures__symbol') }} as symbol
        on symbol.publisher = 'council'
        and audits.audits_text = symbol.value_text
        and audits.known_from = symbol.known_from

),

final as (

    -- The newest stands, but a blank does not displace a number.
    select *
    from with_status
    qualify row_number() over (
        partition by authority_code, period_basis, period_start, period_end, {{ normalise_label('audit_type') }}, {{ normalise_label('area') }},
            {{ normalise_label('grade') }}, bound
        order by value_status = 'missing', known_from desc, received_at desc, submission_id desc, source_row
    ) = 1

)

select
    authority_code,
    month,
    period_basis,
    period_start,
    period_end,
    audit_type,
    area,
    grade,
    bound,
    audits,
    value_status,
    note,
    submission_id,
    source_ref,
    known_from,
from final
