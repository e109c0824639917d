-- Contacts, early help assessments and referrals as the measures count them: one row a thing counted, in the month it happened.

with contacts as (

    select
        submission_id,
        'month' as period_basis,
        last_day(contact_date) as period_end,
        child_key,
        {{ age_band('age_at_start') }} as age_band,
        gender,
        ethnicity,
        team,
        area,
        contact_source,
        contact_class,
        {{ counted_in({
            'contacts_received': 'true',
            'contacts_police': "contact_source = 'police'",
            'initial_contacts': 'is_initial_contact',
            'contacts_to_referral': 'became_referral',
            'contacts_to_early_help': "contact_outcome = 'early_help'",
            'contacts_to_assessment': 'became_assessment',
            'contacts_to_plan': 'became_plan',
        }) }},
    from (
        select
            contact.*,
            contact.became_referral and journey.assessment_date is not null as became_assessment,
            contact.became_referral and journey.plan_date is not null as became_plan,
        from {{ ref('int_children__contact_class') }} as contact
        left join (
            select submission_id, child_key, referral_date, any_value(assessment_date) as assessment_date, any_value(plan_date) as plan_date
            from {{ ref('int_children__journey') }}
            group by all
        ) as journey
            on contact.submission_id = journey.submission_id
            and contact.child_key = journey.child_key
            and contact.referral_date = journey.referral_date
    )

),

early_help as (

    select
        submission_id,
        'month' as period_basis,
        last_day(assessment_start_date) as period_end,
        child_key,
        {{ age_band('age_at_start') }} as age_band,
        gender,
        ethnicity,
        team,
        area,
        'eh_assessments_started' as measure_code,
    from {{ ref('int_children__early_help') }}
    union all by name
    select
        submission_id,
        'month' as period_basis,
        last_day(assessment_completion_date) as period_end,
        child_key,
        {{ age_band('age_at_completion') }} as age_band,
        gender,
        ethnicity,
        team,
        area,
        'eh_assessments_completed' as measure_code,
    from {{ ref('int_children__early_help') }}
    where assessment_completion_date is not null

),

referrals as (

    select
        referral.submission_id,
        'month' as period_basis,
        last_day(referral.referral_date) as period_end,
        referral.child_key,
        {{ age_band('referral.age_at_start') }} as age_band,
        referral.gender,
        referral.ethnicity,
        referral.team,
        referral.area,
        referral.referral_source as contact_source,
        {{ counted_in({
            'referrals_received': 'true',
            'referrals_nfa_count': "referral.is_no_further_action = 'yes'",
            'rereferrals_count': 'journey.is_rereferral',
            'referrals_assessed': 'journey.assessment_date is not null',
            'referrals_not_in_need_count': 'journey.assessed_as_not_in_need',
        }) }},
    from {{ ref('int_children__referral') }} as referral
    inner join {{ ref('int_children__journey') }} as journey
        on referral.submission_id = journey.submission_id
        and referral.source_sheet is not distinct from journey.source_sheet
        and referral.source_row = journey.source_row

),

final as (

    select *, 1 as amount from contacts
    union all by name
    select *, 1 as amount from early_help
    union all by name
    select *, 1 as amount from referrals

)

select * from final
