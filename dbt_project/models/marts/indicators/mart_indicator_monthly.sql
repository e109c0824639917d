{{ config(tags=['after_evidence']) }}

-- Joins what the models of intermediate/indicators answer one by one. Built after the evidence gate, because it counts the findings open on a figure.

with months as (

    select * from {{ ref('int_indicators__month') }}

),

findings as (

    select
        authority_code,
        indicator_code,
        period_start,
        submission_id,
        source_ref,
        finding_id,
    from {{ ref('finding') }}
    where status <> 'resolved'

),

open_findings as (

    -- A year to date begins in April in every month of it: there the finding is the month's own only if it names the month's cell.
    select
        months.authority_code,
        months.indicator_code,
        months.month,
        cast(count(distinct findings.finding_id) as integer) as open_findings,
    from months
    inner join findings
        on months.authority_code = findings.authority_code
        and months.indicator_code = findings.indicator_code
        and coalesce(months.period_start, months.month) = findings.period_start
        and (months.time_basis <> 'cumulative_ytd' or months.source_ref = findings.source_ref)
    group by all

),

joined as (

    select
        months.*,
        {{ financial_year_start('months.month') }} as financial_year_start,
        windows.* exclude (authority_code, indicator_code, month),
        targets.* exclude (authority_code, indicator_code, month),
        control.* exclude (authority_code, indicator_code, month),
        projection.* exclude (authority_code, indicator_code, month),
        comparator.* exclude (authority_code, indicator_code, month),
        scenario.scenario_do_nothing,
        scenario.printed_projection,
        scenario.printed_projection_issued,
        coalesce(open_findings.open_findings, 0) as open_findings,
        -- Without edges of its own a value aimed at has no "closer".
        targets.lower_edge is not null and targets.upper_edge is not null as has_point_or_band,
    from months
    inner join {{ ref('int_indicators__window') }} as windows using (authority_code, indicator_code, month)
    inner join {{ ref('int_indicators__target') }} as targets using (authority_code, indicator_code, month)
    inner join {{ ref('int_indicators__control') }} as control using (authority_code, indicator_code, month)
    inner join {{ ref('int_indicators__projection') }} as projection using (authority_code, indicator_code, month)
    left join {{ ref('int_indicators__comparator') }} as comparator using (authority_code, indicator_code, month)
    left join {{ ref('int_indicators__scenario') }} as scenario
        on months.authority_code = scenario.authority_code
        and months.indicator_code = scenario.indicator_code
        and projection.projection_year_end = scenario.period_end
    left join open_findings using (authority_code, indicator_code, month)

),

directed as (

    select
        *,
        value - compared_value as moved,
        case when polarity = 'closest_to_target' and has_point_or_band then
            {{ distance_from_band('value', 'lower_edge', 'upper_edge') }} - {{ distance_from_band('compared_value', 'lower_edge', 'upper_edge') }}
        end as moved_away,
    from joined

),

final as (

    select
        authority_code,
        indicator_code,
        month,
        period_start,
        period_end,
        numerator,
        denominator,
        value,
        value_status,
        is_provisional,
        definition_version,
        cast(series_segment as integer) as series_segment,
        has_series_break,
        has_source_change,
        source_kind,
        submission_id,
        source_ref,
        previous_value,
        previous_status,
        change,
        same_month_last_year_value,
        same_month_last_year_status,
        change_on_last_year,
        quarter_value,
        quarter_status,
        quarter_months,
        quarter_months_expected,
        ytd_value,
        ytd_status,
        ytd_months,
        ytd_months_expected,
        rolling_12m_value,
        rolling_12m_status,
        rolling_12m_months,
        rolling_12m_months_expected,
        rolling_12m_source_kinds,
        three_year_average_value,
        three_year_average_status,
        three_year_average_months,
        three_year_average_months_expected,
        target,
        target_bound,
        target_upper,
        target_lower,
        target_tolerance,
        registered_target,
        target_per,
        target_valid_from,
        target_valid_to,
        target_origin,
        baseline,
        baseline_month,
        trajectory,
        rag,
        previous_rag,
        previous_rag_month,
        rag_reason,
        compared_value,
        compared_month,
        {{ value_direction('moved') }} as value_direction,
        {{ performance_direction('polarity', 'moved', 'moved_away') }} as performance_direction,
        projected_outturn,
        projected_outturn_lower,
        projected_outturn_upper,
        projection_status,
        projection_method,
        projection_year_end,
        scenario_do_nothing,
        scenario_target,
        printed_projection,
        printed_projection_issued,
        control_centre,
        control_lower,
        control_upper,
        control_status,
        control_points,
        signal,
        signal_rule,
        case
            when control_lower is null or (lower_edge is null and upper_edge is null) or target_bound is null or trajectory is not null then 'not_assessed'
            when target_bound in ('<', '<=') then
                case
                    when control_upper < upper_edge or (control_upper = upper_edge and target_bound = '<=') then 'consistently_meets'
                    when control_lower > upper_edge or (control_lower = upper_edge and target_bound = '<') then 'consistently_misses'
                    else 'hit_or_miss'
                end
            when target_bound in ('>', '>=') then
                case
                    when control_lower > lower_edge or (control_lower = lower_edge and target_bound = '>=') then 'consistently_meets'
                    when control_upper < lower_edge or (control_upper = lower_edge and target_bound = '>') then 'consistently_misses'
                    else 'hit_or_miss'
                end
            when target_bound = 'open_band' and (control_lower = lower_edge or control_upper = upper_edge) then 'hit_or_miss'
            when control_lower >= lower_edge and control_upper <= upper_edge then 'consistently_meets'
            when control_lower > upper_edge or control_upper < lower_edge then 'consistently_misses'
            else 'hit_or_miss'
        end as target_assurance,
        national_value,
        national_year,
        neighbour_value,
        neighbour_median,
        neighbour_n_used,
        neighbour_year,
        neighbour_vintage,
        open_findings,
    from directed

)

select * from final
