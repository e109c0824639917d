-- The calendar of working days: Mondays to Fridays that are no bank holiday of England, counted up, so that the difference of two days is the number of
-- working days after the one up to and with the other. It ends with the registered bank holidays.

with days as (

    select cast(day as date) as day
    from generate_series(
        (select date_trunc('year', min(bank_holiday)) from {{ ref('reg_bank_holiday') }}),
        (select date_trunc('year', max(bank_holiday)) + interval 1 year - interval 1 day from {{ ref('reg_bank_holiday') }}),
        interval 1 day
    ) as series(day)

),

final as (

    select
        days.day,
        isodow(days.day) < 6 and holidays.bank_holiday is null as is_working_day,
        count(*) filter (where isodow(days.day) < 6 and holidays.bank_holiday is null) over (order by days.day) as working_days_so_far,
    from days
    left join {{ ref('reg_bank_holiday') }} as holidays
        on days.day = holidays.bank_holiday

)

select * from final
