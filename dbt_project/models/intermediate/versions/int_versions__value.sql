{{ config(materialized='view') }}

-- Every value ever held: what was printed, the rates worked out from it, and what children's lists give as it may be shared. Rules judge what was printed alone (int_versions__figure, int_measures__figure).

select
    *,
    cast(null as varchar) as denominator_vintage,
    cast(null as varchar) as numerator_source_kind,
    cast(null as date) as numerator_known_from,
from {{ ref('int_versions__figure') }}
union all by name
select * exclude (is_standing) from {{ ref('int_rates__version') }} where is_standing
union all by name
select * from {{ ref('int_children__shared_figure') }}
