-- Projections that an authority printed for a whole year, beside ours: what it expects, and what it expects if nothing is done.

with projections as (

    select
        figure.authority_code,
        figure.indicator_code,
        figure.period_end,
        figure.value,
        figure.known_from,
        figure.source_ref,
        -- The words of the business cases that print one.
        regexp_matches(concat_ws(' ', figure.printed_label, figure.note), '(?i)(do[- ]nothing|nothing changed|anticipated)') as is_do_nothing,
    from {{ ref('int_measures__figure') }} as figure
    inner join {{ ref('int_submissions__admitted') }} as submissions
        on figure.submission_id = submissions.submission_id and submissions.is_admitted
    where figure.role = 'projection'
        and figure.period_basis = 'year'
        and figure.breakdown_dimension = 'all'
        and figure.value is not null

),

final as (

    -- The latest issued.
    select
        authority_code,
        indicator_code,
        period_end,
        arg_max(value, (known_from, source_ref)) filter (where is_do_nothing) as scenario_do_nothing,
        arg_max(value, (known_from, source_ref)) filter (where not is_do_nothing) as printed_projection,
    from projections
    group by all

)

select * from final
