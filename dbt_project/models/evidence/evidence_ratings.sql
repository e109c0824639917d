{{ config(tags=['before_gate']) }}

-- Do printed colours, arrows and targets agree with the figures beside them? One row a comparison. Only sure contradictions: where the
-- edge between two colours is not known, a colour is held against the colours of the same line, not against an edge.

with figures as (

    select
        figure.*,
        indicator.polarity,
        indicator.is_key_indicator,
        upper(figure.printed_rag) as colour,
        coalesce(figure.section, '') as place,
        date_trunc('month', figure.period_end) as month,
    from {{ ref('evidence_figure') }} as figure
    inner join {{ ref('reg_indicator') }} as indicator
        on figure.indicator_code = indicator.indicator_code
    where not figure.is_published and figure.return_name <> 'contact_matrix'

),

actuals as (

    select *
    from figures
    where role = 'actual' and period_start is not null

),

-- The figure that an arrow looks back to: of the month before, and, for what runs on from April, of the same month a year before.
arrows as (

    select
        figure.figure_id,
        any_value(figure.submission_id) as submission_id,
        any_value(figure.authority_code) as authority_code,
        any_value(figure.indicator_code) as indicator_code,
        any_value(figure.indicator_name) as indicator_name,
        any_value(figure.period_start) as period_start,
        any_value(figure.figure_name) as figure_name,
        any_value(figure.section) as section,
        any_value(figure.polarity) as polarity,
        any_value(figure.time_basis) as time_basis,
        any_value(figure.printed_direction) as arrow,
        any_value(figure.value) as value,
        any_value(figure.cell) as cell,
        any_value(figure.source_ref) as source_ref,
        any_value(figure.known_from) as known_from,
        arg_min(earlier.value, earlier.place <> figure.place) filter (where date_diff('month', earlier.month, figure.month) = 1) as before,
        arg_min(earlier.cell, earlier.place <> figure.place) filter (where date_diff('month', earlier.month, figure.month) = 1) as cell_before,
        arg_min(earlier.value, earlier.place <> figure.place) filter (where date_diff('month', earlier.month, figure.month) = 12) as year_before,
        arg_min(earlier.cell, earlier.place <> figure.place) filter (where date_diff('month', earlier.month, figure.month) = 12) as cell_year_before,
    from actuals as figure
    inner join actuals as earlier
        on figure.submission_id = earlier.submission_id
        and figure.authority_code = earlier.authority_code
        and figure.indicator_code = earlier.indicator_code
        and figure.breakdown_dimension = earlier.breakdown_dimension
        and figure.breakdown_value = earlier.breakdown_value
        and figure.period_basis = earlier.period_basis
        and earlier.value is not null
        and earlier.month < figure.month
    where figure.printed_direction in ('↑', '↓', '→') and figure.value is not null
    group by figure.figure_id

),

-- The two ways in which reports use arrows: up is more, or up is better. (Of what has no better, up is more in both.)
read_arrows as (

    select
        *,
        case arrow when '↑' then 1 when '↓' then -1 else 0 end as pointed,
        sign(value - before)::int as moved,
        case when time_basis in ('cumulative_ytd', 'rolling_12m') then sign(value - year_before)::int end as moved_in_year,
        case polarity when 'lower' then -1 else 1 end as better,
        abs(value - before) / nullif(abs(before), 0) as share_moved,
    from arrows
    where before is not null

),

explained_arrows as (

    select
        *,
        pointed = moved or coalesce(pointed = moved_in_year, false) as is_more,
        pointed = moved * better or coalesce(pointed = moved_in_year * better, false) as is_better,
    from read_arrows

),

-- Which of the two a report uses, its own arrows say; and how small a change it still gives an arrow.
conventions as (

    select
        submission_id,
        count(*) filter (where pointed <> 0) as n_arrows,
        count(*) filter (where pointed <> 0 and is_more) as n_more,
        count(*) filter (where pointed <> 0 and is_better) as n_better,
        min(share_moved) filter (where pointed <> 0 and moved <> 0) as smallest_move,
    from explained_arrows
    group by submission_id

),

