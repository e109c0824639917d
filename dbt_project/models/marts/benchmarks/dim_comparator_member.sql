-- Whom an authority is compared with, by name: its neighbours, the members of its clubs, the areas of similar deprivation. England's and the regions' authorities
-- are in dim_authority.

with sets as (

    select * from {{ ref('int_benchmarks__set') }} where kind not in ('nation', 'region')

),

final as (

    select
        sets.comparator_set,
        sets.vintage,
        sets.authority_code,
        member.member_code,
        -- Both lived, and the membership ran.
        {{ later_day('sets.valid_from', 'member.valid_from') }} as valid_from,
        {{ earlier_day('sets.valid_to', 'member.valid_to') }} as valid_to,
        member.place,
        member.closeness,
        member.score_difference,
    from sets
    inner join {{ ref('int_benchmarks__member') }} as member
        on sets.set_id = member.set_id
    where coalesce(sets.valid_from, date '0001-01-01') <= coalesce(member.valid_to, date '9999-12-31')
        and coalesce(member.valid_from, date '0001-01-01') <= coalesce(sets.valid_to, date '9999-12-31')

)

select * from final
