-- What followed each referral, as known when a list came: the child's referrals before and after it, the assessment, and the plan, each before the next referral.
-- One row a referral of a submission. Referrals of one day came neither first nor second.

with referrals as (

    select
        authority_code,
        submission_id,
        sequence,
        child_key,
        referral_date,
        source_sheet,
        source_row,
    from {{ ref('int_children__referral') }}

),

others as (

    select
        referrals.submission_id,
        referrals.child_key,
        referrals.referral_date,
        max(other.referral_date) filter (where other.referral_date < referrals.referral_date) as previous_referral_date,
        min(other.referral_date) filter (where other.referral_date > referrals.referral_date) as next_referral_date,
    from (select distinct authority_code, submission_id, sequence, child_key, referral_date from referrals) as referrals
    inner join {{ ref('int_children__referral') }} as other
        on referrals.authority_code = other.authority_code
        and referrals.child_key = other.child_key
        and {{ known_at('other', 'referrals.sequence') }}
    group by all

),

followed as (

    select
        referrals.submission_id,
        referrals.child_key,
        referrals.referral_date,
        min(assessment.start_date) as assessment_date,
        -- No assessment that is done found the child in need, and one at least found that it is not. Unknown while none says.
        case
            when count(*) filter (where assessment.needs_support in ('yes', 'no')) > 0
                then not bool_or(coalesce(assessment.needs_support = 'yes', false))
        end as assessed_as_not_in_need,
        min(plan.plan_start_date) as plan_date,
    from (select distinct authority_code, submission_id, sequence, child_key, referral_date from referrals) as referrals
    inner join others
        on referrals.submission_id = others.submission_id
        and referrals.child_key = others.child_key
        and referrals.referral_date = others.referral_date
    left join {{ ref('int_children__assessment') }} as assessment
        on referrals.authority_code = assessment.authority_code
        and referrals.child_key = assessment.child_key
        and {{ known_at('assessment', 'referrals.sequence') }}
        and assessment.start_date >= referrals.referral_date
        and (others.next_referral_date is null or assessment.start_date < others.next_referral_date)
    left join {{ ref('int_children__plan') }} as plan
        on referrals.authority_code = plan.authority_code
        and referrals.child_key = plan.child_key
        and {{ known_at('plan', 'referrals.sequence') }}
        and plan.plan_start_date >= referrals.referral_date
        and (others.next_referral_date is null or plan.plan_start_date < others.next_referral_date)
    group by all

),

final as (

    select
        referrals.authority_code,
        referrals.submission_id,
        referrals.sequence,
        referrals.child_key,
        referrals.referral_date,
        referrals.source_sheet,
        referrals.source_row,
        others.previous_referral_date,
        others.next_referral_date,
        -- Anchored to the referral, not to today: the same day a year before is within twelve months.
        others.previous_referral_date >= {{ months_after('referrals.referral_date', -12) }} as is_rereferral,
        followed.assessment_date,
        followed.assessed_as_not_in_need,
        followed.plan_date,
    from referrals
    inner join others
        on referrals.submission_id = others.submission_id
        and referrals.child_key = others.child_key
        and referrals.referral_date = others.referral_date
    inner join followed
        on referrals.submission_id = followed.submission_id
        and referrals.child_key = followed.child_key
        and referrals.referral_date = followed.referral_date

)

select * from final
