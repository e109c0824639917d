-- Figures of published tables that are worth a phone call: possible, and so unlike the same authority in other years, or all others in
-- that year, that somebody should ask. One row an authority, indicator and year that could be judged. `observed` says how surprising:
-- the power of ten of the odds, or the distance in standard deviations.

with newest as (

    select *
    from {{ ref('evidence_figure') }}
    where is_published and is_local_authority and role = 'actual' and period_basis in ('year', 'snapshot')
        and breakdown_dimension = 'all' and indicator_code is not null and value is not null
    qualify row_number() over (
        partition by authority_code, indicator_code, period_end order by known_from desc, received_at desc, submission_id desc, source_ref
    ) = 1

),

-- Every plan a repeat plan, no referral a re-referral: how likely, if the authority were among the highest (lowest) twentieth of all.
shares as (

    select
        *,
        quantile_cont(value, 0.95) over everyone / 100.0 as high,
        quantile_cont(value, 0.05) over everyone / 100.0 as low,
        count(*) over everyone as n_authorities,
    from newest
    where kind = 'percent' and denominator >= 10 and numerator is not null
    window everyone as (partition by indicator_code, period_end)

),

share_at_bound as (

    select
        'accuracy.share_at_its_bound' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        figure_name as subject,
        'published table ' || coalesce(section, '') || ', year from ' || strftime(period_start, '%b %Y') as cause,
        case when value >= 50 then 100.0 * high else 100.0 * low end as expected,
        value as observed,
        case
            when value >= 100 and high < 1 and high > 0 then -denominator * log10(high)
            when value = 0 and low > 0 and low < 1 then -denominator * log10(1 - low)
            else 0.0
        end as difference,
        -- Once in ten thousand: so many shares of authorities are published in some ten years.
        4.0 as tolerance,
        true as is_published,
        [
            cell,
            {'what': 'numerator', 'value': regexp_replace(cast(numerator as varchar), '\.0$', ''), 'where': source_ref},
            {'what': 'denominator', 'value': regexp_replace(cast(denominator as varchar), '\.0$', ''), 'where': source_ref},
            {
                'what': 'nineteen of twenty authorities lie between',
                'value': printf('%.1f and %.1f %%', 100 * low, 100 * high),
                'where': ''
            }
        ] as cells,
        source_ref,
        known_from,
    from shares
    where n_authorities >= 8

),

counts as (

    select
        *,
        lag(value) over years as before,
        lag(cell) over years as cell_before,
        lag(period_end) over years as end_before,
        lead(value) over years as after,
        lead(cell) over years as cell_after,
        lead(period_end) over years as end_after,
    from newest
    where kind = 'count' and indicator_code <> 'population_0_17'
    window years as (partition by authority_code, indicator_code order by period_end)

),

-- Nothing at all between two years with many.
zeros as (

    select
        'accuracy.nought_among_many' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        figure_name as subject,
        'published table ' || coalesce(section, '') || ', year from ' || strftime(period_start, '%b %Y') as cause,
        least(before, after) as expected,
        value as observed,
        -- By chance nought comes of so many once in e to the power of them.
        case when value = 0 then least(before, after) / ln(10) else 0.0 end as difference,
        -- Authorities differ from year to year by more than chance; thirty either side are not that.
        30 / ln(10) as tolerance,
        true as is_published,
        [cell_before, cell, cell_after] as cells,
        source_ref,
        known_from,
    from counts
    where before is not null and after is not null and end_before >= period_end - interval 14 month and end_after <= period_end + interval 14 month

),

-- Several counts of one table to the digit as they were the year before: last year's row was sent again.
repeats as (

    select
        submission_id,
        authority_code,
        period_start,
        section,
        count(*) as n_counts,
        count(*) filter (where value = before) as n_same,
        list_concat(
            list(cell order by indicator_code) filter (where value = before),
            list(cell_before order by indicator_code) filter (where value = before)
        ) as cells,
        any_value(cell) as any_cell,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
    from counts
    where value >= 30 and before is not null and value = round(value) and end_before >= period_end - interval 14 month
    group by submission_id, authority_code, period_start, section
    having count(*) >= 3

),

