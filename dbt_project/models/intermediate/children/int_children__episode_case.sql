-- Children looked after by their episodes (SSDA903), as the measures count them: unlike the list of an inspection, episodes tell of every month end what the
-- placement was, how many there had been, which reviews were held and who was missing.

with episodes as (

    select * from {{ ref('int_children__episode') }}

),

-- Episodes as known when a return came, each from the newest return that has it.
episodes_known as (

    select
        lists.submission_id,
        lists.as_at as list_as_at,
        episode.* exclude (submission_id, as_at),
    from {{ ref('int_children__list') }} as lists
    inner join episodes as episode
        on lists.authority_code = episode.authority_code
        and {{ known_at('episode', 'lists.sequence') }}
    where lists.list = 'episodes'
    qualify episode.sequence = max(episode.sequence) over (partition by lists.submission_id, episode.child_key, episode.started_date)

),

care as (

    -- The day the present period of care began, and the number of the placement, both counted over the child's episodes in their order.
    select
        *,
        max(started_date) filter (where begins_care) over so_far as care_started_date,
        count(*) filter (where begins_placement) over so_far as placement_number,
    from episodes_known
    window so_far as (
        partition by submission_id, child_key
        order by started_date, source_row
        rows between unbounded preceding and current row
    )

),

placements as (

    select
        submission_id,
        child_key,
        care_started_date,
        placement_number,
        min(started_date) as placement_started,
        case when count(*) = count(ceased_date) then max(ceased_date) end as placement_ended,
        bool_and(is_temporary) as is_temporary,
    from care
    group by all

),

open_at_end as (

    select
        care.*,
        period.period_end,
        period.known_since,
    from care
    inner join {{ ref('int_children__period') }} as period
        on care.submission_id = period.submission_id
        and period.list = 'episodes'
        and period.covers_stock
        and {{ is_open_on('period.period_end', 'care.started_date', 'care.ceased_date') }}
    {{ one_a_child('care', 'started_date') }}

),

placements_in_year as (

    select
        open_at_end.submission_id,
        open_at_end.period_end,
        open_at_end.child_key,
        count(*) as n_placements,
    from open_at_end
    inner join placements
        on open_at_end.submission_id = placements.submission_id
        and open_at_end.child_key = placements.child_key
        and open_at_end.care_started_date is not distinct from placements.care_started_date
        and not placements.is_temporary
        and placements.placement_started <= open_at_end.period_end
        and (placements.placement_ended is null or placements.placement_ended > {{ months_after('open_at_end.period_end', -12) }})
    group by all

),

missing_in_year as (

    select distinct
        open_at_end.submission_id,
        open_at_end.period_end,
        open_at_end.child_key,
    from open_at_end
    inner join {{ ref('int_children__missing') }} as missing
        on open_at_end.authority_code = missing.authority_code
        and open_at_end.child_key = missing.child_key
        and missing.absence = 'missing'
        and missing.missing_start_date > {{ months_after('open_at_end.period_end', -12) }}
        and missing.missing_start_date <= open_at_end.period_end
    inner join {{ ref('int_children__list') }} as lists
        on open_at_end.submission_id = lists.submission_id
        and lists.list = 'missing'
        and {{ known_at('missing', 'lists.sequence') }}

),

reviews_held as (

    -- Reviews of the present period of care. Where it began before the records do, there were others before the first that is known.
    select
        open_at_end.submission_id,
        open_at_end.period_end,
        open_at_end.child_key,
        max(review.review_date) as last_review_date,
        count(distinct review.review_date)
        + if(coalesce(any_value(open_at_end.care_started_date) < any_value(open_at_end.known_since), true), 1, 0) as n_reviews,
    from open_at_end
    inner join {{ ref('int_children__review') }} as review
        on open_at_end.authority_code = review.authority_code
        and open_at_end.child_key = review.child_key
        and (open_at_end.care_started_date is null or review.review_date >= open_at_end.care_started_date)
        and review.review_date <= open_at_end.period_end
    inner join {{ ref('int_children__list') }} as lists
        on open_at_end.submission_id = lists.submission_id
        and lists.list = 'reviews'
        and {{ known_at('review', 'lists.sequence') }}
    group by all

),

