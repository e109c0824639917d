"""The raw tables: their columns and DuckDB types, in order.

Belongs here: the shape in which intake hands over what it read. Does not belong here: how a return is recognised or
checked (contracts), nor what a value means (staging). Everything a sender wrote is text; only lineage is typed.
"""

from __future__ import annotations

Columns = list[tuple[str, str]]

LINEAGE: Columns = [
    ("submission_id", "VARCHAR"),
    ("source_sheet", "VARCHAR"),
    ("source_row", "INTEGER"),
    ("source_column", "VARCHAR"),
]


def _text(*names: str) -> Columns:
    return [(name, "VARCHAR") for name in names]


# Row-shaped returns carry their contract's columns, then what else the sender had (JSON), then lineage.
_ROW_SHAPED: dict[str, tuple[str, ...]] = {
    "indicator_return": (
        "authority_code", "period_basis", "period_start", "period_end", "indicator", "breakdown_dimension",
        "breakdown_value", "numerator", "denominator", "value", "unit", "role", "rag", "direction", "status", "note",
        "section", "label", "issue_date",
    ),
    "contact_return": (
        "authority_code", "month", "team", "contact_source", "contact_method", "contact_outcome", "contact_code",
        "contacts", "children", "became_referrals", "issue_date",
    ),
    "contact_codes": (
        "authority_code", "dimension", "local_code", "conformed_code", "contact_class", "is_initial_contact",
        "valid_from", "valid_to", "note", "issue_date",
    ),
    "targets": (
        "authority_code", "indicator", "valid_from", "valid_to", "target", "upper", "lower", "bound", "unit", "per",
        "tolerance", "path", "baseline_month", "origin", "note", "issue_date",
    ),
    "events": (
        "authority_code", "event_date", "date_precision", "title", "kind", "indicator", "rebase", "note", "issue_date",
    ),
    "commentary": ("authority_code", "indicator", "period_start", "author_role", "text", "issue_date"),
    "action_register": (
        "authority_code", "action_id", "raised_in", "action", "owner", "due", "status", "done_on", "what_was_done",
        "indicator", "note", "issue_date",
    ),
    "audit_register": (
        "authority_code", "month", "period_basis", "cumulative_from", "audit_type", "area", "grade", "bound", "audits",
        "note", "issue_date",
    ),
}  # fmt: skip

ROW_TABLES = tuple(_ROW_SHAPED)

_CELL_SHAPED: dict[str, tuple[str, ...]] = {
    "performance_workbook": (
        "authority", "section", "row_label", "row_sublabel", "column_label", "column_role", "comparator",
        "column_basis", "column_start", "column_end", "value_text", "row_unit", "printed_rag", "printed_direction",
        "note", "issue_date", "is_provisional",
    ),
    "contact_matrix": (
        "authority", "month", "section", "row_dimension", "column_dimension", "row_label", "column_label",
        "is_row_total", "is_column_total", "value_text", "issue_date",
    ),
    "published_statistics": (
        "dataset", "release", "issue_date", "time_period", "geographic_level", "country_code", "region_code",
        "region_name", "old_la_code", "new_la_code", "la_name", "category", "measure", "header", "value_text",
    ),
}  # fmt: skip

