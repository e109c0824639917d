{{ config(tags=['after_evidence']) }}

-- The quarter as a quarterly report prints it. All of it is said of months already: a quarter takes its value, rating and comparators from them, and works out
-- only what months do not have - the average of its months, the direction since the quarter before, the range it was expected in, and the count that a rate
-- aimed at would mean.
{%- set quarter_key = 'authority_code, indicator_code, quarter_start' %}

with months as (

    select
        month.*,
        indicator.kind,
        indicator.polarity,
        indicator.time_basis,
        indicator.is_annualised,
        cast(date_trunc('quarter', month.month) as date) as quarter_start,
        cast(last_day(date_trunc('quarter', month.month) + interval 2 month) as date) as quarter_end,
        {{ financial_year_start('month.month') }} as financial_year_start,
        coalesce(month.target_lower, month.trajectory, month.target) as lower_edge,
        coalesce(month.target_upper, month.trajectory, month.target) as upper_edge,
        month.numerator is not null and month.denominator is not null as has_parts,
        max(if(month.value is not null and not coalesce(month.is_provisional, false), month.month, null)) over (
            partition by month.authority_code, month.indicator_code order by month.month rows unbounded preceding
        ) as last_validated_month,
    from {{ ref('mart_indicator_monthly') }} as month
    inner join {{ ref('dim_indicator') }} as indicator
        on month.indicator_code = indicator.indicator_code

),

together as (

    select
        {{ quarter_key }},
        cast(count(value) as integer) as n_months,
        count(*) filter (where has_parts) as n_months_with_parts,
        count(distinct series_segment) filter (where value is not null) > 1 as is_broken,
        -- In the order of the months: a sum of floating numbers must not depend on the order of reading.
        list_avg(list(value order by month) filter (where value is not null)) as mean,
        list_sum(list(numerator order by month) filter (where has_parts)) as part_above,
        list_sum(list(denominator order by month) filter (where has_parts)) as part_below,
        cast(sum(open_findings) as integer) as open_findings,
        bool_or(has_series_break) as has_series_break,
        coalesce(bool_or(is_provisional) filter (where value is not null), false) as is_provisional,
        -- What the window of the quarter holds after its last month.
        arg_max(quarter_value, month) as window_value,
        arg_max(quarter_status, month) as window_status,
        arg_max(quarter_months, month) as window_months,
    from months
    group by {{ quarter_key }}

),

last_figures as (

    -- What speaks for the quarter: its newest figure, else its newest month.
    select *
    from months
    qualify row_number() over (partition by {{ quarter_key }} order by value is null, month desc) = 1

),

printed_averages as (

    select
        authority_code,
        indicator_code,
        cast(date_trunc('quarter', period_end) as date) as quarter_start,
        arg_max(value, (known_from, source_ref)) as printed_average,
    from {{ ref('fct_reported_figure') }}
    where role = 'average'
        and period_basis = 'quarter'
        and breakdown_dimension = 'all'
        and value is not null
    group by all

),

printed_ratings as (

    -- Colour and arrow that the authority printed beside the figure that speaks for the quarter.
    select
        authority_code,
        indicator_code,
        cast(date_trunc('month', period_end) as date) as month,
        arg_max(upper(colour), (known_from, source_ref)) filter (where colour is not null) as printed_rag,
        arg_max(arrow, (known_from, source_ref)) filter (where arrow is not null) as printed_direction,
    from (
        select
            *,
            -- A dash in the place of a colour or arrow is none.
            nullif(printed_rag, '-') as colour,
            nullif(printed_direction, '-') as arrow,
        from {{ ref('fct_reported_figure') }}
    )
    where role = 'actual'
        and breakdown_dimension = 'all'
        and (colour is not null or arrow is not null)
    group by all

),

joined as (

    select
        figure.*,
        together.* exclude (authority_code, indicator_code, quarter_start, open_findings, has_series_break, is_provisional),
        together.open_findings as open_findings_of_quarter,
        together.has_series_break as has_series_break_in_quarter,
        together.is_provisional as is_provisional_in_quarter,
        printed_averages.printed_average,
        printed_ratings.printed_rag,
        printed_ratings.printed_direction,
    from last_figures as figure
    inner join together using ({{ quarter_key }})
    left join printed_averages using ({{ quarter_key }})
    left join printed_ratings
        on figure.authority_code = printed_ratings.authority_code
        and figure.indicator_code = printed_ratings.indicator_code
        and figure.month = printed_ratings.month

),

