-- Which set an authority is compared with, by date. England and a region are one set for all of their authorities and hold the authority itself, as the
-- published comparisons do; neighbours and clubs are a set of each authority's own.

with authorities as (

    select * from {{ ref('reg_authority') }} where authority_type = 'local_authority'

),

shared_sets as (

    select
        comparator.comparator_set,
        comparator.vintage,
        comparator.kind,
        authorities.authority_code,
        case comparator.kind when 'nation' then 'E92000001' else authorities.region_code end as set_code,
        cast(null as bigint) as n_registered,
        authorities.valid_from,
        authorities.valid_to,
    from {{ ref('reg_comparator') }} as comparator
    cross join authorities
    where comparator.kind in ('nation', 'region')

),

registered as (

    select comparator_set, vintage, kind, authority_code, count(*) as n_registered,
    from {{ ref('int_benchmarks__listed') }}
    group by all

),

listed_sets as (

    -- A list is kept under the code of its own day; the same body has the list under every code it has had.
    select
        registered.comparator_set,
        registered.vintage,
        registered.kind,
        authorities.authority_code,
        registered.authority_code as set_code,
        registered.n_registered,
        {{ later_day('authorities.valid_from', 'body.valid_from') }} as valid_from,
        {{ earlier_day('authorities.valid_to', 'body.valid_to') }} as valid_to,
    from registered
    inner join {{ ref('reg_authority_name') }} as body
        on body.name_normalised = {{ normalise_label('registered.authority_code') }}
    inner join authorities
        on body.authority_code = authorities.authority_code

),

club_sets as (

    select
        club.club as comparator_set,
        'all' as vintage,
        'club' as kind,
        authorities.authority_code,
        authorities.authority_code as set_code,
        cast(null as bigint) as n_registered,
        {{ later_day('authorities.valid_from', 'club.valid_from') }} as valid_from,
        {{ earlier_day('authorities.valid_to', 'club.valid_to') }} as valid_to,
    from {{ ref('reg_club_member') }} as club
    inner join authorities
        on club.authority_code = authorities.authority_code

),

final as (

    select * from shared_sets
    union all by name
    select * from listed_sets
    union all by name
    select * from club_sets

)

-- Numbers for the joins: text keys over a million pairs cost seconds.
select
    *,
    cast(dense_rank() over (order by comparator_set, vintage, set_code) as integer) as set_id,
from final
where coalesce(valid_from, date '0001-01-01') <= coalesce(valid_to, date '9999-12-31')
