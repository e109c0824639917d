{{ config(materialized='view', tags=['before_gate']) }}

-- The parts of each whole that the registry names, with how many there are: a whole is judged only where every part is given.

select
    partition_code,
    part_indicator_code,
    sign,
    whole_indicator_code,
    relation,
    count(*) over (partition by partition_code) as n_parts,
from {{ ref('reg_partition') }}
