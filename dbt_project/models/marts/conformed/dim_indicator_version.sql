select
    indicator_code,
    cast(definition_version as varchar) as definition_version,
    authority_code,
    valid_from,
    valid_to,
    definition,
    numerator_measure,
    denominator_measure,
    comparable_with_previous,
    change_note,
    changed_by,
from {{ ref('reg_indicator_version') }}
