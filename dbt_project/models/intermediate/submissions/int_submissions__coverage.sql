{{ config(tags=['before_gate']) }}
-- Which authorities a submission speaks for, and the last period it has a figure of each for: a table of the workforce ends in September whatever month
-- the file as a whole is counted under. One row a submission and authority.

select
    submission_id,
    authority_code,
    max(period_end) filter (where role = 'actual' and value_status not in ('missing', 'not_due')) as last_period_end,
from {{ ref('int_measures__figure') }}
where authority_code is not null
group by all
