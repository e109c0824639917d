select
    authority_code,
    dfe_code,
    name,
    authority_type,
    region_code,
    region_name,
    valid_from,
    valid_to,
    successor_code,
from {{ ref('reg_authority') }}
