-- The months that each list can speak of: whole for what happened in them (covers_events), at their end for what was open then (covers_stock), and
-- the month end that is the day of the list itself (is_day_of_list), the only one for which it says how things stand.

with months as (

    select
        lists.*,
        cast(series.month as date) as period_start,
        last_day(cast(series.month as date)) as period_end,
    from {{ ref('int_children__list') }} as lists
    cross join lateral generate_series(
        date_trunc('month', lists.window_from - 1),
        date_trunc('month', lists.as_at),
        interval 1 month
    ) as series(month)

),

-- Since when lists hold what happened without a gap up to this one: where no list that had come covers the day before, the past is not known.
starts as (

    select
        lists.authority_code,
        lists.list,
        lists.sequence,
        max(earlier.window_from) as known_since,
    from {{ ref('int_children__list') }} as lists
    inner join {{ ref('int_children__list') }} as earlier
        on lists.authority_code = earlier.authority_code
        and lists.list = earlier.list
        and earlier.sequence <= lists.sequence
    left join {{ ref('int_children__list') }} as covering
        on earlier.authority_code = covering.authority_code
        and earlier.list = covering.list
        and covering.sequence <= lists.sequence
        and earlier.window_from - 1 between covering.window_from and covering.as_at
    where covering.sequence is null
    group by all

),

final as (

    select
        months.authority_code,
        months.list,
        months.return_name,
        months.submission_id,
        months.sequence,
        months.as_at,
        months.window_from,
        months.known_from,
        months.period_start,
        months.period_end,
        starts.known_since,
        months.period_start >= months.window_from and months.period_end <= months.as_at as covers_events,
        months.period_end between months.window_from - 1 and months.as_at as covers_stock,
        months.period_end = months.as_at as is_day_of_list,
    from months
    left join starts
        on months.authority_code = starts.authority_code
        and months.list = starts.list
        and months.sequence = starts.sequence
    where months.period_end between months.window_from - 1 and months.as_at

)

select * from final
