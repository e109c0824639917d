-- When the first review of a child looked after is due: within 20 working days of each day on which care may begin.

with days as (

    select * from {{ ref('int_calendar__working_day') }}

),

final as (

    select
        day.day,
        min(due.day) as due,
    from days as day
    inner join days as due
        on due.working_days_so_far = day.working_days_so_far + 20
        and due.is_working_day
    group by all

)

select * from final
