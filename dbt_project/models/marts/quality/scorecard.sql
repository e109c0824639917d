{{ config(tags=['after_evidence']) }}

-- How much was compared and how much of it agreed, month by month.
select
    authority_code,
    dimension,
    month,
    n_rules,
    n_comparisons,
    n_failed,
    score,
from {{ source('incidents', 'scorecard') }}
