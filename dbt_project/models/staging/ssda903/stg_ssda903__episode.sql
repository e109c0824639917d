with source as (

    select * from {{ source('raw', 'ssda903_episodes') }}

),

renamed as (

    -- Categories stay as sent: int_children__code says what they mean.
    select
        submission_id,
        child_key,
        {{ iso_date('started_date') }} as started_date,
        start_reason,
        legal_status,
        need,
        placement_type,
        placement_provider,
        {{ iso_date('ceased_date') }} as ceased_date,
        ceased_reason,
        placement_change_reason,
        placement_location,
        {{ figure_number('placement_distance') }} as placement_distance,
        source_sheet,
        source_row,
    from source

)

select * from renamed
