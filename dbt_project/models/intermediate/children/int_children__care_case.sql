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
        care.*,
        period.period_end,
        period.is_day_of_list,
    from care
    inner join {{ ref('int_children__period') }} as period
        on care.submission_id = period.submission_id
        and period.list = 'looked_after'
        and period.covers_stock
        and {{ is_open_on('period.period_end', 'care.started_date', 'care.ceased_date') }}
    {{ one_a_child('care', 'started_date') }}

),

counted_at_end as (

    select
        open_at_end.submission_id,
        'snapshot' as period_basis,
        open_at_end.period_end,
        open_at_end.child_key,
        {{ age_band(age_on('open_at_end.date_of_birth', 'open_at_end.period_end')) }} as age_band,
        open_at_end.gender,
        open_at_end.ethnicity,
        open_at_end.disability,
        case when open_at_end.is_day_of_list then open_at_end.team end as team,
        case when open_at_end.is_day_of_list then open_at_end.area end as area,
        {{ counted_in({
            'lac_count': 'true',
            'uasc_count': "open_at_end.is_uasc = 'yes'",
            'lac_3plus_placements_12m_count': 'open_at_end.placements_last_12_months >= 3',
            'lac_out_of_county_20mi': "open_at_end.placement_location = 'out' and open_at_end.placement_distance > 20",
            'lac_visit_up_to_date': 'open_at_end.period_end - greatest(open_at_end.started_date, open_at_end.last_visit_date) <= 42',
            'lac_review_up_to_date': 'open_at_end.review_due >= open_at_end.period_end',
            'lac_missing_12m': 'open_at_end.missing_episodes > 0',
            'lac_health_assessed_12m': 'open_at_end.last_health_date >= ' ~ months_after('open_at_end.period_end', -12),
            'lac_dental_12m': 'open_at_end.last_dental_date >= ' ~ months_after('open_at_end.period_end', -12),
        }) }},
    from open_at_end

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
            'care_leavers_with_pathway_plan': 'leaver.pathway_review_date is not null',
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
    select *, 1 as amount from counted_at_end
    union all by name
    select *, 1 as amount from leavers

)

select * from final
