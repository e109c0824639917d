{{ config(tags=['series']) }}

-- Did what is counted change? One row an authority, comparison (a flow, or a way of dividing contacts) and month that stands out most; the months that stand out
-- less stay out, so that a change is said once. Judged on the scale of evidence_step, told in cases of what follows for each 100 that came before.

{% set rules = {
    'trend.demand_from_one_side': 'is_demand',
    'definition.flow_step': "family = 'flow'",
    'definition.composition_step': "family in ('contact_source', 'contact_method', 'contact_outcome', 'contact_class') and not (is_unclear and step > 0)",
    'definition.unclear_grows': "family in ('contact_source', 'contact_method', 'contact_outcome', 'contact_class') and is_unclear and step > 0",
    'definition.team_step': "family = 'team'",
    'definition.initial_step': "family in ('initial within team', 'initial within contact_source')",
} %}

with steps as (

    select
        *,
        coalesce(category, '') in ('unknown', 'anonymous', 'other', 'not_given', 'unmapped') as is_unclear,
        -- Of two shares that move against each other, the one that says nothing is what the reader has to know.
        abs(score) * if(coalesce(category, '') in ('unknown', 'other', 'not_given', 'unmapped') and step > 0, 1.1, 1.0) as weight,
    from {{ ref('evidence_step') }}

),

-- The parts of a whole move together: the one that moved most speaks for them, the others stand in its evidence.
-- Is it demand? When more really come from one side, the others go on coming, and referrals grow with the contacts. When the same are coded otherwise, the
-- others become fewer; when what did not count before is counted, referrals stay behind. `growth` is by how much the whole grows if only this part does.
growth as (

    select
        authority_code,
        comparison,
        month,
        n_after,
        -ln(greatest(1 - ratio_observed, 1e-6)) + ln(greatest(1 - ratio_expected, 1e-6)) as growth,
    from steps
    where family in ('contact_source', 'contact_method', 'contact_outcome', 'contact_class') and not is_unclear

),

large_growth as (

    select * from growth where abs(growth) >= {{ rule_parameter('trend.demand_from_one_side', 'least_growth') }}

),

referrals_kept as (

    select
        growth.authority_code,
        growth.comparison,
        growth.month,
        any_value(growth) as growth,
        avg(flow.position) filter (where flow.month >= growth.month) - avg(flow.position) filter (where flow.month < growth.month) as referrals_growth,
    from large_growth as growth
    inner join {{ ref('evidence_flow') }} as flow
        on growth.authority_code = flow.authority_code
        and flow.comparison = 'contacts_referrals'
        and flow.month >= growth.month - interval 18 months
        and flow.month < growth.month + to_months(cast(growth.n_after as integer))
    group by growth.authority_code, growth.comparison, growth.month

),

-- All contacts against half a year before, without the calendar and the nation; what is not growth of this part is that of the others.
followed as (

    select
        growth.authority_code,
        growth.comparison,
        growth.month,
        any_value(growth.growth) as growth,
        any_value(referrals_growth) as referrals_growth,
        avg(contacts.level) filter (where contacts.month >= growth.month) - avg(contacts.level) filter (where contacts.month < growth.month)
        - any_value(growth.growth) as others_growth,
    from large_growth as growth
    inner join referrals_kept
        using (authority_code, comparison, month)
    inner join {{ ref('evidence_month') }} as contacts
        on growth.authority_code = contacts.authority_code
        and contacts.indicator_code = 'contacts_received'
        and contacts.month >= growth.month - interval 6 months
        and contacts.month < growth.month + to_months(cast(least(growth.n_after, 6) as integer))
    group by growth.authority_code, growth.comparison, growth.month

),

demand as (

    select followed.*
    from followed
    where referrals_growth * sign(growth) >= -abs(growth) / 2
        and others_growth * sign(growth) >= -abs(growth) / 2 - {{ rule_parameter('trend.demand_from_one_side', 'leeway') }}

),

