-- Figures derived from children's lists, every number as counted: what the shared publication hides in part.

with final as (

    select
        authority_code,
        indicator_code,
        period_basis,
        period_start,
        period_end,
        breakdown_dimension,
        breakdown_value,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        cast(value as double) as value,
        value_status,
        definition_version,
        submission_id,
        source_ref,
        known_from,
    from {{ ref('int_children__figure') }}
    where known_to is null

)

select * from final
