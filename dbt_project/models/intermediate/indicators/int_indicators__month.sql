-- The spine of the monthly marts: every month from an authority's first to its last figure of an indicator, a month without one included.
-- National tables enter only where they are monthly; a figure a year is no monthly series and would make eleven months of every year "missing".

with indicators as (

    select
        indicator_code,
        kind,
        unit,
        polarity,
        time_basis,
        numerator_measure,
        denominator_measure,
        rounding_tolerance,
        same_across_sources,
        is_annualised,
    from {{ ref('reg_indicator') }}

),

held as (

    select * from {{ ref('int_versions__value') }}
    union all by name
    -- Where the national table gives the rate of the day, the authority's own count gives that of its month.
    select * exclude (is_standing) from {{ ref('int_rates__version') }} where not is_standing

),

figures as (

    select
        figure.authority_code,
        figure.indicator_code,
        cast(date_trunc('month', figure.period_end) as date) as month,
        figure.period_basis,
        figure.period_start,
        figure.period_end,
        figure.numerator,
        figure.denominator,
        figure.value,
        figure.value_status,
        figure.is_provisional,
        figure.definition_version,
        figure.source_kind,
        figure.submission_id,
        figure.source_ref,
        coalesce(figure.numerator_source_kind, figure.source_kind) = 'published' as is_national,
    from held as figure
    inner join indicators on figure.indicator_code = indicators.indicator_code
    where figure.known_to is null
        and figure.breakdown_dimension = 'all'
        and (coalesce(figure.numerator_source_kind, figure.source_kind) <> 'published' or figure.period_basis = 'month')
        and case indicators.time_basis
            when 'snapshot' then figure.period_basis = 'snapshot' and figure.period_end = last_day(figure.period_end)
            -- The year to date at the end of March is the year.
            when 'cumulative_ytd' then figure.period_basis = 'ytd' or (figure.period_basis = 'year' and month(figure.period_end) = 3)
            when 'rolling_12m' then figure.period_basis in ('rolling_12m', 'year')
            else figure.period_basis = 'month'
        end

),

one_a_month as (

    -- Of two kinds of source what the authority reported stands; a cell without a number does not displace one with a number.
    select *
    from figures
    qualify row_number() over (
        partition by authority_code, indicator_code, month
        order by
            (value is null),
            case source_kind when 'reported' then 1 when 'derived' then 2 else 3 end,
            is_national,
            period_end desc,
            period_basis desc,
            period_start,
            source_ref
    ) = 1

),

parts as (

    -- A report prints the count of re-referrals, the count of referrals and the percentage as three rows. The counts of the same authority, period and side
    -- are the percentage's parts if they make it within its rounding; where they do not, one of the three is wrong and no window is built on them.
    select
        figure.authority_code,
        figure.indicator_code,
        figure.month,
        above.value as numerator,
        below.value as denominator,
    from one_a_month as figure
    inner join indicators on figure.indicator_code = indicators.indicator_code
    inner join one_a_month as above
        on figure.authority_code = above.authority_code
        and figure.month = above.month
        and indicators.numerator_measure = above.indicator_code
        and figure.period_start = above.period_start
        and figure.period_end = above.period_end
        and figure.is_national = above.is_national
    inner join one_a_month as below
        on figure.authority_code = below.authority_code
        and figure.month = below.month
        and indicators.denominator_measure = below.indicator_code
        and figure.period_start = below.period_start
        and figure.period_end = below.period_end
        and figure.is_national = below.is_national
    where figure.numerator is null
        and figure.denominator is null
        and abs(
            {{ value_from_parts('indicators.kind', 'above.value', 'below.value') }}
            * if(indicators.is_annualised, {{ annual_factor('figure.period_start', 'figure.period_end') }}, 1) - figure.value
        ) <= indicators.rounding_tolerance + 1e-9

),

spine as (

    select
        authority_code,
        indicator_code,
        cast(unnest(generate_series(min(month), max(month), interval 1 month)) as date) as month,
    from one_a_month
    group by authority_code, indicator_code

),

versions as (

    -- How many breaks lie behind a version: what two figures must agree in to be compared.
    select
        version.indicator_code,
        version.authority_code,
        version.definition_version,
        count(earlier.definition_version) as n_breaks,
    from {{ ref('reg_indicator_version') }} as version
    left join {{ ref('reg_indicator_version') }} as earlier
        on version.indicator_code = earlier.indicator_code
        and (earlier.authority_code is null or earlier.authority_code = version.authority_code)
        and not earlier.comparable_with_previous
        and earlier.valid_from <= version.valid_from
    group by all

),

months as (

    select
        spine.authority_code,
        spine.indicator_code,
        spine.month,
        figure.period_start,
        figure.period_end,
        coalesce(figure.numerator, parts.numerator) as numerator,
        coalesce(figure.denominator, parts.denominator) as denominator,
        figure.value,
        coalesce(figure.value_status, 'missing') as value_status,
        figure.is_provisional,
        last_value(figure.definition_version ignore nulls) over series as definition_version,
        last_value(coalesce(own_version.n_breaks, general_version.n_breaks) ignore nulls) over series as n_breaks,
        figure.source_kind,
        -- A month without a figure keeps the source before it.
        last_value(case when figure.is_national then 'national' when figure.source_kind is not null then 'council' end ignore nulls)
            over series as series_source,
        figure.submission_id,
        figure.source_ref,
    from spine
    left join one_a_month as figure
        on spine.authority_code = figure.authority_code
        and spine.indicator_code = figure.indicator_code
        and spine.month = figure.month
    left join parts
        on figure.authority_code = parts.authority_code
        and figure.indicator_code = parts.indicator_code
        and figure.month = parts.month
    left join versions as own_version
        on figure.indicator_code = own_version.indicator_code
        and figure.authority_code = own_version.authority_code
        and figure.definition_version = own_version.definition_version
    left join versions as general_version
        on figure.indicator_code = general_version.indicator_code
        and general_version.authority_code is null
        and figure.definition_version = general_version.definition_version
    window series as (partition by spine.authority_code, spine.indicator_code order by spine.month)

),

sourced as (

    -- Figures of a council and of the national tables are counted at different times and by different hands.
    select
        months.*,
        indicators.kind,
        indicators.unit,
        indicators.polarity,
        indicators.time_basis,
        indicators.is_annualised,
        indicators.same_across_sources,
        lag(months.series_source) over series as source_before,
        lag(months.n_breaks) over series as n_breaks_before,
    from months
    inner join indicators on months.indicator_code = indicators.indicator_code
    window series as (partition by months.authority_code, months.indicator_code order by months.month)

),

breaks as (

    select
        *,
        coalesce(series_source <> source_before, false) as has_source_change,
        coalesce(n_breaks <> n_breaks_before, false)
        -- Only the registry can say that the two may follow one another.
        or coalesce(series_source <> source_before and same_across_sources is null, false) as has_series_break,
    from sourced

),

final as (

    select
        authority_code,
        indicator_code,
        month,
        period_start,
        period_end,
        kind,
        unit,
        polarity,
        time_basis,
        is_annualised,
        numerator,
        denominator,
        value,
        value_status,
        is_provisional,
        definition_version,
        1 + count(*) filter (where has_series_break) over (partition by authority_code, indicator_code order by month) as series_segment,
        has_series_break,
        has_source_change,
        source_kind,
        submission_id,
        source_ref,
    from breaks

)

select * from final
