-- How many contacts became what, so far: each month's contacts and those of them that came to a referral, an assessment, a plan. Of shared figures alone.

with stages as (

    select *
    from {{ ref('int_children__shared_measure') }}
    where measure_code in ('contacts_received', 'contacts_to_referral', 'contacts_to_assessment', 'contacts_to_plan')
        and period_basis = 'month'
        and breakdown_dimension in ('all', 'contact_source', 'area')
        and known_to is null

),

counted as (

    select
        authority_code,
        period_start as month,
        breakdown_dimension,
        breakdown_value,
        max(amount) filter (where measure_code = 'contacts_received') as contacts,
        max(amount) filter (where measure_code = 'contacts_to_referral') as referrals,
        max(amount) filter (where measure_code = 'contacts_to_assessment') as assessments,
        max(amount) filter (where measure_code = 'contacts_to_plan') as plans,
        count(amount) as stages_shown,
        max(submission_id) filter (where measure_code = 'contacts_received') as submission_id,
        max(known_from) as known_from,
    from stages
    group by all

),

told as (

    -- A stage that the lists tell is there for the whole; where an item of it is not, it is hidden.
    select
        authority_code,
        period_start as month,
        count(*) as stages_told,
    from stages
    where breakdown_dimension = 'all'
    group by all

),

final as (

    select
        counted.authority_code,
        counted.month,
        breakdown_dimension,
        breakdown_value,
        cast(contacts as double) as contacts,
        cast(referrals as double) as referrals,
        cast(assessments as double) as assessments,
        cast(plans as double) as plans,
        {{ value_from_parts("'percent'", 'referrals', 'contacts') }} as contacts_to_referral_pct,
        {{ value_from_parts("'percent'", 'assessments', 'contacts') }} as contacts_to_assessment_pct,
        {{ value_from_parts("'percent'", 'plans', 'contacts') }} as contacts_to_plan_pct,
        case
            when stages_shown < stages_told then 'suppressed'
            when stages_told < 4 then 'not_available'
            else 'reported'
        end as value_status,
        submission_id,
        known_from,
    from counted
    inner join told
        on counted.authority_code = told.authority_code and counted.month = told.month

)

select * from final
