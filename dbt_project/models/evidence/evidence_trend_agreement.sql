{{ config(tags=['series']) }}

-- Do series agree with one another, with what was sent before, and with what is due? Stocks with their starts and ends, rates with their counts, a return with the
-- one before it shifted, newest months with how earlier ones were restated, months that others have. One row a suspicion; those in order are folded, one row a rule and authority.

{% set stocks = [('cpp_count', 'cpp_new', 'cpp_ceased'), ('lac_count', 'lac_started', 'lac_ceased')] %}

with series as (

    select * from {{ ref('evidence_series') }} where dimension = 'all'

),

stocks as (

    {% for stock, started, ended in stocks %}
    select
        stock.*,
        '{{ started }}' as started_code,
        started.value as started,
        ended.value as ended,
        stock.value - lag(stock.value) over (partition by stock.authority_code order by stock.month) - (started.value - ended.value) as unexplained,
        lag(stock.month) over (partition by stock.authority_code order by stock.month) = stock.month - interval 1 month as is_next,
    from series as stock
    inner join series as started
        on stock.authority_code = started.authority_code and stock.month = started.month and started.indicator_code = '{{ started }}'
    inner join series as ended
        on stock.authority_code = ended.authority_code and stock.month = ended.month and ended.indicator_code = '{{ ended }}'
    where stock.indicator_code = '{{ stock }}'
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- Transfers between authorities and late entries leave a little that neither starts nor ends explain; half a year of it, all one way, is something else.
stock_growth as (

    select
        *,
        sum(unexplained) filter (where is_next) over half_year as gained,
        sum(started) over half_year as entered,
        min(value) over half_year as lowest,
    from stocks
    window half_year as (
        partition by authority_code, indicator_code order by month range between current row and interval 5 months following
    )

),

stock_without_entries as (

    select
        'trend.stock_without_entries' as rule_id,
        * exclude (is_first),
        indicator_name || ', half a year from ' || strftime(month, '%b %Y') as subject,
        0.0 as expected,
        gained as observed,
        if(is_first, gained, 0.0) as difference,
        {{ rule_parameter('trend.stock_without_entries', 'share_of_stock') }} * lowest as tolerance,
        [
            {'what': 'in stock at the end of the month', 'value': cast(value::bigint as varchar), 'where': source_ref},
            {'what': 'started in the half year', 'value': cast(entered::bigint as varchar), 'where': ''},
            {'what': 'gained beyond starts and ends', 'value': cast(gained::bigint as varchar), 'where': ''}
        ] as cells,
    from (
        select
            *,
            -- The half year whose first month is itself out of step, and no half year just before it was.
            abs(gained) > {{ rule_parameter('trend.stock_without_entries', 'share_of_stock') }} * lowest
                and is_next
                and abs(unexplained) > {{ rule_parameter('trend.stock_without_entries', 'share_of_stock') }} * lowest / 12
                and sign(unexplained) = sign(gained)
                and not coalesce(bool_or(
                    abs(gained) > {{ rule_parameter('trend.stock_without_entries', 'share_of_stock') }} * lowest
                    and abs(unexplained) > {{ rule_parameter('trend.stock_without_entries', 'share_of_stock') }} * lowest / 12
                ) over (
                    partition by authority_code, indicator_code order by month range between interval 12 months preceding and interval 1 month preceding
                ), false) as is_first,
        from stock_growth
    )
    where gained is not null

),

-- A rate and its count imply a population; it moves once a year, by little.
implied as (

    select
        rate.authority_code,
        rate.indicator_code,
        indicator.name as indicator_name,
        cast(date_trunc('month', rate.period_end) as date) as month,
        rate.value as rate,
        series.value as count_value,
        10000 * series.value / rate.value as population,
        0.06 / rate.value as rounding,
        rate.submission_id,
        rate.source_ref,
        rate.known_from,
    from {{ ref('fct_indicator_value') }} as rate
    inner join {{ ref('reg_indicator') }} as indicator
        on rate.indicator_code = indicator.indicator_code
        and indicator.kind = 'rate_per_10000'
    inner join {{ ref('reg_indicator') }} as counted
        on indicator.numerator_measure = counted.numerator_measure
        and counted.kind = 'count'
    inner join series
        on rate.authority_code = series.authority_code
        and counted.indicator_code = series.indicator_code
        and cast(date_trunc('month', rate.period_end) as date) = series.month
    where rate.source_kind = 'reported' and rate.breakdown_dimension = 'all' and rate.value > 0 and series.value > 0
        and ((indicator.time_basis = 'flow' and rate.period_basis = 'month') or (indicator.time_basis = 'snapshot' and rate.period_basis = 'snapshot'))

),

implied_before as (

    select
        *,
        median(population) over before as usual,
        count(*) over before as n_before,
        -- A month later the new population is still there: a single month is another rule's.
        lead(population) over (partition by authority_code, indicator_code order by month) as next_population,
    from implied
    window before as (
        partition by authority_code, indicator_code order by month range between interval 6 months preceding and interval 1 month preceding
    )

),

rate_and_count as (

    select
        'trend.rate_and_count' as rule_id,
        * exclude (is_jump),
        indicator_name || ', from ' || strftime(month, '%b %Y') as subject,
        round(usual) as expected,
        round(population) as observed,
        if(
            is_jump and not coalesce(lag(is_jump) over (partition by authority_code, indicator_code order by month), false),
            round(population - usual), 0.0
        ) as difference,
        usual * ({{ rule_parameter('trend.rate_and_count', 'share_of_population') }} + rounding) as tolerance,
        [
            {'what': 'rate as sent', 'value': cast(round(rate, 2) as varchar), 'where': source_ref},
            {'what': 'count as sent', 'value': cast(count_value as varchar), 'where': ''},
            {'what': 'children that the two imply', 'value': cast(round(population)::bigint as varchar), 'where': ''},
            {'what': 'children that earlier months imply', 'value': cast(round(usual)::bigint as varchar), 'where': ''}
        ] as cells,
    from (
        select
            *,
            abs(population - usual) > usual * ({{ rule_parameter('trend.rate_and_count', 'share_of_population') }} + rounding)
                and coalesce(abs(next_population - population) < abs(population - usual) / 2, true) as is_jump,
        from implied_before
        where n_before >= 3
    )

),

-- A percentage that from one month on is a hundredth of itself.
percents as (

    select
        figure.authority_code,
        figure.indicator_code,
        indicator.name as indicator_name,
        cast(date_trunc('month', figure.period_end) as date) as month,
        figure.value,
        median(figure.value) over before as usual,
        count(*) over before as n_before,
        figure.submission_id,
        figure.source_ref,
        figure.known_from,
    from {{ ref('fct_indicator_value') }} as figure
    inner join {{ ref('reg_indicator') }} as indicator
        on figure.indicator_code = indicator.indicator_code and indicator.kind = 'percent'
    where figure.source_kind = 'reported' and figure.breakdown_dimension = 'all' and figure.value > 0 and figure.period_basis in ('month', 'snapshot')
    window before as (
        partition by figure.authority_code, figure.indicator_code, figure.period_basis order by figure.period_end
        range between interval 12 months preceding and interval 20 days preceding
    )

),

percentage_scale as (

    select
        'trend.percentage_scale' as rule_id,
        * exclude (is_fraction),
        indicator_name || ', from ' || strftime(month, '%b %Y') as subject,
        round(usual, 1) as expected,
        value as observed,
        if(is_fraction and not coalesce(lag(is_fraction) over (partition by authority_code, indicator_code order by month), false), value - usual, 0.0)
            as difference,
        usual * 0.5 as tolerance,
        [{'what': 'usual before', 'value': cast(round(usual, 1) as varchar), 'where': ''}] as cells,
    from (
        select
            *,
            abs(ln(100 * value / usual)) <= {{ rule_parameter('trend.wrong_unit', 'leeway') }} * 2 as is_fraction,
        from percents
        where n_before >= 3
    )

),

-- What stood before under the month before: the new return's columns are a month off.
shifted_months as (

    select
        now.authority_code,
        now.indicator_code,
        now.month,
        now.submission_id,
        now.source_ref,
        now.known_from,
        now.indicator_name,
        now.value,
        before.value = now.value and own.value <> now.value as is_shifted,
    from series as now
    inner join {{ ref('fct_indicator_version_history') }} as before
        on now.authority_code = before.authority_code
        and now.indicator_code = before.indicator_code
        and before.breakdown_dimension = 'all'
        and before.period_basis = 'month'
        and before.period_start = now.month - interval 1 month
        and before.known_from < now.known_from
    inner join {{ ref('fct_indicator_version_history') }} as own
        on now.authority_code = own.authority_code
        and now.indicator_code = own.indicator_code
        and own.breakdown_dimension = 'all'
        and own.period_basis = 'month'
        and own.period_start = now.month
        and own.known_from < now.known_from
    -- One row a month, whatever the number of versions: shifted if any of them is.
    qualify row_number() over (
        partition by now.authority_code, now.indicator_code, now.month order by (before.value = now.value and own.value <> now.value) desc
    ) = 1

),

shifted_month as (

    select
        'trend.shifted_month' as rule_id,
        authority_code,
        indicator_code,
        any_value(indicator_name) || ', restated months' as subject,
        min(month) filter (where is_shifted) as first_shifted,
        coalesce(min(month) filter (where is_shifted), min(month)) as month,
        0.0 as expected,
        cast(count(*) filter (where is_shifted) as double) as observed,
        cast(if(count(*) filter (where is_shifted) >= 0.7 * count(*), count(*) filter (where is_shifted), 0) as double) as difference,
        {{ rule_parameter('trend.shifted_month', 'fewest_months') }} - 1 as tolerance,
        list({'what': strftime(month, '%b %Y'), 'value': cast(value as varchar), 'where': source_ref} order by month)[:12] as cells,
        min(submission_id) as submission_id,
        min(source_ref) as source_ref,
        max(known_from) as known_from,
    from shifted_months
    group by authority_code, indicator_code

),

-- Months that were sent low and put right later: the newest will be, too.
restated as (

    select
        now.authority_code,
        now.indicator_code,
        now.indicator_name,
        now.month,
        now.value,
        now.submission_id,
        now.source_ref,
        now.known_from,
        arg_min(before.value, before.known_from) as first_value,
    from series as now
    inner join {{ ref('fct_indicator_version_history') }} as before
        on now.authority_code = before.authority_code
        and now.indicator_code = before.indicator_code
        and before.breakdown_dimension = 'all'
        and before.period_basis = 'month'
        and before.period_start = now.month
        and before.known_from < now.known_from
        and before.value is not null
    where now.value > 0
    group by all

),

late_records as (

    select
        'trend.late_records' as rule_id,
        authority_code,
        indicator_code,
        any_value(indicator_name) || ', newest months' as subject,
        min(month) as month,
        100.0 as expected,
        round(100 * median(first_value / value), 1) as observed,
        if(
            count(*) >= {{ rule_parameter('trend.late_records', 'fewest_months') }} and avg(if(first_value < value, 1.0, 0.0)) >= 0.8,
            round(100 * median(first_value / value) - 100, 1), 0.0
        ) as difference,
        {{ rule_parameter('trend.late_records', 'percent') }} as tolerance,
        list({
            'what': strftime(month, '%b %Y') || ', first and now', 'value': first_value::bigint || ' and ' || value::bigint, 'where': source_ref
        } order by month desc)[:12] as cells,
        arg_max(submission_id, month) as submission_id,
        arg_max(source_ref, month) as source_ref,
        max(known_from) as known_from,
    from restated
    group by authority_code, indicator_code

),

-- A month that the authority's other series have, and this one not, between months that it has.
monthly as (

    select
        *,
        count(*) over (
            partition by authority_code, indicator_code order by month range between interval 11 months preceding and current row
        ) as n_year,
    from series
    where source_kind <> 'published'
        and indicator_code in (select indicator_code from {{ ref('reg_indicator') }} where time_basis = 'flow')

),

sent_months as (

    select
        authority_code,
        month,
        count(*) as n_series,
    from monthly
    where n_year >= 6
    group by authority_code, month

),

gaps as (

    select
        *,
        lead(month) over (partition by authority_code, indicator_code order by month) as next_month,
    from monthly

),

month_missing as (

    select
        'trend.month_missing' as rule_id,
        gaps.authority_code,
        gaps.indicator_code,
        gaps.indicator_name || ', ' || strftime(coalesce(sent.month, gaps.month), '%b %Y') as subject,
        coalesce(sent.month, gaps.month) as month,
        1.0 as expected,
        if(sent.month is null, 1.0, 0.0) as observed,
        if(sent.month is null, 0.0, -1.0) as difference,
        0.5 as tolerance,
        [{'what': 'last month before', 'value': strftime(gaps.month, '%b %Y'), 'where': gaps.source_ref}] as cells,
        gaps.submission_id,
        gaps.source_ref,
        gaps.known_from,
    from gaps
    left join sent_months as sent
        on gaps.authority_code = sent.authority_code
        and sent.month > gaps.month
        and sent.month < coalesce(gaps.next_month, date '9999-01-01')
        -- What was not sent for longer was given up.
        and sent.month <= gaps.month + interval 3 months
    -- A cell that is there and holds no number has its reason, or is blank: a rule of the return's own.
    left join {{ ref('fct_indicator_value') }} as cell
        on gaps.authority_code = cell.authority_code
        and gaps.indicator_code = cell.indicator_code
        and cell.period_basis = 'month'
        and cell.breakdown_dimension = 'all'
        and sent.month = cell.period_start
    where gaps.n_year >= 6 and cell.period_start is null

),

everything as (

    {% for rule in ['stock_without_entries', 'rate_and_count', 'percentage_scale', 'shifted_month', 'late_records', 'month_missing'] %}
    select rule_id, submission_id, authority_code, indicator_code, month, subject, expected, observed, difference, tolerance, cells, source_ref, known_from
    from {{ rule }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

{%- set suspects %}
    select
        everything.*,
        reg_indicator.name as cause,
        [indicator_code] as indicators,
    from everything
    inner join {{ ref('reg_indicator') }} as reg_indicator
        using (indicator_code)
{%- endset %}
{{ dated_evidence(suspects, months_from_event=1) }}
