-- Children looked after and care leavers as the measures count them. Placements, visits, reviews and health are known for the day of the list only.

with care as (

    select
        care.*,
        -- A review within two months of the start is taken for the first, after which the next is due in three months, and then every six.
        case
            when care.last_review_date is null then first_review.due
            when care.last_review_date <= {{ months_after('care.started_date', 2) }} then {{ months_after('care.last_review_date', 3) }}
            else {{ months_after('care.last_review_date', 6) }}
        end as review_due,
    from {{ ref('int_children__care') }} as care
    left join {{ ref('int_children__first_review') }} as first_review
        on care.started_date = first_review.day

),

started as (

    select
        submission_id,
        'month' as period_basis,
        last_day(started_date) as period_end,
        child_key,
        {{ age_band('age_at_start') }} as age_band,
        gender,
        ethnicity,
        disability,
        'lac_started' as measure_code,
    from care

),

ceased as (

    select
        submission_id,
        'month' as period_basis,
        last_day(ceased_date) as period_end,
        child_key,
        {{ age_band(age_on('date_of_birth', 'ceased_date')) }} as age_band,
        gender,
        ethnicity,
        disability,
        'lac_ceased' as measure_code,
    from care
    where ceased_date is not null

),

open_at_end as (

    select
        care.submission_id,
        'snapshot' as period_basis,
        period.period_end,
        care.child_key,
        {{ age_band(age_on('care.date_of_birth', 'period.period_end')) }} as age_band,
        care.gender,
        care.ethnicity,
        care.disability,
        case when period.is_day_of_list then care.team end as team,
        case when period.is_day_of_list then care.area end as area,
        {{ counted_in({
            'lac_count': 'true',
            'uasc_count': "care.is_uasc = 'yes'",
            'lac_3plus_placements_12m_count': 'care.placements_last_12_months >= 3',
            'lac_out_of_county_20mi': "care.placement_location = 'out' and care.placement_distance > 20",
            'lac_visit_up_to_date': 'period.period_end - greatest(care.started_date, care.last_visit_date) <= 42',
            'lac_review_up_to_date': 'care.review_due >= period.period_end',
            'lac_missing_12m': 'care.missing_episodes > 0',
            'lac_health_assessed_12m': 'care.last_health_date >= ' ~ months_after('period.period_end', -12),
            'lac_dental_12m': 'care.last_dental_date >= ' ~ months_after('period.period_end', -12),
        }) }},
    from care
    inner join {{ ref('int_children__period') }} as period
        on care.submission_id = period.submission_id
        and period.list = 'looked_after'
        and period.covers_stock
        and {{ is_open_on('period.period_end', 'care.started_date', 'care.ceased_date') }}

),

leavers as (

    select
        leaver.submission_id,
        'snapshot' as period_basis,
        leaver.as_at as period_end,
        leaver.child_key,
        {{ age_band('leaver.age') }} as age_band,
        leaver.gender,
        leaver.ethnicity,
        leaver.disability,
        leaver.team,
        leaver.area,
        {{ counted_in({
            'care_leavers_supported': 'true',
            'care_leavers_in_touch': "leaver.in_touch = 'in_touch'",
            'care_leavers_suitable': "leaver.suitability = 'suitable'",
            'care_leavers_eet': "leaver.activity = 'eet'",
        }) }},
    from {{ ref('int_children__care_leaver') }} as leaver

),

final as (

    select *, 1 as amount from started
    union all by name
    select *, 1 as amount from ceased
    union all by name
    select *, 1 as amount from open_at_end
    union all by name
    select *, 1 as amount from leavers

)

select * from final
