with source as (

    select * from {{ source('raw', 'child_list') }}

),

renamed as (

    select
        submission_id,
        return_name,
        list,
        authority_code,
        {{ iso_date('as_at') }} as as_at,
        {{ iso_date('window_from') }} as window_from,
        rows_in_file,
        rows_loaded,
        rows_quarantined,
    from source

)

select * from renamed
