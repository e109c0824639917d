{{ config(tags=['series']) }}

-- Is a month, or a run of months, one that a series of counts can have? Months out of line, noughts, wrong units, figures carried forward, runs too steady to be
-- counts, years to date under the label of a month. One row a suspicion; those in order are folded, one row a rule and authority.

with months as (

    select * from {{ ref('evidence_month') }}

),

-- Nearest power of ten to the distance from what is usual.
placed as (

    select
        *,
        own_distance / own_sd as score,
        round(own_distance / ln(10)) as tens,
        value = 0 and usual_value >= {{ rule_parameter('trend.sudden_zero', 'least_usual') }} as is_zero,
        abs(own_distance - round(own_distance / ln(10)) * ln(10)) <= {{ rule_parameter('trend.wrong_unit', 'leeway') }}
            and round(own_distance / ln(10)) <> 0
            and value > 0
            and usual_value >= {{ rule_parameter('trend.sudden_zero', 'least_usual') }} as is_power,
    from months
    where n_near >= {{ rule_parameter('trend.month_out_of_line', 'fewest_months') }}

),

sudden_zero as (

    select
        'trend.sudden_zero' as rule_id,
        *,
        indicator_name || ', ' || strftime(month, '%b %Y') as subject,
        round(usual_value) as expected,
        value as observed,
        if(is_zero, value - round(usual_value), 0.0) as difference,
        {{ rule_parameter('trend.sudden_zero', 'least_usual') }} as tolerance,
        [{'what': 'usual about this month', 'value': cast(round(usual_value)::bigint as varchar), 'where': ''}] as cells,
    from placed

),

wrong_unit as (

    select
        'trend.wrong_unit' as rule_id,
        *,
        indicator_name || ', ' || strftime(month, '%b %Y') as subject,
        round(usual_value) as expected,
        value as observed,
        if(is_power and not is_zero and abs(score) > {{ rule_parameter('trend.month_out_of_line', 'score_limit') }}, abs(tens), 0.0) as difference,
        0.5 as tolerance,
        [{'what': 'as often as usual', 'value': if(tens > 0, 'about ' || pow(10, tens)::bigint || ' times', 'about one in ' || pow(10, -tens)::bigint), 'where': ''}]
            as cells,
    from placed

),

month_out_of_line as (

    select
        'trend.month_out_of_line' as rule_id,
        *,
        indicator_name || ', ' || strftime(month, '%b %Y') as subject,
        round(usual_value) as expected,
        value as observed,
        if(is_zero or is_power, 0.0, value - round(usual_value)) as difference,
        abs(value - round(usual_value)) * greatest(
            {{ rule_parameter('trend.month_out_of_line', 'score_limit') }} / greatest(abs(score), 1e-9),
            {{ rule_parameter('trend.month_out_of_line', 'least_change') }} / greatest(abs(own_distance), 1e-9)
        ) as tolerance,
        [
            {'what': 'usual about this month', 'value': cast(round(usual_value)::bigint as varchar), 'where': ''},
            {'what': 'standard deviations of a month', 'value': cast(round(abs(score), 1) as varchar), 'where': n_months || ' months'},
            {'what': 'the authority''s other series in this month', 'value': round(100 * (exp(shared_distance) - 1)) || ' %', 'where': n_series || ' series'}
        ] as cells,
    from placed

),

-- Everything falls in one month: a part of the records is missing, rather than the half of need.
together as (

    select
        authority_code,
        month,
        any_value(shared_distance) as shared_distance,
        any_value(shared_outside) as shared_outside,
        any_value(n_series) as n_series,
        any_value(n_below) as n_below,
        bool_and(month = newest_month) as is_newest,
        min(submission_id) as submission_id,
        min(source_ref) as source_ref,
        max(known_from) as known_from,
        list({
            'what': indicator_name || ', where usual is ' || round(exp(usual_position) - 0.5)::bigint,
            'value': cast(value as bigint)::varchar,
            'where': source_ref
        } order by indicator_code)[:12] as cells,
    from placed
    group by authority_code, month
    having any_value(n_series) >= {{ rule_parameter('trend.month_out_of_line', 'fewest_series') }}

),

together_scored as (

    select
        *,
        greatest({{ robust_sd('shared_distance') }} over (partition by authority_code), 0.02) as shared_sd,
    from together

),

fall_together as (

    select
        if(is_newest, 'trend.newest_month_low', 'trend.figures_fall_together') as rule_id,
        *,
        cast(null as varchar) as indicator_code,
        'all figures of ' || strftime(month, '%b %Y') as subject,
        100.0 as expected,
        round(100 * exp(shared_outside), 1) as observed,
        if(n_below >= 0.75 * n_series, least(round(100 * exp(shared_outside) - 100, 1), 0.0), 0.0) as difference,
        greatest(
            abs(100 * exp(shared_outside) - 100) * if(is_newest, {{ rule_parameter('trend.newest_month_low', 'score_limit') }}, {{ rule_parameter('trend.figures_fall_together', 'score_limit') }})
            / greatest(abs(shared_outside) / shared_sd, 1e-9),
            {{ rule_parameter('trend.figures_fall_together', 'least_fall') }}
        ) as tolerance,
    from together_scored

),

