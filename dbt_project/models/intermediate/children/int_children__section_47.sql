with lists as (

    select * from {{ ref('int_children__list') }} where list = 'section_47'

),

sent as (

    select * from {{ ref('stg_annex_a__section_47') }}
    union all by name
    select * from {{ ref('stg_cin_census__section_47') }}

),

rows as (

    {{ with_census_child('sent') }}

),

final as (

    select
        {{ listed_child(disability='list or census') }}
        {{ age_on('rows.date_of_birth', 'rows.strategy_discussion_date') }} as age_at_start,
        {{ age_on('rows.date_of_birth', 'rows.conference_date') }} as age_at_conference,
        rows.team,
        rows.area,
        rows.worker_key,
        rows.strategy_discussion_date,
        {{ child_code('is_conference_unnecessary') }} as is_conference_unnecessary,
        rows.conference_date,
        {{ child_code('led_to_plan') }} as led_to_plan,
        rows.enquiries_last_12_months,
        rows.conferences_last_12_months,
        rows.source_sheet,
        rows.source_row,
        {{ superseded_by('rows.strategy_discussion_date between later.window_from and later.as_at') }} as superseded_by_sequence,
    from lists
    inner join rows
        on lists.submission_id = rows.submission_id
    {{ join_child_code('gender', 'gender') }}
    {{ join_child_code('ethnicity', 'ethnicity') }}
    {{ join_child_code('has_disability', 'yes_no') }}
    {{ join_child_code('is_conference_unnecessary', 'yes_no') }}
    {{ join_child_code('led_to_plan', 'yes_no') }}

)

select * from final
