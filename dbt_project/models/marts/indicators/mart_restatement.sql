with versions as (

    select
        *,
        lag(value) over figure_versions as previous_value,
        lag(value_status) over figure_versions as previous_status,
    from {{ ref('int_versions__figure') }}
    window figure_versions as (
        partition by authority_code, indicator_code, period_basis, period_start, period_end, breakdown_dimension, breakdown_value, source_kind
        order by version_number
    )

),

changes as (

    select
        *,
        version_number > 1
        and (value is distinct from previous_value or value_status <> previous_status) as is_change,
    from versions

),

final as (

    -- The _null forms: min_by and max_by would pass over a version whose value is suppressed.
    select
        authority_code,
        indicator_code,
        period_basis,
        period_start,
        period_end,
        breakdown_dimension,
        breakdown_value,
        source_kind,
        arg_min_null(value, version_number) as first_value,
        arg_max_null(value, version_number) as latest_value,
        arg_min_null(value_status, version_number) as first_status,
        arg_max_null(value_status, version_number) as latest_status,
        cast(1 + count(*) filter (where is_change) as integer) as n_versions,
        max(known_from) filter (where is_change) as last_changed_at,
    from changes
    group by all
    having count(*) filter (where is_change) > 0

)

select * from final