-- The same number again. Twice the same is nothing for a small count, much for a large one, and a proof when it happens to a whole return: the chance that two
-- Poisson counts of mean m are equal is about 1 / (2 sqrt(pi m)); counts vary more than that, by the dispersion.
repeatable as (

    select
        series.*,
        lag(value) over own_months as previous_value,
        lag(month) over own_months as previous_month,
    from {{ ref('evidence_series') }} as series
    where value >= {{ rule_parameter('trend.carried_forward', 'least_count') }}
        and (dimension in ('all', 'contact_source'))
        and not (indicator_code = 'initial_contacts' and dimension <> 'all')
        and indicator_code in (select indicator_code from {{ ref('reg_indicator') }} where time_basis = 'flow')
        -- A total whose parts are there adds nothing to them.
        and not (
            dimension = 'all' and indicator_code in ('contacts_received', 'initial_contacts')
            and exists (
                select 1
                from {{ ref('evidence_series') }} as part
                where part.authority_code = series.authority_code and part.month = series.month and part.dimension = 'contact_source'
            )
        )
    window own_months as (partition by authority_code, indicator_code, dimension, category order by month)

),

repeated as (

    select
        *,
        coalesce(value = previous_value and previous_month = month - interval 1 month, false) as is_repeat,
        -ln(1 / (2 * sqrt(pi() * value * {{ rule_parameter('trend.carried_forward', 'dispersion') }}))) as surprise,
    from repeatable

),

repeated_together as (

    select
        authority_code,
        month,
        count(*) as n_series,
        count(*) filter (where is_repeat) as n_repeats,
        -- Less what it is worth that any of the series could have been the repeated ones.
        coalesce(sum(surprise) filter (where is_repeat), 0.0)
        - (lgamma(count(*) + 1) - lgamma(count(*) filter (where is_repeat) + 1) - lgamma(count(*) filter (where not is_repeat) + 1)) as surprise,
        coalesce(min(submission_id) filter (where is_repeat), min(submission_id)) as submission_id,
        coalesce(min(source_ref) filter (where is_repeat), min(source_ref)) as source_ref,
        max(known_from) as known_from,
        coalesce(list({
            'what': indicator_name || if(category = 'all', '', ', ' || category), 'value': cast(value::bigint as varchar), 'where': source_ref
        } order by indicator_code, category) filter (where is_repeat), [])[:12] as cells,
    from repeated
    group by authority_code, month

),

carried_return as (

    select
        'trend.carried_forward' as rule_id,
        *,
        cast(null as varchar) as indicator_code,
        'figures of ' || strftime(month, '%b %Y') || ' that are those of the month before' as subject,
        0.0 as expected,
        cast(n_repeats as double) as observed,
        cast(if(surprise > {{ rule_parameter('trend.carried_forward', 'surprise_limit') }} and n_repeats > 1, n_repeats, 0) as double) as difference,
        0.5 as tolerance,
    from repeated_together

),

runs as (

    select
        *,
        sum(if(is_repeat, 0, 1)) over (partition by authority_code, indicator_code, dimension, category order by month) as run,
    from repeated

),

carried_series as (

    select
        'trend.repeated_value' as rule_id,
        authority_code,
        indicator_code,
        submission_id,
        source_ref,
        known_from,
        month,
        indicator_name || if(category = 'all', '', ', ' || replace(category, '_', ' ')) || ', the same from ' || strftime(month, '%b %Y') as subject,
        1.0 as expected,
        cast(n_same as double) as observed,
        if(surprise > {{ rule_parameter('trend.repeated_value', 'surprise_limit') }} and n_same > 2, n_same - 1.0, 0.0) as difference,
        0.5 as tolerance,
        cells,
    from (
        select
            authority_code,
            indicator_code,
            category,
            any_value(indicator_name) as indicator_name,
            min(month) as month,
            count(*) as n_same,
            coalesce(sum(surprise) filter (where is_repeat), 0.0) as surprise,
            min(submission_id) as submission_id,
            min(source_ref) as source_ref,
            max(known_from) as known_from,
            list({'what': strftime(month, '%b %Y'), 'value': cast(value::bigint as varchar), 'where': source_ref} order by month)[:12] as cells,
        from runs
        group by authority_code, indicator_code, dimension, category, run
    )

),

