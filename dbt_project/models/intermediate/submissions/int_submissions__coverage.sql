{{ config(tags=['before_gate']) }}
-- Which authorities a submission speaks for. One row a submission and authority.

select distinct
    submission_id,
    authority_code,
from {{ ref('int_measures__figure') }}
where authority_code is not null
