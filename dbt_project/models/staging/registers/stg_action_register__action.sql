with source as (

    select * from {{ source('raw', 'action_register') }}

),

renamed as (

    select
        submission_id,
        authority_code as authority_text,
        {{ blank_to_null('action_id') }} as action_number,
        {{ iso_date("raised_in || '-01'") }} as raised_in,
        trim(action) as action,
        {{ blank_to_null('owner') }} as owner,
        {{ iso_day_or_month_end('due') }} as due_date,
        case when {{ blank_to_null('due') }} is not null then if({{ iso_date('due') }} is null, 'month', 'day') end as due_precision,
        coalesce(lower({{ blank_to_null('status') }}), 'not_stated') as status,
        {{ iso_day_or_month_end('done_on') }} as done_date,
        {{ blank_to_null('what_was_done') }} as what_was_done,
        {{ blank_to_null('indicator') }} as indicator_text,
        {{ blank_to_null('note') }} as note,
        {{ iso_date('issue_date') }} as issue_date,
        source_sheet,
        source_row,
    from source

)

select * from renamed
