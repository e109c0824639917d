-- Assessments open on the day of the newest list, with the working days they have been open; the limit is 45.

with opened as (

    select
        assessment.authority_code,
        assessment.submission_id,
        assessment.as_at,
        assessment.child_key,
        assessment.age,
        {{ age_band('assessment.age') }} as age_band,
        assessment.team,
        assessment.area,
        assessment.worker_key,
        assessment.start_date,
        {{ working_days_between('started', 'today') }} as working_days_open,
    from {{ ref('int_children__assessment') }} as assessment
    left join {{ ref('int_calendar__working_day') }} as started
        on assessment.start_date = started.day
    left join {{ ref('int_calendar__working_day') }} as today
        on assessment.as_at = today.day
    where assessment.is_latest_list
        and {{ is_open_on('assessment.as_at', 'assessment.start_date', 'assessment.authorisation_date') }}

),

final as (

    select
        authority_code,
        submission_id,
        as_at,
        child_key,
        age,
        age_band,
        team,
        area,
        worker_key,
        start_date,
        cast(working_days_open as integer) as working_days_open,
        case
            when working_days_open is null then 'unknown'
            when working_days_open <= 10 then '0-10'
            when working_days_open <= 20 then '11-20'
            when working_days_open <= 35 then '21-35'
            when working_days_open <= 45 then '36-45'
            else 'over 45'
        end as working_days_band,
    from opened

)

select * from final
