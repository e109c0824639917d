-- What is compared: of each authority, region and England one current figure an indicator and period, without breakdowns, with the definition behind it.
-- A published figure goes before a council's own, so that a table compares like with like. A rate that the last release no longer prints is taken from
-- that release's count, since the printed one stands on counts and population that have been replaced. Counts depend on the size of an authority: their
-- rates are compared, not they.

with current_figures as (

    select
        figure.authority_code,
        figure.indicator_code,
        indicator.kind,
        indicator.polarity,
        indicator.comparability,
        indicator.comparability_reason,
        figure.period_basis,
        figure.period_start,
        figure.period_end,
        figure.numerator,
        figure.denominator,
        figure.denominator_vintage,
        figure.value,
        figure.value_status,
        figure.definition_version,
        figure.source_kind,
        figure.numerator_source_kind,
        figure.numerator_known_from,
        figure.source_ref,
        figure.known_from,
    from {{ ref('int_versions__value') }} as figure
    inner join {{ ref('reg_indicator') }} as indicator
        on figure.indicator_code = indicator.indicator_code
    where figure.known_to is null
        and figure.breakdown_dimension = 'all'
        and indicator.kind <> 'count'

),

dated as (

    select
        *,
        max(known_from) filter (where source_kind = 'published') over (
            partition by authority_code, indicator_code, period_basis, period_start, period_end
        ) as published_from,
    from current_figures

),

one_a_period as (

    select *
    from dated
    qualify row_number() over (
        partition by authority_code, indicator_code, period_basis, period_start, period_end
        order by
            case
                when source_kind = 'derived' and value is not null and numerator_known_from > coalesce(published_from, date '0001-01-01') then 0
                when source_kind = 'published' then 1
                when source_kind = 'reported' then 2
                else 3
            end
    ) = 1

),

general_series as (

    -- General versions that are comparable with the one before belong to one series.
    select
        indicator_code,
        definition_version,
        valid_from,
        valid_to,
        sum((not comparable_with_previous)::integer) over (partition by indicator_code order by valid_from nulls first) as definition_series,
    from {{ ref('reg_indicator_version') }}
    where authority_code is null

),

final as (

    select
        figure.authority_code,
        authority.authority_type,
        authority.region_code,
        -- What stands side by side: figures of one indicator and period.
        cast(dense_rank() over (order by figure.indicator_code, figure.period_basis, figure.period_start, figure.period_end) as integer) as comparison_id,
        figure.indicator_code,
        figure.kind,
        figure.polarity,
        figure.period_basis,
        figure.period_start,
        figure.period_end,
        figure.numerator,
        figure.denominator,
        figure.value,
        figure.value_status,
        figure.source_kind,
        -- Made in one way: printed, or worked out from counts of one kind of source.
        figure.source_kind || coalesce(' from ' || figure.numerator_source_kind, '') as origin,
        figure.denominator_vintage,
        figure.source_ref,
        figure.definition_version,
        -- An authority's own version stands in the series that is in force for the others; it says itself where it may not be compared.
        cast(coalesce(general.definition_series, series_then.definition_series, 0) as integer) as definition_series,
        version.authority_code is not null as is_own_definition,
        coalesce(version.comparability, figure.comparability) as comparability,
        figure.comparability_reason,
    from one_a_period as figure
    inner join {{ ref('reg_authority') }} as authority
        on figure.authority_code = authority.authority_code
    left join {{ ref('reg_indicator_version') }} as version
        on figure.indicator_code = version.indicator_code
        and figure.definition_version = version.definition_version
    left join general_series as general
        on figure.indicator_code = general.indicator_code
        and figure.definition_version = general.definition_version
    left join general_series as series_then
        on figure.indicator_code = series_then.indicator_code
        and {{ valid_on('series_then', 'figure.period_end') }}
    where authority.authority_type in ('local_authority', 'region', 'england')
        -- An authority that did not exist (a code put on years before or after its life) is not compared.
        and {{ valid_on('authority', 'figure.period_end') }}

)

select * from final
