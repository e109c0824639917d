{{ config(
    materialized='incremental',
    incremental_strategy='append',
) }}
-- The national statistics, conformed. Grows by submission; what is held is never read again.

with submissions as (

    select * from {{ ref('int_submissions__received') }} where is_loaded and return_name = 'published_statistics'
    {% if is_incremental() %}
    and submission_id not in (select distinct submission_id from {{ this }})
    {% endif %}

),

figures as (

    select
        submissions.file_name,
        submissions.received_at,
        coalesce(figure.issue_date, submissions.known_from) as known_from,
        figure.* exclude (issue_date),
    from {{ ref('stg_published_statistics__figure') }} as figure
    inner join submissions on figure.submission_id = submissions.submission_id

),

mapped as (

    select
        figures.*,
        mapping.indicator_code,
        mapping.component,
        mapping.period_basis,
        coalesce(mapping.breakdown_dimension, 'all') as breakdown_dimension,
        coalesce(mapping.breakdown_value, 'all') as breakdown_value,
        {{ published_period_end('figures.release_year_of_figure', 'mapping.period_basis', 'mapping.month_number', 'mapping.year_end') }} as period_end,
        {{ figure_number('figures.value_text') }} as number,
    from figures
    inner join {{ ref('reg_published_measure') }} as mapping
        on figures.dataset = mapping.dataset
        and figures.measure = mapping.measure
        and (mapping.category is null or {{ normalise_label('figures.category') }} = {{ normalise_label('mapping.category') }})

),

parts as (

    select
        submission_id,
        source_row,
        indicator_code,
        breakdown_dimension,
        breakdown_value,
        period_end,
        max(number) filter (where component = 'numerator') as numerator,
        max(number) filter (where component = 'denominator') as denominator,
    from mapped
    where component <> 'value'
    group by all

),

final as (

    select
        {{ source_ref('value.file_name', 'value.source_sheet', 'value.source_row', 'value.source_column') }} as source_ref,
        value.submission_id,
        'published_statistics' as return_name,
        authority.authority_code,
        coalesce(value.authority_name_as_printed, value.region_code, value.geographic_level) as authority_text,
        value.indicator_code,
        value.measure as indicator_text,
        value.dataset as section,
        value.header as printed_label,
        cast(null as varchar) as printed_sublabel,
        'actual' as role,
        cast(null as varchar) as comparator,
        value.period_basis,
        case value.period_basis
            when 'month' then cast(date_trunc('month', value.period_end) as date)
            when 'year' then cast(value.period_end - interval 1 year + interval 1 day as date)
            else value.period_end
        end as period_start,
        value.period_end,
        value.breakdown_dimension,
        value.breakdown_value,
        parts.numerator,
        parts.denominator,
        value.number as value,
        value.value_text,
        case when value.number is not null then 'reported' else coalesce(symbol.value_status, 'missing') end as value_status,
        indicator.unit,
        cast(null as varchar) as printed_rag,
        cast(null as varchar) as printed_direction,
        false as is_provisional,
        'final' as status,
        cast(null as varchar) as note,
        'published' as source_kind,
        value.source_sheet,
        value.source_row,
        value.source_column,
        value.known_from,
        value.received_at,
    from mapped as value
    left join parts
        on value.submission_id = parts.submission_id
        and value.source_row = parts.source_row
        and value.indicator_code = parts.indicator_code
        and value.breakdown_dimension = parts.breakdown_dimension
        and value.breakdown_value = parts.breakdown_value
        and value.period_end = parts.period_end
    left join {{ ref('reg_indicator') }} as indicator
        on value.indicator_code = indicator.indicator_code
    left join {{ ref('int_measures__symbol') }} as symbol
        on symbol.publisher = 'dfe'
        and coalesce(value.value_text, '') = symbol.value_text
        and value.known_from = symbol.known_from
    {{ join_authority(
        'authority',
        "case lower(value.geographic_level) when 'national' then 'E92000001' when 'regional' then value.region_code else coalesce(value.dfe_code, value.authority_code_as_printed) end",
        'value.period_end'
    ) }}
    where value.component = 'value'

)

select * from final
