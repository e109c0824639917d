-- Referrals of the newest list within twelve months of an earlier one of the child, with that one and the teams of both.

with referrals as (

    select
        referral.authority_code,
        referral.submission_id,
        referral.as_at,
        referral.sequence,
        referral.child_key,
        referral.age,
        referral.referral_date,
        referral.referral_source,
        referral.is_no_further_action,
        referral.team,
        referral.area,
        journey.previous_referral_date,
    from {{ ref('int_children__referral') }} as referral
    inner join {{ ref('int_children__journey') }} as journey
        on referral.submission_id = journey.submission_id
        and referral.source_sheet is not distinct from journey.source_sheet
        and referral.source_row = journey.source_row
    where referral.is_latest_list and journey.is_rereferral

),

previous as (

    -- As the last list that held it tells it.
    select
        authority_code,
        child_key,
        referral_date,
        arg_max(team, sequence) as team,
        arg_max(is_no_further_action, sequence) as is_no_further_action,
    from {{ ref('int_children__referral') }}
    group by all

),

final as (

    select
        referrals.authority_code,
        referrals.submission_id,
        referrals.as_at,
        referrals.child_key,
        referrals.age,
        referrals.referral_date,
        referrals.referral_source,
        referrals.is_no_further_action,
        referrals.team,
        referrals.area,
        referrals.previous_referral_date,
        referrals.referral_date - referrals.previous_referral_date as days_between,
        previous.team as previous_team,
        previous.is_no_further_action as previous_was_no_further_action,
    from referrals
    left join previous
        on referrals.authority_code = previous.authority_code
        and referrals.child_key = previous.child_key
        and referrals.previous_referral_date = previous.referral_date

)

select * from final
