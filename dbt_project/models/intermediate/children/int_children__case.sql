-- Every thing that a measure counts, once for each measure and each submission that tells of it, with what it is broken down by. What no list covers whole is
-- left out (int_children__coverage).

with cases as (

    {% for kind in ['front_door', 'assessment', 'plan', 'need', 'care', 'episode'] %}
    select * from {{ ref('int_children__' ~ kind ~ '_case') }}
    {{ 'union all by name' if not loop.last }}
    {% endfor %}

),

final as (

    select
        coverage.authority_code,
        cases.submission_id,
        cases.measure_code,
        coverage.period_basis,
        coverage.period_start,
        coverage.period_end,
        cases.child_key,
        cases.amount,
        cases.age_band,
        cases.gender,
        cases.ethnicity,
        cases.disability,
        cases.team,
        cases.area,
        cases.contact_source,
        cases.contact_class,
    from cases
    inner join {{ ref('int_children__coverage') }} as coverage
        on cases.submission_id = coverage.submission_id
        and cases.measure_code = coverage.measure_code
        and cases.period_basis = coverage.period_basis
        and cases.period_end = coverage.period_end
        and coverage.value_status = 'reported'

)

select * from final
