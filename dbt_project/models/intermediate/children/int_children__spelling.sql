-- How many rows of a list have a value in a column of categories, one that no code list covers, and one that says "not known". Of spellings alone: it reads no row of a child.

with spellings as (

    select * from {{ ref('stg_children__spelling') }}

),

codes as (

    select * from {{ ref('int_children__code') }}

),

final as (

    select
        spellings.submission_id,
        spellings.list,
        spellings.column_name,
        sum(spellings.n_rows) as rows_given,
        coalesce(sum(spellings.n_rows) filter (where codes.code is null), 0) as rows_unmapped,
        coalesce(sum(spellings.n_rows) filter (where codes.code in ('unknown', 'not_known', 'not_stated')), 0) as rows_unknown,
    from spellings
    left join codes
        on spellings.submission_id = codes.submission_id
        and spellings.code_list = codes.code_list
        and spellings.as_sent = codes.as_sent
    where trim(spellings.as_sent) <> ''
    group by spellings.submission_id, spellings.list, spellings.column_name

)

select * from final
