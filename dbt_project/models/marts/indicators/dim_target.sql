-- The targets that were registered or sent, as they stand: what a report prints of them, also where no figure has come yet. What one asks of a month is in
-- mart_indicator_monthly.

select
    target.authority_code,
    target.indicator_code,
    target.valid_from,
    target.valid_to,
    target.target,
    target.upper,
    target.lower,
    target.bound,
    target.per,
    target.tolerance,
    target.is_dated,
    target.baseline_month,
    target.origin,
    target.note,
    target.submission_id,
from {{ ref('int_registers__target') }} as target
