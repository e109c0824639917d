{{ config(tags=['before_gate']) }}

-- Are the codes and labels of a submission known? One row a submission and distinct code or label (or a submission, for shares).

with contact_codes as (

    select
        submission_id,
        authority_code,
        month,
        contacts,
        source_ref,
        known_from,
        unnest([
            {'dimension': 'source', 'local_code': local_source, 'conformed': contact_source},
            {'dimension': 'method', 'local_code': local_method, 'conformed': contact_method},
            {'dimension': 'outcome', 'local_code': local_outcome, 'conformed': contact_outcome},
            {'dimension': 'code', 'local_code': local_code, 'conformed': contact_class}
        ], recursive := true),
    from {{ ref('int_measures__contact_cell') }}
    where not coalesce(is_row_total, false) and not coalesce(is_column_total, false)

),

-- Evidence names at most twenty cells of a code: the first ones in the file say where to look.
contact_unmapped as (

    select
        'codes.contact_unmapped' as rule_id,
        submission_id,
        authority_code,
        cast(null as varchar) as indicator_code,
        min(month) as period_start,
        'contact ' || dimension || ' "' || local_code || '"' as subject,
        'codes of contact ' || dimension as cause,
        cast(null as varchar) as explained_by,
        0.0 as expected,
        cast(count(*) filter (where conformed = 'unmapped') as double) as observed,
        cast(count(*) filter (where conformed = 'unmapped') as double) as difference,
        0.0 as tolerance,
        count(*) as stands_for,
        to_json(list_slice(list({
            'what': dimension || ' "' || local_code || '"', 'value': regexp_replace(cast(contacts as varchar), '\.0$', '') || ' contacts', 'where': source_ref
        } order by source_ref), 1, 20)) as evidence,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
    from contact_codes
    where local_code is not null and trim(local_code) <> ''
    group by submission_id, authority_code, dimension, local_code

),

labels as (

    select
        submission_id,
        authority_code,
        coalesce(section, '') as section,
        printed_label,
        bool_and(indicator_code is null) as is_unknown,
        count(*) as cells,
        min(period_start) as period_start,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
        to_json(list_slice(list(cell order by source_ref), 1, 20)) as evidence,
    from {{ ref('evidence_figure') }}
    where not is_published and printed_label is not null and role in ('actual', 'target', 'baseline', 'projection')
    group by all

),

label_unknown as (

    select
        'codes.label_unknown' as rule_id,
        submission_id,
        authority_code,
        cast(null as varchar) as indicator_code,
        period_start,
        'label "' || printed_label || '"' || case when section = '' then '' else ' in ' || section end as subject,
        'labels of the return' as cause,
        cast(null as varchar) as explained_by,
        0.0 as expected,
        case when is_unknown then cells else 0 end::double as observed,
        case when is_unknown then cells else 0 end::double as difference,
        0.0 as tolerance,
        cells as stands_for,
        evidence,
        source_ref,
        known_from,
    from labels

),

-- A return is unusable when most of what it counts has no meaning; one or two labels of a handful are not that.
most_labels_unknown as (

    select
        'codes.most_labels_unknown' as rule_id,
        submission_id,
        min(authority_code) as authority_code,
        cast(null as varchar) as indicator_code,
        min(period_start) as period_start,
        'labels of the whole return' as subject,
        'labels of the return' as cause,
        cast(null as varchar) as explained_by,
        0.0 as expected,
        100.0 * count(*) filter (where is_unknown) / count(*) as observed,
        100.0 * count(*) filter (where is_unknown) / count(*) as difference,
        50.0 as tolerance,
        count(*) as stands_for,
        to_json(list_slice(list({'what': section, 'value': printed_label, 'where': source_ref} order by source_ref)
            filter (where is_unknown), 1, 20)) as evidence,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
    from labels
    group by submission_id
    having count(*) >= 6

),

texts as (

    select submission_id, authority_code, local_code as text, source_ref, known_from, month as period_start
    from contact_codes
    where local_code is not null
    union all
    -- Several dimensions are joined by a bar; each code is looked at by itself.
    select
        submission_id,
        authority_code,
        unnest(list_prepend(printed_label, string_split(breakdown_value, '|'))) as text,
        source_ref,
        known_from,
        period_start,
    from {{ ref('evidence_figure') }}
    where not is_published

),

-- Letters of the Cyrillic, Greek and full-width alphabets that read as Latin ones: the code looks right and matches nothing.
look_alike_letters as (

    select
        'codes.look_alike_letters' as rule_id,
        submission_id,
        authority_code,
        cast(null as varchar) as indicator_code,
        min(period_start) as period_start,
        'text "' || text || '"' as subject,
        'letters of another alphabet' as cause,
        cast(null as varchar) as explained_by,
        0.0 as expected,
        cast(length(regexp_replace(text, '[^\p{Cyrillic}\p{Greek}\x{FF21}-\x{FF5A}]', '', 'g')) as double) as observed,
        cast(length(regexp_replace(text, '[^\p{Cyrillic}\p{Greek}\x{FF21}-\x{FF5A}]', '', 'g')) as double) as difference,
        0.0 as tolerance,
        count(*) as stands_for,
        to_json(list_slice(list({
            'what': 'the letters that are not Latin: '
                || regexp_replace(text, '[^\p{Cyrillic}\p{Greek}\x{FF21}-\x{FF5A}]', '', 'g'),
            'value': text,
            'where': source_ref
        } order by source_ref), 1, 20)) as evidence,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
    from texts
    where text is not null
    group by submission_id, authority_code, text

)

select * from contact_unmapped
union all
select * from label_unknown
union all
select * from most_labels_unknown
union all
select * from look_alike_letters