# The child-level lists: a table a list, in the order of the contract. Days are ISO, people are keys, all else is as
# sent. What the contract does not have is in no table: a further column may hold a name.
_LISTS: dict[str, tuple[str, ...]] = {
    "annex_a_contacts": (
        "authority_code", "child_key", "gender", "ethnicity", "date_of_birth", "age", "contact_date",
        "contact_source", "contact_method", "contact_outcome", "contact_code", "team", "worker_key", "area",
    ),
    "annex_a_early_help": (
        "authority_code", "child_key", "gender", "ethnicity", "date_of_birth", "age",
        "assessment_start_date", "assessment_completion_date", "organisation", "team", "worker_key", "area",
    ),
    "annex_a_referrals": (
        "authority_code", "child_key", "gender", "ethnicity", "date_of_birth", "age", "referral_date",
        "referral_source", "is_no_further_action", "referrals_last_12_months", "team", "worker_key",
        "allocation_date", "area",
    ),
    "annex_a_assessments": (
        "authority_code", "child_key", "gender", "ethnicity", "date_of_birth", "age", "has_disability",
        "start_date", "child_seen", "authorisation_date", "needs_support", "team", "worker_key",
        "allocation_date", "area",
    ),
    "annex_a_section_47": (
        "authority_code", "child_key", "gender", "ethnicity", "date_of_birth", "age", "has_disability",
        "strategy_discussion_date", "is_conference_unnecessary", "conference_date", "led_to_plan",
        "enquiries_last_12_months", "conferences_last_12_months", "team", "worker_key", "area",
    ),
    "annex_a_children_in_need": (
        "authority_code", "child_key", "gender", "ethnicity", "date_of_birth", "age", "has_disability",
        "cin_start_date", "need", "last_seen_date", "closure_date", "closure_reason", "case_status", "team",
        "worker_key", "allocation_date", "visit_status", "area",
    ),
    "annex_a_child_protection": (
        "authority_code", "child_key", "gender", "ethnicity", "date_of_birth", "age", "has_disability",
        "plan_start_date", "initial_abuse", "latest_abuse", "last_visit_date", "seen_alone",
        "last_review_date", "plan_end_date", "is_emergency", "previous_plans", "team", "worker_key",
        "allocation_date", "recorded_visit_date", "visit_status", "area",
    ),
    "annex_a_looked_after": (
        "authority_code", "child_key", "gender", "ethnicity", "date_of_birth", "age", "is_uasc",
        "has_disability", "started_date", "need", "is_further_period", "legal_status_date", "legal_status",
        "last_review_date", "last_visit_date", "permanence_plan", "last_iro_date", "last_health_date",
        "last_dental_date", "placements_last_12_months", "ceased_date", "ceased_reason",
        "placement_start_date", "placement_type", "placement_provider",
        "placement_urn", "placement_location", "placement_authority", "missing_episodes", "absent_episodes",
        "interview_offered", "interview_accepted", "team", "worker_key", "allocation_date",
        "placement_distance", "area",
    ),
    "annex_a_care_leavers": (
        "authority_code", "child_key", "gender", "ethnicity", "date_of_birth", "age", "is_uasc",
        "has_disability", "team", "worker_key", "personal_adviser_key", "eligibility",
        "pathway_review_date", "in_touch", "last_contact_date", "accommodation", "suitability", "activity",
        "area",
    ),
    "annex_a_adoption": (
        "authority_code", "child_key", "family_key", "gender", "ethnicity", "date_of_birth", "age",
        "has_disability", "entered_care_date", "decision_date", "placement_order_date", "matched_date",
        "placed_date", "adoption_order_date", "reversed_date", "reversed_reason",
        "fostering_for_adoption_date", "area",
    ),
    "annex_a_adopters": (
        "authority_code", "adopter_key", "family_key", "gender", "ethnicity", "has_disability",
        "is_fostering_for_adoption", "enquiry_date", "stage_1_start_date", "stage_1_end_date",
        "stage_2_start_date", "stage_2_end_date", "application_date", "approved_date", "matched_date",
        "placed_date", "children_placed", "adoption_order_date", "left_date", "left_reason", "area",
    ),
    "ssda903_header": (
        "child_key", "gender", "date_of_birth", "ethnicity", "is_mother",
    ),
    "ssda903_episodes": (
        "child_key", "gender", "date_of_birth", "ethnicity", "started_date", "start_reason", "legal_status",
        "need", "placement_type", "placement_provider", "ceased_date", "ceased_reason",
        "placement_change_reason", "placement_urn", "placement_authority", "placement_location",
        "placement_distance",
    ),
    "ssda903_reviews": (
        "child_key", "date_of_birth", "review_date", "review_code",
    ),
    "ssda903_missing": (
        "child_key", "date_of_birth", "absence", "missing_start_date", "missing_end_date",
    ),
    "ssda903_uasc": (
        "child_key", "gender", "date_of_birth", "status_ceased_date",
    ),
    "ssda903_oc2": (
        "child_key", "date_of_birth", "sdq_score", "sdq_reason", "convicted", "health_check",
        "immunisations", "teeth_check", "health_assessment", "substance_misuse", "intervention_received",
        "intervention_offered",
    ),
    "ssda903_ad1": (
        "child_key", "date_of_birth", "decision_date", "matched_date", "by_foster_carer", "adopters",
        "adopters_sex", "adopters_status",
    ),
    "ssda903_placed_for_adoption": (
        "child_key", "date_of_birth", "placed_date", "ceased_date", "ceased_reason",
    ),
    "ssda903_previous_permanence": (
        "child_key", "date_of_birth", "previous_permanence", "permanence_authority", "permanence_date",
    ),
    "cin_census_child": (
        "child_key", "gender", "date_of_birth", "ethnicity", "expected_birth_date", "death_date",
    ),
    "cin_census_disabilities": (
        "child_key", "gender", "date_of_birth", "ethnicity", "disability",
    ),
    "cin_census_referrals": (
        "child_key", "gender", "date_of_birth", "ethnicity", "referral_date", "referral_source", "need",
        "is_no_further_action", "conference_date", "closure_date", "closure_reason",
    ),
    "cin_census_assessments": (
        "child_key", "gender", "date_of_birth", "ethnicity", "referral_date", "start_date", "review_date",
        "authorisation_date", "factors",
    ),
    "cin_census_plans": (
        "child_key", "gender", "date_of_birth", "ethnicity", "referral_date", "plan_start_date",
        "plan_end_date",
    ),
    "cin_census_section_47": (
        "child_key", "gender", "date_of_birth", "ethnicity", "referral_date", "strategy_discussion_date",
        "conference_target_date", "conference_date", "is_conference_unnecessary",
    ),
    "cin_census_child_protection": (
        "child_key", "gender", "date_of_birth", "ethnicity", "referral_date", "plan_start_date",
        "plan_end_date", "initial_abuse", "latest_abuse", "previous_plans",
    ),
    "cin_census_reviews": (
        "child_key", "gender", "date_of_birth", "ethnicity", "plan_start_date", "review_date",
    ),
}  # fmt: skip

