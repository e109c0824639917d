{#- One figure: its authority, period and breakdown. The measure stands beside it. -#}
{%- set period = 'authority_code, period_basis, period_start, period_end' -%}
{%- set table_key = period ~ ', breakdown_dimension' -%}
{%- set levels = [1, 2, 3] -%}
-- The measures of children as they may be shown outside their own authority: the one place where small numbers are hidden. Counts of 1 to 5 are hidden, and
-- whatever would give them away (CONTRIBUTING.md, "What is hidden and why that is enough"). All that is shared is made of this model; nothing shared reads
-- int_children__measure. Nought is shown. Breakdowns are those of the newest version.
--
-- How it is safe: for each hidden figure there is another world in which it is different and everything shown is the same. In a breakdown of a whole, children
-- can change places between the hidden items (two or more, with more children than items); every measure of them goes with them. Where a whole is shown and
-- its part hidden, children of two hidden items can exchange what makes them part of it.

with recursive roles as (

    select * from {{ ref('int_children__measure_role') }}

),

measures as (

    select
        measure.*,
        measure.known_to is null as is_newest,
        roles.role,
        roles.parent_code,
        roles.whole_code,
        roles.level,
        roles.register,
        roles.is_stock,
    from {{ ref('int_children__measure') }} as measure
    inner join roles on measure.measure_code = roles.measure_code

),

totals as (

    select * from measures where breakdown_dimension = 'all' and amount is not null

),

-- Totals ------------------------------------------------------------------------------------------------------------------------------------------------------

small_totals as (

    -- Small in any version, or so much of the whole that few are left: the rest is a number of children too.
    select
        total.measure_code,
        {% for column in period.split(', ') %}total.{{ column }}, {% endfor %}
        bool_or(
            (total.role in ('whole', 'part', 'rest') or total.measure_code = 'caseload_workers') and total.amount between 1 and 5
            or total.role = 'part' and abs(parent.amount - total.amount) between 1 and 5
        ) as is_small,
    from totals as total
    left join totals as parent
        on total.parent_code = parent.measure_code
        and total.submission_id = parent.submission_id
        and total.authority_code = parent.authority_code
        and total.period_basis = parent.period_basis
        and total.period_start is not distinct from parent.period_start
        and total.period_end = parent.period_end
    group by all

),

item_small as (

    -- A figure that is also an item of its whole's breakdown makes that item as small as itself, in all its versions.
    select
        roles.whole_code as measure_code,
        {% for column in period.split(', ') %}small_totals.{{ column }}, {% endfor %}
        roles.item_dimension as breakdown_dimension,
        roles.item_values,
        small_totals.is_small,
    from small_totals
    inner join roles on small_totals.measure_code = roles.measure_code
    where roles.item_values is not null

),

-- Breakdowns of wholes ----------------------------------------------------------------------------------------------------------------------------------------

with_areas as (

    select distinct
        authority_code,
        measure_code,
    from measures
    where is_newest and breakdown_dimension = 'area' and amount > 0 and breakdown_value not in ('unmapped', 'unknown')

),

newest as (

    select * from measures where is_newest and amount is not null and breakdown_dimension <> 'all'

),

with_unlisted as (

    -- Those for whom nothing is said (no team yet) are in no item, and yet are what is left of the total: an item like others, listed as '-' here and nowhere else.
    select * from newest
    union all
    select
        total.* replace (
            items.breakdown_dimension as breakdown_dimension,
            '-' as breakdown_value,
            total.amount - items.amount as amount
        ),
    from totals as total
    inner join (
        select
            submission_id,
            measure_code,
            {{ table_key }},
            sum(amount) as amount,
        from newest
        group by all
    ) as items
        on total.measure_code = items.measure_code
        and total.submission_id = items.submission_id
        {% for column in period.split(', ') %}and total.{{ column }} is not distinct from items.{{ column }} {% endfor %}
    where total.is_newest

),

broken_down as (

    -- No breakdown of flows of a register, of workers, nor of what is itself an item of that breakdown. Teams lie within areas, which a reader may know: where an
    -- authority gives both, areas are shared.
    select
        measures.*,
        -- Initial contacts are a total of their own: two sums are known, so each side is hidden by itself.
        measures.whole_code = 'contacts_received'
        and measures.breakdown_dimension = 'contact_class'
        and measures.breakdown_value in ('request_for_service', 'police_notification') as is_initial_class,
    from with_unlisted as measures
    left join roles on measures.measure_code = roles.measure_code and measures.breakdown_dimension = roles.item_dimension
    left join with_areas on measures.authority_code = with_areas.authority_code and measures.measure_code = with_areas.measure_code
    where measures.role <> 'worker'
        and coalesce(measures.is_stock, true)
        and roles.item_dimension is null
        and not (measures.measure_code = 'initial_contacts' and measures.breakdown_dimension = 'contact_class')
        and not (measures.breakdown_dimension = 'team' and with_areas.measure_code is not null)

),

whole_cells as (

    select
        cell.*,
        cell.amount between 1 and 5 or coalesce(item.is_small and cell.amount > 0, false) as is_small,
    from broken_down as cell
    inner join small_totals as total
        on cell.measure_code = total.measure_code
        and cell.authority_code = total.authority_code
        and cell.period_basis = total.period_basis
        and cell.period_start is not distinct from total.period_start
        and cell.period_end = total.period_end
    left join item_small as item
        on cell.measure_code = item.measure_code
        and cell.authority_code = item.authority_code
        and cell.period_basis = item.period_basis
        and cell.period_start is not distinct from item.period_start
        and cell.period_end = item.period_end
        and cell.breakdown_dimension = item.breakdown_dimension
        and list_contains(item.item_values, lower(cell.breakdown_value))
    left join small_totals as initial
        on initial.measure_code = 'initial_contacts'
        and cell.measure_code = 'contacts_received'
        and cell.breakdown_dimension = 'contact_class'
        and cell.authority_code = initial.authority_code
        and cell.period_basis = initial.period_basis
        and cell.period_start is not distinct from initial.period_start
        and cell.period_end = initial.period_end
    where cell.role = 'whole'
        and not total.is_small
        and not coalesce(initial.is_small, false)

),

whole_order as (

    -- The small ones first, then the next smallest: what is hidden is the shortest beginning that gives nothing away.
    select
        *,
        count(*) filter (where is_small) over one_sum as n_small,
        row_number() over in_order as place,
        sum(amount) over in_order as amount_so_far,
    from whole_cells
    where amount > 0
    window
        one_sum as (partition by measure_code, {{ table_key }}, is_initial_class),
        in_order as (
            partition by measure_code, {{ table_key }}, is_initial_class
            order by is_small desc, amount, breakdown_value
            rows between unbounded preceding and current row
        )

),

whole_length as (

    select
        measure_code,
        {{ table_key }},
        is_initial_class,
        case
            when max(n_small) = 0 then 0
            else min(place) filter (where place >= greatest(n_small, 2) and amount_so_far > greatest(place, 5))
        end as n_hidden,
    from whole_order
    group by all

),

whole_tables as (

    -- A breakdown that cannot be hidden in part is left out.
    select
        measure_code,
        {{ table_key }},
    from whole_length
    group by all
    having count(*) = count(n_hidden)

),

level_0 as (

    select
        cell.measure_code,
        {% for column in table_key.split(', ') %}cell.{{ column }}, {% endfor %}
        cell.breakdown_value,
        cell.amount,
        coalesce(ordered.place <= length.n_hidden, false) as is_hidden,
        is_hidden as is_whole_hidden,
    from whole_cells as cell
    inner join whole_tables
        on cell.measure_code = whole_tables.measure_code
        {% for column in table_key.split(', ') %}and cell.{{ column }} is not distinct from whole_tables.{{ column }} {% endfor %}
    left join whole_order as ordered
        on cell.measure_code = ordered.measure_code
        {% for column in table_key.split(', ') %}and cell.{{ column }} is not distinct from ordered.{{ column }} {% endfor %}
        and cell.breakdown_value = ordered.breakdown_value
    left join whole_length as length
        on cell.measure_code = length.measure_code
        {% for column in table_key.split(', ') %}and cell.{{ column }} is not distinct from length.{{ column }} {% endfor %}
        and cell.is_initial_class = length.is_initial_class

),

-- Which totals are hidden -------------------------------------------------------------------------------------------------------------------------------------

hidden_as_item as (

    select
        roles.measure_code,
        {% for column in period.split(', ') %}level_0.{{ column }}, {% endfor %}
        true as is_hidden,
    from level_0
    inner join roles
        on level_0.measure_code = roles.whole_code
        and level_0.breakdown_dimension = roles.item_dimension
        and list_contains(roles.item_values, lower(level_0.breakdown_value))
    where level_0.is_hidden
    group by all

),

own_reason as (

    select
        small_totals.* exclude (is_small),
        small_totals.is_small or coalesce(hidden_as_item.is_hidden, false) as is_hidden,
        roles.register,
        roles.is_stock,
        roles.level,
    from small_totals
    inner join roles on small_totals.measure_code = roles.measure_code
    left join hidden_as_item
        on small_totals.measure_code = hidden_as_item.measure_code
        {% for column in period.split(', ') %}and small_totals.{{ column }} is not distinct from hidden_as_item.{{ column }} {% endfor %}

),

register_reason as (

    -- Who came less who went is the difference of two stocks: with one flow hidden the other would tell it, and both would tell a hidden stock.
    select
        flow.authority_code,
        flow.register,
        flow.period_start,
        flow.period_end,
        bool_or(other.is_hidden) as is_hidden,
    from own_reason as flow
    inner join own_reason as other
        on flow.authority_code = other.authority_code
        and flow.register = other.register
        and other.level = 0
        and case
            when other.is_stock then other.period_end in (flow.period_end, cast(flow.period_start - interval 1 day as date))
            else other.period_end = flow.period_end
        end
    where flow.level = 0 and not flow.is_stock
    group by all

),

reasons as (

    select
        own_reason.*,
        own_reason.is_hidden or coalesce(register_reason.is_hidden and not own_reason.is_stock, false) as is_hidden_by_itself,
    from own_reason
    left join register_reason
        on own_reason.authority_code = register_reason.authority_code
        and own_reason.register = register_reason.register
        and own_reason.period_start = register_reason.period_start
        and own_reason.period_end = register_reason.period_end

),

hidden_totals as (

    -- A part goes with the whole it belongs to, at any remove.
    select
        reasons.measure_code,
        {% for column in period.split(', ') %}reasons.{{ column }}, {% endfor %}
        reasons.is_hidden_by_itself or coalesce(bool_or(ancestor.is_hidden_by_itself), false) as is_hidden,
    from reasons
    inner join roles on reasons.measure_code = roles.measure_code
    left join reasons as ancestor
        on list_contains(roles.ancestors, ancestor.measure_code)
        {% for column in period.split(', ') %}and reasons.{{ column }} is not distinct from ancestor.{{ column }} {% endfor %}
    group by
        reasons.measure_code,
        {% for column in period.split(', ') %}reasons.{{ column }}, {% endfor %}
        reasons.is_hidden_by_itself

),

-- Breakdowns of parts, nearest to the whole first -------------------------------------------------------------------------------------------------------------
{% for level in levels %}
part_cells_{{ level }} as (

    select
        cell.measure_code,
        cell.role,
        {% for column in table_key.split(', ') %}cell.{{ column }}, {% endfor %}
        cell.breakdown_value,
        cell.amount,
        parent.amount as of_amount,
        parent.is_hidden as is_parent_hidden,
        parent.is_whole_hidden,
        sum(cell.amount) filter (where parent.is_whole_hidden) over table_cells_{{ level }} as amount_in_hidden,
    from broken_down as cell
    inner join hidden_totals as total
        on cell.measure_code = total.measure_code
        {% for column in period.split(', ') %}and cell.{{ column }} is not distinct from total.{{ column }} {% endfor %}
        and not total.is_hidden
    inner join level_{{ level - 1 }} as parent
        on cell.parent_code = parent.measure_code
        {% for column in table_key.split(', ') %}and cell.{{ column }} is not distinct from parent.{{ column }} {% endfor %}
        and cell.breakdown_value = parent.breakdown_value
    where cell.level = {{ level }} and cell.role in ('part', 'amount')
    window table_cells_{{ level }} as (partition by cell.measure_code, {% for column in table_key.split(', ') %}cell.{{ column }}{{ ', ' if not loop.last }}{% endfor %})

),

part_marks_{{ level }} as (

    -- Where the whole is hidden: all is, unless nobody of the hidden ones is meant, which may be said. Where the whole is shown: a few, or all but a few.
    select
        *,
        case
            when is_whole_hidden then coalesce(amount_in_hidden, 0) > 0
            when is_parent_hidden then true
            else amount between 1 and 5 or abs(of_amount - amount) between 1 and 5
        end as is_small,
        -- Could it be one more, or one less, for all that a reader knows?
        is_small and if(is_parent_hidden, amount < of_amount, amount < of_amount - 1) or (not is_small and amount < of_amount) as can_rise,
        is_small and if(is_parent_hidden, amount > 0, amount > 1) or (not is_small and amount > 0) as can_fall,
    from part_cells_{{ level }}
    where role = 'part'

),

part_order_{{ level }} as (

    select
        *,
        count(*) filter (where is_small) over table_marks_{{ level }} as n_small,
        coalesce(bool_or(is_small and not is_whole_hidden) over table_marks_{{ level }}, false) as needs_more,
        row_number() over in_order_{{ level }} as place,
        count(*) filter (where can_rise or can_fall) over in_order_{{ level }} as n_moving,
        count(*) filter (where can_rise) over in_order_{{ level }} as n_rising,
        count(*) filter (where can_fall) over in_order_{{ level }} as n_falling,
        sum(amount) over in_order_{{ level }} as amount_so_far,
        sum(of_amount - amount) over in_order_{{ level }} as rest_so_far,
    from part_marks_{{ level }}
    -- Beyond those that must be hidden, only such as are neither nobody nor everybody help to hide them.
    where is_small or (amount > 0 and amount < of_amount)
    window
        table_marks_{{ level }} as (partition by measure_code, {{ table_key }}),
        in_order_{{ level }} as (
            partition by measure_code, {{ table_key }}
            order by is_small desc, least(amount, of_amount - amount), breakdown_value
            rows between unbounded preceding and current row
        )

),

part_length_{{ level }} as (

    select
        measure_code,
        {{ table_key }},
        case
            when not bool_or(needs_more) then max(n_small)
            else
                min(place) filter (
                    where place >= n_small
                        and n_moving >= 2
                        and n_rising >= 1
                        and n_falling >= 1
                        and amount_so_far > 5
                        and rest_so_far > 5
                )
        end as n_hidden,
    from part_order_{{ level }}
    group by all

),

level_{{ level }} as (

    select
        cell.measure_code,
        {% for column in table_key.split(', ') %}cell.{{ column }}, {% endfor %}
        cell.breakdown_value,
        cell.amount,
        coalesce(ordered.place <= length.n_hidden, false) as is_hidden,
        cell.is_whole_hidden,
    from part_marks_{{ level }} as cell
    left join part_order_{{ level }} as ordered
        on cell.measure_code = ordered.measure_code
        {% for column in table_key.split(', ') %}and cell.{{ column }} is not distinct from ordered.{{ column }} {% endfor %}
        and cell.breakdown_value = ordered.breakdown_value
    left join part_length_{{ level }} as length
        on cell.measure_code = length.measure_code
        {% for column in table_key.split(', ') %}and cell.{{ column }} is not distinct from length.{{ column }} {% endfor %}
    where length.measure_code is null or length.n_hidden is not null
    union all
    -- An amount belongs to the cases it is of.
    select
        measure_code,
        {{ table_key }},
        breakdown_value,
        amount,
        is_parent_hidden as is_hidden,
        is_whole_hidden,
    from part_cells_{{ level }}
    where role = 'amount'

),
{% endfor %}
rest_items as (

    -- What is left of a whole without a part: hidden where either of the two is.
    select
        cell.measure_code,
        {% for column in table_key.split(', ') %}cell.{{ column }}, {% endfor %}
        cell.breakdown_value,
        part.is_hidden or part.is_whole_hidden as is_hidden,
    from broken_down as cell
    inner join hidden_totals as total
        on cell.measure_code = total.measure_code
        {% for column in period.split(', ') %}and cell.{{ column }} is not distinct from total.{{ column }} {% endfor %}
        and not total.is_hidden
    inner join level_1 as part
        on cell.parent_code = part.measure_code
        {% for column in table_key.split(', ') %}and cell.{{ column }} is not distinct from part.{{ column }} {% endfor %}
        and cell.breakdown_value = part.breakdown_value
    where cell.role = 'rest'

),

verdicts as (

    select
        measure_code,
        {{ period }},
        'all' as breakdown_dimension,
        'all' as breakdown_value,
        is_hidden,
    from hidden_totals
    {%- for level in [0] + levels %}
    union all
    select
        measure_code,
        {{ table_key }},
        breakdown_value,
        is_hidden,
    from level_{{ level }}
    {%- endfor %}
    union all
    select * from rest_items

),

final as (

    select
        measure.submission_id,
        measure.authority_code,
        measure.list,
        measure.measure_code,
        measure.period_basis,
        measure.period_start,
        measure.period_end,
        measure.breakdown_dimension,
        measure.breakdown_value,
        if(verdicts.is_hidden, null, measure.amount) as amount,
        if(verdicts.is_hidden, 'suppressed', measure.value_status) as value_status,
        coalesce(verdicts.is_hidden, false) as is_suppressed,
        measure.known_from,
        measure.known_to,
        measure.version_number,
    from measures as measure
    left join verdicts
        on measure.measure_code = verdicts.measure_code
        {% for column in table_key.split(', ') %}and measure.{{ column }} is not distinct from verdicts.{{ column }} {% endfor %}
        and measure.breakdown_value = verdicts.breakdown_value
    where case
        -- No number, nothing to hide: too little history.
        when measure.amount is null then measure.breakdown_dimension = 'all'
        when measure.breakdown_dimension = 'all' then verdicts.is_hidden is not null
        else measure.is_newest and verdicts.is_hidden is not null
    end

)

select * from final
