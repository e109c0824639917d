-- What a submission can say at all: a row for each measure and month that its lists cover. A measure that no list of the submission feeds, or whose column the
-- sender does not fill, has no row - it is not nought. Where there is a row and nothing was counted, nought was counted.

with measures as (

    select
        measure_code,
        list,
        basis,
        coalesce(string_split(with_lists, '|'), []) as with_lists,
        history_months,
        column_name,
    from {{ ref('reg_child_measure') }}

),

columns_filled as (

    {% set filled = {
        'int_children__contact': ['contacts', ['contact_source', 'local_outcome']],
        'int_children__contact_class': ['contacts', ['is_initial_contact']],
        'int_children__early_help': ['early_help', ['assessment_completion_date']],
        'int_children__referral': ['referrals', ['is_no_further_action']],
        'int_children__assessment': ['assessments', ['authorisation_date', 'child_seen', 'needs_support']],
        'int_children__section_47': ['section_47', ['conference_date', 'led_to_plan']],
        'int_children__plan': ['child_protection', ['previous_plans', 'last_review_date', 'last_visit_date', 'seen_alone']],
        'int_children__need': ['children_in_need', ['worker_key']],
        'int_children__care': [
            'looked_after', ['is_uasc', 'placements_last_12_months', 'placement_distance', 'last_visit_date', 'last_review_date', 'missing_episodes',
            'last_health_date', 'last_dental_date'],
        ],
        'int_children__episode': ['episodes', ['placement_distance']],
        'int_children__journey': ['referrals', ['assessed_as_not_in_need']],
        'int_children__care_leaver': ['care_leavers', ['pathway_review_date', 'in_touch', 'suitability', 'activity']],
    } %}
    {% for model, (list, columns) in filled.items() %}
    {% set outer = loop %}
    {% for column in columns %}
    select submission_id, '{{ list }}' as list, '{{ column }}' as column_name from {{ ref(model) }} group by submission_id having count({{ column }}) > 0
    {{ 'union all' if not (loop.last and outer.last) }}
    {% endfor %}
    {% endfor %}

),

final as (

    select
        period.authority_code,
        period.submission_id,
        period.sequence,
        period.known_from,
        measures.measure_code,
        measures.list,
        if(measures.basis = 'events', 'month', 'snapshot') as period_basis,
        if(measures.basis = 'events', period.period_start, period.period_end) as period_start,
        period.period_end,
        case
            when {{ months_after('period.period_start', '-measures.history_months') }} < period.known_since and measures.history_months > 0 then 'insufficient_history'
            else 'reported'
        end as value_status,
    from {{ ref('int_children__period') }} as period
    inner join measures
        on period.list = measures.list
        and case measures.basis when 'events' then period.covers_events when 'stock' then period.covers_stock else period.is_day_of_list end
    left join columns_filled
        on period.submission_id = columns_filled.submission_id
        and measures.list = columns_filled.list
        and measures.column_name = columns_filled.column_name
    where (measures.column_name is null or columns_filled.column_name is not null)
        and not exists (
            from unnest(measures.with_lists) as needed(list)
            where needed.list not in (select other.list from {{ ref('int_children__list') }} as other where other.submission_id = period.submission_id)
        )

)

select * from final
