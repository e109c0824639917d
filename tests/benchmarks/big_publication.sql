-- Figures of a made-up publication; run by big_publication.py, which makes the tables, fills them from the registry and sets the variables
-- authorities, indicators, months, last_month, long_table, hostile_texts and seed.

create temp macro last_month() as getvariable('last_month');
create temp macro u(key) as (hash(key || getvariable('seed')) % 1000003) / 1000003.0;
create temp macro noise(key) as (u(key || 'a') + u(key || 'b') + u(key || 'c') - 1.5) / 0.5;
create temp macro rounded(number, decimals) as round(number, cast(decimals as integer));

create temp table authority as
select authority_code, name, row_number() over (order by authority_code) as place
from marts.dim_authority
where authority_type = 'local_authority' and valid_to is null
order by authority_code
limit getvariable('authorities');

create temp table indicator as
select *, row_number() over (order by is_key_indicator desc, indicator_code) as number
from marts.dim_indicator
where kind <> 'count' or unit = 'count'
order by is_key_indicator desc, indicator_code
limit getvariable('indicators');

create temp table month as
select cast(last_month() - to_months(cast(n as integer)) as date) as month
from range(getvariable('months')) as counted(n);

-- One figure an authority, indicator and month: level of the authority, season, drift, noise; some months without.
create temp table figure as
select
    a.authority_code, a.place, i.indicator_code, i.number, i.decimals, i.kind, i.polarity, m.month,
    last_day(m.month) as month_end,
    a.authority_code || i.indicator_code as series,
    a.authority_code || i.indicator_code || m.month as cell,
    case i.kind when 'percent' then 20 + 60 * u(i.indicator_code) when 'rate_per_10000' then 20 + 400 * u(i.indicator_code)
        when 'mean' then 5 + 60 * u(i.indicator_code) when 'ratio' then 0.5 + u(i.indicator_code)
        else 20 + 900 * u(i.indicator_code) end as usual,
    case
        when u(cell || 'missing') < 0.03 then 'missing'
        when u(cell || 'missing') < 0.05 then 'suppressed'
        when u(cell || 'missing') < 0.06 then 'not_available'
        when u(cell || 'missing') < 0.07 then 'low_reliability'
        else 'reported'
    end as value_status,
    case when value_status in ('reported', 'low_reliability') then rounded(greatest(0, least(
        case i.kind when 'percent' then 100 else 1e9 end,
        usual * (1 + 0.2 * noise(series) + 0.08 * sin(month(m.month)) + 0.06 * noise(cell))
    )), i.decimals) end as value,
    cast(200 + 300 * u(series || 'size') as integer) as denominator,
    m.month >= cast(last_month() - interval 2 month as date) as is_provisional,
    -- One series in twenty breaks, in the middle.
    u(series || 'break') < 0.05 and m.month = cast(last_month() - interval 30 month as date) as has_break,
    case when u(series || 'break') < 0.05 and m.month >= cast(last_month() - interval 30 month as date)
        then 2 else 1 end as segment,
    'performance_workbook_' || substr(md5(a.authority_code || m.month), 1, 12) as submission_id,
    'compendium_' || strftime(m.month, '%Y-%m') || '.xlsx#Sheet ' || i.number || '!C' || a.place as source_ref,
    cast(last_day(m.month) + 21 as date) as known_from,
from authority as a, indicator as i, month as m;

insert into marts.fct_indicator_value by name
select authority_code, indicator_code, 'month' as period_basis, month as period_start, month_end as period_end,
    'all' as breakdown_dimension, 'all' as breakdown_value,
    case when kind = 'percent' then round(value * denominator / 100) end as numerator,
    case when kind = 'percent' then denominator end as denominator, value, value_status, is_provisional,
    cast(segment as varchar) as definition_version, 'reported' as source_kind, submission_id, source_ref,
    cast(value as varchar) as value_text, known_from
