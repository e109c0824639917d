-- What an authority printed beside what its child-level lists give for the same indicator and time, and why they may differ. The lists' side is the shared one:
-- where it is suppressed nothing is compared, since a difference would tell it.

{% set windows = ['quarter', 'half_year', 'ytd', 'year', 'rolling_12m'] %}

with reported as (

    select
        figure.authority_code,
        figure.indicator_code,
        figure.period_basis,
        figure.period_start,
        figure.period_end,
        figure.value,
        figure.known_from,
        figure.submission_id,
        figure.definition_version,
        indicator.name,
        indicator.kind,
        indicator.numerator_measure,
        indicator.denominator_measure,
        coalesce(indicator.rounding_tolerance, 0) + 1e-9 as tolerance,
        coalesce(definition.comparability, indicator.comparability) as comparability,
        indicator.comparability_reason,
        case when definition.authority_code is not null then definition.definition end as own_definition,
    from {{ ref('int_versions__figure') }} as figure
    inner join {{ ref('reg_indicator') }} as indicator
        on figure.indicator_code = indicator.indicator_code
    left join {{ ref('reg_indicator_version') }} as definition
        on figure.indicator_code = definition.indicator_code
        and figure.definition_version = definition.definition_version
    where figure.source_kind = 'reported'
        and figure.known_to is null
        and figure.breakdown_dimension = 'all'
        and figure.value is not null

),

derived as (

    select * from {{ ref('int_children__shared_figure') }} where breakdown_dimension = 'all'

),

same_period as (

    -- The derived figure of the very period, with what its earlier versions said.
    select
        {% for column in ['authority_code', 'indicator_code', 'period_basis', 'period_start', 'period_end'] %}reported.{{ column }}, {% endfor %}
        max(derived.value) filter (where derived.known_to is null) as derived_value,
        max(derived.value_status) filter (where derived.known_to is null) as derived_status,
        max(derived.known_from) filter (where derived.known_to is null) as derived_known_from,
        max(derived.submission_id) filter (where derived.known_to is null) as derived_submission_id,
        bool_or(derived.known_to is not null and abs(derived.value - reported.value) <= reported.tolerance) as has_agreed,
        arg_min(derived.value, derived.version_number) filter (where derived.value is not null) as first_value,
        1 as months_known,
        1 as months_wanted,
    from reported
    inner join derived
        on reported.authority_code = derived.authority_code
        and reported.indicator_code = derived.indicator_code
        and reported.period_basis = derived.period_basis
        and reported.period_end = derived.period_end
        and reported.period_start is not distinct from derived.period_start
    group by all

),

pooled as (

    -- A quarter or a year so far is put together from its months: parts and wholes are added up, then divided.
    select
        {% for column in ['authority_code', 'indicator_code', 'period_basis', 'period_start', 'period_end'] %}reported.{{ column }}, {% endfor %}
        {{ value_from_parts('any_value(reported.kind)', 'sum(derived.numerator)', 'sum(derived.denominator)') }} as derived_value,
        if(bool_or(derived.value_status = 'suppressed'), 'suppressed', 'reported') as derived_status,
        max(derived.known_from) as derived_known_from,
        arg_max(derived.submission_id, derived.period_end) as derived_submission_id,
        false as has_agreed,
        cast(null as double) as first_value,
        count(*) filter (where derived.value_status in ('reported', 'zero_denominator')) as months_known,
        datediff('month', reported.period_start, reported.period_end) + 1 as months_wanted,
    from reported
    -- Unless the lists have a figure of the very period.
    anti join same_period
        on reported.authority_code = same_period.authority_code
        and reported.indicator_code = same_period.indicator_code
        and reported.period_basis = same_period.period_basis
        and reported.period_end = same_period.period_end
    inner join derived
        on reported.authority_code = derived.authority_code
        and reported.indicator_code = derived.indicator_code
        and derived.period_basis = 'month'
        and derived.known_to is null
        and derived.period_start >= reported.period_start
        and derived.period_end <= reported.period_end
    where reported.period_basis in ('{{ windows | join("', '") }}')
    group by all

),

compared as (

    select
        reported.*,
        if(both_sides.months_known < both_sides.months_wanted, null, both_sides.derived_value) as derived_value,
        both_sides.derived_known_from,
        both_sides.derived_submission_id,
        both_sides.has_agreed,
        both_sides.first_value,
        both_sides.months_known,
        both_sides.months_wanted,
        exists (
            from {{ ref('int_children__unmapped') }} as unmapped
            where unmapped.submission_id = both_sides.derived_submission_id
                and unmapped.measure_code in (reported.numerator_measure, reported.denominator_measure)
        )
        or exists (
            -- Contacts whose class is not known are not counted as initial ones.
            from {{ ref('int_children__shared_measure') }} as contact
            where contact.submission_id = both_sides.derived_submission_id
                and 'initial_contacts' in (reported.numerator_measure, reported.denominator_measure)
                and contact.measure_code = 'contacts_received'
                and contact.breakdown_dimension = 'contact_class'
                and contact.breakdown_value in ('unmapped', 'not_given')
                and contact.period_start >= reported.period_start
                and contact.period_end <= reported.period_end
        ) as has_unmapped,
    from reported
    inner join (
        select * from same_period
        union all by name
        select * from pooled
    ) as both_sides
        on reported.authority_code = both_sides.authority_code
        and reported.indicator_code = both_sides.indicator_code
        and reported.period_basis = both_sides.period_basis
        and reported.period_end = both_sides.period_end
        and reported.period_start is not distinct from both_sides.period_start
    where both_sides.derived_status in ('reported', 'insufficient_history')

),

explained as (

    -- The first that holds. Late records come before definitions: they were seen, a definition only may be why.
    select
        *,
        derived_value - value as difference,
        case
            when derived_value is null then 'scope'
            when abs(derived_value - value) <= tolerance then 'agrees'
            when has_agreed or abs(derived_value - value) < abs(first_value - value) - tolerance then 'late_records'
            when has_unmapped then 'scope'
            when comparability <> 'same' then 'definition'
            else 'unexplained'
        end as explanation,
    from compared

),

final as (

    select
        authority_code,
        indicator_code,
        period_basis,
        period_start,
        period_end,
        value as reported_value,
        derived_value,
        difference,
        case when value <> 0 then 100.0 * difference / value end as difference_pct,
        known_from as reported_known_from,
        derived_known_from,
        explanation,
        case
            when explanation = 'agrees' then 'The lists give what was printed, as exactly as it was printed.'
            when explanation = 'late_records' and has_agreed
                then 'An earlier sending of the lists gave what was printed; records that came later changed it.'
            when explanation = 'late_records' then 'With each sending of the lists the figure came nearer to what was printed: records arrive late.'
            when explanation = 'scope' and months_known < months_wanted
                then 'The lists hold ' || months_known || ' of the ' || months_wanted || ' months that were printed.'
            when explanation = 'scope' and derived_value is null then 'The lists do not reach back far enough to tell it.'
            when explanation = 'scope' then 'Some rows of the lists have a category that no code list covers; they may be missing from the figure.'
            when explanation = 'definition' and own_definition is not null then 'The authority has a definition of its own: ' || own_definition
            when explanation = 'definition' then 'Definitions differ or may differ: ' || coalesce(comparability_reason, 'to be compared with care.')
            else 'Nothing that is known explains the difference.'
        end as explanation_text,
        submission_id as reported_submission_id,
        derived_submission_id,
    from explained

)

select * from final
