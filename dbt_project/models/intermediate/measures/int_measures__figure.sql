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
            || '|' || unioned.breakdown_value) as figure_id,
        unioned.*,
        coalesce(
            own_restated.definition_version,
            own_version.definition_version,
            general_restated.definition_version,
            general_version.definition_version
        ) as definition_version,
    from unioned
    -- An authority's own version goes before the general one.
    left join {{ ref('reg_indicator_version') }} as own_version
        on unioned.indicator_code = own_version.indicator_code
        and unioned.authority_code = own_version.authority_code
        and {{ valid_on('own_version', 'unioned.period_end') }}
    left join {{ ref('reg_indicator_version') }} as general_version
        on unioned.indicator_code = general_version.indicator_code
        and general_version.authority_code is null
        and {{ valid_on('general_version', 'unioned.period_end') }}
    -- Earlier years that were issued again under a later definition carry the later one.
    left join {{ ref('reg_indicator_version') }} as own_restated
        on unioned.indicator_code = own_restated.indicator_code
        and unioned.authority_code = own_restated.authority_code
        and {{ restated_under('own_restated', 'unioned') }}
    left join {{ ref('reg_indicator_version') }} as general_restated
        on unioned.indicator_code = general_restated.indicator_code
        and general_restated.authority_code is null
        and {{ restated_under('general_restated', 'unioned') }}

)

select * from final
