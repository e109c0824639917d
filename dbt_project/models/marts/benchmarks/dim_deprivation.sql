select
    authority_code,
    vintage,
    score,
    source,
    note,
from {{ ref('reg_deprivation') }}
