with received as (

    select * from {{ ref('int_submissions__received') }}

),

verdicts as (

    select * from {{ source('gate', 'verdict') }}

),

final as (

    select
        received.*,
        verdicts.verdict,
        received.is_loaded and verdicts.verdict = 'admitted' as is_admitted,
    from received
    left join verdicts on received.submission_id = verdicts.submission_id

)

select * from final
