select
    rule_id,
    title,
    why_it_matters,
    what_to_do,
    dimension,
    severity,
    gate,
    blocks_publication,
    valid_from,
    valid_to,
from {{ ref('reg_rule') }}
