-- Every figure a council printed, conformed: whose, which indicator, which period, what number or why none.

with printed as (

    select * from {{ ref('int_measures__printed') }}

),

resolved as (

    select
        printed.*,
        authority.authority_code,
        label.indicator_code,
        coalesce(label.role, printed.role) as resolved_role,
        coalesce(label.breakdown_dimension, printed.breakdown_dimension, 'all') as resolved_dimension,
        coalesce(label.breakdown_value, printed.breakdown_value, 'all') as resolved_breakdown,
        coalesce(printed.unit, label.unit, indicator.unit) as resolved_unit,
        indicator.kind,
        indicator.time_basis,
        {{ figure_number('printed.numerator_text') }} as numerator,
        {{ figure_number('printed.denominator_text') }} as denominator,
        {{ figure_number('printed.value_text') }} as printed_value,
        symbol.value_status as symbol_status,
    from printed
    {{ join_authority('authority', 'printed.authority_text', 'printed.printed_end') }}
    left join {{ ref('int_measures__label') }} as label
        on printed.return_name = label.return_name
        and authority.authority_code is not distinct from label.authority_code
        and printed.indicator_text is not distinct from label.indicator_text
        and printed.section is not distinct from label.section
        and printed.printed_label is not distinct from label.printed_label
        and printed.printed_sublabel is not distinct from label.printed_sublabel
        and printed.printed_end is not distinct from label.printed_end
    left join {{ ref('reg_indicator') }} as indicator
        on label.indicator_code = indicator.indicator_code
    left join {{ ref('int_measures__symbol') }} as symbol
        on symbol.publisher = 'council'
        and printed.value_text = symbol.value_text
        and printed.known_from = symbol.known_from

),

periods as (

    -- A workbook prints "Jan-16"; whether that is the month, the last day of it, or April to January is the indicator's own time basis.
    select
        *,
        case
            when basis_is_final or resolved_role = 'average' then printed_basis
            when comparator = 'three_year_average' then 'three_year_average'
            when printed_basis in ('month', 'day') and time_basis = 'snapshot' then 'snapshot'
            when printed_basis in ('month', 'day') and time_basis = 'cumulative_ytd' then 'ytd'
            when printed_basis in ('month', 'day') and time_basis = 'rolling_12m' then 'rolling_12m'
            when printed_basis = 'day' then 'snapshot'
            when printed_basis in ('unknown') then null
            else printed_basis
        end as period_basis,
    from resolved

),

valued as (

    select
        *,
        case
            when basis_is_final or period_basis = printed_basis then printed_start
            when period_basis = 'snapshot' then printed_end
            when period_basis = 'ytd' then {{ financial_year_start('printed_end') }}
            when period_basis = 'rolling_12m' then {{ rolling_year_start('printed_end') }}
            else printed_start
        end as period_start,
        case
            when printed_value is not null then printed_value
            when blank_is_nil then 0
            when value_text = '' then {{ value_from_parts('kind', 'numerator', 'denominator') }}
        end as value,
        case
            when printed_value is not null then 'reported'
            when blank_is_nil then 'nil'
            when value_text = '' and denominator = 0 then 'zero_denominator'
            when value_text = '' and {{ value_from_parts('kind', 'numerator', 'denominator') }} is not null then 'reported'
            else coalesce(symbol_status, 'missing')
        end as value_status,
    from periods

),

final as (

    select
        {{ source_ref('file_name', 'source_sheet', 'source_row', 'source_column') }} as source_ref,
        submission_id,
        return_name,
        authority_code,
        authority_text,
        indicator_code,
        indicator_text,
        section,
        printed_label,
        printed_sublabel,
        resolved_role as role,
        comparator,
        period_basis,
        period_start,
        printed_end as period_end,
        resolved_dimension as breakdown_dimension,
        resolved_breakdown as breakdown_value,
        numerator,
        denominator,
        value,
        value_text,
        value_status,
        resolved_unit as unit,
        printed_rag,
        printed_direction,
        is_provisional,
        status,
        note,
        'reported' as source_kind,
        source_sheet,
        source_row,
        source_column,
        known_from,
        received_at,
    from valued

)

select * from final
