-- What each measure of children is to the others, which is what decides whether a figure of one gives away a figure of another (int_children__shared_measure).
-- A percentage of the registry makes its numerator a part of its denominator; a measure that nothing is said of is a whole of its own. A part of a part stands
-- under the nearer one, so that the children between the two are seen: "over 18 months but not two years" may be one child.

with recursive measures as (

    select distinct measure_code
    from {{ ref('int_children__measure') }}

),

nearer as (

    -- Parts that the registry does not pair with a whole, or that lie within another part of it.
    select *
    from (values
        ('initial_contacts', 'contacts_received'),
        ('contacts_police', 'contacts_received'),
        ('contacts_to_early_help', 'contacts_received'),
        ('contacts_to_assessment', 'contacts_to_referral'),
        ('contacts_to_plan', 'contacts_to_assessment'),
        ('referrals_not_in_need_count', 'referrals_assessed'),
        ('cpp_repeat_24m_count', 'cpp_repeat_count'),
        ('cpp_open_2y', 'cpp_open_18m'),
        ('cpp_with_visit', 'cpp_count'),
        ('cp_visits_overdue_14', 'cp_visits_overdue_10'),
        ('uasc_count', 'lac_count'),
        ('unallocated_cases', 'cin_episodes_open')
    ) as pairs (measure_code, parent_code)
    where parent_code in (select measure_code from measures)

),

registered as (

    select
        numerator_measure as measure_code,
        min(denominator_measure) as parent_code,
    from {{ ref('reg_indicator') }}
    where kind = 'percent'
        and lifecycle <> 'retired'
        and numerator_measure <> denominator_measure
        and numerator_measure not in (select measure_code from nearer)
        and denominator_measure in (select measure_code from measures)
    group by numerator_measure

),

parts as (

    select * from nearer
    union all
    select * from registered

),

amounts as (

    -- Sums of days belong to the cases they are of. Workers are no children: their number stands or falls with that of all workers.
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
        case
            -- What is left of the open cases without an allocated worker.
            when measures.measure_code = 'caseload_total' then 'rest'
            when measures.measure_code in ('caseload_workers', 'caseload_over_max_workers', 'caseload_over_30_workers') then 'worker'
            when parts.parent_code is not null then 'part'
            when amounts.parent_code is not null then 'amount'
            else 'whole'
        end as role,
        case
            when measures.measure_code = 'caseload_total' then 'unallocated_cases'
            when measures.measure_code in ('caseload_over_max_workers', 'caseload_over_30_workers') then 'caseload_workers'
            when measures.measure_code = 'caseload_workers' then null
            else coalesce(parts.parent_code, amounts.parent_code)
        end as parent_code,
    from measures
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
        registers.register,
        registers.is_stock,
        -- A figure of its own that is also one item of a breakdown of its whole.
        same.dimension as item_dimension,
        same.items as item_values,
    from roles
    left join longest on roles.measure_code = longest.measure_code
    left join (values
        ('cpp_count', 'cpp', true),
        ('cpp_new', 'cpp', false),
        ('cpp_ceased', 'cpp', false),
        ('lac_count', 'lac', true),
        ('lac_started', 'lac', false),
        ('lac_ceased', 'lac', false),
        ('cin_episodes_open', 'cin', true),
        ('cin_episodes_started', 'cin', false),
        ('cin_episodes_ended', 'cin', false)
    ) as registers (measure_code, register, is_stock)
        on coalesce(longest.ancestors[-1], roles.measure_code) = registers.measure_code
    left join (values
        ('contacts_police', 'contact_source', ['police']),
        -- Those without a worker are mostly those without a team.
        ('unallocated_cases', 'team', ['unallocated', '-'])
    ) as same (measure_code, dimension, items)
        on roles.measure_code = same.measure_code

)

select * from final
