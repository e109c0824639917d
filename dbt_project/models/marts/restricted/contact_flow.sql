-- Contacts of the newest list by month, source, method, outcome and class, nothing hidden.

with final as (

    select
        authority_code,
        submission_id,
        as_at,
        cast(date_trunc('month', contact_date) as date) as month,
        contact_source,
        contact_method,
        contact_outcome,
        contact_class,
        is_initial_contact,
        count(*) as contacts,
        count(*) filter (where became_referral) as contacts_to_referral,
    from {{ ref('int_children__contact_class') }}
    where is_latest_list
    group by all

)

select * from final