worked_out as (

    -- Counts are averaged, all else is pooled; one month alone is its own average. A running total, or a rolling year, has none.
    select
        *,
        case
            when time_basis in ('cumulative_ytd', 'rolling_12m') then 'not_applicable'
            when is_broken then 'not_comparable'
            when n_months = 0 then 'missing'
            when n_months = 1 then 'incomplete'
            when kind <> 'count' and n_months_with_parts < n_months then 'parts_missing'
            when kind <> 'count' and part_below = 0 then 'zero_denominator'
            else if(n_months < 3, 'incomplete', 'complete')
        end as own_average_status,
        case
            when own_average_status not in ('complete', 'incomplete') then null
            when kind = 'count' or n_months = 1 then mean
            else {{ value_of_months('kind', 'time_basis', 'part_above', 'part_below', '1', 'is_annualised') }}
        end as own_average,
        -- As for windows of months: what was printed for the whole quarter stands before what part of its months give, and after all of them.
        printed_average is not null and own_average_status not in ('complete', 'not_applicable') as takes_printed_average,
    from joined

),

averaged as (

    select
        *,
        if(takes_printed_average, printed_average, own_average) as average_value,
        if(takes_printed_average, 'as_reported', own_average_status) as average_status,
        case
            when takes_printed_average then 'as_printed'
            when own_average is null then null
            when n_months = 1 then 'one_month'
            when kind = 'count' then 'mean_of_months'
            else 'pooled'
        end as average_rule,
        if(time_basis in ('flow', 'average'), 'months', 'last_figure') as value_basis,
    from worked_out

),

valued as (

    select
        *,
        case
            when value_basis = 'last_figure' then value
            -- The average of shares is the share of the quarter.
            when time_basis = 'average' and window_status not in ('complete', 'as_reported') then average_value
            else window_value
        end as quarter_figure,
        case
            when value_basis = 'last_figure' then value_status
            when time_basis = 'average' and window_status not in ('complete', 'as_reported') then average_status
            -- Months not begun yet are missing from the quarter, not from its window so far.
            when window_status = 'complete' and window_months < 3 then 'incomplete'
            else window_status
        end as quarter_figure_status,
    from averaged

),

previous as (

    select
        *,
        last_value(if(value is not null, quarter_start, null) ignore nulls) over earlier as previous_quarter_start,
        last_value(if(value is not null, rag, null) ignore nulls) over earlier as previous_quarter_rag,
        last_value(if(value is not null, printed_rag, null) ignore nulls) over earlier as previous_printed_rag,
        lag(quarter_figure) over quarters as figure_before,
        lag(quarter_start) over quarters as quarter_before,
        lag(financial_year_start) over quarters as year_before,
        lag(series_segment) over quarters as segment_before,
        lag(window_months) over quarters as months_before,
        lag(quarter_figure, 4) over quarters as figure_a_year_before,
        lag(quarter_start, 4) over quarters as quarter_a_year_before,
        lag(series_segment, 4) over quarters as segment_a_year_before,
        lag(window_months, 4) over quarters as months_a_year_before,
    from valued
    window
        -- The months have no gaps, so quarters have none.
        quarters as (partition by authority_code, indicator_code order by quarter_start),
        earlier as (partition by authority_code, indicator_code order by quarter_start rows between unbounded preceding and 1 preceding)

),