-- Demand has a side from which it comes: a source that is demand makes demand of what shifts with it (the other sources, its methods, outcomes and classes, and
-- the ratios that depend on the mix alone). What a team or a source counts as an initial contact does not depend on how many come.
weighed as (

    select
        steps.*,
        (family like 'contact\_%' escape '\' or comparison in ('contacts_initial', 'police_referrals'))
        and not (is_unclear and step > 0)
        and exists (
            select 1
            from demand as side
            where side.authority_code = steps.authority_code
                and side.comparison like 'share of contact_source:%'
                and abs(datediff('month', side.month, steps.month)) <= 2
        ) as is_demand,
    from steps

),

foremost as (

    select *
    from weighed as steps
    where not exists (
        select 1
        from steps as other
        where other.authority_code = steps.authority_code
            and other.family = steps.family
            and (steps.family <> 'flow' or other.theme = steps.theme)
            and other.comparison <> steps.comparison
            and abs(datediff('month', other.month, steps.month)) <= 3
            and (other.weight, other.comparison) > (steps.weight, steps.comparison)
    )

),

together as (

    select
        lead.authority_code,
        lead.comparison,
        lead.month,
        list({
            'what': coalesce(replace(other.category, '_', ' '), other.title) || ', of each 100, before and since',
            'value': round(100 * other.ratio_expected, 1) || ' and ' || round(100 * other.ratio_observed, 1),
            'where': coalesce(other.source_ref, '')
        } order by abs(other.score) desc, other.comparison)[:6] as others,
    from foremost as lead
    inner join steps as other
        on lead.authority_code = other.authority_code
        and lead.family = other.family
        and lead.comparison <> other.comparison
        and abs(datediff('month', other.month, lead.month)) <= 3
        and (lead.family <> 'flow' or lead.theme = other.theme)
    where abs(other.score) >= 2
    group by all

),

events as (

    {{ explaining_events('foremost', ['change.authority_code', 'change.comparison', 'change.month'], 'change.month', 'change.indicators', 2) }}

),

judged as (

    select
        foremost.*,
        case
            {%- for rule_id, condition in rules.items() %}
            when {{ condition }} then '{{ rule_id }}'
            {%- endfor %}
        end as rule_id,
        case
            {%- for rule_id, condition in rules.items() %}
            when {{ condition }} then {{ rule_parameter(rule_id, 'score_limit') }}
            {%- endfor %}
        end as score_limit,
        case
            {%- for rule_id, condition in rules.items() %}
            when {{ condition }} then {{ rule_parameter(rule_id, 'least_change') }}
            {%- endfor %}
        end as least_change,
        coalesce(together.others, []) as others,
        events.explained_by,
        -- The weight of the change in cases: against the level before, or against the whole for a part of it.
        case
            when relation = 'part' then abs(ratio_observed - ratio_expected)
            else abs(ln(greatest(ratio_observed, 1e-9) / greatest(ratio_expected, 1e-9)))
        end as change_size,
    from foremost
    left join together
        using (authority_code, comparison, month)
    left join events
        on foremost.authority_code = events.authority_code
        and foremost.comparison = events.comparison
        and foremost.month = events.month

),

numbered as (

    select
        *,
        abs(score) > score_limit and change_size > least_change as is_step,
    from judged
    union all by name
    -- Asked of every shift whether it is demand; of these it is not.
    select
        * replace ('trend.demand_from_one_side' as rule_id, 0.0 as score),
        false as is_step,
    from judged
    where rule_id = 'definition.composition_step'

)

select
    rule_id,
    submission_id,
    authority_code,
    indicator_code,
    month as period_start,
    title || coalesce(', ' || replace(category, '_', ' '), '') || ', from ' || strftime(month, '%b %Y') as subject,
    theme as cause,
    explained_by,
    round(100 * ratio_expected, 3) as expected,
    round(100 * ratio_observed, 3) as observed,
    round(100 * (ratio_observed - ratio_expected), 3) as difference,
    -- The difference that would just not be news: as much smaller as the score, or the change, is above its limit.
    abs(round(100 * (ratio_observed - ratio_expected), 3))
    * greatest(score_limit / greatest(abs(score), 1e-9), least_change / greatest(change_size, 1e-9)) as tolerance,
    if(is_step, 1, count(*) over (partition by rule_id, authority_code, is_step)) as stands_for,
    to_json(list_concat([
        {'what': 'of each 100, before', 'value': cast(round(100 * ratio_expected, 1) as varchar), 'where': ''},
        {'what': 'of each 100, since', 'value': cast(round(100 * ratio_observed, 1) as varchar), 'where': source_ref},
        {
            'what': 'a month: what came first, before and since',
            'value': round(upstream_before, 0)::int || ' and ' || round(upstream_after, 0)::int,
            'where': ''
        },
        {
            'what': 'a month: what followed or is part of it, before and since',
            'value': round(downstream_before, 0)::int || ' and ' || round(downstream_after, 0)::int,
            'where': ''
        },
        {
            'what': 'standard errors between the two levels, on the scale usual between authorities',
            'value': cast(round(abs(score), 1) as varchar),
            'where': n_before || ' months before, ' || n_after || ' since'
        }
    ], others)) as evidence,
    source_ref,
    known_from,
from numbered
-- Of what is in order one row a rule and authority speaks for all.
qualify is_step or row_number() over (partition by rule_id, authority_code, is_step order by abs(score) / score_limit desc, comparison, month) = 1
