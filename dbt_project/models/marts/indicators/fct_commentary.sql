with final as (

    select
        authority_code,
        indicator_code,
        indicator_label,
        period_start,
        author_role,
        text,
        issue_date,
        submission_id,
        source_ref,
    from {{ ref('int_registers__comment') }}

)

select * from final