LIST_TABLES = tuple(_LISTS)

# What the lists of a submission held, and the spellings of their categories as they are compared with the code lists.
_OF_LISTS: dict[str, Columns] = {
    "child_list": [
        *_text("return_name", "list", "title", "authority_code", "as_at", "window_from"),
        ("rows_in_file", "INTEGER"),
        ("rows_loaded", "INTEGER"),
        ("rows_quarantined", "INTEGER"),
    ],
    "child_spelling": [
        *_text("return_name", "list", "column_name", "code_list", "as_sent", "spelling"),
        ("n_rows", "INTEGER"),
    ],
}

OF_LISTS = tuple(_OF_LISTS)

RAW_TABLES: dict[str, Columns] = {
    "submission": [
        ("submission_id", "VARCHAR"),
        ("return_name", "VARCHAR"),
        ("content_sha256", "VARCHAR"),
        ("file_name", "VARCHAR"),
        ("size_bytes", "BIGINT"),
        ("received_at", "TIMESTAMP"),
        ("authority_code", "VARCHAR"),
        ("n_authorities", "INTEGER"),
        ("period_from", "DATE"),
        ("period_to", "DATE"),
        ("reporting_month", "VARCHAR"),
        ("issue_date", "DATE"),
        ("rows_in_file", "BIGINT"),
        ("rows_loaded", "BIGINT"),
        ("rows_quarantined", "BIGINT"),
        ("outcome", "VARCHAR"),
        ("contract_version", "VARCHAR"),
        ("archived_as", "VARCHAR"),
    ],
    "problem": [
        ("submission_id", "VARCHAR"),
        ("severity", "VARCHAR"),
        ("code", "VARCHAR"),
        ("sheet", "VARCHAR"),
        ("row_number", "INTEGER"),
        ("column_name", "VARCHAR"),
        ("value", "VARCHAR"),
        ("message", "VARCHAR"),
        ("what_to_do", "VARCHAR"),
    ],
    **{name: [*_text(*columns, "extra"), *LINEAGE] for name, columns in _ROW_SHAPED.items()},
    **{name: [*_text(*columns), *LINEAGE] for name, columns in _CELL_SHAPED.items()},
    **{name: [*_text(*columns), *LINEAGE] for name, columns in _LISTS.items()},
    **{name: [*columns, *LINEAGE] for name, columns in _OF_LISTS.items()},
}