from figure
union all by name
-- Parts by age of every sixth indicator in the last year.
select authority_code, indicator_code, 'month' as period_basis, month as period_start, month_end as period_end,
    'age' as breakdown_dimension, part as breakdown_value, null as numerator, null as denominator,
    case when u(cell || part) >= 0.1 then rounded(value * (0.1 + 0.2 * u(series || part)), decimals) end as value,
    case when u(cell || part) < 0.1 then 'suppressed' else value_status end as value_status, is_provisional,
    cast(segment as varchar) as definition_version, 'derived' as source_kind, submission_id, source_ref,
    null as value_text, known_from
from figure, (select unnest(['under_1', '1_to_4', '5_to_9', '10_to_15', '16_and_over']) as part)
where number % 6 = 1 and month > last_month() - interval 12 month and value_status = 'reported';

insert into marts.mart_indicator_monthly by name
with before as (
    select *,
        lag(value) over series as previous_value, lag(value_status) over series as previous_status,
        lag(value, 12) over series as last_year,
        avg(value) over (series rows between 2 preceding and current row) as quarter_value,
        avg(value) over (series rows between 11 preceding and current row) as rolling_value,
        avg(value) over (series rows between 47 preceding and 36 preceding) as three_years,
        avg(value) over (partition by series) as centre,
        count(*) over series as points,
        avg(value) over (partition by indicator_code, month) as nation
    from figure
    window series as (partition by series order by month)
),
judged as (
    select *,
        case when polarity in ('higher', 'lower') and u(series || 'target') < 0.5 then rounded(usual, decimals) end
            as target,
        case
            when target is null or value is null then 'not_rated'
            when (polarity = 'higher') = (value >= target) then 'GREEN'
            when abs(value - target) <= 0.1 * usual then 'AMBER'
            else 'RED'
        end as rag,
        0.12 * usual as three_sigma
    from before
)
select
    authority_code, indicator_code, month, month as period_start, month_end as period_end,
    case when kind = 'percent' then round(value * denominator / 100) end as numerator,
    case when kind = 'percent' then denominator end as denominator,
    value, value_status, is_provisional, cast(segment as varchar) as definition_version,
    segment as series_segment, has_break as has_series_break, false as has_source_change,
    'reported' as source_kind, submission_id, source_ref,
    case when not has_break then previous_value end as previous_value,
    case when has_break then 'not_comparable' else coalesce(previous_status, 'insufficient_history') end
        as previous_status,
    case when not has_break then value - previous_value end as change,
    last_year as same_month_last_year_value,
    case when last_year is null then 'insufficient_history' else 'reported' end as same_month_last_year_status,
    value - last_year as change_on_last_year,
    rounded(quarter_value, decimals) as quarter_value, 'complete' as quarter_status, 3 as quarter_months,
    3 as quarter_months_expected,
    rounded(rolling_value, decimals) as ytd_value, 'complete' as ytd_status,
    (month(month) + 8) % 12 + 1 as ytd_months, (month(month) + 8) % 12 + 1 as ytd_months_expected,
    rounded(rolling_value, decimals) as rolling_12m_value,
    case when points >= 12 then 'complete' else 'incomplete' end as rolling_12m_status,
    least(points, 12) as rolling_12m_months, 12 as rolling_12m_months_expected,
    'reported' as rolling_12m_source_kinds,
    rounded(three_years, decimals) as three_year_average_value,
    case when three_years is null then 'insufficient_history' else 'complete' end as three_year_average_status,
    3 as three_year_average_months, 3 as three_year_average_months_expected,
    target, case when target is not null then case polarity when 'higher' then '>=' else '<=' end end
        as target_bound,
    case when target is not null then 0.1 * usual end as target_tolerance, target as registered_target,
    case when target is not null then 'year' end as target_per,
    case when target is not null then date '2021-04-01' end as target_valid_from,
    case when target is not null then date '2027-03-31' end as target_valid_to,
    case when target is not null then 'Improvement plan' end as target_origin,
    case when target is not null then rounded(usual * 0.9, decimals) end as baseline,
    case when target is not null then date '2021-04-01' end as baseline_month,
    target as trajectory, rag,
    coalesce(lag(rag) over (partition by series order by month), 'not_rated') as previous_rag,
    cast(month - interval 1 month as date) as previous_rag_month,
    case rag when 'not_rated' then 'no target is registered for this month' when 'GREEN' then 'meets the target'
        when 'AMBER' then 'misses the target within the tolerance' else 'misses the target' end as rag_reason,
    previous_value as compared_value, cast(month - interval 1 month as date) as compared_month,
    case when value is null or previous_value is null then 'not_known' when value > previous_value then 'up'
        when value < previous_value then 'down' else 'same' end as value_direction,
    case when value is null or previous_value is null then 'not_known' when polarity not in ('higher', 'lower')
        then 'neutral' when value = previous_value then 'same' when (polarity = 'higher') = (value > previous_value)
        then 'improving' else 'worsening' end as performance_direction,
    case when kind = 'count' then rounded(12 * rolling_value, decimals) end as projected_outturn,
    case when kind = 'count' then rounded(11 * rolling_value, decimals) end as projected_outturn_lower,
    case when kind = 'count' then rounded(13 * rolling_value, decimals) end as projected_outturn_upper,
    case when kind = 'count' then 'projected' else 'not_applicable' end as projection_status,
    case when kind = 'count' then 'year to date + months to come x mean of the last twelve months' end
        as projection_method,
    make_date(cast(year(month) + cast(month(month) > 3 as integer) as bigint), 3, 31) as projection_year_end,
    rounded(centre, 2) as control_centre, rounded(greatest(0, centre - three_sigma), 2) as control_lower,
    rounded(centre + three_sigma, 2) as control_upper,
    case when is_provisional then 'provisional' else 'final' end as control_status, points as control_points,
    case when value is null then null when abs(value - centre) <= three_sigma then 'common_cause'
        when polarity not in ('higher', 'lower') then case when value > centre then 'neutral_high' else 'neutral_low' end
        when (polarity = 'higher') = (value > centre) then 'improvement' else 'concern' end as signal,
    case when abs(value - centre) > three_sigma then 'outside_limit' end as signal_rule,
    case when target is null then 'not_assessed' else 'hit_or_miss' end as target_assurance,
    case when kind <> 'count' then rounded(nation, decimals) end as national_value,
    case when kind <> 'count' then year(month) - 1 end as national_year,
    case when kind <> 'count' then rounded(nation * (0.95 + 0.1 * u(authority_code)), decimals) end as neighbour_value,
    case when kind <> 'count' then rounded(nation * (0.95 + 0.1 * u(authority_code)), decimals) end as neighbour_median,
    case when kind <> 'count' then 10 end as neighbour_n_used,
    case when kind <> 'count' then year(month) - 1 end as neighbour_year,
    case when kind <> 'count' then '2025' end as neighbour_vintage,
    cast(u(cell || 'finding') < 0.01 as integer) as open_findings
