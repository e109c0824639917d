{{ config(materialized='view', tags=['before_gate']) }}

-- Which indicators are parts of one whole: percentages of one denominator (no whole indicator) that make 100, or at most 100 where
-- they are not all of it; or counts that make another count (sign -1 where a part is taken off). One row a partition and part.

with partitions (partition_code, part_indicator_code, sign, whole_indicator_code, relation) as (

    values
        ('calls', 'mash_calls_abandoned_pct', 1, null, 'equal'),
        ('calls', 'mash_calls_handled_pct', 1, null, 'equal'),
        ('fostering_provider', 'fostered_inhouse_pct', 1, null, 'equal'),
        ('fostering_provider', 'fostered_agency_pct', 1, null, 'equal'),
        ('supervised_contacts_provider', 'supervised_contacts_inhouse_pct', 1, null, 'equal'),
        ('supervised_contacts_provider', 'supervised_contacts_agency_pct', 1, null, 'equal'),
        -- the rest of the posts are vacant
        ('caseholding_posts', 'caseholding_posts_permanent_pct', 1, null, 'at_most'),
        ('caseholding_posts', 'caseholding_posts_agency_pct', 1, null, 'at_most'),
        ('initial_assessments_timeliness', 'initial_assessments_in_time', 1, 'initial_assessments_completed', 'equal'),
        ('initial_assessments_timeliness', 'initial_assessments_out_of_time', 1, 'initial_assessments_completed', 'equal'),
        ('social_workers_net', 'sw_starters', 1, 'sw_net_starters', 'equal'),
        ('social_workers_net', 'sw_leavers', -1, 'sw_net_starters', 'equal')

)

select
    partition_code,
    part_indicator_code,
    cast(sign as integer) as sign,
    cast(whole_indicator_code as varchar) as whole_indicator_code,
    relation,
    count(*) over (partition by partition_code) as n_parts,
from partitions