row_sent_again as (

    select
        'accuracy.last_year_again' as rule_id,
        submission_id,
        authority_code,
        cast(null as varchar) as indicator_code,
        period_start,
        'table ' || coalesce(section, '') || ', year from ' || strftime(period_start, '%b %Y') || ', against the year before' as subject,
        'published table ' || coalesce(section, '') || ', year from ' || strftime(period_start, '%b %Y') as cause,
        0.0 as expected,
        n_same::double as observed,
        n_same::double as difference,
        -- One count in fifty comes out the same by chance. Two of a table do, here and there, and more of what is nearly the same count.
        greatest(2.0, 0.34 * n_counts) as tolerance,
        true as is_published,
        coalesce(cells, [any_cell]) as cells,
        source_ref,
        known_from,
    from repeats

),

-- The change from year to year, on a log scale, against that of all authorities: what chance of counts explains, and what authorities
-- differ by besides.
changes as (

    select
        *,
        ln(value / before) as change,
        1 / value + 1 / before as chance,
        median(ln(value / before)) over everyone as usual_change,
    from counts
    where value >= 5 and before >= 5 and end_before >= period_end - interval 14 month
    window everyone as (partition by indicator_code, period_end)

),

spread as (

    select
        *,
        median(abs(change - usual_change)) over everyone * 1.4826 as scale,
        median(chance) over everyone as usual_chance,
        count(*) over everyone as n_authorities,
    from changes
    window everyone as (partition by indicator_code, period_end)

),

distances as (

    select
        *,
        (change - usual_change) / sqrt(chance + greatest(scale * scale - usual_chance, 0.0)) as distance,
    from spread
    where n_authorities >= 8 and scale > 0

),

with_return as (

    select
        *,
        lead(distance) over years as next_distance,
        lead(period_end) over years as next_end,
    from distances
    window years as (partition by authority_code, indicator_code order by period_end)

),

-- There and back: far out for one year, in the other direction the next.
spikes as (

    select
        'accuracy.one_year_out_of_line' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        figure_name as subject,
        'published table ' || coalesce(section, '') || ', year from ' || strftime(period_start, '%b %Y') as cause,
        sqrt(before * after) as expected,
        value as observed,
        case when sign(distance) <> sign(next_distance) then least(abs(distance), abs(next_distance)) else 0.0 end as difference,
        5.0 as tolerance,
        true as is_published,
        [
            cell_before,
            cell,
            cell_after,
            {'what': 'distance of the two changes from those of all authorities, in standard deviations', 'value': printf('%.1f, %.1f', distance, next_distance), 'where': ''}
        ] as cells,
        source_ref,
        known_from,
    from with_return
    where next_distance is not null and next_end <= period_end + interval 14 month

),

steps as (

    select
        'accuracy.change_far_outside' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        figure_name || ', against the year before' as subject,
        'published table ' || coalesce(section, '') || ', year from ' || strftime(period_start, '%b %Y') as cause,
        before * exp(usual_change) as expected,
        value as observed,
        -- What comes back the next year is the other rule's, both years of it.
        case
            when next_distance is not null and sign(distance) <> sign(next_distance) and abs(next_distance) > 5 then 0.0
            when previous_distance is not null and sign(distance) <> sign(previous_distance) and abs(previous_distance) > 5 then 0.0
            else distance
        end as difference,
        8.0 as tolerance,
        true as is_published,
        [
            cell_before,
            cell,
            {'what': 'distance of the change from those of all authorities, in standard deviations', 'value': printf('%.1f', distance), 'where': ''},
            {'what': 'usual change of the year', 'value': printf('%+.0f %%', 100 * (exp(usual_change) - 1)), 'where': ''}
        ] as cells,
        source_ref,
        known_from,
    from (
        select
            *,
            lag(distance) over (partition by authority_code, indicator_code order by period_end) as previous_distance,
        from with_return
    )

),

