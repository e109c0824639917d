{{ config(materialized='view', tags=['before_gate']) }}

-- One row a figure of int_measures__figure, with what the rules need beside it: the registry's attributes of its indicator, how
-- precisely it was printed, and its name in words. Judges nothing; every other evidence model over figures reads this one.

with measures_of_version as (

    -- An authority's own definition goes before the one for all.
    select
        indicator_code,
        definition_version,
        authority_code,
        max(numerator_measure) as numerator_measure,
        max(denominator_measure) as denominator_measure,
    from {{ ref('reg_indicator_version') }}
    group by all

),

local_authorities as (

    select distinct authority_code
    from {{ ref('reg_authority') }}
    where authority_type in ('local_authority', 'joint_return')

),

-- A spreadsheet drops the nought of 9.0, so one cell does not tell how precisely its line is printed. The line as a whole does.
lines as (

    select
        submission_id,
        section,
        printed_label,
        printed_sublabel,
        role,
        max(length(regexp_extract(value_text, '[0-9]\.([0-9]+)', 1))) as printed_decimals,
    from {{ ref('int_measures__figure') }}
    where return_name = 'performance_workbook' and value is not null
    group by all

),

described as (

    select
        figure.*,
        indicator.name as indicator_name,
        indicator.unit as indicator_unit,
        indicator.kind,
        indicator.time_basis,
        coalesce(own.numerator_measure, common.numerator_measure, indicator.numerator_measure) as numerator_measure,
        coalesce(own.denominator_measure, common.denominator_measure, indicator.denominator_measure) as denominator_measure,
        cast(indicator.rounding_tolerance as double) as rounding_tolerance,
        cast(indicator.plausible_min as double) as plausible_min,
        cast(indicator.plausible_max as double) as plausible_max,
        figure.source_kind = 'published' as is_published,
        -- "approximately 220", "over 40": a figure in words, or rounded by its writer.
        coalesce(regexp_matches(figure.note, 'printed: (about|almost|approximately|around|close to|nearly|over|roughly|some|up to) '), false)
            as is_approximate,
        -- England and its regions are sums of authorities: what is plausible for one of those is not for them.
        authority.authority_code is not null as is_local_authority,
        -- 24.1% is printed to one decimal, 1,423 to none. A figure without its text (a derived one) counts as exact.
        case
            when figure.value_text is null or figure.value is null then 9
            else greatest(
                length(regexp_extract(figure.value_text, '[0-9]\.([0-9]+)', 1)), coalesce(lines.printed_decimals, 0)
            )
        end as printed_decimals,
    from {{ ref('int_measures__figure') }} as figure
    left join {{ ref('reg_indicator') }} as indicator
        on figure.indicator_code = indicator.indicator_code
    left join lines
        on figure.return_name = 'performance_workbook'
        and figure.submission_id = lines.submission_id
        and figure.section is not distinct from lines.section
        and figure.printed_label is not distinct from lines.printed_label
        and figure.printed_sublabel is not distinct from lines.printed_sublabel
        and figure.role = lines.role
    left join local_authorities as authority
        on figure.authority_code = authority.authority_code
    left join measures_of_version as own
        on figure.indicator_code = own.indicator_code
        and figure.definition_version = own.definition_version
        and figure.authority_code = own.authority_code
    left join measures_of_version as common
        on figure.indicator_code = common.indicator_code
        and figure.definition_version = common.definition_version
        and common.authority_code is null

),

final as (

    select
        *,
        0.5 * pow(10, -printed_decimals) as half_unit,
        coalesce(indicator_name, printed_label, indicator_code, 'a figure without a label')
            || case when breakdown_dimension = 'all' then '' else ' (' || replace(breakdown_value, '|', ', ') || ')' end
            || case
                when period_basis = 'month' then ', ' || strftime(period_start, '%b %Y')
                when period_basis = 'snapshot' then ', at ' || strftime(period_end, '%-d %b %Y')
                when period_basis is null or period_start is null then ', period not stated'
                else ', ' || replace(replace(period_basis, 'ytd', 'year to date'), '_', ' ')
                    || ' ' || strftime(period_start, '%-d %b %Y') || ' to ' || strftime(period_end, '%-d %b %Y')
            end
            || case when role = 'actual' then '' else ' [' || role || ']' end as figure_name,
    from described

)

select
    *,
    {
        'what': coalesce(section || ' / ', '') || coalesce(printed_label, indicator_name, indicator_code, ''),
        'value': coalesce(nullif(value_text, ''), regexp_replace(cast(coalesce(value, numerator) as varchar), '\.0$', ''), '(blank)'),
        'where': source_ref
    } as cell,
from final
