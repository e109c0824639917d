-- Whose figures stand in a set, by date: members are resolved to the code that was valid then. A neighbour that does not exist on a day has no row for it and is
-- counted as not available (int_benchmarks__set.n_registered).

with authorities as (

    select * from {{ ref('reg_authority') }} where authority_type = 'local_authority'

),

shared_members as (

    select
        comparator_set,
        vintage,
        kind,
        set_code,
        authority_code as member_code,
        valid_from,
        valid_to,
    from {{ ref('int_benchmarks__set') }}
    where kind in ('nation', 'region')

),

listed_members as (

    select
        listed.comparator_set,
        listed.vintage,
        listed.kind,
        listed.authority_code as set_code,
        authorities.authority_code as member_code,
        {{ later_day('authorities.valid_from', 'body.valid_from') }} as valid_from,
        {{ earlier_day('authorities.valid_to', 'body.valid_to') }} as valid_to,
        listed.place,
        listed.closeness,
        listed.score_difference,
    from {{ ref('int_benchmarks__listed') }} as listed
    inner join {{ ref('reg_authority_name') }} as body
        on body.name_normalised = {{ normalise_label('listed.member_code') }}
    inner join authorities
        on body.authority_code = authorities.authority_code
    -- An authority is never its own comparator.
    where listed.member_code <> listed.authority_code

),

club_members as (

    select
        one.club as comparator_set,
        'all' as vintage,
        'club' as kind,
        one.authority_code as set_code,
        other.authority_code as member_code,
        {{ later_day('authorities.valid_from', 'other.valid_from') }} as valid_from,
        {{ earlier_day('authorities.valid_to', 'other.valid_to') }} as valid_to,
    from {{ ref('reg_club_member') }} as one
    inner join {{ ref('reg_club_member') }} as other
        on one.club = other.club
        and one.authority_code <> other.authority_code
    inner join authorities
        on other.authority_code = authorities.authority_code

),

members as (

    select * from shared_members
    union all by name
    select * from listed_members
    union all by name
    select * from club_members

),

set_ids as (

    select comparator_set, vintage, set_code, any_value(set_id) as set_id,
    from {{ ref('int_benchmarks__set') }}
    group by all

),

final as (

    select
        set_ids.set_id,
        members.*,
    from members
    inner join set_ids
        on members.comparator_set = set_ids.comparator_set
        and members.vintage = set_ids.vintage
        and members.set_code = set_ids.set_code
    where coalesce(members.valid_from, date '0001-01-01') <= coalesce(members.valid_to, date '9999-12-31')

)

select * from final
