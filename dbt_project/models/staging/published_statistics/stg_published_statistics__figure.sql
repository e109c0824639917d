with source as (

    select * from {{ source('raw', 'published_statistics') }}

),

renamed as (

    select
        submission_id,
        dataset,
        release,
        {{ iso_date('issue_date') }} as issue_date,
        try_cast(left(time_period, 4) as integer) as release_year_of_figure,
        geographic_level,
        {{ blank_to_null('region_code') }} as region_code,
        {{ blank_to_null('old_la_code') }} as dfe_code,
        {{ blank_to_null('new_la_code') }} as authority_code_as_printed,
        {{ blank_to_null('la_name') }} as authority_name_as_printed,
        {{ blank_to_null('category') }} as category,
        measure,
        header,
        value_text,
        source_sheet,
        source_row,
        source_column,
    from source

)

select * from renamed
