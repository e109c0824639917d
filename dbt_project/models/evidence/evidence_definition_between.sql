{{ config(tags=['series']) }}

-- Is the same counted as an initial contact everywhere: in the teams of an authority, and in the authorities? One row a team, or an authority and comparison, over
-- the newest twelve months. A difference that was there from the first month is no step; only the comparison with others shows it.

with flow as (

    select
        *,
        max(month) over (partition by authority_code, comparison) as newest_month,
        min(month) over (partition by authority_code, comparison) as first_month,
        -- Half a year about each month: one month of a small team says little.
        sum(downstream) over half_year / nullif(sum(upstream) over half_year, 0) as ratio_about,
    from {{ ref('evidence_flow') }}
    where position is not null
    window half_year as (
        partition by authority_code, comparison order by month range between interval 3 months preceding and interval 2 months following
    )

),

newest as (

    select
        authority_code,
        comparison,
        any_value(family) as family,
        any_value(peers) as peers,
        any_value(title) as title,
        any_value(theme) as theme,
        any_value(category) as category,
        any_value(relation) as relation,
        any_value(indicator_code) as indicator_code,
        any_value(indicators) as indicators,
        any_value(first_month) as first_month,
        sum(upstream) as upstream,
        sum(downstream) as downstream,
        count(*) as n_months,
        arg_max(submission_id, month) as submission_id,
        arg_max(source_ref, month) as source_ref,
        max(known_from) as known_from,
    from flow
    where month > newest_month - interval 12 months
    group by authority_code, comparison
    having count(*) >= 6

),

-- A team against the other teams of its authority.
teams as (

    select
        newest.*,
        sum(upstream) over (partition by authority_code) - upstream as others_upstream,
        sum(downstream) over (partition by authority_code) - downstream as others_downstream,
        count(*) over (partition by authority_code) as n_teams,
    from newest
    where family = 'initial within team'

),

team_distance as (

    select
        *,
        {{ share_position('downstream', 'upstream') }} - {{ share_position('others_downstream', 'others_upstream') }} as distance,
        {{ share_variance('upstream') }} + {{ share_variance('others_upstream') }} as sampling_variance,
        others_downstream / others_upstream as ratio_expected,
        downstream / upstream as ratio_observed,
    from teams
    where n_teams >= 2 and others_upstream > 0

),

-- How much teams differ where nobody doubts them: the over-dispersion of the funnel, from all teams of all authorities, or a figure where these are few.
team_spread as (

    select
        *,
        case
            when count(*) over () >= 30
                then greatest(pow({{ robust_sd('distance') }} over (), 2) - median(sampling_variance) over (), pow({{ rule_parameter('definition.team_differs', 'least_spread') }}, 2))
            else pow({{ rule_parameter('definition.team_differs', 'usual_spread') }}, 2)
        end as between_variance,
    from team_distance

),

team_differs as (

    select
        'definition.team_differs' as rule_id,
        *,
        distance / sqrt(sampling_variance + between_variance) as score,
        'Initial contacts among the contacts of team ' || category as subject,
        'other teams of the authority' as others,
        abs(ratio_observed - ratio_expected) as change_size,
        {{ rule_parameter('definition.team_differs', 'score_limit') }} as score_limit,
        {{ rule_parameter('definition.team_differs', 'least_change') }} as least_change,
    from team_spread
    -- Of two teams of which one differs, the smaller is said to.
    qualify n_teams > 2 or upstream = min(upstream) over (partition by authority_code)

),

-- An authority against all others: what is a contact, against what follows from it.
positions as (

    select
        *,
        case relation when 'part' then {{ share_position('downstream', 'upstream') }} else {{ ratio_position('downstream', 'upstream') }} end as position,
        case relation when 'part' then {{ share_variance('upstream') }} else {{ ratio_variance('downstream', 'upstream') }} end as sampling_variance,
    from newest
    where comparison in ('contacts_initial', 'contacts_referrals') or family = 'contact_class'

),

between as (

    select
        comparison,
        median(position) as middle,
        {{ robust_sd('position - middle') }} as spread,
        count(*) as n_authorities,
    from (
        select
            *,
            median(position) over (partition by comparison) as middle,
        from positions
    )
    group by comparison

),

