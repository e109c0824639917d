with source as (

    select * from {{ source('raw', 'commentary') }}

),

renamed as (

    select
        submission_id,
        authority_code as authority_text,
        trim(indicator) as indicator_text,
        {{ iso_date('period_start') }} as period_start,
        {{ blank_to_null('author_role') }} as author_role,
        text as comment_text,
        {{ iso_date('issue_date') }} as issue_date,
        source_sheet,
        source_row,
    from source

)

select * from renamed