-- A breakdown whose parts are all the same number.
parts as (

    select
        figure.submission_id,
        figure.authority_code,
        figure.indicator_code,
        figure.period_start,
        figure.breakdown_dimension,
        any_value(figure.indicator_name) as indicator_name,
        any_value(figure.section) as section,
        count(*) as n_parts,
        count(distinct figure.value) as n_different,
        min(figure.value) as part,
        list(figure.cell order by figure.source_ref) as cells,
        min(figure.source_ref) as source_ref,
        min(figure.known_from) as known_from,
    from {{ ref('evidence_figure') }} as figure
    where figure.is_published and figure.is_local_authority and figure.role = 'actual' and figure.kind = 'count'
        and figure.breakdown_dimension not in ('all') and figure.breakdown_dimension not like '%|%' and figure.value is not null
        and figure.period_basis in ('year', 'snapshot') and figure.indicator_code is not null
    group by figure.submission_id, figure.authority_code, figure.indicator_code, figure.period_start, figure.breakdown_dimension
    having count(*) >= 3 and min(figure.value) >= 10

),

identical_parts as (

    select
        'accuracy.identical_parts' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        indicator_name || ' by ' || replace(breakdown_dimension, '_', ' ') || ', year from ' || strftime(period_start, '%b %Y') as subject,
        'published table ' || coalesce(section, '') || ', year from ' || strftime(period_start, '%b %Y') as cause,
        0.0 as expected,
        part as observed,
        -- Parts of about that size differ by its root; that all are one number is as likely as the product.
        case when n_different = 1 then (n_parts - 1) * log10(2 * sqrt(pi() * part)) else 0.0 end as difference,
        2.0 as tolerance,
        true as is_published,
        cells,
        source_ref,
        known_from,
    from parts

),

-- The national count against the sum of its authorities, where each of them has a figure: one row a table and year.
with_gaps as (

    select
        *,
        authority_code in (select authority_code from {{ ref('reg_authority') }} where authority_type = 'england') as is_national,
    from {{ ref('evidence_figure') }}
    where is_published and role = 'actual' and period_basis in ('year', 'snapshot') and breakdown_dimension = 'all' and indicator_code is not null
        and kind = 'count'
    qualify row_number() over (
        partition by submission_id, authority_code, indicator_code, period_end, section order by source_ref
    ) = 1

),

sums as (

    select
        submission_id,
        indicator_code,
        period_end,
        section,
        sum(value) as total,
        count(*) as n_authorities,
        count(*) filter (where value is null) as n_without,
    from with_gaps
    where is_local_authority
    group by all

),

national_sums as (

    select
        national.submission_id,
        national.section,
        national.period_start,
        national.indicator_code,
        national.value,
        sums.total,
        -- Where an authority has no figure the national one holds an estimate for it, and can only be the larger.
        case when sums.n_without > 0 then least(national.value - sums.total, 0.0) else national.value - sums.total end as rest,
        -- The national figure is rounded to ten, its authorities are not; full-time equivalents are rounded each.
        5.0 + case when national.indicator_unit = 'fte' then 0.05 * sums.n_authorities else 0.0 end as leeway,
        national.cell,
        national.source_ref,
        national.known_from,
    from with_gaps as national
    inner join sums
        on national.submission_id = sums.submission_id
        and national.indicator_code = sums.indicator_code
        and national.period_end = sums.period_end
        and national.section is not distinct from sums.section
    where national.is_national and national.value is not null and sums.n_authorities >= 8

),

national_sum as (

    select
        'two_places.national_sum' as rule_id,
        submission_id,
        cast(null as varchar) as authority_code,
        cast(null as varchar) as indicator_code,
        period_start,
        'national counts of table ' || coalesce(section, '') || ', year from ' || strftime(period_start, '%b %Y') || ', against the sum of the authorities' as subject,
        'published table ' || coalesce(section, '') || ', year from ' || strftime(period_start, '%b %Y') as cause,
        arg_max(total, abs(rest) - leeway) as expected,
        arg_max(value, abs(rest) - leeway) as observed,
        arg_max(rest, abs(rest) - leeway) as difference,
        arg_max(leeway, abs(rest) - leeway) as tolerance,
        true as is_published,
        list_slice(list(cell order by abs(rest) - leeway desc), 1, 10) as cells,
        arg_max(source_ref, abs(rest) - leeway) as source_ref,
        min(known_from) as known_from,
    from national_sums
    group by submission_id, section, period_start

)

{{ folded_evidence(['share_at_bound', 'zeros', 'row_sent_again', 'spikes', 'steps', 'identical_parts', 'national_sum']) }}
