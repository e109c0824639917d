-- What people call an indicator: its name, and the labels under which councils print it. A label that needs a section, a sub-label or a day to be
-- understood is left out, as is one that means a target or a change; a part has a label only where running text names it by one.

with names as (

    select
        cast(null as varchar) as authority_code,
        {{ normalise_label('name') }} as label,
        indicator_code,
        cast(null as varchar) as breakdown_dimension,
        cast(null as varchar) as breakdown_value,
        'name' as origin,
    from {{ ref('reg_indicator') }}

),

aliases as (

    select
        authority_code,
        label,
        indicator_code,
        breakdown_dimension,
        breakdown_value,
        case when return_name = 'commentary' then 'phrase' else 'alias' end as origin,
    from {{ ref('reg_alias') }}
    where coalesce(return_name, 'commentary') = 'commentary'
        and section is null
        and sublabel is null
        and role is null
        and (breakdown_dimension is null or return_name = 'commentary')
        and valid_from is null
        and valid_to is null
        and coalesce(note, '') not like 'former code:%'

),

labels as (

    select * from names
    union all
    select * from aliases

),

final as (

    -- The same label twice (a name that is an alias too) is one row.
    select
        authority_code,
        label,
        indicator_code,
        breakdown_dimension,
        breakdown_value,
        min(origin) as origin,
    from labels
    group by all

)

select * from final
