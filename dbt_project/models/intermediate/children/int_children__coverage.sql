-- What a submission can say at all: a row for each measure and month that its lists cover. A measure that no list of the submission feeds, or whose column the
-- sender does not fill, has no row - it is not nought. Where there is a row and nothing was counted, nought was counted.

with measures as (

    -- basis: events = happened in the month; stock = open at its end; state = how things stood, known for the day of the list only.
    -- with_lists: further lists that the measure looks into. history_months: how far back it looks from the beginning of the month.
    -- column_name: without a single value in this column the measure cannot be told.
    select *
    from (
        values
            ('contacts_received', 'contacts', 'events', [], 0, null),
            ('contacts_police', 'contacts', 'events', [], 0, 'contact_source'),
            ('initial_contacts', 'contacts', 'events', [], 0, 'is_initial_contact'),
            ('contacts_to_referral', 'contacts', 'events', ['referrals'], 0, null),
            ('contacts_to_assessment', 'contacts', 'events', ['referrals', 'assessments'], 0, null),
            ('contacts_to_plan', 'contacts', 'events', ['referrals', 'child_protection'], 0, null),
            ('contacts_to_early_help', 'contacts', 'events', [], 0, 'local_outcome'),
            ('eh_assessments_started', 'early_help', 'events', [], 0, null),
            ('eh_assessments_completed', 'early_help', 'events', [], 0, 'assessment_completion_date'),
            ('referrals_received', 'referrals', 'events', [], 0, null),
            ('referrals_nfa_count', 'referrals', 'events', [], 0, 'is_no_further_action'),
            ('rereferrals_count', 'referrals', 'events', [], 12, null),
            ('referrals_assessed', 'referrals', 'events', ['assessments'], 0, null),
            ('referrals_not_in_need_count', 'referrals', 'events', ['assessments'], 0, 'assessed_as_not_in_need'),
            ('assessments_completed', 'assessments', 'events', [], 0, 'authorisation_date'),
            ('assessments_completed_45wd', 'assessments', 'events', [], 0, 'authorisation_date'),
            ('assessment_working_days', 'assessments', 'events', [], 0, 'authorisation_date'),
            ('assessments_child_seen', 'assessments', 'events', [], 0, 'child_seen'),
            ('assessments_with_support', 'assessments', 'events', [], 0, 'needs_support'),
            ('assessments_open', 'assessments', 'stock', [], 0, null),
            ('section_47_count', 'section_47', 'events', [], 0, null),
            ('section_47_to_icpc', 'section_47', 'events', [], 0, 'conference_date'),
            ('icpc_count', 'section_47', 'events', [], 0, 'conference_date'),
            ('icpc_in_time', 'section_47', 'events', [], 0, 'conference_date'),
            ('icpc_to_plan', 'section_47', 'events', [], 0, 'led_to_plan'),
            ('cpp_count', 'child_protection', 'stock', [], 0, null),
            ('cpp_open_18m', 'child_protection', 'stock', [], 0, null),
            ('cpp_open_2y', 'child_protection', 'stock', [], 0, null),
            ('cpp_new', 'child_protection', 'events', [], 0, null),
            ('cpp_repeat_count', 'child_protection', 'events', [], 0, 'previous_plans'),
            ('cpp_repeat_24m_count', 'child_protection', 'events', [], 24, null),
            ('cpp_ceased', 'child_protection', 'events', [], 0, null),
            ('cpp_ceased_2y', 'child_protection', 'events', [], 0, null),
            ('cpp_review_up_to_date', 'child_protection', 'state', [], 0, 'last_review_date'),
            ('cp_visits_overdue_10', 'child_protection', 'state', [], 0, 'last_visit_date'),
            ('cp_visits_overdue_14', 'child_protection', 'state', [], 0, 'last_visit_date'),
            ('cpp_with_visit', 'child_protection', 'state', [], 0, 'last_visit_date'),
            ('cp_last_visit_alone', 'child_protection', 'state', [], 0, 'seen_alone'),
            ('cin_episodes_open', 'children_in_need', 'stock', [], 0, null),
            ('cin_episodes_started', 'children_in_need', 'events', [], 0, null),
            ('cin_episodes_ended', 'children_in_need', 'events', [], 0, null),
            ('unallocated_cases', 'children_in_need', 'state', [], 0, 'worker_key'),
            ('caseload_total', 'children_in_need', 'state', [], 0, 'worker_key'),
            ('caseload_workers', 'children_in_need', 'state', [], 0, 'worker_key'),
            ('caseload_over_max_workers', 'children_in_need', 'state', [], 0, 'worker_key'),
            ('caseload_over_30_workers', 'children_in_need', 'state', [], 0, 'worker_key'),
            ('lac_count', 'looked_after', 'stock', [], 0, null),
            ('uasc_count', 'looked_after', 'state', [], 0, 'is_uasc'),
            ('lac_started', 'looked_after', 'events', [], 0, null),
            ('lac_ceased', 'looked_after', 'events', [], 0, null),
            ('lac_3plus_placements_12m_count', 'looked_after', 'state', [], 0, 'placements_last_12_months'),
            ('lac_out_of_county_20mi', 'looked_after', 'state', [], 0, 'placement_distance'),
            ('lac_visit_up_to_date', 'looked_after', 'state', [], 0, 'last_visit_date'),
            ('lac_review_up_to_date', 'looked_after', 'state', [], 0, 'last_review_date'),
            ('lac_missing_12m', 'looked_after', 'state', [], 0, 'missing_episodes'),
            ('lac_health_assessed_12m', 'looked_after', 'state', [], 0, 'last_health_date'),
            ('lac_dental_12m', 'looked_after', 'state', [], 0, 'last_dental_date'),
            -- Of the annual return of children looked after (SSDA903), whose episodes tell of every month end.
            ('lac_count', 'episodes', 'stock', [], 0, null),
            ('lac_started', 'episodes', 'events', [], 0, null),
            ('lac_ceased', 'episodes', 'events', [], 0, null),
            ('uasc_count', 'episodes', 'stock', ['uasc'], 0, null),
            ('lac_3plus_placements_12m_count', 'episodes', 'stock', [], 11, null),
            ('lac_out_of_county_20mi', 'episodes', 'stock', [], 0, 'placement_distance'),
            ('lac_review_up_to_date', 'episodes', 'stock', ['reviews'], 11, null),
            ('missing_episodes_started', 'missing', 'events', [], 0, null),
            ('lac_missing_12m', 'episodes', 'stock', ['missing'], 11, null),
            ('care_leavers_supported', 'care_leavers', 'state', [], 0, null),
            ('care_leavers_with_pathway_plan', 'care_leavers', 'state', [], 0, 'pathway_review_date'),
            ('care_leavers_in_touch', 'care_leavers', 'state', [], 0, 'in_touch'),
            ('care_leavers_suitable', 'care_leavers', 'state', [], 0, 'suitability'),
            ('care_leavers_eet', 'care_leavers', 'state', [], 0, 'activity'),
    ) as listed(measure_code, list, basis, with_lists, history_months, column_name)

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
