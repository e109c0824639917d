{{ config(tags=['after_evidence']) }}

with found as (

    select * from {{ source('gate', 'finding') }}
    union all by name
    select * from {{ source('gate', 'evidence_finding') }}

),

shown as (

    -- The same disagreement printed again by a later submission is one finding: seen first then, last now, shown where it stands now.
    select
        * replace (
            min(first_seen) over (partition by finding_id) as first_seen,
            max(last_seen) over (partition by finding_id) as last_seen
        ),
    from found
    qualify row_number() over (partition by finding_id order by found.last_seen desc, submission_id desc, source_ref) = 1

),

replaced as (

    -- When a later submission replaced the figures a finding is about.
    select
        shown.finding_id,
        min(later.known_from) as replaced_on,
    from shown
    inner join {{ ref('int_versions__figure') }} as later
        on shown.authority_code = later.authority_code
        and shown.indicator_code = later.indicator_code
        and shown.period_start = later.period_start
        and shown.submission_id <> later.submission_id
        and shown.last_seen < later.known_from
    where not exists (
        select 1
        from {{ ref('int_versions__figure') }} as standing
        where standing.submission_id = shown.submission_id
            and standing.authority_code = shown.authority_code
            and standing.indicator_code = shown.indicator_code
            and standing.period_start = shown.period_start
            and standing.known_to is null
    )
    group by all

),

final as (

    select
        shown.finding_id,
        shown.rule_id,
        shown.severity,
        shown.authority_code,
        shown.indicator_code,
        shown.period_start,
        shown.subject,
        shown.cause,
        shown.explained_by,
        shown.message,
        shown.evidence,
        shown.expected,
        shown.observed,
        shown.submission_id,
        shown.source_ref,
        case when replaced.finding_id is not null then 'resolved' else shown.status end as status,
        shown.first_seen,
        shown.last_seen,
        coalesce(replaced.replaced_on, shown.resolved_at) as resolved_at,
        shown.acknowledged_until,
    from shown
    left join replaced on shown.finding_id = replaced.finding_id

)

select * from final
