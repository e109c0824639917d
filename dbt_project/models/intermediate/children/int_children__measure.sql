-- The measures: what was counted, whole and by each breakdown, for every month that a submission covers. Each submission is a version of the month; the newest
-- stands. Items of a part (re-referrals) are those of its whole (referrals), so that nought is said.

{% set dimensions = ['age_band', 'gender', 'ethnicity', 'disability', 'team', 'area', 'contact_source', 'contact_class'] %}

with coverage as (

    -- What cannot be told for want of history displaces nothing that was told.
    select
        *,
        lead(known_from) over versions as known_to,
        row_number() over versions as version_number,
    from {{ ref('int_children__coverage') }}
    window versions as (partition by authority_code, measure_code, period_basis, period_end order by value_status = 'reported', sequence)
    qualify value_status = 'reported' or not bool_or(value_status = 'reported') over (
        partition by authority_code, measure_code, period_basis, period_end
    )

),

cases as (

    select * from {{ ref('int_children__case') }}

),

parts as (

    select distinct
        numerator_measure as measure_code,
        denominator_measure as whole_code,
    from {{ ref('reg_indicator') }}
    where denominator_measure is not null and lifecycle <> 'retired'

),

counted as (

    {% for dimension in dimensions %}
    select
        submission_id,
        measure_code,
        period_basis,
        period_end,
        '{{ dimension }}' as breakdown_dimension,
        {{ dimension }} as breakdown_value,
        cast(sum(amount) as double) as amount,
    from cases
    where {{ dimension }} is not null
    group by all
    union all by name
    {% endfor %}
    select
        submission_id,
        measure_code,
        period_basis,
        period_end,
        'all' as breakdown_dimension,
        'all' as breakdown_value,
        cast(sum(amount) as double) as amount,
    from cases
    group by all

),

items as (

    select submission_id, measure_code, period_basis, period_end, breakdown_dimension, breakdown_value from counted
    union
    select counted.submission_id, parts.measure_code, counted.period_basis, counted.period_end, counted.breakdown_dimension, counted.breakdown_value
    from counted
    inner join parts
        on counted.measure_code = parts.whole_code
    union
    select submission_id, measure_code, period_basis, period_end, 'all', 'all' from coverage

),

final as (

    select
        coverage.authority_code,
        coverage.submission_id,
        coverage.list,
        coverage.measure_code,
        coverage.period_basis,
        coverage.period_start,
        coverage.period_end,
        items.breakdown_dimension,
        items.breakdown_value,
        case when coverage.value_status = 'reported' then coalesce(counted.amount, 0) end as amount,
        coverage.value_status,
        coverage.known_from,
        coverage.known_to,
        coverage.version_number,
    from coverage
    inner join items
        on coverage.submission_id = items.submission_id
        and coverage.measure_code = items.measure_code
        and coverage.period_basis = items.period_basis
        and coverage.period_end = items.period_end
    left join counted
        on items.submission_id = counted.submission_id
        and items.measure_code = counted.measure_code
        and items.period_basis = counted.period_basis
        and items.period_end = counted.period_end
        and items.breakdown_dimension = counted.breakdown_dimension
        and items.breakdown_value = counted.breakdown_value
    where coverage.value_status = 'reported' or items.breakdown_dimension = 'all'

)

select * from final
