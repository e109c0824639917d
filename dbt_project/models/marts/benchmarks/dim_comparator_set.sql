-- Sets that authorities are compared with, by the names people know them by. A set that the registry names by its newest edition has the edition that was found.

with registered as (

    select comparator_set, vintage, kind, name, cast(null as varchar) as note,
    from {{ ref('reg_comparator') }}
    where kind <> 'deprivation'

),

deprivation as (

    select
        comparator.comparator_set,
        score.vintage,
        comparator.kind,
        comparator.name,
        any_value(score.source) as note,
    from {{ ref('reg_comparator') }} as comparator
    inner join {{ ref('reg_deprivation') }} as score
        on comparator.kind = 'deprivation'
    where score.vintage = (select max(vintage) from {{ ref('reg_deprivation') }})
    group by all

),

clubs as (

    select
        club as comparator_set,
        'all' as vintage,
        'club' as kind,
        name,
        cast(null as varchar) as note,
    from {{ ref('reg_club_member') }}
    group by all

),

final as (

    select * from registered
    union all by name
    select * from deprivation
    union all by name
    select * from clubs

)

select * from final
