{{ config(tags=['after_evidence']) }}

with found as (

    select * from {{ source('gate', 'finding') }}
    union all by name
    select * from {{ source('gate', 'evidence_finding') }}

),

final as (

    -- The same disagreement printed again by a later submission is one finding: seen first then, last now, shown where it stands now.
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
        min(first_seen) over (partition by finding_id) as first_seen,
        max(last_seen) over (partition by finding_id) as last_seen,
        resolved_at,
        acknowledged_until,
    from found
    qualify row_number() over (partition by finding_id order by last_seen desc, submission_id desc, source_ref) = 1

)

select * from final
