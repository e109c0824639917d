-- Episodes of being looked after (SSDA903) with the period of care and the placement each belongs to. Short breaks (V3, V4) are no care in the national figures.
-- An episode that follows for another legal status alone (L) stays in the placement before it. Reads: the header for who the child is.

with lists as (

    select * from {{ ref('int_children__list') }} where list = 'episodes'

),

children as (

    select
        lists.submission_id,
        rows.child_key,
        rows.date_of_birth,
        {{ child_code('gender', "'not_stated'", 'grouped') }} as gender,
        {{ child_code('ethnicity', "'not_stated'", 'grouped') }} as ethnicity,
    from lists
    inner join {{ ref('stg_ssda903__child') }} as rows
        on lists.submission_id = rows.submission_id
    {{ join_child_code('gender', 'gender') }}
    {{ join_child_code('ethnicity', 'ethnicity') }}
    qualify row_number() over (partition by lists.submission_id, rows.child_key order by rows.source_row) = 1

),

coded as (

    select
        lists.authority_code,
        lists.submission_id,
        lists.sequence,
        lists.as_at,
        lists.is_latest_list,
        lists.known_from,
        rows.child_key,
        rows.started_date,
        rows.ceased_date,
        {{ child_code('start_reason') }} as start_reason,
        {{ child_code('ceased_reason') }} as ceased_reason,
        {{ child_code('legal_status') }} as legal_status,
        {{ child_code('need') }} as need,
        {{ child_code('placement_type') }} as placement_type,
        {{ child_code('placement_type', 'null', 'grouped') }} as placement_group,
        {{ child_code('placement_provider') }} as placement_provider,
        {{ child_code('placement_location') }} as placement_location,
        rows.placement_distance,
        rows.source_sheet,
        rows.source_row,
        {{ superseded_by('(rows.ceased_date is null or rows.ceased_date >= later.window_from)') }} as superseded_by_sequence,
    from lists
    inner join {{ ref('stg_ssda903__episode') }} as rows
        on lists.submission_id = rows.submission_id
    {{ join_child_code('start_reason', 'episode_reason') }}
    {{ join_child_code('ceased_reason', 'ceased_reason') }}
    {{ join_child_code('legal_status', 'legal_status') }}
    {{ join_child_code('need', 'need') }}
    {{ join_child_code('placement_type', 'placement_type') }}
    {{ join_child_code('placement_provider', 'placement_provider') }}
    {{ join_child_code('placement_location', 'placement_location') }}

),

final as (

    select
        coded.*,
        coalesce(children.gender, 'not_stated') as gender,
        coalesce(children.ethnicity, 'not_stated') as ethnicity,
        children.date_of_birth,
        {{ age_on('children.date_of_birth', 'coded.started_date') }} as age_at_start,
        coded.start_reason = 'S' as begins_care,
        coded.start_reason in ('S', 'P', 'T', 'B', 'U') as begins_placement,
        coded.ceased_date is not null and coded.ceased_reason is distinct from 'X1' as ends_care,
        coalesce(coded.placement_group = 'temporary_placement', false) as is_temporary,
    from coded
    left join children
        on coded.submission_id = children.submission_id
        and coded.child_key = children.child_key
    where coded.legal_status is distinct from 'V3' and coded.legal_status is distinct from 'V4'

)

select * from final
