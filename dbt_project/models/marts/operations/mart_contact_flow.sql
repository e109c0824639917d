with cells as (

    select cell.*
    from {{ ref('int_measures__contact_cell') }} as cell
    inner join {{ ref('int_submissions__admitted') }} as submissions
        on cell.submission_id = submissions.submission_id and submissions.is_admitted
    where not cell.is_row_total and not cell.is_column_total

),

current_submission as (

    -- The newest submission for an authority, month and tabulation replaces the earlier one whole: cells of two counts do not add up.
    select
        authority_code,
        month,
        tabulation,
        submission_id,
    from cells
    qualify row_number() over (
        partition by authority_code, month, tabulation
        order by known_from desc, received_at desc, submission_id desc
    ) = 1

),

final as (

    select
        cells.authority_code,
        cells.month,
        cells.tabulation,
        cells.team,
        cells.contact_source,
        cells.contact_method,
        cells.contact_outcome,
        cells.contact_class,
        cells.is_initial_contact,
        sum(cells.contacts) as contacts,
        case when count(*) filter (where cells.value_status = 'missing') > 0 then 'missing' else 'reported' end as value_status,
        cells.submission_id,
    from cells
    inner join current_submission
        on cells.authority_code = current_submission.authority_code
        and cells.month = current_submission.month
        and cells.tabulation = current_submission.tabulation
        and cells.submission_id = current_submission.submission_id
    group by all

)

select * from final