-- Counts of independent events vary; twelve that hardly do were not counted. Dispersion is the variance over the mean, 1 for Poisson counts.
steady as (

    select
        *,
        var_samp(value) over year / greatest(avg(value) over year, 1e-9) as dispersion,
        avg(value) over year as mean_value,
        count(*) over year as n_year,
    from months
    where indicator_code in (select indicator_code from {{ ref('reg_indicator') }} where time_basis = 'flow')
    window year as (partition by authority_code, indicator_code order by month range between current row and interval 11 months following)

),

too_steady as (

    select
        'trend.too_steady' as rule_id,
        * exclude (is_first),
        indicator_name || ', from ' || strftime(month, '%b %Y') as subject,
        round(sqrt(mean_value), 1) as expected,
        round(sqrt(dispersion * mean_value), 1) as observed,
        if(is_first, round(sqrt(mean_value), 1) - round(sqrt(dispersion * mean_value), 1), 0.0) as difference,
        round(sqrt(mean_value), 1) * (1 - sqrt({{ rule_parameter('trend.too_steady', 'dispersion_limit') }})) as tolerance,
        [{'what': 'mean of twelve months', 'value': cast(round(mean_value) as varchar), 'where': ''}] as cells,
    from (
        select
            *,
            dispersion < {{ rule_parameter('trend.too_steady', 'dispersion_limit') }}
                and coalesce(lag(dispersion) over (partition by authority_code, indicator_code order by month), 1.0)
                    >= {{ rule_parameter('trend.too_steady', 'dispersion_limit') }} as is_first,
        from steady
        where n_year = 12 and mean_value >= {{ rule_parameter('trend.too_steady', 'least_mean') }}
    )

),

-- April counts one month, May two: a year to date that is taken for a month grows so from April, against the year before.
years as (

    select
        *,
        (month(month) + 8) % 12 + 1 as month_of_year,
        year(month - interval 3 months) as financial_year,
    from months
    where indicator_code in (select indicator_code from {{ ref('reg_indicator') }} where time_basis = 'flow')

),

year_before as (

    select
        authority_code,
        indicator_code,
        financial_year + 1 as financial_year,
        median(value) as usual,
    from years
    group by all
    having count(*) >= 6

),

sawtooth as (

    select
        years.authority_code,
        years.indicator_code,
        any_value(indicator_name) as indicator_name,
        years.financial_year,
        any_value(usual) as usual,
        count(*) filter (where month_of_year >= 3 and is_fit) as n_fit,
        min(month) filter (where month_of_year >= 2 and is_fit) as month,
        count(*) filter (where month_of_year >= 3 and not is_fit and month >= first_fit) as n_unfit,
        arg_min(submission_id, month) as submission_id,
        arg_min(source_ref, month) as source_ref,
        max(known_from) as known_from,
        max(value) as highest,
        list({'what': strftime(month, '%b %Y'), 'value': cast(value::bigint as varchar), 'where': source_ref} order by month) as cells,
    from (
        select
            *,
            min(month) filter (where month_of_year >= 3 and is_fit) over (partition by authority_code, indicator_code, financial_year) as first_fit,
        from (
            select
                years.*,
                usual,
                abs(ln((value + 0.5) / (usual * month_of_year))) <= {{ rule_parameter('trend.year_to_date', 'leeway') }} as is_fit,
            from years
            inner join year_before
                using (authority_code, indicator_code, financial_year)
            where usual >= 5
        )
    ) as years
    group by years.authority_code, years.indicator_code, years.financial_year
    having count(*) filter (where month_of_year >= 3) > 0

),

year_to_date as (

    select
        'trend.year_to_date' as rule_id,
        * replace (coalesce(month, make_date(financial_year, 4, 1)) as month),
        indicator_name || ', financial year ' || financial_year || '-' || right(cast(financial_year + 1 as varchar), 2) as subject,
        round(usual) as expected,
        highest as observed,
        cast(if(n_fit >= 2 and n_unfit = 0, n_fit, 0) as double) as difference,
        1.0 as tolerance,
    from sawtooth

),

everything as (

    {% for rule in ['sudden_zero', 'wrong_unit', 'month_out_of_line', 'fall_together', 'carried_return', 'carried_series', 'too_steady', 'year_to_date'] %}
    select rule_id, submission_id, authority_code, indicator_code, month, subject, expected, observed, difference, tolerance, cells, source_ref, known_from
    from {{ rule }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

{%- set suspects %}
    select
        everything.*,
        coalesce(reg_indicator.name, 'figures of the month') as cause,
        if(indicator_code is null, [], [indicator_code]) as indicators,
    from everything
    left join {{ ref('reg_indicator') }} as reg_indicator
        using (indicator_code)
{%- endset %}
{{ dated_evidence(
    suspects,
    months_from_event=1,
    evidence="to_json(list_prepend({'what': 'figure of the month', 'value': cast(observed as varchar), 'where': source_ref}, cells))",
) }}
