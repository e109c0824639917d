-- What a text in place of a number means: by publisher and by the day of issue, since one sign has meant two things.

with texts as (

    select distinct
        'council' as publisher,
        value_text,
        known_from,
    from {{ ref('int_measures__printed') }}
    where {{ figure_number('value_text') }} is null

    union

    select distinct
        'council' as publisher,
        audit.audits_text as value_text,
        coalesce(audit.issue_date, submissions.known_from) as known_from,
    from {{ ref('stg_audit_register__audit') }} as audit
    inner join {{ ref('int_submissions__received') }} as submissions
        on audit.submission_id = submissions.submission_id
    where {{ figure_number('audit.audits_text') }} is null

    union

    select distinct
        'dfe' as publisher,
        coalesce(figure.value_text, '') as value_text,
        coalesce(figure.issue_date, submissions.known_from) as known_from,
    from {{ ref('stg_published_statistics__figure') }} as figure
    inner join {{ ref('int_submissions__received') }} as submissions
        on figure.submission_id = submissions.submission_id
    where {{ figure_number('figure.value_text') }} is null

),

final as (

    select
        texts.publisher,
        texts.value_text,
        texts.known_from,
        case
            when trim(texts.value_text) = '' then 'missing'
            -- A text nobody has registered is kept, counted as no number, and judged by the gate.
            else coalesce(symbol.value_status, 'quarantined')
        end as value_status,
    from texts
    left join {{ ref('reg_symbol') }} as symbol
        on lower(trim(texts.value_text)) = lower(symbol.symbol)
        and symbol.publisher in (texts.publisher, 'any')
        and {{ valid_on('symbol', 'texts.known_from') }}
    qualify row_number() over (
        partition by texts.publisher, texts.value_text, texts.known_from
        order by (symbol.publisher = texts.publisher) desc nulls last, symbol.valid_from desc nulls last
    ) = 1

)

select * from final