judged_arrows as (

    select
        'validity.arrow_contradicts' as rule_id,
        arrow.submission_id,
        arrow.authority_code,
        arrow.indicator_code,
        arrow.period_start,
        'arrow of ' || arrow.figure_name || coalesce(' in ' || arrow.section, '') as subject,
        arrow.indicator_name as cause,
        case when convention.n_more >= convention.n_better then arrow.moved else arrow.moved * arrow.better end::double as expected,
        arrow.pointed::double as observed,
        case
            when arrow.pointed = 0 then case when arrow.share_moved > convention.smallest_move then -arrow.moved else 0 end
            when convention.n_more >= convention.n_better and arrow.is_more then 0
            when convention.n_better >= convention.n_more and arrow.is_better then 0
            -- A report whose arrows no convention explains for the most part means something else by them.
            when greatest(convention.n_more, convention.n_better) < 0.75 * convention.n_arrows then 0
            else arrow.pointed - arrow.moved
        end::double as difference,
        0.0 as tolerance,
        false as is_published,
        list_filter([
            arrow.cell,
            {'what': 'arrow', 'value': arrow.arrow, 'where': arrow.source_ref},
            arrow.cell_before,
            {
                'what': 'arrows of this return that mean more, that mean better, of how many',
                'value': printf('%d, %d, %d', convention.n_more, convention.n_better, convention.n_arrows),
                'where': ''
            }
        ], lambda one: one is not null) as cells,
        arrow.source_ref,
        arrow.known_from,
    from explained_arrows as arrow
    inner join conventions as convention on arrow.submission_id = convention.submission_id
    where convention.n_arrows >= 4

),

-- A level arrow, or one that points, against nothing at all.
arrow_without_figure as (

    select
        'completeness.arrow_without_figure' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        'arrow of ' || figure_name || coalesce(' in ' || section, '') as subject,
        indicator_name as cause,
        0.0 as expected,
        case when value is null then 1.0 else 0.0 end as observed,
        case when value is null then 1.0 else 0.0 end as difference,
        0.0 as tolerance,
        false as is_published,
        [cell, {'what': 'arrow', 'value': printed_direction, 'where': source_ref}] as cells,
        source_ref,
        known_from,
    from actuals
    where printed_direction in ('↑', '↓', '→')

),

rating_without_figure as (

    select
        'completeness.rating_without_figure' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        'colour of ' || figure_name || coalesce(' in ' || section, '') as subject,
        indicator_name as cause,
        0.0 as expected,
        case when value is null then 1.0 else 0.0 end as observed,
        case when value is null then 1.0 else 0.0 end as difference,
        0.0 as tolerance,
        false as is_published,
        [cell, {'what': 'colour', 'value': printed_rag, 'where': source_ref}] as cells,
        source_ref,
        known_from,
    from actuals
    where colour in ('RED', 'AMBER', 'GREEN')

),

targets as (

    select *
    from figures
    where role = 'target' and value is not null

),

-- A figure and the target printed for it: of its own period, or of the row where the target has none.
rated as (

    select
        figure.figure_id,
        any_value(figure.submission_id) as submission_id,
        any_value(figure.authority_code) as authority_code,
        any_value(figure.indicator_code) as indicator_code,
        any_value(figure.indicator_name) as indicator_name,
        any_value(figure.breakdown_dimension) as breakdown_dimension,
        any_value(figure.breakdown_value) as breakdown_value,
        any_value(figure.place) as place,
        any_value(figure.section) as section,
        any_value(figure.period_start) as period_start,
        any_value(figure.period_end) as period_end,
        any_value(figure.figure_name) as figure_name,
        any_value(figure.polarity) as polarity,
        any_value(figure.colour) as colour,
        any_value(figure.value) as value,
        any_value(figure.half_unit) as half_unit,
        any_value(figure.cell) as cell,
        any_value(figure.source_ref) as source_ref,
        any_value(figure.known_from) as known_from,
        any_value(target.value) as target,
        any_value(target.cell) as target_cell,
        bool_or(target.period_end is null or target.period_end = figure.period_end) as is_due,
    from actuals as figure
    inner join targets as target
        on figure.submission_id = target.submission_id
        and figure.authority_code = target.authority_code
        and figure.indicator_code = target.indicator_code
        and figure.breakdown_dimension = target.breakdown_dimension
        and figure.breakdown_value = target.breakdown_value
        and figure.place = target.place
        and (target.period_end is null or target.period_end = figure.period_end or target.period_end > figure.period_end and target.period_basis is null)
    where figure.colour in ('RED', 'AMBER', 'GREEN') and figure.value is not null
    group by figure.figure_id
    having count(distinct target.value) = 1

),

