{{ config(tags=['series']) }}

-- What is compared from month to month: a count with the count that it follows from, a category with its whole, what is an initial contact within a team or
-- source. One row an authority, comparison and month: both counts, where their ratio stands on a scale of even noise, and its sampling variance.

with series as (

    select * from {{ ref('evidence_series') }}

),

flows as (

    select
        upstream.authority_code,
        flow.flow_code as comparison,
        'flow' as family,
        flow.flow_code as peers,
        flow.theme,
        flow.title,
        cast(null as varchar) as category,
        flow.relation,
        downstream.indicator_code,
        [upstream.indicator_code, downstream.indicator_code] as indicators,
        upstream.month,
        upstream.value as upstream,
        downstream.value as downstream,
        downstream.submission_id,
        downstream.source_ref,
        downstream.known_from,
    from {{ ref('reg_flow') }} as flow
    inner join series as upstream
        on flow.upstream_indicator_code = upstream.indicator_code
        and coalesce(flow.upstream_dimension, 'all') = upstream.dimension
        and coalesce(flow.upstream_value, 'all') = upstream.category
    inner join series as downstream
        on flow.downstream_indicator_code = downstream.indicator_code
        and downstream.dimension = 'all'
        and upstream.authority_code = downstream.authority_code
        and upstream.month = downstream.month

),

-- A category that a month does not name had no contact in it, where the month names others.
contact_months as (

    select
        authority_code,
        dimension,
        month,
        sum(value) as whole,
        any_value(submission_id) as submission_id,
        min(source_ref) as source_ref,
        max(known_from) as known_from,
    from series
    where indicator_code = 'contacts_received' and dimension <> 'all'
    group by all
    having sum(value) > 0

),

contact_categories as (

    select distinct authority_code, dimension, category
    from series
    where indicator_code = 'contacts_received' and dimension <> 'all' and value > 0

),

composition as (

    select
        months.authority_code,
        'share of ' || months.dimension || ': ' || categories.category as comparison,
        months.dimension as family,
        if(months.dimension = 'team', 'team', months.dimension || ': ' || categories.category) as peers,
        'front door' as theme,
        'Contacts by ' || replace(months.dimension, 'contact_', '') as title,
        categories.category,
        'part' as relation,
        'contacts_received' as indicator_code,
        ['contacts_received'] as indicators,
        months.month,
        months.whole as upstream,
        coalesce(series.value, 0.0) as downstream,
        months.submission_id,
        coalesce(series.source_ref, months.source_ref) as source_ref,
        months.known_from,
    from contact_months as months
    inner join contact_categories as categories
        using (authority_code, dimension)
    left join series
        on months.authority_code = series.authority_code
        and series.indicator_code = 'contacts_received'
        and months.dimension = series.dimension
        and categories.category = series.category
        and months.month = series.month

),

-- Whether the same kind of approach counts as an initial contact everywhere, and goes on counting.
initial_within as (

    select
        contacts.authority_code,
        'initial within ' || contacts.dimension || ': ' || contacts.category as comparison,
        'initial within ' || contacts.dimension as family,
        if(contacts.dimension = 'team', 'initial within team', 'initial within ' || contacts.dimension || ': ' || contacts.category) as peers,
        'front door' as theme,
        'Initial contacts among contacts by ' || replace(contacts.dimension, 'contact_', '') as title,
        contacts.category,
        'part' as relation,
        'initial_contacts' as indicator_code,
        ['initial_contacts', 'contacts_received'] as indicators,
        contacts.month,
        contacts.value as upstream,
        initial.value as downstream,
        initial.submission_id,
        initial.source_ref,
        initial.known_from,
    from series as contacts
    inner join series as initial
        on contacts.authority_code = initial.authority_code
        and contacts.dimension = initial.dimension
        and contacts.category = initial.category
        and contacts.month = initial.month
        and initial.indicator_code = 'initial_contacts'
    where contacts.indicator_code = 'contacts_received' and contacts.dimension in ('team', 'contact_source') and contacts.value > 0

),

compared as (

    select * from flows
    union all by name
    select * from composition
    union all by name
    select * from initial_within

),

-- Ten cases a month on the smaller side are too few to tell a step of a fifth from chance; such a comparison is left out whole.
large_enough as (

    select authority_code, comparison
    from compared
    group by all
    having quantile_cont(if(relation = 'part', upstream / 2, least(upstream, downstream)), 0.5) >= {{ rule_parameter('definition.flow_step', 'fewest_events') }}
        and max(downstream) >= {{ rule_parameter('definition.flow_step', 'fewest_events') }}

)

select
    compared.*,
    -- Windows sort by a number faster than by two names.
    dense_rank() over (order by authority_code, comparison) as series_number,
    case relation
        when 'part' then {{ share_position('downstream', 'upstream') }}
        else {{ ratio_position('downstream', 'upstream') }}
    end as position,
    case relation
        when 'part' then {{ share_variance('upstream') }}
        else {{ ratio_variance('downstream', 'upstream') }}
    end as sampling_variance,
from compared
inner join large_enough
    using (authority_code, comparison)
