-- Do the lists of children hold together: their codes, their gaps, one list with another, dates with dates, this list with the last? One
-- row a list and question. No row names a child or a row of a list: findings are published, and say what share of the rows it is, in
-- whole per cent, and only where ten rows or more are concerned.

with lists as (

    select *
    from {{ ref('int_children__list') }}

),

latest as (

    select *
    from lists
    where is_latest_list

),

spellings as (

    select
        latest.authority_code,
        latest.submission_id,
        latest.list,
        latest.as_at,
        latest.known_from,
        latest.file_name,
        latest.rows_loaded,
        spelling.column_name,
        spelling.rows_given as given,
        spelling.rows_unmapped as unmapped,
        spelling.rows_unknown as unknown,
    from latest
    inner join {{ ref('int_children__spelling') }} as spelling
        on latest.submission_id = spelling.submission_id
        and latest.list = spelling.list

),

codes_unmapped as (

    select
        'children.codes_unmapped' as rule_id,
        submission_id,
        authority_code,
        list,
        as_at,
        known_from,
        file_name,
        'codes of "' || replace(column_name, '_', ' ') || '"' as question,
        unmapped as n_concerned,
        given as n_rows,
        5.0 as limit_pct,
    from spellings

),

column_unknown as (

    select
        'children.column_mostly_blank' as rule_id,
        submission_id,
        authority_code,
        list,
        as_at,
        known_from,
        file_name,
        'column "' || replace(column_name, '_', ' ') || '"' as question,
        greatest(rows_loaded - given, 0) + unknown as n_concerned,
        rows_loaded as n_rows,
        30.0 as limit_pct,
    from spellings
    -- Columns that every row has an answer for; reasons for an end, say, are blank in all that has not ended.
    where column_name in ('gender', 'ethnicity', 'contact_source', 'referral_source', 'initial_abuse', 'case_status', 'is_uasc', 'has_disability')

),

-- A contact that is said to have become a referral, and no referral of that child within the time that the journey allows. Contacts of
-- the last days of the list are not yet due.
contacts_without_referral as (

    select
        'children.contact_without_referral' as rule_id,
        contact.submission_id,
        contact.authority_code,
        'contacts' as list,
        latest.as_at,
        latest.known_from,
        latest.file_name,
        'contacts whose outcome is a referral, and referrals' as question,
        count(*) filter (where contact.referral_date is null) as n_concerned,
        count(*) as n_rows,
        10.0 as limit_pct,
    from {{ ref('int_children__contact_class') }} as contact
    inner join latest
        on contact.submission_id = latest.submission_id
        and latest.list = 'contacts'
    inner join latest as referrals
        on contact.authority_code = referrals.authority_code
        and referrals.list = 'referrals'
    where contact.contact_outcome = 'referral'
        and contact.contact_date <= least(latest.as_at, referrals.as_at) - {{ var('contact_to_referral_days') }}
        and contact.contact_date >= referrals.window_from
    group by contact.submission_id, contact.authority_code, latest.as_at, latest.known_from, latest.file_name

),

referrals_without_contact as (

    select
        'children.referral_without_contact' as rule_id,
        referral.submission_id,
        referral.authority_code,
        'referrals' as list,
        latest.as_at,
        latest.known_from,
        latest.file_name,
        'referrals, and contacts before them' as question,
        count(*) filter (where contact.child_key is null) as n_concerned,
        count(*) as n_rows,
        50.0 as limit_pct,
    from {{ ref('int_children__referral') }} as referral
    inner join latest
        on referral.submission_id = latest.submission_id
        and latest.list = 'referrals'
    inner join latest as contacts
        on referral.authority_code = contacts.authority_code
        and contacts.list = 'contacts'
    left join (
        select distinct
            contact.authority_code,
            contact.child_key,
            referral.referral_date,
        from {{ ref('int_children__contact') }} as contact
        inner join {{ ref('int_children__referral') }} as referral
            on contact.authority_code = referral.authority_code
            and contact.child_key = referral.child_key
            and contact.contact_date between referral.referral_date - 31 and referral.referral_date
    ) as contact
        on referral.authority_code = contact.authority_code
        and referral.child_key = contact.child_key
        and referral.referral_date = contact.referral_date
    where referral.referral_date >= contacts.window_from + 31 and referral.referral_date <= contacts.as_at
    group by referral.submission_id, referral.authority_code, latest.as_at, latest.known_from, latest.file_name

),

plans as (

    select
        plan.*,
        lead(plan_start_date) over (partition by plan.submission_id, child_key order by plan_start_date, plan_end_date nulls last) as next_start,
    from {{ ref('int_children__plan') }} as plan
    where plan.is_latest_list

),

overlapping_plans as (

    select
        'children.plans_overlap' as rule_id,
        plans.submission_id,
        plans.authority_code,
        'child_protection' as list,
        latest.as_at,
        latest.known_from,
        latest.file_name,
        'plans of one child at one time' as question,
        count(*) filter (where next_start < coalesce(plan_end_date, latest.as_at)) as n_concerned,
        count(*) as n_rows,
        0.0 as limit_pct,
    from plans
    inner join latest
        on plans.submission_id = latest.submission_id
        and latest.list = 'child_protection'
    group by plans.submission_id, plans.authority_code, latest.as_at, latest.known_from, latest.file_name

),