-- Green while the target is missed, red while it is met. A target for a later day can be missed in green, on the way to it.
colour_against_target as (

    select
        'validity.colour_contradicts_target' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        'colour of ' || figure_name || coalesce(' in ' || section, '') || ', against its target' as subject,
        indicator_name as cause,
        target as expected,
        value as observed,
        case
            when colour = 'RED' and polarity = 'higher' then greatest(value - target, 0.0)
            when colour = 'RED' and polarity = 'lower' then greatest(target - value, 0.0)
            when colour = 'GREEN' and is_due and polarity = 'higher' then greatest(target - value, 0.0)
            when colour = 'GREEN' and is_due and polarity = 'lower' then greatest(value - target, 0.0)
            else 0.0
        end as difference,
        half_unit + 1e-6 as tolerance,
        false as is_published,
        [cell, {'what': 'colour', 'value': colour, 'where': source_ref}, target_cell] as cells,
        source_ref,
        known_from,
    from rated
    where polarity in ('higher', 'lower')

),

ranked_colours as (

    select
        *,
        case polarity when 'higher' then value when 'lower' then -value else -abs(value - target) end as goodness,
        case colour when 'GREEN' then 3 when 'AMBER' then 2 else 1 end as rank,
    from rated
    where polarity in ('higher', 'lower', 'closest_to_target')

),

-- Against one target, the better figure never has the worse colour, wherever the edges lie.
colour_pairs as (

    select
        better.submission_id,
        better.authority_code,
        better.indicator_code,
        better.indicator_name,
        better.place,
        better.section,
        better.breakdown_value,
        better.target,
        better.goodness - worse.goodness as gap,
        better.rank < worse.rank and better.goodness > worse.goodness + 1e-9 as is_upside_down,
        worse.figure_name,
        worse.period_start,
        worse.cell as worse_cell,
        {'what': 'its colour', 'value': worse.colour, 'where': worse.source_ref} as worse_colour,
        better.cell as better_cell,
        {'what': 'its colour', 'value': better.colour, 'where': better.source_ref} as better_colour,
        better.target_cell,
        worse.source_ref,
        worse.known_from,
    from ranked_colours as better
    inner join ranked_colours as worse
        on better.submission_id = worse.submission_id
        and better.authority_code = worse.authority_code
        and better.indicator_code = worse.indicator_code
        and better.place = worse.place
        and better.breakdown_value = worse.breakdown_value
        and better.target = worse.target
        and better.figure_id <> worse.figure_id

),

colours_in_order as (

    select
        'validity.colours_upside_down' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        arg_max(period_start, case when is_upside_down then gap else -1e9 + gap end) as period_start,
        'colours of ' || any_value(indicator_name) || coalesce(' in ' || any_value(section), '') || ', for the target of '
            || regexp_replace(cast(target as varchar), '\.0$', '') as subject,
        any_value(indicator_name) as cause,
        0.0 as expected,
        coalesce(max(gap) filter (where is_upside_down), 0.0) as observed,
        coalesce(max(gap) filter (where is_upside_down), 0.0) as difference,
        0.0 as tolerance,
        false as is_published,
        arg_max(
            [worse_cell, worse_colour, better_cell, better_colour, target_cell], case when is_upside_down then gap else -1e9 + gap end
        ) as cells,
        arg_max(source_ref, case when is_upside_down then gap else -1e9 + gap end) as source_ref,
        min(known_from) as known_from,
    from colour_pairs
    group by submission_id, authority_code, indicator_code, place, breakdown_value, target

),

-- A colour was due and is not there: its table rates others, and a target of the authority is in force.
rating_left_out as (

    select
        'completeness.rating_left_out' as rule_id,
        figure.submission_id,
        figure.authority_code,
        figure.indicator_code,
        figure.period_start,
        'colour of ' || figure.figure_name || coalesce(' in ' || figure.section, '') as subject,
        figure.indicator_name as cause,
        1.0 as expected,
        case when figure.colour in ('RED', 'AMBER', 'GREEN') then 1.0 else 0.0 end as observed,
        case when figure.colour in ('RED', 'AMBER', 'GREEN') then 0.0 else 1.0 end as difference,
        0.0 as tolerance,
        false as is_published,
        [
            figure.cell,
            {'what': 'colour', 'value': coalesce(figure.printed_rag, '(none)'), 'where': figure.source_ref},
            {
                'what': 'target in force',
                'value': coalesce(cast(goal.target as varchar), '') || coalesce(cast(goal.lower as varchar) || ' to ', '') || coalesce(cast(goal.upper as varchar), ''),
                'where': goal.origin
            }
        ] as cells,
        figure.source_ref,
        figure.known_from,
    from actuals as figure
    inner join {{ ref('reg_target') }} as goal
        on figure.authority_code = goal.authority_code
        and figure.indicator_code = goal.indicator
        and figure.period_end >= goal.valid_from
        and (goal.valid_to is null or figure.period_end <= goal.valid_to)
        and figure.period_basis in (goal.per, 'snapshot')
    where figure.value is not null and figure.printed_rag is not null and figure.breakdown_dimension = 'all' and figure.is_key_indicator
        and exists (
            select 1
            from actuals as other
            where other.submission_id = figure.submission_id and other.place = figure.place and other.colour in ('RED', 'AMBER', 'GREEN')
        )
    qualify row_number() over (partition by figure.figure_id order by goal.valid_from desc, goal.origin) = 1

),

