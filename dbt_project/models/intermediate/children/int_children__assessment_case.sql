-- Assessments, section 47 enquiries and initial conferences as the measures count them.

with assessments as (

    select
        assessment.*,
        {{ working_days_between('started', 'authorised') }} as working_days,
    from {{ ref('int_children__assessment') }} as assessment
    left join {{ ref('int_calendar__working_day') }} as started
        on assessment.start_date = started.day
    left join {{ ref('int_calendar__working_day') }} as authorised
        on assessment.authorisation_date = authorised.day

),

completed as (

    -- In the month of authorisation; what is still open is neither in time nor late.
    select
        submission_id,
        'month' as period_basis,
        last_day(authorisation_date) as period_end,
        child_key,
        {{ age_band(age_on('date_of_birth', 'authorisation_date')) }} as age_band,
        gender,
        ethnicity,
        disability,
        team,
        area,
        1 as amount,
        {{ counted_in({
            'assessments_completed': 'true',
            'assessments_completed_45wd': 'working_days <= 45',
            'assessments_child_seen': "child_seen = 'yes'",
            'assessments_with_support': "needs_support = 'yes'",
        }) }},
    from assessments
    where authorisation_date is not null

),

durations as (

    select
        submission_id,
        'month' as period_basis,
        last_day(authorisation_date) as period_end,
        child_key,
        {{ age_band(age_on('date_of_birth', 'authorisation_date')) }} as age_band,
        gender,
        ethnicity,
        disability,
        team,
        area,
        working_days as amount,
        'assessment_working_days' as measure_code,
    from assessments
    where authorisation_date is not null

),

open_at_end as (

    select
        assessments.submission_id,
        'snapshot' as period_basis,
        period.period_end,
        assessments.child_key,
        {{ age_band(age_on('assessments.date_of_birth', 'period.period_end')) }} as age_band,
        assessments.gender,
        assessments.ethnicity,
        assessments.disability,
        assessments.team,
        assessments.area,
        1 as amount,
        'assessments_open' as measure_code,
    from assessments
    inner join {{ ref('int_children__period') }} as period
        on assessments.submission_id = period.submission_id
        and period.list = 'assessments'
        and period.covers_stock
        and {{ is_open_on('period.period_end', 'assessments.start_date', 'assessments.authorisation_date') }}

),

-- A conference may follow an enquiry of an earlier list: enquiries are taken as known when the list came, each from the newest list that has it.
enquiries_known as (

    select
        lists.submission_id,
        lists.sequence as list_sequence,
        enquiry.* exclude (submission_id, sequence),
    from {{ ref('int_children__list') }} as lists
    inner join {{ ref('int_children__section_47') }} as enquiry
        on lists.authority_code = enquiry.authority_code
        and {{ known_at('enquiry', 'lists.sequence') }}
    where lists.list = 'section_47'
    qualify enquiry.sequence = max(enquiry.sequence) over (partition by lists.submission_id, enquiry.child_key, enquiry.strategy_discussion_date)

),

enquiries as (

    select
        submission_id,
        'month' as period_basis,
        last_day(strategy_discussion_date) as period_end,
        child_key,
        {{ age_band('age_at_start') }} as age_band,
        gender,
        ethnicity,
        disability,
        team,
        area,
        1 as amount,
        {{ counted_in({
            'section_47_count': 'true',
            'section_47_to_icpc': 'conference_date is not null',
        }) }},
    from {{ ref('int_children__section_47') }}

),

conferences as (

    select
        enquiry.submission_id,
        'month' as period_basis,
        last_day(enquiry.conference_date) as period_end,
        enquiry.child_key,
        {{ age_band('enquiry.age_at_conference') }} as age_band,
        enquiry.gender,
        enquiry.ethnicity,
        enquiry.disability,
        enquiry.team,
        enquiry.area,
        1 as amount,
        {{ counted_in({
            'icpc_count': 'true',
            'icpc_in_time': working_days_between('started', 'held') ~ ' <= 15',
            'icpc_to_plan': "enquiry.led_to_plan = 'yes'",
        }) }},
    from enquiries_known as enquiry
    left join {{ ref('int_calendar__working_day') }} as started
        on enquiry.strategy_discussion_date = started.day
    left join {{ ref('int_calendar__working_day') }} as held
        on enquiry.conference_date = held.day
    where enquiry.conference_date is not null

),

final as (

    select * from completed
    union all by name
    select * from durations
    union all by name
    select * from open_at_end
    union all by name
    select * from enquiries
    union all by name
    select * from conferences

)

select * from final
