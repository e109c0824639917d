{{ config(tags=['before_gate']) }}

-- Does a percentage or rate follow from its numerator and denominator, does a part stay within its whole, do shares of one whole make
-- 100? One row a comparison of figures of one submission.

with figures as (

    select *
    from {{ ref('evidence_figure') }}
    where role = 'actual' and indicator_code is not null

),

-- The parts that stand in the row itself ...
own_parts as (

    select
        *,
        numerator as part,
        denominator as whole,
        'its own numerator and denominator' as parts_from,
        [
            {'what': 'numerator', 'value': regexp_replace(cast(numerator as varchar), '\.0$', ''), 'where': source_ref},
            {'what': 'denominator', 'value': regexp_replace(cast(denominator as varchar), '\.0$', ''), 'where': source_ref}
        ] as part_cells,
    from figures
    where numerator is not null and denominator > 0 and kind <> 'count'

),

-- ... and those that stand elsewhere in the return as counts of the same measures.
measure_counts as (

    select
        submission_id,
        authority_code,
        period_basis,
        period_start,
        period_end,
        breakdown_dimension,
        breakdown_value,
        numerator_measure as measure,
        arg_min(coalesce(value, numerator), source_ref) as number,
        arg_min(cell, source_ref) as cell,
    from figures
    where kind = 'count' and numerator_measure is not null and coalesce(value, numerator) is not null and not is_published
    group by all

),

counted_parts as (

    select
        figure.*,
        part.number as part,
        whole.number as whole,
        'the counts of the same return' as parts_from,
        [part.cell, whole.cell] as part_cells,
    from figures as figure
    inner join measure_counts as part
        on figure.numerator_measure = part.measure
        and figure.submission_id = part.submission_id
        and figure.authority_code = part.authority_code
        and figure.period_basis = part.period_basis
        and figure.period_start = part.period_start
        and figure.period_end = part.period_end
        and figure.breakdown_dimension = part.breakdown_dimension
        and figure.breakdown_value = part.breakdown_value
    inner join measure_counts as whole
        on figure.denominator_measure = whole.measure
        and figure.submission_id = whole.submission_id
        and figure.authority_code = whole.authority_code
        and figure.period_basis = whole.period_basis
        and figure.period_start = whole.period_start
        and figure.period_end = whole.period_end
        and figure.breakdown_dimension = whole.breakdown_dimension
        and figure.breakdown_value = whole.breakdown_value
    where figure.kind <> 'count' and whole.number > 0 and figure.numerator is null

),

with_parts as (

    select
        *,
        case kind when 'percent' then 100.0 when 'rate_per_10000' then 10000.0 else 1.0 end as scale,
        -- How far the parts themselves may be rounded: national and regional counts to ten, full-time equivalents to one decimal.
        case
            when is_published and not is_local_authority and part % 10 = 0 then 5.0
            when part <> round(part) then 0.05
            else 0.0
        end as part_rounding,
        case
            when is_published and not is_local_authority and whole % 10 = 0 then 5.0
            when whole <> round(whole) then 0.05
            else 0.0
        end as whole_rounding,
    from (select * from own_parts union all select * from counted_parts)

),

ratios as (

    select
        case kind when 'percent' then 'arithmetic.percentage_of_parts' else 'arithmetic.rate_of_parts' end as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        figure_name || coalesce(' in ' || section, '') || ', against ' || parts_from as subject,
        indicator_name as cause,
        scale * part / whole as expected,
        value as observed,
        value - scale * part / whole as difference,
        greatest(coalesce(rounding_tolerance, 0.0), half_unit)
            + scale * (part_rounding + whole_rounding * abs(part) / whole) / whole
            + 1e-6 as tolerance,
        is_published,
        list_prepend(cell, part_cells) as cells,
        source_ref,
        known_from,
    from with_parts
    where value is not null

),

part_exceeds_whole as (

    select
        'arithmetic.part_exceeds_whole' as rule_id,
        submission_id,
        authority_code,
        indicator_code,
        period_start,
        figure_name || coalesce(' in ' || section, '') || ', part of ' || parts_from as subject,
        indicator_name as cause,
        whole as expected,
        part as observed,
        greatest(part - whole, 0.0) as difference,
        part_rounding + whole_rounding as tolerance,
        is_published,
        list_prepend(cell, part_cells) as cells,
        source_ref,
        known_from,
    from with_parts
    where kind = 'percent'

),

-- The counts of a share that the registry knows, also where the share itself is not printed: of those offered something, no more can
-- have taken it up. One row a pair of counts, whichever share names it.
counts_of_share as (

    select distinct
        numerator_measure,
        denominator_measure,
    from {{ ref('reg_indicator') }}
    where kind = 'percent' and coalesce(plausible_max, 100.0) <= 100.0 and numerator_measure is not null and denominator_measure is not null

),

