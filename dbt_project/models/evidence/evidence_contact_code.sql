{{ config(tags=['series']) }}

-- How the sender's own codes of contacts come and go: codes that appear and take a share, codes that take the place of others, codes on no list, ways of contact by
-- which nobody comes in. One row a code that is suspicious; those in order are folded, one row a rule and authority.

with current_submission as (

    select
        cell.authority_code,
        cell.month,
        cell.tabulation,
        cell.submission_id,
    from {{ ref('int_measures__contact_cell') }} as cell
    inner join {{ ref('int_submissions__admitted') }} as submission
        on cell.submission_id = submission.submission_id
        and submission.is_admitted
    group by cell.authority_code, cell.month, cell.tabulation, cell.submission_id
    qualify row_number() over (
        partition by cell.authority_code, cell.month, cell.tabulation order by max(cell.known_from) desc, cell.submission_id desc
    ) = 1

),

-- Of two tables of the same contacts one is enough for a dimension.
one_table as (

    {% for dimension in ['source', 'method', 'outcome', 'code'] %}
    select
        cell.authority_code,
        '{{ dimension }}' as dimension,
        cell.month,
        cell.local_{{ dimension }} as local_code,
        {% if dimension == 'code' %}cell.contact_class{% else %}cell.contact_{{ dimension }}{% endif %} = 'unmapped' as is_unmapped,
        sum(cell.contacts) as contacts,
        min(cell.submission_id) as submission_id,
        min(cell.source_ref) as source_ref,
        max(cell.known_from) as known_from,
    from {{ ref('int_measures__contact_cell') }} as cell
    inner join current_submission
        using (authority_code, month, tabulation, submission_id)
    where not coalesce(cell.is_row_total, false) and not coalesce(cell.is_column_total, false) and trim(cell.local_{{ dimension }}) <> ''
        and cell.contacts > 0
    group by cell.authority_code, cell.month, cell.tabulation, cell.local_{{ dimension }}, is_unmapped
    qualify dense_rank() over (partition by cell.authority_code, cell.month order by cell.tabulation) = 1
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

months as (

    select
        authority_code,
        dimension,
        month,
        sum(contacts) as whole,
        coalesce(sum(contacts) filter (where is_unmapped), 0.0) as unmapped,
        any_value(submission_id) as submission_id,
        min(source_ref) as source_ref,
        max(known_from) as known_from,
        min(month) over (partition by authority_code, dimension) as first_month,
        max(month) over (partition by authority_code, dimension) as last_month,
    from one_table
    group by authority_code, dimension, month

),

codes as (

    select
        one_table.authority_code,
        one_table.dimension,
        one_table.local_code,
        min(one_table.month) as first_seen,
        max(one_table.month) as last_seen,
        bool_or(one_table.is_unmapped) as is_unmapped,
        any_value(months.first_month) as first_month,
        any_value(months.last_month) as last_month,
        sum(one_table.contacts) as contacts,
        arg_min(one_table.submission_id, one_table.month) as submission_id,
        arg_min(one_table.source_ref, one_table.month) as source_ref,
        arg_min(one_table.known_from, one_table.month) as known_from,
    from one_table
    inner join months
        using (authority_code, dimension, month)
    group by one_table.authority_code, one_table.dimension, one_table.local_code

),

-- The share of a code in its first three months, and in its last three.
shares as (

    select
        codes.authority_code,
        codes.dimension,
        codes.local_code,
        coalesce(sum(one_table.contacts) filter (where months.month < codes.first_seen + interval 3 months), 0)
        / sum(months.whole) filter (where months.month >= codes.first_seen and months.month < codes.first_seen + interval 3 months) as share_at_first,
        coalesce(sum(one_table.contacts) filter (where months.month > codes.last_seen - interval 3 months), 0)
        / sum(months.whole) filter (where months.month <= codes.last_seen and months.month > codes.last_seen - interval 3 months) as share_at_last,
    from codes
    inner join months
        using (authority_code, dimension)
    left join one_table
        on codes.authority_code = one_table.authority_code
        and codes.dimension = one_table.dimension
        and codes.local_code = one_table.local_code
        and months.month = one_table.month
    group by codes.authority_code, codes.dimension, codes.local_code

),

placed as (

    select
        codes.*,
        share_at_first,
        share_at_last,
        first_seen >= first_month + interval 6 months as is_new,
        last_seen <= last_month - interval 2 months as is_gone,
    from codes
    inner join shares
        using (authority_code, dimension, local_code)

),

replaced as (

    select
        new.authority_code,
        new.dimension,
        new.local_code,
        arg_min(gone.local_code, abs(ln(new.share_at_first / gone.share_at_last))) as replaced_code,
        min(abs(ln(new.share_at_first / gone.share_at_last))) as distance,
    from placed as new
    inner join placed as gone
        on new.authority_code = gone.authority_code
        and new.dimension = gone.dimension
        and new.is_new
        and gone.is_gone
        and abs(datediff('month', gone.last_seen + interval 1 month, new.first_seen)) <= 1
        and new.share_at_first > 0
        and gone.share_at_last > 0
    group by new.authority_code, new.dimension, new.local_code

),

coming as (

    select
        placed.*,
        if(replaced.distance <= {{ rule_parameter('codes.code_replaced', 'leeway') }}, replaced.replaced_code, null) as replaced_code,
    from placed
    left join replaced
        using (authority_code, dimension, local_code)

),

new_code as (

    select
        if(replaced_code is not null, 'codes.code_replaced', 'codes.new_code_takes_share') as rule_id,
        *,
        first_seen as month,
        'contact ' || dimension || ' "' || local_code || '"' || coalesce(' in place of "' || replaced_code || '"', '') as subject,
        0.0 as expected,
        round(100 * share_at_first, 2) as observed,
        if(is_new, round(100 * share_at_first, 2), 0.0) as difference,
        100 * {{ rule_parameter('codes.new_code_takes_share', 'least_share') }} as tolerance,
        [
            {'what': 'first seen', 'value': strftime(first_seen, '%b %Y'), 'where': source_ref},
            {'what': 'first month of the returns', 'value': strftime(first_month, '%b %Y'), 'where': ''}
        ] as cells,
    from coming

),

-- Which every return has to be asked, whether a code is new in it or not.
code_replaced_in_order as (

    select * replace ('codes.code_replaced' as rule_id, 0.0 as difference) from new_code where rule_id <> 'codes.code_replaced'

),

unmapped_run as (

    select
        *,
        unmapped / whole as share,
        -- The months since the last one that was in order.
        sum(if(unmapped / whole > {{ rule_parameter('codes.unmapped_share', 'least_share') }}, 0, 1)) over (
            partition by authority_code, dimension order by month
        ) as run,
    from months

),

unmapped_share as (

    select
        'codes.unmapped_share' as rule_id,
        authority_code,
        submission_id,
        source_ref,
        known_from,
        month,
        'contacts by ' || dimension as subject,
        0.0 as expected,
        round(100 * share, 2) as observed,
        round(100 * share, 2) as difference,
        100 * {{ rule_parameter('codes.unmapped_share', 'least_share') }} as tolerance,
        cells,
    from (
        select
            authority_code,
            dimension,
            arg_max(submission_id, month) as submission_id,
            arg_max(source_ref, month) as source_ref,
            max(known_from) as known_from,
            coalesce(min(month) filter (where share > {{ rule_parameter('codes.unmapped_share', 'least_share') }}), min(month)) as month,
            max(share) as share,
            list({'what': strftime(month, '%b %Y'), 'value': cast(unmapped::bigint as varchar) || ' of ' || cast(whole::bigint as varchar), 'where': source_ref} order by month)[:12]
                as cells,
        from unmapped_run
        group by authority_code, dimension, run
    )

),

outbound as (

    select
        'codes.outbound_counted' as rule_id,
        *,
        first_seen as month,
        'contact method "' || local_code || '"' as subject,
        0.0 as expected,
        contacts as observed,
        if(regexp_matches(lower(local_code), '\b(out|outgoing|outbound|outward|sent)\b'), contacts, 0.0) as difference,
        {{ rule_parameter('codes.outbound_counted', 'most_contacts') }} as tolerance,
        [{'what': 'contacts in all months', 'value': cast(contacts::bigint as varchar), 'where': source_ref}] as cells,
    from placed
    where dimension = 'method'

),

everything as (

    {% for rule in ['new_code', 'code_replaced_in_order', 'unmapped_share', 'outbound'] %}
    select rule_id, submission_id, authority_code, month, subject, expected, observed, difference, tolerance, cells, source_ref, known_from
    from {{ rule }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

{%- set suspects %}
    select
        *,
        'front door' as cause,
        ['contacts_received', 'initial_contacts'] as indicators,
    from everything
{%- endset %}
{{ dated_evidence(suspects, months_from_event=2, indicator_code='cast(null as varchar)', in_order='codes in order') }}
