-- Projections that an authority printed for a whole year, beside ours: what it expects, and what it expects if nothing is done. Which of the two a printed
-- projection is, its registered label says (aliases.csv, scenario).

with projections as (

    select
        figure.authority_code,
        figure.indicator_code,
        figure.period_end,
        figure.value,
        figure.known_from,
        figure.source_ref,
        figure.source_row,
        bool_or(alias.scenario is not distinct from 'do_nothing') as is_do_nothing,
    from {{ ref('int_measures__figure') }} as figure
    inner join {{ ref('int_submissions__admitted') }} as submissions
        on figure.submission_id = submissions.submission_id and submissions.is_admitted
    left join {{ ref('reg_alias') }} as alias
        on figure.indicator_code = alias.indicator_code
        and {{ normalise_label('figure.printed_label') }} = alias.label
        and (alias.authority_code is null or alias.authority_code = figure.authority_code)
        and {{ valid_on('alias', 'figure.period_end') }}
    where figure.role = 'projection'
        and figure.period_basis = 'year'
        and figure.breakdown_dimension = 'all'
        and figure.value is not null
    group by all

),

final as (

    -- The latest issued, and of one return the lower row: reports print the newer beside or below the older. All of them stand in fct_reported_figure.
    select
        authority_code,
        indicator_code,
        period_end,
        arg_max(value, (known_from, source_row, source_ref)) filter (where is_do_nothing) as scenario_do_nothing,
        arg_max(value, (known_from, source_row, source_ref)) filter (where not is_do_nothing) as printed_projection,
        max(known_from) filter (where not is_do_nothing) as printed_projection_issued,
    from projections
    group by all

)

select * from final