count_exceeds_whole as (

    select
        'arithmetic.part_exceeds_whole' as rule_id,
        part.submission_id,
        part.authority_code,
        part.indicator_code,
        part.period_start,
        part.figure_name || coalesce(' in ' || part.section, '') || ', part of ' || whole.indicator_name as subject,
        part.indicator_name as cause,
        whole.value as expected,
        part.value as observed,
        greatest(part.value - whole.value, 0.0) as difference,
        0.0 as tolerance,
        false as is_published,
        [part.cell, whole.cell] as cells,
        part.source_ref,
        part.known_from,
    from counts_of_share
    inner join figures as part on counts_of_share.numerator_measure = part.numerator_measure
    inner join figures as whole
        on counts_of_share.denominator_measure = whole.numerator_measure
        and part.submission_id = whole.submission_id
        and part.authority_code = whole.authority_code
        and part.period_basis = whole.period_basis
        and part.period_start = whole.period_start
        and part.period_end = whole.period_end
        and part.breakdown_dimension = whole.breakdown_dimension
        and part.breakdown_value = whole.breakdown_value
    where part.kind = 'count' and whole.kind = 'count' and part.value is not null and whole.value is not null
        and not part.is_published and not whole.is_published and part.return_name <> 'contact_matrix'

),

-- One value of a breakdown is never more than all of it. (The totals of a matrix are judged with the matrix.)
breakdown_exceeds_whole as (

    select
        'arithmetic.part_exceeds_whole' as rule_id,
        part.submission_id,
        part.authority_code,
        part.indicator_code,
        part.period_start,
        part.figure_name || coalesce(' in ' || part.section, '') || ', part of all' as subject,
        part.indicator_name as cause,
        whole.value as expected,
        part.value as observed,
        greatest(part.value - whole.value, 0.0) as difference,
        case when part.is_published and not part.is_local_authority then 10.0 else 0.0 end as tolerance,
        part.is_published,
        [part.cell, whole.cell] as cells,
        part.source_ref,
        part.known_from,
    from figures as part
    inner join figures as whole
        on part.submission_id = whole.submission_id
        and part.authority_code = whole.authority_code
        and part.indicator_code = whole.indicator_code
        and part.period_basis = whole.period_basis
        and part.period_start = whole.period_start
        and part.period_end = whole.period_end
        and coalesce(part.section, '') = coalesce(whole.section, '')
    where part.kind = 'count' and part.return_name <> 'contact_matrix' and part.breakdown_dimension <> 'all' and whole.breakdown_dimension = 'all'
        and part.value is not null and whole.value is not null

),

shares as (

    select
        partitions.partition_code,
        figure.submission_id,
        figure.authority_code,
        figure.period_basis,
        figure.period_start,
        figure.period_end,
        figure.breakdown_dimension,
        figure.breakdown_value,
        figure.indicator_code,
        any_value(partitions.n_parts) as n_parts,
        any_value(partitions.relation) as relation,
        any_value(figure.is_published) as is_published,
        arg_min(figure.figure_name, figure.source_ref) as figure_name,
        any_value(figure.indicator_name) as indicator_name,
        arg_min(figure.value, figure.source_ref) as value,
        arg_min(greatest(figure.half_unit, coalesce(figure.rounding_tolerance, 0)), figure.source_ref) as leeway,
        arg_min(figure.cell, figure.source_ref) as cell,
        min(figure.source_ref) as source_ref,
        min(figure.known_from) as known_from,
    from {{ ref('evidence_partition') }} as partitions
    inner join figures as figure on partitions.part_indicator_code = figure.indicator_code
    where partitions.whole_indicator_code is null and figure.value is not null
    group by all

),

complementary_shares as (

    select
        'arithmetic.complementary_shares' as rule_id,
        submission_id,
        authority_code,
        min(indicator_code) as indicator_code,
        period_start,
        string_agg(figure_name, ' + ' order by indicator_code) as subject,
        string_agg(indicator_name, ' + ' order by indicator_code) as cause,
        100.0 as expected,
        sum(value) as observed,
        case any_value(relation) when 'at_most' then greatest(sum(value) - 100.0, 0.0) else sum(value) - 100.0 end as difference,
        sum(leeway) + 1e-6 as tolerance,
        any_value(is_published) as is_published,
        list(cell order by indicator_code) as cells,
        min(source_ref) as source_ref,
        min(known_from) as known_from,
    from shares
    group by partition_code, submission_id, authority_code, period_basis, period_start, period_end, breakdown_dimension, breakdown_value
    having count(*) = any_value(n_parts)

)

{{ folded_evidence(['ratios', 'part_exceeds_whole', 'count_exceeds_whole', 'breakdown_exceeds_whole', 'complementary_shares']) }}
