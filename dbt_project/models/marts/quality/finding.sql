{{ config(tags=['after_evidence']) }}

with found as (

    select * from {{ source('gate', 'finding') }}
    union all by name
    select * from {{ source('gate', 'evidence_finding') }}

),

final as (

    select
        finding_id,
        rule_id,
        severity,
        authority_code,
        indicator_code,
        period_start,
        subject,
        message,
        evidence,
        expected,
        observed,
        submission_id,
        source_ref,
        status,
        first_seen,
        last_seen,
        resolved_at,
        acknowledged_until,
    from found

)

select * from final
