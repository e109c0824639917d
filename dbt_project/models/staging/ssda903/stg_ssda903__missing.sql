with source as (

    select * from {{ source('raw', 'ssda903_missing') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        child_key,
        absence,
        {{ iso_date('missing_start_date') }} as missing_start_date,
        {{ iso_date('missing_end_date') }} as missing_end_date,
        source_sheet,
        source_row,
    from source

)

select * from renamed
