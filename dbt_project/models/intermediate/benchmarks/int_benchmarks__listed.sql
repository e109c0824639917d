-- Lists of an authority's own comparators, whoever made them: statistical neighbours as published, and the ten authorities nearest in the newest deprivation
-- score. Places are by nearness; of two equally near the code decides, so that a rebuild gives the same ten.
{%- set most_alike = 10 %}

with neighbours as (

    select
        member.comparator_set,
        member.vintage,
        comparator.kind,
        member.authority_code,
        member.member_code,
        member.member_rank as place,
        member.closeness,
        cast(null as double) as score_difference,
    from {{ ref('reg_comparator_member') }} as member
    inner join {{ ref('reg_comparator') }} as comparator
        on member.comparator_set = comparator.comparator_set
        and member.vintage = comparator.vintage

),

scores as (

    -- Editions are not mixed: an authority that the newest one leaves out is compared with nobody.
    select authority_code, vintage, score,
    from {{ ref('reg_deprivation') }}
    qualify vintage = max(vintage) over ()

),

deprivation_alike as (

    select
        comparator.comparator_set,
        own.vintage,
        comparator.kind,
        own.authority_code,
        other.authority_code as member_code,
        cast(row_number() over (
            partition by comparator.comparator_set, own.authority_code
            order by abs(other.score - own.score), other.authority_code
        ) as integer) as place,
        cast(null as varchar) as closeness,
        other.score - own.score as score_difference,
    from scores as own
    inner join scores as other
        on own.authority_code <> other.authority_code
    cross join {{ ref('reg_comparator') }} as comparator
    where comparator.kind = 'deprivation'
    qualify place <= {{ most_alike }}

),

final as (

    select * from neighbours
    union all by name
    select * from deprivation_alike

)

select * from final
