with source as (

    select * from {{ source('raw', 'child_spelling') }}

),

renamed as (

    select
        submission_id,
        list,
        column_name,
        code_list,
        as_sent,
        spelling,
        n_rows,
    from source

)

select * from renamed