compared as (

    -- Against the quarter before. What was added up since April is held against the same month last year; a share or rate of the year so far may be held
    -- against its own earlier quarters, but not across April. Sums of unequal months are not compared.
    select
        *,
        time_basis = 'cumulative_ytd' and (kind = 'count' or year_before is distinct from financial_year_start) as looks_back_a_year,
        case
            when looks_back_a_year then same_month_last_year_value
            when segment_before is distinct from series_segment then null
            when value_basis = 'months' and kind in ('count', 'rate_per_10000') and months_before is distinct from window_months then null
            else figure_before
        end as compared_quarter_value,
        case
            when value_basis = 'last_figure' then same_month_last_year_value
            when segment_a_year_before is distinct from series_segment then null
            when kind in ('count', 'rate_per_10000') and months_a_year_before is distinct from window_months then null
            else figure_a_year_before
        end as same_quarter_last_year_value,
        quarter_figure - compared_quarter_value as quarter_moved,
        -- What a target asks of a month is no edge for the sum of three.
        case when polarity = 'closest_to_target' and not (value_basis = 'months' and kind in ('count', 'rate_per_10000')) then
            {{ distance_from_band('quarter_figure', 'lower_edge', 'upper_edge') }} - {{ distance_from_band('compared_quarter_value', 'lower_edge', 'upper_edge') }}
        end as quarter_moved_away,
    from previous

),

expected as (

    -- The range that a figure was expected in: edges that somebody set, else the limits of its control chart. The newest month is held against it, which for
    -- snapshots and shares is the quarter's own figure.
    select
        *,
        case
            when target_lower is not null or target_upper is not null then 'registered'
            when control_lower is not null and control_upper is not null then 'control_limits'
        end as range_source,
        case range_source when 'registered' then target_lower when 'control_limits' then control_lower end as range_lower,
        case range_source when 'registered' then target_upper when 'control_limits' then control_upper end as range_upper,
    from compared

),

comparisons as (

    select
        authority_code,
        indicator_code,
        period_basis,
        period_end,
        rank,
        n_ranked,
        rank_basis,
        value,
    from {{ ref('mart_benchmark') }}
    where comparator_set = 'england'
        and rank is not null
        -- The end of a national year, as for the comparators of a month.
        and (period_basis = 'year' or (period_basis = 'snapshot' and month(period_end) in (3, 9)))

),

ranks as (

    select
        quarters.authority_code,
        quarters.indicator_code,
        quarters.quarter_start,
        comparisons.rank,
        comparisons.n_ranked,
        comparisons.rank_basis,
        comparisons.period_end as rank_period_end,
        comparisons.value as ranked_value,
    from expected as quarters
    inner join comparisons
        on quarters.authority_code = comparisons.authority_code
        and quarters.indicator_code = comparisons.indicator_code
        and comparisons.period_end <= quarters.quarter_end
    qualify row_number() over (
        partition by quarters.authority_code, quarters.indicator_code, quarters.quarter_start
        order by comparisons.period_end desc, comparisons.period_basis desc
    ) = 1

),

populations as (

    select authority_code, population_year, population,
    from {{ ref('int_rates__population') }}
    where is_current

),

