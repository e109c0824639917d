-- A set's figures of one indicator and period put together: averages, pooled value, and what funnel limits need. Only local authorities' figures that may be
-- compared; those of another definition series make a set of their own. Keys are numbers (int_benchmarks__set, int_benchmarks__figure), and sums are exact.
{%- set figure_set = 'set_id, comparison_id, definition_series' %}

with members as (

    select
        set_id,
        member_code,
        coalesce(valid_from, date '0001-01-01') as first_day,
        coalesce(valid_to, date '9999-12-31') as last_day,
    from {{ ref('int_benchmarks__member') }}

),

figures as (

    select
        authority_code,
        comparison_id,
        definition_series,
        kind,
        period_end,
        -- Parts without a value, or without each other, are no part of a pooled value.
        case when value is not null and denominator is not null then numerator end as pooled_part_above,
        case when value is not null and numerator is not null then denominator end as pooled_part_below,
        value,
        value_status = 'suppressed' as is_suppressed,
        origin,
        is_own_definition,
    from {{ ref('int_benchmarks__figure') }}
    where authority_type = 'local_authority'
        and comparability <> 'different'

),

member_figures as (

    select
        members.set_id,
        figures.*,
    from members
    inner join figures
        on members.member_code = figures.authority_code
        and figures.period_end between members.first_day and members.last_day

),

together as (

    select
        {{ figure_set }},
        any_value(kind) as kind,
        count(value) as n_used,
        count(*) filter (where is_suppressed) as n_suppressed,
        count(*) filter (where is_own_definition and value is not null) as n_own_definition,
        coalesce(max(origin) filter (where value is not null) <> min(origin) filter (where value is not null), false) as has_mixed_sources,
        {{ exact_sum('value') }} / count(value) as mean,
        median(value) as median,
        list(value) filter (where value is not null) as used_values,
        count(pooled_part_above) as n_pooled,
        {{ exact_sum('pooled_part_above') }} as pooled_numerator,
        {{ exact_sum('pooled_part_below') }} as pooled_denominator,
    from member_figures
    group by {{ figure_set }}

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
        figure.set_id,
        figure.comparison_id,
        figure.definition_series,
        {{ funnel_standard_error('baselines.kind', 'figure.pooled_part_below', 'baselines.baseline') }} as standard_error,
        ({{ funnel_position('baselines.kind', 'figure.pooled_part_above', 'figure.pooled_part_below', 'baselines.baseline') }}
            - {{ funnel_centre('baselines.kind', 'baselines.baseline') }}) / standard_error as z,
    from with_baseline as baselines
    inner join member_figures as figure using ({{ figure_set }})
    where baselines.baseline is not null
        and figure.pooled_part_above is not null

),

edges as (

    -- Winsorised at 10 %: the outermost tenth on either side counts as the value at its edge (Spiegelhalter 2012).
    select
        {{ figure_set }},
        quantile_cont(z, [0.1, 0.9]) as edges_of_z,
    from scored
    where z is not null
    group by {{ figure_set }}

),

winsorised as (

    select
        scored.set_id,
        scored.comparison_id,
        scored.definition_series,
        scored.standard_error,
        least(edges.edges_of_z[2], greatest(edges.edges_of_z[1], scored.z)) as winsorised_z,
    from scored
    inner join edges using ({{ figure_set }})
    where scored.z is not null

),

dispersions as (

    select
        {{ figure_set }},
        count(*) as n_funnel,
        {{ dispersion('winsorised_z') }} as phi,
        {{ between_variance('winsorised_z', 'standard_error') }} as tau2,
    from winsorised
    group by {{ figure_set }}

),

final as (

    select
        with_baseline.*,
        {{ value_from_parts('with_baseline.kind', 'with_baseline.pooled_numerator', 'with_baseline.pooled_denominator') }} as pooled,
        coalesce(dispersions.n_funnel, 0) as n_funnel,
        dispersions.phi,
        dispersions.tau2,
    from with_baseline
    left join dispersions using ({{ figure_set }})

)

select * from final