from judged;

insert into marts.mart_benchmark by name
with yearly as (
    select authority_code, indicator_code, kind, decimals, polarity, usual, any_value(denominator) as denominator,
        make_date(cast(year(month) - cast(month(month) < 4 as integer) as bigint), 4, 1) as period_start,
        avg(value) as value
    from figure
    where kind <> 'count'
    group by all
),
beside as (
    select yearly.*, kinds.comparator_set, kinds.vintage,
        avg(value) over members as mean, median(value) over members as median,
        rank() over (members order by value) as rank, count(value) over members as n_ranked
    from yearly, (values ('england', 'all'), ('region', 'all'), ('statistical_neighbours', '2025'))
        as kinds(comparator_set, vintage)
    window members as (partition by indicator_code, period_start, kinds.comparator_set)
)
select authority_code, indicator_code, 'year' as period_basis, period_start,
    cast(period_start + interval 12 month - interval 1 day as date) as period_end, comparator_set, vintage,
    rounded(value, decimals) as value, case when value is null then 'suppressed' else 'reported' end as value_status,
    round(value * denominator / 100) as numerator, denominator, 'published' as source_kind,
    'release_2025.csv#row 7' as source_ref, '1' as definition_version,
    case comparator_set when 'england' then 152 when 'region' then 18 else 10 end as n_members,
    case comparator_set when 'england' then 151 when 'region' then 18 else 10 end as n_used,
    1 as n_suppressed, 0 as n_not_available, mean, median, mean as pooled, 150 as n_pooled,
    'reported' as comparison_status, 'reported' as pooled_status, rounded(mean, decimals) as published_value,
    'reported' as published_value_status, cast(rank as integer) as rank, cast(n_ranked as integer) as n_ranked,
    case when polarity in ('higher', 'lower') then 'performance' else 'size' end as rank_basis,
    cast(1 + 4 * (rank - 1) // n_ranked as integer) as quartile,
    0.9 * value as confidence_lower_95, 1.1 * value as confidence_upper_95,
    0.85 * value as confidence_lower_998, 1.15 * value as confidence_upper_998, 'wilson' as confidence_method,
    mean as funnel_baseline, 0.85 * mean as funnel_lower_95, 1.15 * mean as funnel_upper_95,
    0.75 * mean as funnel_lower_998, 1.25 * mean as funnel_upper_998,
    case when value < 0.75 * mean then 'below_998' when value < 0.85 * mean then 'below_95'
        when value > 1.25 * mean then 'above_998' when value > 1.15 * mean then 'above_95' else 'within' end as band,
    1.2 as phi, 0.01 as tau2, 'same' as comparability
from beside;

insert into marts.mart_contact_flow by name
select authority_code, month, 'method x source' as tabulation, source as contact_source, method as contact_method,
    'not_given' as contact_outcome, class as contact_class, class = 'request_for_service' as is_initial_contact,
    floor(200 * u(authority_code || source || method) * (0.8 + 0.4 * u(authority_code || month || source || method || class)))
        as contacts,
    'reported' as value_status, 'contact_matrix_' || substr(md5(authority_code || month), 1, 12) as submission_id
from authority, month,
    (select unnest(['individual', 'schools', 'education_services', 'health_services', 'police', 'la_services']) as source),
    (select unnest(['phone', 'email', 'form', 'police_notification']) as method),
    (select unnest(['request_for_service', 'information_only']) as class)
union all by name
select authority_code, month, 'outcome x source' as tabulation, source as contact_source,
    'not_given' as contact_method,
    outcome as contact_outcome, 'request_for_service' as contact_class, true as is_initial_contact,
    floor(150 * u(authority_code || source || outcome) * (0.8 + 0.4 * u(authority_code || month || source || outcome)))
        as contacts,
    'reported' as value_status, 'contact_matrix_' || substr(md5(authority_code || month), 1, 12) as submission_id
from authority, month,
    (select unnest(['individual', 'schools', 'education_services', 'health_services', 'police', 'la_services']) as source),
    (select unnest(['referral', 'early_help', 'information_and_advice', 'no_further_action']) as outcome);

insert into marts.mart_funnel by name
select authority_code, month, 'all' as breakdown_dimension, 'all' as breakdown_value,
    floor(1000 + 500 * u(authority_code || month)) as contacts, floor(contacts * 0.4) as referrals,
    floor(contacts * 0.3) as assessments, floor(contacts * 0.02) as plans, 40.0 as contacts_to_referral_pct,
    30.0 as contacts_to_assessment_pct, 2.0 as contacts_to_plan_pct, 'reported' as value_status,
    'annex_a_' || substr(md5(authority_code || month), 1, 12) as submission_id,
    cast(last_day(month) + 21 as date) as known_from
from authority, month;

insert into marts.mart_projection by name
select authority_code, indicator_code, known_from as made_on, month,
    make_date(cast(year(month) + cast(month(month) > 3 as integer) as bigint), 3, 31) as projection_year_end,
    'projected' as projection_status, 'year to date + months to come x mean of the last twelve months'
        as projection_method,
    12 * value as projected_outturn, 11 * value as projected_outturn_lower, 13 * value as projected_outturn_upper
from figure where kind = 'count' and value is not null;

insert into marts.mart_restatement by name
select authority_code, indicator_code, 'month' as period_basis, month as period_start, month_end as period_end,
    'all' as breakdown_dimension, 'all' as breakdown_value, 'reported' as source_kind,
    rounded(value * 0.98, decimals) as first_value, value as latest_value, 'reported' as first_status,
    'reported' as latest_status, 2 as n_versions, cast(known_from + 30 as date) as last_changed_at
from figure where value is not null and (u(cell || 'restated') < 0.01)
union all by name
-- The long table: of one authority, part by part.
select f.authority_code, f.indicator_code, 'month' as period_basis, f.month as period_start,
    f.month_end as period_end, 'team' as breakdown_dimension, 'team ' || n as breakdown_value,
    'derived' as source_kind, 10.0 as first_value, cast(11 + n % 7 as double) as latest_value,
    'reported' as first_status, 'reported' as latest_status, 2 as n_versions, f.known_from as last_changed_at
from (select * from figure where place = 2 order by indicator_code, month limit 100) as f,
    (select unnest(range(getvariable('long_table') // 100)) as n);

insert into marts.fct_commentary by name
select authority_code, indicator_code, indicator_code as indicator_label, month as period_start,
    'director' as author_role,
    case when place = 1 then list_extract(getvariable('hostile_texts'), 1 + cast(number % len(getvariable('hostile_texts')) as integer))
        else 'The figure rose in the month; the reasons are being looked at.' end as text,
    cast(known_from as date) as issue_date, 'commentary_' || substr(md5(authority_code || month), 1, 12) as submission_id,
    'commentary.csv#row ' || number as source_ref
from figure where month = last_month() or (place = 1 and month > last_month() - interval 4 month);

insert into marts.dim_event by name
select authority_code, cast(date '2024-06-01' + cast(place as integer) as date) as event_date,
    'day' as date_precision, 'New case system' as title, 'system' as kind, false as rebase
from authority
union all by name
select null as authority_code, date '2023-04-01' as event_date, 'day' as date_precision,
    'New national guidance' as title, 'definition' as kind, false as rebase
union all by name
select authority_code, date '2025-09-01' as event_date, 'month' as date_precision,
    '<b>Re-shape</b> & "move"' as title, 'process' as kind, false as rebase
from authority where place = 1;

insert into quality.finding by name
select substr(md5(cell), 1, 16) as finding_id, rule.rule_id, rule.severity, authority_code, indicator_code,
    month as period_start, indicator_code || ', ' || strftime(month, '%B %Y') as subject, 'Figures of one line' as cause,
    'The figure is far from what its own history makes likely.' as message,
    '[{"what":"Sheet / line","value":"' || coalesce(cast(value as varchar), '') || '","where":"' || source_ref || '"}]'
        as evidence,
    usual as expected, value as observed, submission_id, source_ref,
    case when u(cell || 'open') < 0.7 then 'open' else 'resolved' end as status, known_from as first_seen,
    known_from as last_seen, case when status = 'resolved' then cast(known_from + 30 as date) end as resolved_at,
    substr(md5(authority_code || indicator_code), 1, 12) as incident_id, 'performance_team' as owner,
    known_from as opened_at, 0 as n_reopened
from figure, (select rule_id, severity from quality.rule where gate = 'evidence' order by rule_id limit 1) as rule
where u(cell || 'finding') < 0.01;

insert into quality.incident by name
select incident_id, cast(row_number() over (order by incident_id) as integer) as rank, authority_code,
    'Figures of ' || any_value(indicator_code) as title, any_value(dim.theme) as theme,
    any_value(severity) as severity,
    case when bool_or(found.status = 'open') then 'open' else 'resolved' end as status,
    any_value(found.owner) as owner, any_value(message) as message, 'Ask whoever made the table.' as what_to_do,
    list_sort(list_distinct(list(rule_id))) as rule_ids, list_sort(list_distinct(list(indicator_code))) as indicator_codes,
    cast(count(*) as integer) as n_findings, cast(count(*) filter (found.status = 'open') as integer) as n_open,
    cast(count(*) as integer) as n_figures, 0.3 as effect, min(period_start) as first_period,
    max(period_start) as last_period, min(opened_at) as opened_at, max(last_seen) as last_seen,
    max(resolved_at) as resolved_at, 0 as n_reopened
from quality.finding as found inner join marts.dim_indicator as dim using (indicator_code)
group by incident_id, authority_code;

insert into quality.finding_event by name
select finding_id, incident_id, rule_id, authority_code, 1 as run_number, 1 as event_number,
    opened_at as event_day, 'opened' as event
from quality.finding;

insert into quality.scorecard by name
select authority_code, dimension, month, 4 as n_rules, 50 as n_comparisons,
    cast(floor(5 * u(authority_code || dimension || month)) as bigint) as n_failed,
    100 * (1 - n_failed / 50.0) as score
from authority, month, (select distinct dimension from quality.rule);

insert into quality.submission by name
select submission_id, 'performance_workbook' as return_name, authority_code, strftime(month, '%Y-%m') as reporting_month,
    month as period_from, any_value(month_end) as period_to, 'compendium_' || strftime(month, '%Y-%m') || '.xlsx' as file_name,
    md5(submission_id) || md5(submission_id || 'b') as content_sha256, 120000 as size_bytes,
    cast(any_value(known_from) as timestamp) as received_at, any_value(known_from) as known_from,
    1 as sequence_number, count(*) as rows_in_file, count(*) as rows_loaded, 0 as rows_quarantined,
    'accepted' as outcome, 'admitted' as verdict, true as is_admitted, '1.0' as contract_version
from figure group by submission_id, authority_code, month;

insert into quality.expected_return by name
select authority_code, 'performance_workbook' as return_name, 'monthly' as frequency, last_day(month) as period_end,
    cast(last_day(month) + 14 as date) as due_date,
    case when u(authority_code || month || 'r') < 0.03 then 'missing' when u(authority_code || month || 'r') < 0.1
        then 'late' else 'received' end as state,
    cast(last_day(month) + 21 as date) as first_received,
    'performance_workbook_' || substr(md5(authority_code || month), 1, 12) as submission_id
from authority, month;

insert into marts.dim_comparator_set by name
select comparator_set, vintage, kind, name
from (values
    ('england', 'all', 'nation', 'England'),
    ('region', 'all', 'region', 'Region of the authority'),
    ('statistical_neighbours', '2025', 'statistical_neighbours', 'Statistical neighbours (2025)'),
    ('deprivation_alike', '2025', 'deprivation', 'Areas with similar deprivation')
) as sets(comparator_set, vintage, kind, name);

-- The ten that follow in order of code are the neighbours.
insert into marts.dim_comparator_member by name
select 'statistical_neighbours' as comparator_set, '2025' as vintage, own.authority_code, other.authority_code as member_code,
    cast(other.place - own.place as integer) as place, 'Close' as closeness, 1.0 * (other.place - own.place) as score_difference,
from authority as own
inner join authority as other on other.place between own.place + 1 and own.place + 10;

insert into marts.dim_deprivation by name
select authority_code, '2025' as vintage, round(10 + 30 * u(authority_code || 'deprivation'), 3) as score,
    'English Indices of Deprivation' as source,
from authority;

insert into marts.dim_target by name
select distinct authority_code, indicator_code, target_valid_from as valid_from, target_valid_to as valid_to, registered_target as target,
    target_bound as bound, target_per as per, target_tolerance as tolerance, true as is_dated, baseline_month,
    target_origin as origin,
from marts.mart_indicator_monthly
where target is not null;

insert into marts.mart_indicator_quarterly by name
with months as (
    select *, cast(date_trunc('quarter', month) as date) as quarter_start, count(*) over quarter as n_months,
        avg(value) over quarter as mean, sum(numerator) over quarter as numerators,
        sum(open_findings) over quarter as findings, bool_or(has_series_break) over quarter as breaks,
    from marts.mart_indicator_monthly
    window quarter as (partition by authority_code, indicator_code, date_trunc('quarter', month))
)
select
    authority_code, indicator_code, quarter_start, cast(last_day(quarter_start + interval 2 month) as date) as quarter_end,
    month as figure_month, value as figure_value, value_status as figure_status, value, value_status,
    'last_figure' as value_basis, cast(n_months as integer) as months, is_provisional, month as last_validated_month,
    definition_version, breaks as has_series_break, source_kind, submission_id, source_ref,
    mean as average_value, 'complete' as average_status, 'mean_of_months' as average_rule, target, target_bound, target_tolerance,
    registered_target, target_per, target_valid_to, target_origin, trajectory, baseline, baseline_month, rag, rag_reason,
    cast(quarter_start - interval 3 month as date) as previous_quarter_start, previous_rag,
    compared_value, 'quarter_before' as compared_with, value_direction, performance_direction,
    same_month_last_year_value as same_quarter_last_year_value, ytd_value, ytd_status,
    control_lower as expected_lower, control_upper as expected_upper, 'control_limits' as expected_source,
    case when value between control_lower and control_upper then 'within' when value > control_upper then 'above'
        when value < control_lower then 'below' else 'not_judged' end as expected_position,
    national_value, national_year, neighbour_value, neighbour_median, neighbour_n_used, neighbour_year, neighbour_vintage,
    -- What has a place is compared: counts are not.
    case when national_value is not null then 7 end as rank, case when national_value is not null then 150 end as n_ranked,
    'performance' as rank_basis, cast(quarter_start - 1 as date) as rank_period_end, value as ranked_value,
    cast(findings as integer) as open_findings,
from months
qualify row_number() over (partition by authority_code, indicator_code, quarter_start order by month desc) = 1;

insert into marts.fct_action by name
select
    authority_code, 'A' || n as action_id, date '2026-01-01' as raised_in,
    case when place = 1 then '<b>Call</b> "back" & =1+1' else 'Look at the reasons for re-referrals.' end as action,
    'Head of service' as owner, cast(last_month() + n::integer as date) as first_due_date,
    cast(last_month() + n::integer as date) as due_date, 'day' as due_precision, 0 as n_put_off, false as is_carried_forward,
    case when n % 3 = 0 then 'done' else 'open' end as status, n % 3 = 0 as is_closed, false as was_overdue_when_told,
    case when n % 3 = 0 then last_month() end as done_date, true as is_in_newest_issue, 1 as n_issues,
    'actions_' || substr(md5(authority_code), 1, 12) as submission_id, 'actions.csv#row ' || n as source_ref,
    last_month() as known_from,
from authority, (select unnest(range(1, 21)) as n);

insert into marts.fct_action_history by name
select * exclude (is_carried_forward, was_overdue_when_told, is_in_newest_issue, n_issues),
    false as was_put_off, null::date as known_to, 1 as version_number,
from marts.fct_action;

insert into marts.fct_audit by name
select
    authority_code, month, 'month' as period_basis, month as period_start, last_day(month) as period_end,
    audit_type, 'all' as area, grade, floor(10 * u(authority_code || month || audit_type || grade)) as audits,
    'reported' as value_status, 'audits_' || substr(md5(authority_code || month), 1, 12) as submission_id,
    'audits.csv#row 2' as source_ref, cast(last_day(month) + 21 as date) as known_from,
from authority, month,
    (select unnest(['case_file', 'thematic']) as audit_type),
    (select unnest(['outstanding', 'good', 'requires_improvement', 'inadequate']) as grade);

insert into marts.fct_indicator_version_history by name
select *, null::date as known_to, 1 as version_number from marts.fct_indicator_value;