reported as (

    select
        quarters.authority_code,
        quarters.indicator_code,
        quarters.quarter_start,
        quarters.quarter_end,
        quarters.month as figure_month,
        quarters.value as figure_value,
        quarters.value_status as figure_status,
        quarters.quarter_figure as value,
        quarters.quarter_figure_status as value_status,
        quarters.value_basis,
        quarters.n_months as months,
        quarters.is_provisional_in_quarter as is_provisional,
        quarters.last_validated_month,
        quarters.definition_version,
        quarters.has_series_break_in_quarter as has_series_break,
        quarters.source_kind,
        quarters.submission_id,
        quarters.source_ref,
        quarters.average_value,
        quarters.average_status,
        quarters.average_rule,
        quarters.printed_average,
        quarters.target,
        quarters.target_bound,
        quarters.target_lower,
        quarters.target_upper,
        quarters.target_tolerance,
        quarters.registered_target,
        quarters.target_per,
        quarters.target_valid_to,
        quarters.target_origin,
        quarters.trajectory,
        quarters.baseline,
        quarters.baseline_month,
        quarters.rag,
        quarters.rag_reason,
        quarters.printed_rag,
        quarters.previous_quarter_start,
        quarters.previous_quarter_rag as previous_rag,
        quarters.previous_printed_rag,
        quarters.compared_quarter_value as compared_value,
        case
            when quarters.compared_quarter_value is null then null
            when quarters.looks_back_a_year then 'same_month_last_year'
            else 'quarter_before'
        end as compared_with,
        {{ value_direction('quarters.quarter_moved') }} as value_direction,
        {{ performance_direction('quarters.polarity', 'quarters.quarter_moved', 'quarters.quarter_moved_away') }} as performance_direction,
        quarters.printed_direction,
        quarters.same_quarter_last_year_value,
        quarters.ytd_value,
        quarters.ytd_status,
        quarters.range_lower as expected_lower,
        quarters.range_upper as expected_upper,
        coalesce(quarters.range_source, 'none') as expected_source,
        case
            when quarters.value is null or (quarters.range_lower is null and quarters.range_upper is null) then 'not_judged'
            when quarters.value > quarters.range_upper then 'above'
            when quarters.value < quarters.range_lower then 'below'
            else 'within'
        end as expected_position,
        quarters.national_value,
        quarters.national_year,
        quarters.neighbour_value,
        quarters.neighbour_median,
        quarters.neighbour_n_used,
        quarters.neighbour_year,
        quarters.neighbour_vintage,
        ranks.rank,
        coalesce(ranks.n_ranked, 0) as n_ranked,
        coalesce(ranks.rank_basis, 'not_ranked') as rank_basis,
        ranks.rank_period_end,
        ranks.ranked_value,
        populations.population,
        -- How many children a rate aimed at, or the neighbours' rate, would be here.
        quarters.target * populations.population / 10000 as count_at_target,
        quarters.neighbour_value * populations.population / 10000 as count_at_neighbours,
        quarters.open_findings_of_quarter as open_findings,
    from expected as quarters
    left join ranks using ({{ quarter_key }})
    left join populations
        on quarters.kind = 'rate_per_10000'
        -- A rate of a month's events is no rate of a year; the rate of a day is that of its stock.
        and quarters.time_basis <> 'flow'
        and quarters.authority_code = populations.authority_code
        -- As rates are divided: a financial year by the middle of the calendar year in which it begins.
        and populations.population_year = year(quarters.financial_year_start)

),

last_quarters as (

    select
        *,
        -- It asks the same of every quarter it is for: neither a running total, of which it asks more each month, nor one on the way to somewhere.
        trajectory is null and not (time_basis = 'cumulative_ytd' and kind = 'count') as is_level,
    from expected
    qualify row_number() over (partition by authority_code, indicator_code order by quarter_start desc) = 1

),

following_quarters as (

    select
        *,
        cast(next_start as date) as next_quarter_start,
        cast(last_day(next_start + interval 2 month) as date) as next_quarter_end,
        is_level and (target_valid_to is null or target_valid_to >= last_day(next_start + interval 2 month)) as target_stands,
    from last_quarters,
        unnest(generate_series(
            cast(quarter_start + interval 3 month as timestamp), cast(financial_year_start + interval 9 month as timestamp), interval 3 month
        )) as following(next_start)

),

ahead as (

    -- The rest of the year, with the target that is set for it: a report draws it before the figures come. Who is on the way to a target has it in the quarter
    -- in which it is to be reached.
    select
        authority_code,
        indicator_code,
        next_quarter_start as quarter_start,
        next_quarter_end as quarter_end,
        cast(date_trunc('month', next_quarter_end) as date) as figure_month,
        'not_due' as figure_status,
        'not_due' as value_status,
        value_basis,
        0 as months,
        false as is_provisional,
        last_validated_month,
        false as has_series_break,
        'missing' as average_status,
        case
            when target_stands then target
            when trajectory is not null and target_valid_to between next_quarter_start and next_quarter_end
                and not (time_basis = 'flow' and kind in ('count', 'rate_per_10000')) then registered_target
        end as target,
        if(target_stands, target_lower, null) as target_lower,
        if(target_stands, target_upper, null) as target_upper,
        target_bound,
        'not_rated' as rag,
        'no figure: not_due' as rag_reason,
        'not_known' as value_direction,
        'not_known' as performance_direction,
        'none' as expected_source,
        'not_judged' as expected_position,
        0 as n_ranked,
        'not_ranked' as rank_basis,
        0 as open_findings,
    from following_quarters

),

final as (

    select * from reported
    union all by name
    select * from ahead

)

select * from final
