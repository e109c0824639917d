-- What each measure of children is to the others, which is what decides whether a figure of one gives away a figure of another (int_children__shared_measure).
-- A percentage of the registry makes its numerator a part of its denominator; a measure that nothing is said of is a whole of its own. A part of a part stands
-- under the nearer one, so that the children between the two are seen: "over 18 months but not two years" may be one child.

with recursive measures as (

    select distinct measure_code
    from {{ ref('int_children__measure') }}

),

said as (

    -- What the percentages of the registry do not say: parts within other parts, registers, workers.
    select *
    from {{ ref('reg_child_measure_role') }}
    where parent_code is null or parent_code in (select measure_code from measures)

),

registered as (

    select
        numerator_measure as measure_code,
        min(denominator_measure) as parent_code,
    from {{ ref('reg_indicator') }}
    where kind = 'percent'
        and lifecycle <> 'retired'
        and numerator_measure <> denominator_measure
        and numerator_measure not in (select measure_code from said where role is not null)
        and denominator_measure in (select measure_code from measures)
    group by numerator_measure

),

parts as (

    select
        measure_code,
        parent_code,
    from said
    where role = 'part'
    union all
    select * from registered

),

amounts as (

    -- Sums of days belong to the cases they are of.
    select
        numerator_measure as measure_code,
        min(denominator_measure) as parent_code,
    from {{ ref('reg_indicator') }}
    where kind = 'mean'
        and lifecycle <> 'retired'
        and numerator_measure <> denominator_measure
        and denominator_measure in (select measure_code from measures)
    group by numerator_measure

),

roles as (

    select
        measures.measure_code,
        coalesce(
            said.role,
            case when parts.parent_code is not null then 'part' when amounts.parent_code is not null then 'amount' else 'whole' end
        ) as role,
        case when said.role is not null then said.parent_code else coalesce(parts.parent_code, amounts.parent_code) end as parent_code,
    from measures
    left join said on measures.measure_code = said.measure_code
    left join parts on measures.measure_code = parts.measure_code
    left join amounts on measures.measure_code = amounts.measure_code

),

lineage as (

    select
        measure_code,
        list_value(parent_code) as ancestors,
        parent_code as oldest,
    from roles
    where parent_code is not null
    union all
    select
        lineage.measure_code,
        list_append(lineage.ancestors, roles.parent_code),
        roles.parent_code,
    from lineage
    inner join roles on lineage.oldest = roles.measure_code
    where roles.parent_code is not null

),

longest as (

    select
        measure_code,
        ancestors,
    from lineage
    qualify row_number() over (partition by measure_code order by len(ancestors) desc) = 1

),

final as (

    select
        roles.measure_code,
        roles.role,
        roles.parent_code,
        coalesce(longest.ancestors, []) as ancestors,
        coalesce(longest.ancestors[-1], roles.measure_code) as whole_code,
        len(coalesce(longest.ancestors, [])) as level,
        -- A register: its number at the end of a month is that of the month before, and who came, less who went.
        registers.register_name as register,
        registers.is_stock,
        -- A figure of its own that is also one item of a breakdown of its whole.
        items.item_dimension,
        string_split(items.item_values, '|') as item_values,
    from roles
    left join longest on roles.measure_code = longest.measure_code
    left join said as registers
        on coalesce(longest.ancestors[-1], roles.measure_code) = registers.measure_code
    left join said as items
        on roles.measure_code = items.measure_code

)

select * from final