unaccompanied as (

    select
        submission_id,
        child_key,
        -- Without a day the status lasts.
        max(coalesce(status_ceased_date, date '9999-12-31')) as status_ceased_date,
    from {{ ref('stg_ssda903__uasc') }}
    group by all

),

stock as (

    select
        open_at_end.submission_id,
        'snapshot' as period_basis,
        open_at_end.period_end,
        open_at_end.child_key,
        {{ age_band(age_on('open_at_end.date_of_birth', 'open_at_end.period_end')) }} as age_band,
        open_at_end.gender,
        open_at_end.ethnicity,
        {{ counted_in({
            'lac_count': 'true',
            'uasc_count': 'unaccompanied.status_ceased_date > open_at_end.period_end',
            'lac_3plus_placements_12m_count': 'placements_in_year.n_placements >= 3',
            'lac_out_of_county_20mi': "open_at_end.placement_location = 'out' and open_at_end.placement_distance > 20",
            'lac_review_up_to_date': "case
                    when reviews_held.last_review_date is null then first_review.due
                    when reviews_held.n_reviews = 1 then " ~ months_after('reviews_held.last_review_date', 3) ~ "
                    else " ~ months_after('reviews_held.last_review_date', 6) ~ "
                end >= open_at_end.period_end",
            'lac_missing_12m': 'missing_in_year.child_key is not null',
        }) }},
    from open_at_end
    left join placements_in_year
        on open_at_end.submission_id = placements_in_year.submission_id
        and open_at_end.period_end = placements_in_year.period_end
        and open_at_end.child_key = placements_in_year.child_key
    left join missing_in_year
        on open_at_end.submission_id = missing_in_year.submission_id
        and open_at_end.period_end = missing_in_year.period_end
        and open_at_end.child_key = missing_in_year.child_key
    left join reviews_held
        on open_at_end.submission_id = reviews_held.submission_id
        and open_at_end.period_end = reviews_held.period_end
        and open_at_end.child_key = reviews_held.child_key
    left join {{ ref('int_children__first_review') }} as first_review
        on open_at_end.care_started_date = first_review.day
    left join unaccompanied
        on open_at_end.submission_id = unaccompanied.submission_id
        and open_at_end.child_key = unaccompanied.child_key

),

flows as (

    select
        submission_id,
        'month' as period_basis,
        last_day(started_date) as period_end,
        child_key,
        {{ age_band('age_at_start') }} as age_band,
        gender,
        ethnicity,
        'lac_started' as measure_code,
    from episodes
    where begins_care
    union all by name
    select
        submission_id,
        'month' as period_basis,
        last_day(ceased_date) as period_end,
        child_key,
        {{ age_band(age_on('date_of_birth', 'ceased_date')) }} as age_band,
        gender,
        ethnicity,
        'lac_ceased' as measure_code,
    from episodes
    where ends_care
    union all by name
    select
        missing.submission_id,
        'month' as period_basis,
        last_day(missing.missing_start_date) as period_end,
        missing.child_key,
        {{ age_band(age_on('child.date_of_birth', 'missing.missing_start_date')) }} as age_band,
        child.gender,
        child.ethnicity,
        'missing_episodes_started' as measure_code,
    from {{ ref('int_children__missing') }} as missing
    left join (
        select submission_id, child_key, any_value(date_of_birth) as date_of_birth, any_value(gender) as gender, any_value(ethnicity) as ethnicity
        from episodes
        group by all
    ) as child
        on missing.submission_id = child.submission_id
        and missing.child_key = child.child_key
    where missing.absence = 'missing'

),

final as (

    select *, 1 as amount from stock
    union all by name
    select *, 1 as amount from flows

)

select * from final
