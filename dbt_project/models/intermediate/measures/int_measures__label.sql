-- What each label means: a code of the registry, or the most particular alias that fits (authority, return, section, sub-label) on that day.

with printed as (

    select distinct
        printed.return_name,
        authority.authority_code,
        printed.indicator_text,
        printed.section,
        printed.printed_label,
        printed.printed_sublabel,
        printed.printed_end,
    from {{ ref('int_measures__printed') }} as printed
    {{ join_authority('authority', 'printed.authority_text', 'printed.printed_end') }}

),

normalised as (

    select
        *,
        {{ normalise_label('section') }} as section_normalised,
        {{ normalise_label('printed_label') }} as label_normalised,
        {{ normalise_label('indicator_text') }} as indicator_normalised,
        {{ normalise_label('printed_sublabel') }} as sublabel_normalised,
    from printed

),

codes as (

    select indicator_code, indicator_code as code from {{ ref('reg_indicator') }}

),

candidates as (

    select
        normalised.*,
        alias.indicator_code,
        alias.role,
        alias.breakdown_dimension,
        alias.breakdown_value,
        alias.unit,
        (alias.authority_code is not null)::integer as fits_authority,
        (alias.return_name is not null)::integer as fits_return,
        coalesce(length(alias.section), 0) as fits_section,
        (alias.sublabel is not null)::integer as fits_sublabel,
        (alias.label = normalised.label_normalised)::integer as fits_label,
    from normalised
    inner join {{ ref('reg_alias') }} as alias
        on (alias.label = normalised.label_normalised or alias.label = normalised.indicator_normalised)
        and (alias.authority_code is null or alias.authority_code = normalised.authority_code)
        and (alias.return_name is null or alias.return_name = normalised.return_name)
        and (alias.section is null or starts_with(coalesce(normalised.section_normalised, ''), alias.section))
        and (alias.sublabel is null or alias.sublabel = coalesce(normalised.sublabel_normalised, ''))
        and {{ valid_on('alias', 'normalised.printed_end') }}

),

best as (

    select *
    from candidates
    qualify row_number() over (
        partition by
            return_name, authority_code, indicator_text, section, printed_label, printed_sublabel, printed_end
        order by
            fits_authority desc, fits_sublabel desc, fits_section desc, fits_return desc, fits_label desc,
            indicator_code, role, breakdown_value
    ) = 1

),

final as (

    select
        normalised.return_name,
        normalised.authority_code,
        normalised.indicator_text,
        normalised.section,
        normalised.printed_label,
        normalised.printed_sublabel,
        normalised.printed_end,
        coalesce(codes.indicator_code, best.indicator_code) as indicator_code,
        best.role,
        best.breakdown_dimension,
        best.breakdown_value,
        best.unit,
    from normalised
    left join codes on normalised.indicator_text = codes.code
    left join best
        on codes.indicator_code is null
        and normalised.return_name = best.return_name
        and normalised.authority_code is not distinct from best.authority_code
        and normalised.indicator_text = best.indicator_text
        and normalised.section is not distinct from best.section
        and normalised.printed_label is not distinct from best.printed_label
        and normalised.printed_sublabel is not distinct from best.printed_sublabel
        and normalised.printed_end is not distinct from best.printed_end

)

select * from final
