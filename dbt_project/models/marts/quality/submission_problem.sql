select
    submission_id,
    severity,
    code,
    sheet,
    row_number,
    column_name,
    value,
    message,
    what_to_do,
from {{ source('raw', 'problem') }}
