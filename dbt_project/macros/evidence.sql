{#- The rows of a family of comparisons as evidence: the columns every frame of evidence has (expectations/suites).
    National tables hold tens of thousands of comparisons that agree: of those, one a submission and indicator is kept, the one that came nearest to
    failing, and stands for the others. `relations` have the columns of evidence, with cells in place of evidence, and is_published. -#}
{% macro folded_evidence(relations, evidence='to_json(list_slice(cells, 1, 20))') %}
select
    rule_id,
    submission_id,
    authority_code,
    indicator_code,
    period_start,
    subject,
    cause,
    cast(null as varchar) as explained_by,
    expected,
    observed,
    difference,
    tolerance,
    stands_for,
    {{ evidence }} as evidence,
    source_ref,
    known_from,
from (
    select
        *,
        case
            when is_published and abs(difference) <= tolerance
                then count(*) over (partition by rule_id, submission_id, indicator_code, abs(difference) <= tolerance)
            else 1
        end as stands_for,
    from (
        {%- for relation in relations %}
        select * from {{ relation }}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    )
    qualify not is_published or abs(difference) > tolerance or row_number() over (
        partition by rule_id, submission_id, indicator_code, abs(difference) <= tolerance
        order by abs(difference) - tolerance desc, subject, authority_code
    ) = 1
)
{%- endmacro %}

{#- The end of a model over months of series: what exceeds its tolerance, with the registered event near it that explains it, and one row a rule and authority that
    stands for what is in order. Closes the list of CTEs. `everything` has the columns of evidence, with month in place of period_start, cells in place of evidence,
    and no cause; `suspects` says which further columns a suspect has: cause, and indicators (a list: whose events count). -#}
{% macro dated_evidence(suspects, months_from_event, evidence='to_json(cells)', indicator_code='indicator_code', in_order='figures in order') -%}
suspects as (

    {{ suspects }}
    where abs(difference) > tolerance

),

events as (

    {{ explaining_events('suspects', ['change.rule_id', 'change.authority_code', 'change.subject', 'change.month'], 'change.month', 'change.indicators', months_from_event) }}

)

select
    rule_id,
    submission_id,
    authority_code,
    {{ indicator_code }} as indicator_code,
    month as period_start,
    subject,
    cause,
    events.explained_by,
    expected,
    observed,
    difference,
    tolerance,
    cast(1 as bigint) as stands_for,
    {{ evidence }} as evidence,
    source_ref,
    known_from,
from suspects
left join events
    using (rule_id, authority_code, subject, month)
union all
select
    rule_id,
    arg_max(submission_id, (month, submission_id)) as submission_id,
    authority_code,
    cast(null as varchar) as indicator_code,
    min(month) as period_start,
    '{{ in_order }}' as subject,
    '{{ in_order }}' as cause,
    cast(null as varchar) as explained_by,
    0.0 as expected,
    0.0 as observed,
    0.0 as difference,
    0.0 as tolerance,
    count(*) as stands_for,
    cast('[]' as json) as evidence,
    min(source_ref) as source_ref,
    min(known_from) as known_from,
from everything
where abs(difference) <= tolerance
group by rule_id, authority_code
{%- endmacro %}
