-- Each contact of the lists with its class on its own day, and the journey it began: the referral it became, by its outcome and by date. A contact becomes the
-- child's first referral within {{ var('contact_to_referral_days') }} days, unless the sender says that its outcome was another one.

with contacts as (

    select
        contact.*,
        row_number() over (order by contact.submission_id, contact.source_sheet, contact.source_row) as contact_number,
    from {{ ref('int_children__contact') }} as contact

),

meanings as (

    {{ contact_code_meanings('contacts', 'contact_date') }}

),

classes as (

    select
        contacts.*,
        case when contacts.local_method is null then 'not_given' else coalesce(by_method.conformed_code, 'unmapped') end as contact_method,
        case when contacts.local_outcome is null then 'not_given' else coalesce(by_outcome.conformed_code, 'unmapped') end as contact_outcome,
        {{ contact_class_of('contacts') }} as contact_class,
        {{ initial_contact_of(contact_class_of('contacts')) }} as is_initial_contact,
    from contacts
    {{ join_contact_meanings('contacts', 'contact_date') }}

),

became as (

    select
        classes.contact_number,
        min(referral.referral_date) as referral_date,
    from classes
    inner join {{ ref('int_children__referral') }} as referral
        on classes.authority_code = referral.authority_code
        and classes.child_key = referral.child_key
        and {{ known_at('referral', 'classes.sequence') }}
        and referral.referral_date between classes.contact_date and classes.contact_date + {{ var('contact_to_referral_days') }}
    where classes.contact_outcome in ('referral', 'not_given', 'unmapped')
    group by all

),

final as (

    select
        classes.*,
        became.referral_date,
        case
            when classes.contact_outcome in ('not_given', 'unmapped') then became.referral_date is not null
            else classes.contact_outcome = 'referral'
        end as became_referral,
    from classes
    left join became
        on classes.contact_number = became.contact_number

)

select * from final
