{{ config(tags=['before_gate']) }}

-- Does one return print the same figure twice, and differently? One row a further place in which a figure stands, against the first.

with figures as (

    select
        *,
        coalesce(section, '') as place,
        coalesce(unit, indicator_unit, '') as compared_unit,
        -- 220 is rounded to tens, 1,500 to hundreds; a number without a nought at its end to ones.
        case when is_approximate then pow(10, length(regexp_extract(cast(value::bigint as varchar), '0*$'))) else 1.0 end as rounded_to,
        row_number() over (
            partition by submission_id, authority_code, indicator_code, period_basis, period_start, period_end,
                breakdown_dimension, breakdown_value, role, comparator, coalesce(unit, indicator_unit, '')
            order by source_ref, figure_id
        ) as occurrence,
    from {{ ref('evidence_figure') }}
    where not is_published and indicator_code is not null and value is not null and period_start is not null
        -- A matrix is compared with its neighbour cell by cell (evidence_totals).
        and return_name <> 'contact_matrix'
        and role in ('actual', 'target', 'baseline', 'projection', 'benchmark', 'average', 'budget')
        and (role <> 'benchmark' or comparator is not null)
        -- An old figure reprinted beside its restatement is history, not contradiction.
        and coalesce(status, '') <> 'restated'

),

places as (

    select
        one.submission_id,
        one.authority_code,
        one.indicator_code,
        one.period_start,
        other.figure_name || case
            when one.place = '' and other.place = '' then ', printed twice'
            when one.place = other.place then ', twice in ' || one.place
            else ', in ' || one.place || ' and ' || other.place
        end || case when other.occurrence > 2 then ' (place ' || other.occurrence || ')' else '' end as subject,
        one.indicator_name as cause,
        one.value as expected,
        other.value as observed,
        other.value - one.value as difference,
        -- 74% and 74.1% can be one figure, printed less and more precisely; 9.0 and 9.1 cannot. "Approximately 220" is rounded by its
        -- writer, as far as its last digits are noughts.
        case
            when one.is_approximate or other.is_approximate
                then greatest(one.rounded_to, other.rounded_to) / 2 + 1e-6
            when one.printed_decimals = other.printed_decimals then 1e-6
            else greatest(one.half_unit, other.half_unit) + 1e-6
        end as tolerance,
        [one.cell, other.cell] as cells,
        other.source_ref,
        other.known_from,
    from figures as one
    inner join figures as other
        on one.submission_id = other.submission_id
        and one.authority_code = other.authority_code
        and one.indicator_code = other.indicator_code
        and one.period_basis = other.period_basis
        and one.period_start = other.period_start
        and one.period_end = other.period_end
        and one.breakdown_dimension = other.breakdown_dimension
        and one.breakdown_value = other.breakdown_value
        and one.role = other.role
        and one.comparator is not distinct from other.comparator
        and one.compared_unit = other.compared_unit
        -- A projection is as of a day, which only its note can tell: two with different notes are two projections.
        and (one.role <> 'projection' or one.note is not distinct from other.note)
    where one.occurrence = 1 and other.occurrence > 1
        -- Exactly repeated rows of a long return are uniqueness's question.
        and not (
            one.return_name = 'indicator_return'
            and one.role = 'actual'
            and one.place = other.place
            and one.printed_label is not distinct from other.printed_label
            and one.note is not distinct from other.note
        )

)

select
    'two_places.same_submission' as rule_id,
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
    cast(1 as bigint) as stands_for,
    to_json(cells) as evidence,
    source_ref,
    known_from,
from places
