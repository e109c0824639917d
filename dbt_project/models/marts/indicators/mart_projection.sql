-- What was projected on each day, from what was known on it: a correction adds a day and changes none before it.

select
    authority_code,
    indicator_code,
    made_on,
    month,
    projection_year_end,
    projection_status,
    projection_method,
    projected_outturn,
    projected_outturn_lower,
    projected_outturn_upper,
from {{ ref('int_indicators__projection_history') }}