-- A visit is recorded, and its record was never completed: it does not count, and the child seems not to have been seen.
visits_incomplete as (

    select
        'children.visits_not_completed' as rule_id,
        plans.submission_id,
        plans.authority_code,
        'child_protection' as list,
        latest.as_at,
        latest.known_from,
        latest.file_name,
        'visits recorded and not completed' as question,
        count(*) filter (
            where recorded_visit_date is not null
                and (last_visit_date is null or recorded_visit_date > last_visit_date)
        ) as n_concerned,
        count(*) as n_rows,
        10.0 as limit_pct,
    from plans
    inner join latest
        on plans.submission_id = latest.submission_id
        and latest.list = 'child_protection'
    where plan_end_date is null
    group by plans.submission_id, plans.authority_code, latest.as_at, latest.known_from, latest.file_name
    having count(recorded_visit_date) > 0

),

dated as (

    select submission_id, authority_code, 'child_protection' as list, date_of_birth, plan_start_date as began, plan_end_date as ended
    from {{ ref('int_children__plan') }}
    where is_latest_list
    union all
    select submission_id, authority_code, 'assessments' as list, date_of_birth, start_date as began, authorisation_date as ended
    from {{ ref('int_children__assessment') }}
    where is_latest_list

),

dates_in_order as (

    select
        'children.dates_out_of_order' as rule_id,
        dated.submission_id,
        dated.authority_code,
        dated.list,
        latest.as_at,
        latest.known_from,
        latest.file_name,
        'beginnings before birth, ends before the beginning' as question,
        -- An unborn child can have a plan; nine months before birth nothing begins.
        count(*) filter (where began < date_of_birth - interval 9 month or ended < began) as n_concerned,
        count(*) as n_rows,
        1.0 as limit_pct,
    from dated
    inner join latest
        on dated.submission_id = latest.submission_id
        and dated.list = latest.list
    where began is not null
    group by dated.submission_id, dated.authority_code, dated.list, latest.as_at, latest.known_from, latest.file_name

),

assessments_open_long as (

    select
        'children.assessments_open_for_long' as rule_id,
        assessment.submission_id,
        assessment.authority_code,
        'assessments' as list,
        latest.as_at,
        latest.known_from,
        latest.file_name,
        'assessments open for more than half a year' as question,
        count(*) filter (where start_date < latest.as_at - interval 6 month) as n_concerned,
        count(*) as n_rows,
        10.0 as limit_pct,
    from {{ ref('int_children__assessment') }} as assessment
    inner join latest
        on assessment.submission_id = latest.submission_id
        and latest.list = 'assessments'
    where authorisation_date is null
    group by assessment.submission_id, assessment.authority_code, latest.as_at, latest.known_from, latest.file_name

),

-- Rows a month of its window, against the list before: half as many is half a list.
list_sizes as (

    select
        *,
        rows_loaded / greatest(date_diff('day', window_from, as_at) / 30.4, 1.0) as rows_a_month,
        lag(rows_loaded) over line as rows_before,
        lag(rows_loaded / greatest(date_diff('day', window_from, as_at) / 30.4, 1.0)) over line as rows_a_month_before,
        lag(as_at) over line as as_at_before,
    from lists
    window line as (partition by authority_code, return_name, list order by sequence)

),

list_shorter as (

    select
        'children.list_much_shorter' as rule_id,
        submission_id,
        authority_code,
        list,
        as_at,
        known_from,
        file_name,
        'rows a month, against the list before' as question,
        -- How many rows of a hundred are gone. A stock (plans, care) is as long in a short window as in a long one: then its rows count.
        cast(round(greatest(
            1 - greatest(rows_a_month / rows_a_month_before, rows_loaded / rows_before), 0.0
        ) * rows_before) as bigint) as n_concerned,
        rows_before as n_rows,
        50.0 as limit_pct,
    from list_sizes
    where rows_before >= 20 and rows_a_month_before > 0 and is_latest_list and as_at_before < as_at

),

asked as (

    select * from codes_unmapped
    union all by name
    select * from column_unknown
    union all by name
    select * from contacts_without_referral
    union all by name
    select * from referrals_without_contact
    union all by name
    select * from overlapping_plans
    union all by name
    select * from visits_incomplete
    union all by name
    select * from dates_in_order
    union all by name
    select * from assessments_open_long
    union all by name
    select * from list_shorter

)

select
    rule_id,
    submission_id,
    authority_code,
    cast(null as varchar) as indicator_code,
    date_trunc('month', as_at)::date as period_start,
    'list "' || replace(list, '_', ' ') || '", ' || question as subject,
    'list "' || replace(list, '_', ' ') || '"' as cause,
    cast(null as varchar) as explained_by,
    limit_pct as expected,
    -- Fewer than ten rows are a matter for whoever keeps the list, and would say too much of single children.
    case when n_concerned >= 10 then round(100.0 * n_concerned / n_rows) else least(round(100.0 * n_concerned / n_rows), limit_pct) end as observed,
    case
        when n_concerned >= 10 and 100.0 * n_concerned / n_rows > limit_pct then greatest(round(100.0 * n_concerned / n_rows) - limit_pct, 1.0)
        else 0.0
    end as difference,
    0.0 as tolerance,
    cast(1 as bigint) as stands_for,
    to_json([{
        'what': 'list "' || replace(list, '_', ' ') || '" as at ' || cast(as_at as varchar) || ', ' || question,
        'value': case when n_concerned >= 10 then cast(round(100.0 * n_concerned / n_rows)::bigint as varchar) || ' % of the rows' else 'few or none' end,
        'where': file_name
    }]) as evidence,
    file_name as source_ref,
    known_from,
from asked
where n_rows >= 20