-- Ten times the figure it is for, or a tenth: a target in another unit, or of another period.
target_scale as (

    select
        'validity.target_scale' as rule_id,
        target.submission_id,
        target.authority_code,
        target.indicator_code,
        target.period_start,
        target.figure_name || coalesce(' in ' || target.section, '') || ', against its figures' as subject,
        target.indicator_name as cause,
        median(figure.value) as expected,
        any_value(target.value) as observed,
        case
            when greatest(any_value(target.value) / median(figure.value), median(figure.value) / any_value(target.value)) >= 10
                then any_value(target.value) - median(figure.value)
            else 0.0
        end as difference,
        0.0 as tolerance,
        false as is_published,
        list_prepend(any_value(target.cell), list_slice(list(figure.cell order by figure.period_end desc), 1, 3)) as cells,
        any_value(target.source_ref) as source_ref,
        any_value(target.known_from) as known_from,
    from targets as target
    inner join actuals as figure
        on target.submission_id = figure.submission_id
        and target.authority_code = figure.authority_code
        and target.indicator_code = figure.indicator_code
        and target.breakdown_value = figure.breakdown_value
        and (target.period_basis is null or target.period_basis = figure.period_basis)
        and figure.value > 0
        -- A running total is far from its year's target in spring.
        and figure.time_basis <> 'cumulative_ytd'
    where target.value > 0
    group by target.figure_id, target.submission_id, target.authority_code, target.indicator_code, target.period_start, target.figure_name, target.section,
        target.indicator_name

),

-- A percent sign at a figure that is no percentage: a rate or count was taken for a share.
percent_signs as (

    select
        'validity.percent_sign' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        figure_name || coalesce(' in ' || section, '') as subject,
        indicator_name as cause,
        0.0 as expected,
        case when value_text like '%\%%' escape '\' then 1.0 else 0.0 end as observed,
        case when value_text like '%\%%' escape '\' then 1.0 else 0.0 end as difference,
        0.0 as tolerance,
        false as is_published,
        [cell, {'what': 'unit of the indicator', 'value': replace(indicator_unit, '_', ' '), 'where': ''}] as cells,
        source_ref,
        known_from,
    from figures
    where value is not null and value_text is not null and indicator_unit <> 'percent'
        and role in ('actual', 'target', 'baseline', 'projection', 'benchmark', 'average')

),

-- Key indicators that have a target and no figure at all, one row a return.
targets_without_figures as (

    select
        target.submission_id,
        target.authority_code,
        target.indicator_code,
        any_value(target.indicator_name) as indicator_name,
        any_value(target.cell) as cell,
        any_value(target.source_ref) as source_ref,
        any_value(target.known_from) as known_from,
        count(figure.value) as n_figures,
    from targets as target
    -- The cells are there, and empty. A return that holds targets alone holds them for another.
    inner join actuals as figure
        on target.submission_id = figure.submission_id
        and target.authority_code = figure.authority_code
        and target.indicator_code = figure.indicator_code
        and target.place = figure.place
    where target.is_key_indicator
    group by target.submission_id, target.authority_code, target.indicator_code

),

target_without_figure as (

    select
        'completeness.target_without_figure' as rule_id,
        submission_id,
        authority_code,
        cast(null as varchar) as indicator_code,
        cast(null as date) as period_start,
        'key indicators with a target and no figure' as subject,
        'targets without figures' as cause,
        0.0 as expected,
        count(*) filter (where n_figures = 0)::double as observed,
        count(*) filter (where n_figures = 0)::double as difference,
        0.0 as tolerance,
        false as is_published,
        coalesce(list(cell order by source_ref) filter (where n_figures = 0), []) as cells,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
    from targets_without_figures
    group by submission_id, authority_code

)

{{ folded_evidence([
    'judged_arrows', 'arrow_without_figure', 'rating_without_figure', 'colour_against_target', 'colours_in_order', 'rating_left_out',
    'target_scale', 'percent_signs', 'target_without_figure',
]) }}
