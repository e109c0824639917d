-- Every value ever held for a figure, in the order it became known. The order of loading does not matter: the issue date does. Of two different returns
-- issued on one day the table (workbook, cross-tabulation) goes before figures copied out of a text; of two sendings of one return, the later arrival.

with actuals as (

    select
        figure.*,
        -- A blank, or "not yet", says nothing about the figure: it displaces no number that was known.
        figure.value_status in ('missing', 'not_due') as says_nothing,
    from {{ ref('int_measures__figure') }} as figure
    inner join {{ ref('int_submissions__admitted') }} as submissions
        on figure.submission_id = submissions.submission_id and submissions.is_admitted
    where figure.role = 'actual'
        and figure.authority_code is not null
        and figure.indicator_code is not null
        and figure.period_basis is not null
        and figure.period_end is not null

),

one_a_submission as (

    -- A submission that prints one figure twice counts once; evidence_two_places keeps both and says so when they differ.
    select *
    from actuals
    qualify row_number() over (
        partition by
            authority_code, indicator_code, period_basis, period_start, period_end, breakdown_dimension, breakdown_value, source_kind, submission_id
        order by says_nothing, (value is null), source_sheet, source_row, source_column
    ) = 1

),

telling as (

    select *
    from one_a_submission
    qualify not says_nothing or not bool_or(not says_nothing) over (
        partition by authority_code, indicator_code, period_basis, period_start, period_end, breakdown_dimension, breakdown_value, source_kind
    )

),

final as (

    select
        authority_code,
        indicator_code,
        period_basis,
        period_start,
        period_end,
        breakdown_dimension,
        breakdown_value,
        numerator,
        denominator,
        value,
        value_status,
        is_provisional,
        definition_version,
        source_kind,
        submission_id,
        source_ref,
        value_text,
        known_from,
        lead(known_from) over versions as known_to,
        row_number() over versions as version_number,
    from telling
    window versions as (
        partition by authority_code, indicator_code, period_basis, period_start, period_end, breakdown_dimension, breakdown_value, source_kind
        order by
            known_from,
            return_name in ('performance_workbook', 'contact_matrix', 'published_statistics'),
            return_name,
            received_at,
            submission_id
    )

)

select * from final
