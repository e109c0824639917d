-- Every figure of every loaded submission, every role, before the gate: the one table that rules judge and marts are made from.

with unioned as (

    select * from {{ ref('int_measures__council_figure') }}
    union all by name
    select * from {{ ref('int_measures__published_figure') }}
    union all by name
    select * from {{ ref('int_measures__contact_figure') }}

),

final as (

    select
        md5(unioned.submission_id || '|' || unioned.source_ref || '|' || coalesce(unioned.indicator_code, '')
            -- A contact's class and its outcome may have one name, and stand in one cell.
            || '|' || unioned.breakdown_dimension || '|' || unioned.breakdown_value) as figure_id,
        unioned.*,
        {{ definition_version_of() }} as definition_version,
    from unioned
    {{ join_definition_versions('unioned') }}

)

select * from final
