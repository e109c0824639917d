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
        listed.place,
        listed.closeness,
        listed.score_difference,
    from sets
    inner join {{ ref('int_benchmarks__member') }} as member
        on sets.set_id = member.set_id
    -- A list names a body; the member has its code of the day.
    left join {{ ref('reg_authority_name') }} as body
        on body.authority_code = member.member_code
        and sets.kind <> 'club'
        and exists (
            select 1
            from {{ ref('int_benchmarks__listed') }} as named
            where named.comparator_set = sets.comparator_set
                and named.vintage = sets.vintage
                and named.authority_code = sets.set_code
                and {{ normalise_label('named.member_code') }} = body.name_normalised
        )
    left join {{ ref('int_benchmarks__listed') }} as listed
        on listed.comparator_set = sets.comparator_set
        and listed.vintage = sets.vintage
        and listed.authority_code = sets.set_code
        and {{ normalise_label('listed.member_code') }} = body.name_normalised
    where coalesce(sets.valid_from, date '0001-01-01') <= coalesce(member.valid_to, date '9999-12-31')
        and coalesce(member.valid_from, date '0001-01-01') <= coalesce(sets.valid_to, date '9999-12-31')

)

select * from final
