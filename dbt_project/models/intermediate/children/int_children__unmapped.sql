-- Rows of a submission's lists whose category no code list covers, by the measure that they may be missing from. Only categories by which something is counted:
-- what merely breaks a measure down leaves its total as it is. Of spellings alone: it reads no row of a child.

with counted_by as (

    select *
    from (
        values
            ('contacts_police', 'contacts', 'contact_source'),
            ('referrals_nfa_count', 'referrals', 'is_no_further_action'),
            ('referrals_not_in_need_count', 'assessments', 'needs_support'),
            ('assessments_child_seen', 'assessments', 'child_seen'),
            ('assessments_with_support', 'assessments', 'needs_support'),
            ('icpc_to_plan', 'section_47', 'led_to_plan'),
            ('cp_last_visit_alone', 'child_protection', 'seen_alone'),
            ('uasc_count', 'looked_after', 'is_uasc'),
            ('lac_out_of_county_20mi', 'looked_after', 'placement_location'),
            ('care_leavers_in_touch', 'care_leavers', 'in_touch'),
            ('care_leavers_suitable', 'care_leavers', 'suitability'),
            ('care_leavers_eet', 'care_leavers', 'activity')
    ) as listed(measure_code, list, column_name)

),

final as (

    select
        spelling.submission_id,
        counted_by.measure_code,
        sum(spelling.n_rows) as unmapped_rows,
    from {{ ref('stg_children__spelling') }} as spelling
    inner join counted_by
        on spelling.list = counted_by.list
        and spelling.column_name = counted_by.column_name
    left join {{ ref('int_children__code') }} as code
        on spelling.submission_id = code.submission_id
        and spelling.code_list = code.code_list
        and spelling.as_sent = code.as_sent
    where code.code is null and trim(spelling.as_sent) <> ''
    group by all

)

select * from final
