-- A set's figures of one indicator and period put together: averages, pooled value, and what funnel limits need. Only local authorities' figures that may be
-- compared; those of another definition series make a set of their own.

with member_figures as (

    select
        member.comparator_set,
        member.vintage,
        member.kind as set_kind,
        member.set_code,
        member.member_code,
        figure.indicator_code,
        figure.kind,
        figure.period_basis,
        figure.period_start,
        figure.period_end,
        figure.definition_series,
        figure.numerator,
        figure.denominator,
        figure.value,
        figure.value_status,
        figure.source_kind,
        figure.is_own_definition,
    from {{ ref('int_benchmarks__member') }} as member
    inner join {{ ref('int_benchmarks__figure') }} as figure
        on member.member_code = figure.authority_code
        and {{ valid_on('member', 'figure.period_end') }}
    where figure.authority_type = 'local_authority'
        and figure.comparability <> 'different'

),

together as (

    select
        comparator_set, vintage, set_kind, set_code, indicator_code, kind, period_basis, period_start, period_end, definition_series,
        count(value) as n_used,
        count(*) filter (where value_status = 'suppressed') as n_suppressed,
        count(value) filter (where is_own_definition) as n_own_definition,
        count(distinct source_kind) filter (where value is not null) > 1 as has_mixed_sources,
        avg(value) as mean,
        median(value) as median,
        list(value order by value) filter (where value is not null) as used_values,
        count(*) filter (where value is not null and numerator is not null and denominator is not null) as n_pooled,
        sum(numerator) filter (where value is not null and numerator is not null and denominator is not null) as pooled_numerator,
        sum(denominator) filter (where value is not null and numerator is not null and denominator is not null) as pooled_denominator,
    from member_figures
    group by all

),

with_baseline as (

    select
        *,
        case
            when kind = 'percent' and pooled_numerator between 0 and pooled_denominator then pooled_numerator / nullif(pooled_denominator, 0)
            when kind = 'rate_per_10000' then pooled_numerator / nullif(pooled_denominator, 0)
        end as baseline,
    from together

),

scored as (

    select
        baselines.comparator_set, baselines.vintage, baselines.set_code, baselines.indicator_code,
        baselines.period_basis, baselines.period_start, baselines.period_end, baselines.definition_series,
        {{ funnel_standard_error('baselines.kind', 'figure.denominator', 'baselines.baseline') }} as standard_error,
        ({{ funnel_position('baselines.kind', 'figure.numerator', 'figure.denominator', 'baselines.baseline') }}
            - {{ funnel_centre('baselines.kind', 'baselines.baseline') }}) / standard_error as z,
    from with_baseline as baselines
    inner join member_figures as figure
        using (comparator_set, vintage, set_code, indicator_code, period_basis, period_start, period_end, definition_series)
    where baselines.baseline is not null
        and figure.value is not null

),

edges as (

    -- Winsorised at 10 %: the outermost tenth on either side counts as the value at its edge (Spiegelhalter 2012).
    select
        comparator_set, vintage, set_code, indicator_code, period_basis, period_start, period_end, definition_series,
        quantile_cont(z, 0.1) as lowest_z,
        quantile_cont(z, 0.9) as highest_z,
    from scored
    where z is not null
    group by all

),

dispersions as (

    select
        comparator_set, vintage, set_code, indicator_code, period_basis, period_start, period_end, definition_series,
        count(*) as n_funnel,
        {{ dispersion('least(highest_z, greatest(lowest_z, z))') }} as phi,
        {{ between_variance('least(highest_z, greatest(lowest_z, z))', 'standard_error') }} as tau2,
    from scored
    inner join edges
        using (comparator_set, vintage, set_code, indicator_code, period_basis, period_start, period_end, definition_series)
    where z is not null
    group by all

),

final as (

    select
        with_baseline.*,
        case when with_baseline.kind <> 'count' then {{ value_from_parts('with_baseline.kind', 'pooled_numerator', 'pooled_denominator') }} end as pooled,
        coalesce(dispersions.n_funnel, 0) as n_funnel,
        dispersions.phi,
        dispersions.tau2,
    from with_baseline
    left join dispersions
        using (comparator_set, vintage, set_code, indicator_code, period_basis, period_start, period_end, definition_series)

)

select * from final
