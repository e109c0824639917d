-- The history of projections as a table of its own: nothing here is recomputed when a figure is corrected.

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