authority_differs as (

    select
        'definition.authority_differs' as rule_id,
        positions.*,
        (position - middle) / sqrt(pow(spread, 2) + sampling_variance) as score,
        title || coalesce(', ' || replace(category, '_', ' '), '') as subject,
        (n_authorities - 1) || ' other authorities' as others,
        case relation when 'part' then pow(sin(middle), 2) else exp(middle) end as ratio_expected,
        downstream / upstream as ratio_observed,
        {{ rule_parameter('definition.authority_differs', 'score_limit') }} as score_limit,
        {{ rule_parameter('definition.authority_differs', 'least_change') }} as least_change,
    from positions
    inner join between
        using (comparison)
    where n_authorities >= {{ rule_parameter('definition.flow_step', 'fewest_authorities') }} and spread > 0

),

judged as (

    select
        rule_id, authority_code, comparison, theme, indicator_code, indicators, first_month, n_months, submission_id, source_ref, known_from, subject, others,
        score, score_limit, least_change, ratio_expected, ratio_observed, change_size, upstream, downstream
    from team_differs
    union all by name
    select
        rule_id, authority_code, comparison, theme, indicator_code, indicators, first_month, n_months, submission_id, source_ref, known_from, subject, others,
        score, score_limit, least_change, ratio_expected, ratio_observed, abs(ratio_observed - ratio_expected) as change_size, upstream, downstream
    from authority_differs

),

-- Since when: the month after the last one that lay nearer to the others than to where the newest year lies; the first month, if there is none.
since as (

    select
        judged.rule_id,
        judged.authority_code,
        judged.comparison,
        coalesce(
            max(flow.month) filter (
                where (flow.ratio_about - judged.ratio_expected) * sign(judged.ratio_observed - judged.ratio_expected)
                    < abs(judged.ratio_observed - judged.ratio_expected) / 2
                    and flow.month <= flow.newest_month - interval 6 months
            ) + interval 1 month,
            any_value(judged.first_month)
        )::date as month,
    from judged
    inner join flow
        using (authority_code, comparison)
    where abs(judged.score) > judged.score_limit
    group by judged.rule_id, judged.authority_code, judged.comparison

),

numbered as (

    select
        judged.*,
        coalesce(since.month, first_month) as month,
        abs(score) > score_limit and change_size > least_change as is_far,
    from judged
    left join since
        using (rule_id, authority_code, comparison)

),

events as (

    {{ explaining_events('numbered', ['change.rule_id', 'change.authority_code', 'change.comparison'], 'change.month', 'change.indicators', 2) }}

)

select
    rule_id,
    submission_id,
    authority_code,
    indicator_code,
    month as period_start,
    subject,
    theme as cause,
    events.explained_by,
    round(100 * ratio_expected, 2) as expected,
    round(100 * ratio_observed, 2) as observed,
    round(100 * (ratio_observed - ratio_expected), 2) as difference,
    abs(round(100 * (ratio_observed - ratio_expected), 2))
    * greatest(score_limit / greatest(abs(score), 1e-9), least_change / greatest(change_size, 1e-9)) as tolerance,
    if(is_far, 1, count(*) over (partition by rule_id, authority_code, is_far)) as stands_for,
    to_json([
        {'what': 'of each 100, in the newest ' || n_months || ' months', 'value': cast(round(100 * ratio_observed, 1) as varchar), 'where': source_ref},
        {'what': 'of each 100, ' || others, 'value': cast(round(100 * ratio_expected, 1) as varchar), 'where': ''},
        {'what': 'counted', 'value': downstream::bigint || ' of ' || upstream::bigint, 'where': ''},
        {'what': 'standard deviations from the others, their own differences counted in', 'value': cast(round(abs(score), 1) as varchar), 'where': ''}
    ]) as evidence,
    source_ref,
    known_from,
from numbered
left join events
    using (rule_id, authority_code, comparison)
qualify is_far or row_number() over (partition by rule_id, authority_code, is_far order by abs(score) desc, comparison) = 1
