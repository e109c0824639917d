with source as (

    select * from {{ source('raw', 'ssda903_uasc') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        child_key,
        {{ iso_date('status_ceased_date') }} as status_ceased_date,
        source_sheet,
        source_row,
    from source

)

select * from renamed
