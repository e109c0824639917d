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
}
