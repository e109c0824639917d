"""A warehouse of a few rows for the gate: hand-made intermediate tables, and the real evidence models over them.

Belongs here: making such a warehouse. Does not belong here: any expectation of what the rules find in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pytest

SEEDS = Path(__file__).resolve().parents[3] / "dbt_project" / "seeds"
MACROS = Path(__file__).resolve().parents[3] / "dbt_project" / "macros"
MODELS = Path(__file__).resolve().parents[3] / "dbt_project" / "models" / "evidence"

FIGURE_COLUMNS = {
    "figure_id": "varchar", "submission_id": "varchar", "return_name": "varchar", "authority_code": "varchar",
    "indicator_code": "varchar", "section": "varchar", "printed_label": "varchar", "role": "varchar",
    "period_basis": "varchar", "period_start": "date", "period_end": "date", "breakdown_dimension": "varchar",
    "breakdown_value": "varchar", "numerator": "double", "denominator": "double", "value": "double",
    "value_text": "varchar", "value_status": "varchar", "unit": "varchar", "printed_rag": "varchar",
    "printed_direction": "varchar", "is_provisional": "boolean", "status": "varchar", "note": "varchar",
    "source_kind": "varchar", "source_ref": "varchar", "known_from": "date", "received_at": "timestamp",
    "definition_version": "varchar", "comparator": "varchar", "printed_sublabel": "varchar",
}  # fmt: skip
CONTACT_COLUMNS = {
    "submission_id": "varchar", "authority_code": "varchar", "month": "date", "tabulation": "varchar",
    "section": "varchar", "team": "varchar", "contact_source": "varchar", "contact_method": "varchar",
    "contact_outcome": "varchar", "local_source": "varchar", "local_method": "varchar", "local_outcome": "varchar",
    "local_code": "varchar", "contact_class": "varchar",
    "is_initial_contact": "boolean", "contacts": "double", "value_status": "varchar", "is_row_total": "boolean",
    "is_column_total": "boolean", "source_ref": "varchar", "known_from": "date",
}  # fmt: skip
RETURN_COLUMNS = {
    "authority_code": "varchar", "return_name": "varchar", "frequency": "varchar", "period_end": "date",
    "due_date": "date", "state": "varchar", "first_received": "date", "submission_id": "varchar",
}  # fmt: skip
# What the rules over lists of children read, by model.
_OF_A_LIST = {
    "authority_code": "varchar", "submission_id": "varchar", "sequence": "bigint", "is_latest_list": "boolean",
    "known_from": "date", "child_key": "varchar",
}  # fmt: skip
CHILD_COLUMNS = {
    "int_children__list": _OF_A_LIST
    | {"list": "varchar", "return_name": "varchar", "file_name": "varchar", "as_at": "date", "window_from": "date"}
    | {"rows_loaded": "hugeint"},
    "int_children__spelling": {"submission_id": "varchar", "list": "varchar", "column_name": "varchar"}
    | dict.fromkeys(("rows_given", "rows_unmapped", "rows_unknown"), "hugeint"),
    "int_children__contact": _OF_A_LIST | {"contact_date": "date"},
    "int_children__contact_class": _OF_A_LIST
    | {"contact_date": "date", "contact_outcome": "varchar", "referral_date": "date"},
    "int_children__referral": _OF_A_LIST | {"referral_date": "date"},
    "int_children__plan": _OF_A_LIST
    | dict.fromkeys(("date_of_birth", "plan_start_date", "plan_end_date", "last_visit_date"), "date")
    | {"recorded_visit_date": "date"},
    "int_children__assessment": _OF_A_LIST
    | dict.fromkeys(("date_of_birth", "start_date", "authorisation_date"), "date"),
}
CHILD_COLUMNS["mart_reconciliation"] = {
    "authority_code": "varchar", "indicator_code": "varchar", "period_basis": "varchar", "period_start": "date",
    "period_end": "date", "reported_value": "double", "derived_value": "double", "explanation": "varchar",
    "reported_submission_id": "varchar", "derived_submission_id": "varchar", "reported_known_from": "date",
}  # fmt: skip
CHILD_DEFAULTS = {
    "sequence": 1, "is_latest_list": True, "known_from": date(2016, 2, 1), "return_name": "annex_a",
    "file_name": "list.xlsx", "reported_known_from": date(2016, 2, 1), "derived_submission_id": "list",
}  # fmt: skip
REGISTRY: dict[str, list[Any]] = {
    # code, unit, kind, time_basis, numerator, denominator, rounding_tolerance, plausible_min, plausible_max
    "reg_indicator": [
        ("contacts_received", "count", "count", "flow", "contacts", None, 0.0, None, None),
        ("referrals_received", "count", "count", "flow", "referrals", None, 0.0, None, None),
        ("rereferrals_count", "count", "count", "flow", "re_referrals", None, 0.0, None, None),
        ("rereferrals_pct", "percent", "percent", "average", "re_referrals", "referrals", 0.05, 0, 60),
        ("referrals_rate_10k", "rate_per_10000", "rate_per_10000", "flow", "referrals", "population", 0.05, 50, 3000),
        ("initial_assessments_completed", "count", "count", "flow", "initial_assessments", None, 0.0, None, None),
        ("initial_assessments_in_time", "count", "count", "flow", "in_time", None, 0.0, None, None),
        ("initial_assessments_out_of_time", "count", "count", "flow", "out_of_time", None, 0.0, None, None),
        ("mash_calls_abandoned_pct", "percent", "percent", "average", "abandoned", "calls", 0.005, None, None),
        ("mash_calls_handled_pct", "percent", "percent", "average", "handled", "calls", 0.005, None, None),
        ("caseload_per_fte", "ratio", "ratio", "snapshot", "cases", "workers", 0.05, None, None),
        ("contacts_to_early_help", "count", "count", "flow", "contacts_to_early_help", None, 0.0, None, None),
    ],
    "reg_symbol": [("tbc", "not_available"), ("-", "not_available"), ("c", "suppressed")],
    # An authority that the registry does not have; every other one in a row is a local authority of the registry.
    "unknown_authority": ["E99999999"],
}

Build = Callable[..., duckdb.DuckDBPyConnection]
Row = Callable[..., dict[str, Any]]


def figure(**given: Any) -> dict[str, Any]:
    """A row of int_measures__figure: contacts received in January 2016, unless told otherwise."""
    row: dict[str, Any] = {
        "submission_id": "indicator_return_0", "return_name": "indicator_return", "authority_code": "E10000030",
        "indicator_code": "contacts_received", "section": None, "printed_label": "Contacts", "role": "actual",
        "period_basis": "month", "period_start": date(2016, 1, 1), "period_end": date(2016, 1, 31),
        "breakdown_dimension": "all", "breakdown_value": "all", "value": 5, "value_text": "5",
        "value_status": "reported", "unit": None, "is_provisional": False, "source_kind": "reported",
        "known_from": date(2017, 2, 1), "definition_version": "1",
    }  # fmt: skip
    return row | given


def contact(**given: Any) -> dict[str, Any]:
    """A row of int_measures__contact_cell: contacts from the police in January 2016, unless told otherwise."""
    row: dict[str, Any] = {
        "submission_id": "contact_return_0", "authority_code": "E10000030", "month": date(2016, 1, 1),
        "tabulation": "return", "contacts": 7, "value_status": "reported", "contact_source": "police",
        "contact_method": "not_given", "contact_outcome": "not_given", "contact_class": "not_given",
        "is_row_total": False, "is_column_total": False, "known_from": date(2017, 2, 1),
    }  # fmt: skip
    return row | given


def expected_return(**given: Any) -> dict[str, Any]:
    """A row of expected_return: the indicator return of January 2017, unless told otherwise."""
    row: dict[str, Any] = {
        "authority_code": "E10000030", "return_name": "indicator_return", "frequency": "monthly",
        "period_end": date(2017, 1, 31), "due_date": date(2017, 2, 23), "state": "received",
    }  # fmt: skip
    return row | given


def _fill(connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], rows: Iterable[Any]) -> None:
    listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(f"create table {table} ({listed})")
    values = [[row.get(name) for name in columns] if isinstance(row, dict) else row for row in rows]
    if values:
        connection.executemany(f"insert into {table} values ({', '.join('?' * len(columns))})", values)


def _render(model: Path) -> str:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, loader=jinja2.FileSystemLoader(MACROS))
    environment.globals["folded_evidence"] = environment.get_template("evidence.sql").module.folded_evidence
    sql = environment.from_string(model.read_text(encoding="utf-8")).render(
        config=lambda **_: "",
        var={"contact_to_referral_days": 10}.__getitem__,
        ref=lambda name: f"evidence.{name}" if name.startswith("evidence_") else name,
    )
    return sql.strip()


def children(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a model over lists of children: each repeated as often as it says, for children numbered from one."""
    return [
        CHILD_DEFAULTS
        | {"child_key": f"child {number}", "reported_submission_id": row.get("submission_id")}
        | {key: row[key] for key in row if key != "times"}
        for row in rows
        for number in range(1, row.get("times", 1) + 1)
    ]


