{{ config(tags=['after_evidence']) }}

-- What happened to findings, run by run.
select
    finding_id,
    incident_id,
    rule_id,
    authority_code,
    run_number,
    event_number,
    event_day,
    event,
    acknowledged_by,
    acknowledged_reason,
    acknowledged_until,
from {{ source('incidents', 'finding_event') }}
