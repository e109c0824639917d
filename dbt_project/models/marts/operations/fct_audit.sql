with final as (

    select
        authority_code,
        month,
        period_basis,
        period_start,
        period_end,
        audit_type,
        area,
        grade,
        bound,
        audits,
        value_status,
        note,
        submission_id,
        source_ref,
        known_from,
    from {{ ref('int_registers__audit') }}

)

select * from final