def build_warehouse(
    figures: Iterable[dict[str, Any]] = (),
    contacts: Iterable[dict[str, Any]] = (),
    returns: Iterable[dict[str, Any]] = (),
    database: str = ":memory:",
    tables: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
) -> duckdb.DuckDBPyConnection:
    """An open DuckDB with these rows and every evidence model built over them."""
    figures, contacts = list(figures), list(contacts)
    for rows in (figures, contacts):
        for number, row in enumerate(rows, start=1):
            row.setdefault("figure_id", f"figure_{number}")
            row.setdefault("source_ref", f"return.csv#row {number + 1}, value")
    connection = duckdb.connect(database, config={"threads": 2})
    _fill(connection, "int_measures__figure", FIGURE_COLUMNS, figures)
    _fill(connection, "int_measures__contact_cell", CONTACT_COLUMNS, contacts)
    _fill(connection, "expected_return", RETURN_COLUMNS, returns)
    for table, columns in CHILD_COLUMNS.items():
        _fill(connection, table, columns, children((tables or {}).get(table, ())))
    indicator_columns = dict.fromkeys(
        ("indicator_code", "unit", "kind", "time_basis", "numerator_measure", "denominator_measure"), "varchar"
    ) | dict.fromkeys(("rounding_tolerance", "plausible_min", "plausible_max"), "double")
    _fill(connection, "reg_indicator", indicator_columns, REGISTRY["reg_indicator"])
    # Everything is a key indicator; of what is shared out of a hundred, less is better.
    connection.execute("alter table reg_indicator add column is_key_indicator boolean default true")
    connection.execute("alter table reg_indicator add column polarity varchar default 'none'")
    connection.execute("update reg_indicator set polarity = 'lower' where kind = 'percent'")
    connection.execute("alter table reg_indicator add column name varchar")
    connection.execute("update reg_indicator set name = replace(indicator_code, '_', ' ')")
    version_columns = (
        "indicator_code",
        "definition_version",
        "authority_code",
        "numerator_measure",
        "denominator_measure",
    )
    _fill(connection, "reg_indicator_version", dict.fromkeys(version_columns, "varchar"), [])
    _fill(connection, "reg_symbol", {"symbol": "varchar", "value_status": "varchar"}, REGISTRY["reg_symbol"])
    authorities = sorted({row["authority_code"] for row in (*figures, *contacts)} - set(REGISTRY["unknown_authority"]))
    _fill(
        connection,
        "reg_authority",
        {"authority_code": "varchar", "authority_type": "varchar"},
        [(code, "england" if code == "E92000001" else "local_authority") for code in authorities],
    )
    # Every authority has two targets in force: a fifth of referrals, and 15 to 20 cases a worker.
    target_columns = dict.fromkeys(("authority_code", "indicator", "per", "origin", "bound"), "varchar")
    target_columns |= dict.fromkeys(("valid_from", "valid_to"), "date")
    target_columns |= dict.fromkeys(("target", "lower", "upper"), "double")
    _fill(
        connection,
        "reg_target",
        target_columns,
        [
            row
            for code in authorities
            for row in (
                (code, "rereferrals_pct", "month", "plan", "<=", date(2010, 1, 1), None, 20, None, None),
                (code, "caseload_per_fte", "month", "plan", "band", date(2010, 1, 1), None, None, 15, 20),
            )
        ],
    )
    connection.execute(
        """
        create table int_submissions__admitted as
        select submission_id, true as is_admitted from int_measures__figure
        union
        select submission_id, true as is_admitted from int_measures__contact_cell
        """
    )
    connection.execute(
        "create table reg_partition as from read_csv(?, header = true)", [str(SEEDS / "reg_partition.csv")]
    )
    connection.execute("create schema evidence")
    helpers = ("evidence_figure", "evidence_partition")
    for model in sorted(MODELS.glob("evidence_*.sql"), key=lambda path: (path.stem not in helpers, path.stem)):
        kind = "view" if re.search(r"materialized='view'", model.read_text(encoding="utf-8")) else "table"
        connection.execute(f"create {kind} evidence.{model.stem} as {_render(model)}")
    return connection


@pytest.fixture(scope="session")
def build() -> Build:
    """Makes a warehouse from rows of figures and contacts; see build_warehouse."""
    return build_warehouse


@pytest.fixture(scope="session")
def a_figure() -> Row:
    """A row of figures with defaults."""
    return figure


@pytest.fixture(scope="session")
def a_contact() -> Row:
    """A row of contacts with defaults."""
    return contact


@pytest.fixture(scope="session")
def a_return() -> Row:
    """A row of expected returns with defaults."""
    return expected_return
