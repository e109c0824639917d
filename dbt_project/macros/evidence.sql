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
