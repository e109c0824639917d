-- Targets of the registry and of admitted returns, one form. Where both have a target, the registry's stands; sent twice, the newer.

with sent as (

    select
        authority.authority_code,
        coalesce(indicator.indicator_code, alias.indicator_code) as indicator_code,
        target.valid_from,
        target.valid_to,
        target.target,
        target.upper,
        target.lower,
        target.bound,
        target.per,
        target.tolerance,
        target.path,
        target.baseline_month,
        target.origin,
        target.note,
        target.submission_id,
    from {{ ref('stg_targets__target') }} as target
    inner join {{ ref('int_submissions__admitted') }} as submissions
        on target.submission_id = submissions.submission_id and submissions.is_admitted
    {{ join_authority('authority', 'target.authority_text', 'target.valid_from') }}
    left join {{ ref('reg_indicator') }} as indicator on target.indicator_text = indicator.indicator_code
    left join {{ ref('reg_alias') }} as alias
        on {{ normalise_label('target.indicator_text') }} = alias.label
        and (alias.authority_code is null or alias.authority_code = authority.authority_code)
        -- The label of a part (a team, a source) has no target for the whole.
        and alias.breakdown_dimension is null
        and {{ valid_on('alias', 'target.valid_from') }}
    -- A target for a name that cannot be read is nobody's: it must not become a national one.
    where (authority.authority_code is not null or target.authority_text is null or trim(target.authority_text) = '')
        and coalesce(indicator.indicator_code, alias.indicator_code) is not null
    qualify row_number() over (
        partition by authority.authority_code, coalesce(indicator.indicator_code, alias.indicator_code), target.valid_from, target.per
        order by submissions.known_from desc, submissions.received_at desc, target.source_row, alias.authority_code nulls last
    ) = 1

),

registered as (

    select
        authority_code,
        indicator as indicator_code,
        valid_from,
        valid_to,
        target,
        upper,
        lower,
        bound,
        per,
        tolerance,
        path,
        baseline_month,
        origin,
        note,
        cast(null as varchar) as submission_id,
    from {{ ref('reg_target') }}

),

final as (

    select * from registered
    union all by name
    select sent.*
    from sent
    left join registered
        on sent.authority_code is not distinct from registered.authority_code
        and sent.indicator_code = registered.indicator_code
        and sent.valid_from is not distinct from registered.valid_from
        and sent.per is not distinct from registered.per
    where registered.indicator_code is null

)

select
    authority_code,
    indicator_code,
    valid_from,
    valid_to,
    target,
    upper,
    lower,
    bound,
    per,
    tolerance,
    baseline_month,
    origin,
    note,
    submission_id,
    -- A target to be reached by a day is the end of a way: until then a month is judged by where it should have been. A sender's way without its two ends
    -- is none; the registry's own are checked.
    path = 'straight_line' and valid_from is not null and valid_to is not null as is_dated,
from final
