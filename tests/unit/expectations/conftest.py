"""A warehouse of a few rows for the gate: hand-made intermediate tables, and the real evidence models over them.

Belongs here: making such a warehouse. Does not belong here: any expectation of what the rules find in it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pytest
from jinja2.runtime import Macro

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
VALUE_COLUMNS = {
    "authority_code": "varchar", "indicator_code": "varchar", "period_basis": "varchar", "period_start": "date",
    "period_end": "date", "breakdown_dimension": "varchar", "breakdown_value": "varchar", "value": "double",
    "value_status": "varchar", "source_kind": "varchar", "submission_id": "varchar", "source_ref": "varchar",
    "known_from": "date",
}  # fmt: skip
EVENT_COLUMNS = {
    "authority_code": "varchar", "event_date": "date", "date_precision": "varchar", "title": "varchar",
    "kind": "varchar", "indicator_code": "varchar", "rebase": "boolean",
}  # fmt: skip
# What the rules over lists of children read, by model.
_OF_A_LIST = {
    "authority_code": "varchar", "submission_id": "varchar", "sequence": "bigint", "is_latest_list": "boolean",
    "known_from": "date", "child_key": "varchar",
}  # fmt: skip
TABLE_COLUMNS = {
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
TABLE_COLUMNS["mart_reconciliation"] = {
    "authority_code": "varchar", "indicator_code": "varchar", "period_basis": "varchar", "period_start": "date",
    "period_end": "date", "reported_value": "double", "derived_value": "double", "explanation": "varchar",
    "reported_submission_id": "varchar", "derived_submission_id": "varchar", "reported_known_from": "date",
}  # fmt: skip
# What is read of control charts and populations.
TABLE_COLUMNS["int_indicators__control"] = {
    "authority_code": "varchar", "indicator_code": "varchar", "month": "date", "control_points": "integer",
    "control_centre": "double", "control_lower": "double", "control_upper": "double", "control_status": "varchar",
    "signal_rule": "varchar",
}  # fmt: skip
TABLE_COLUMNS["int_indicators__month"] = {
    "authority_code": "varchar", "indicator_code": "varchar", "month": "date", "period_end": "date",
    "value": "double", "submission_id": "varchar", "source_ref": "varchar",
}  # fmt: skip
TABLE_COLUMNS["int_rates__population"] = {
    "authority_code": "varchar", "population_year": "integer", "population": "double", "source_ref": "varchar",
}  # fmt: skip
# Numbers of audits: of January and of all of them, unless the row says otherwise.
TABLE_COLUMNS["int_registers__audit"] = (
    dict.fromkeys(("authority_code", "period_basis", "audit_type", "area", "grade", "bound"), "varchar")
    | dict.fromkeys(("month", "period_start", "period_end", "known_from"), "date")
    | {"audits": "double", "submission_id": "varchar", "source_ref": "varchar"}
)
TABLE_DEFAULTS = {
    "indicator_code": "referrals_received", "month": date(2016, 1, 1), "period_end": date(2016, 1, 31),
    "control_points": 24, "control_centre": 100, "control_lower": 80, "control_upper": 120, "control_status": "final",
    "source_ref": "return.csv#row 2, value",
    "sequence": 1, "is_latest_list": True, "known_from": date(2016, 2, 1), "return_name": "annex_a",
    "period_basis": "month", "period_start": date(2016, 1, 1), "audit_type": "all", "area": "all", "grade": "all",
    "bound": "exact", "file_name": "list.xlsx", "reported_known_from": date(2016, 2, 1),
    "derived_submission_id": "list",
}  # fmt: skip
REGISTRY: dict[str, list[Any]] = {
    # code, unit, kind, time_basis, numerator, denominator, rounding_tolerance, plausible_min, plausible_max
    "reg_indicator": [
        ("contacts_received", "count", "count", "flow", "contacts", None, 0.0, None, None),
        ("referrals_received", "count", "count", "flow", "referrals", None, 0.0, None, None),
        ("rereferrals_count", "count", "count", "flow", "re_referrals", None, 0.0, None, None),
        ("rereferrals_pct", "percent", "percent", "average", "re_referrals", "referrals", 0.05, 0, 60),
        (
            "referrals_rate_10k",
            "rate_per_10000",
            "rate_per_10000",
            "flow",
            "referrals",
            "population_0_17",
            0.05,
            50,
            3000,
        ),
        ("initial_assessments_completed", "count", "count", "flow", "initial_assessments", None, 0.0, None, None),
        ("initial_assessments_in_time", "count", "count", "flow", "in_time", None, 0.0, None, None),
        ("initial_assessments_out_of_time", "count", "count", "flow", "out_of_time", None, 0.0, None, None),
        ("mash_calls_abandoned_pct", "percent", "percent", "average", "abandoned", "calls", 0.005, None, None),
        ("mash_calls_handled_pct", "percent", "percent", "average", "handled", "calls", 0.005, None, None),
        ("initial_contacts", "count", "count", "flow", "initial_contacts", None, 0.0, None, None),
        ("assessments_completed", "count", "count", "flow", "assessments_completed", None, 0.0, None, None),
        ("section_47_count", "count", "count", "flow", "section_47_count", None, 0.0, None, None),
        ("cpp_new", "count", "count", "flow", "cpp_new", None, 0.0, None, None),
        ("cpp_ceased", "count", "count", "flow", "cpp_ceased", None, 0.0, None, None),
        ("cpp_count", "count", "count", "snapshot", "cpp_count", None, 0.0, None, None),
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


def monthly(given: Mapping[str, Iterable[float | None]], **own: Any) -> list[dict[str, Any]]:
    """Rows of fct_indicator_value from the compact form of an example: figures by month from April 2015 on, by
    indicator or by indicator, dimension and category."""
    rows = []
    for name, values in given.items():
        indicator, dimension, category = (*name.split(maxsplit=2), "all", "all")[:3]
        for number, value in enumerate(values):
            first = date(2015 + (number + 3) // 12, (number + 3) % 12 + 1, 1)
            last = first.replace(day=monthrange(first.year, first.month)[1])
            snapshot = any(row[0] == indicator and row[3] == "snapshot" for row in REGISTRY["reg_indicator"])
            if value is not None:
                rows.append(
                    {
                        "indicator_code": indicator, "period_basis": "snapshot" if snapshot else "month",
                        "period_start": last if snapshot else first, "period_end": last,
                        "breakdown_dimension": dimension, "breakdown_value": category, "value": value,
                        "value_status": "reported", "source_kind": "reported", "known_from": date(2017, 2, 1),
                        "source_ref": f"return.csv#row {number + 2}, value",
                    }
                    | own
                )  # fmt: skip
    return rows


def superseded(given: Iterable[Mapping[str, Any]], **own: Any) -> list[dict[str, Any]]:
    """Rows of the history of versions: what a month of an indicator held before."""
    return [
        {
            "indicator_code": row["indicator_code"], "period_basis": "month", "period_start": row["month"],
            "breakdown_dimension": "all", "breakdown_value": "all", "value": row["value"],
            "value_status": "reported", "source_kind": "reported", "known_from": date(2016, 12, 1),
        }
        | own
        for row in given
    ]  # fmt: skip


def _fill(connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], rows: Iterable[Any]) -> None:
    listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(f"create table {table} ({listed})")
    values = [[row.get(name) for name in columns] if isinstance(row, dict) else row for row in rows]
    if values:
        connection.executemany(f"insert into {table} values ({', '.join('?' * len(columns))})", values)


def _render(model: Path) -> str:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, loader=jinja2.FileSystemLoader(MACROS))
    environment.globals["config"] = lambda **_: ""
    environment.globals["var"] = {"contact_to_referral_days": 10}.__getitem__
    environment.globals["env_var"] = lambda _, default: default
    environment.globals["ref"] = lambda name: f"evidence.{name}" if name.startswith("evidence_") else name
    # Each file may call the macros of those before it.
    for file in ("steps.sql", "evidence.sql"):
        macros = environment.get_template(file).module
        environment.globals |= {name: macro for name, macro in vars(macros).items() if isinstance(macro, Macro)}
    return environment.from_string(model.read_text(encoding="utf-8")).render().strip()


def _in_order(models: Iterable[Path]) -> Iterator[Path]:
    """Each model after those that it reads."""
    waiting = {path.stem: path for path in sorted(models)}
    reads = {
        name: set(re.findall(r"ref\('(evidence_\w+)'\)", path.read_text(encoding="utf-8")))
        for name, path in waiting.items()
    }
    while waiting:
        ready = next(name for name in waiting if not reads[name] & waiting.keys())
        yield waiting.pop(ready)


def children(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a model over lists of children: each repeated as often as it says, for children numbered from one."""
    return [
        TABLE_DEFAULTS
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
    series: Iterable[dict[str, Any]] = (),
    history: Iterable[dict[str, Any]] = (),
    events: Iterable[dict[str, Any]] = (),
    tables: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
) -> duckdb.DuckDBPyConnection:
    """An open DuckDB with these rows and every evidence model built over them."""
    figures, contacts, series, history = list(figures), list(contacts), list(series), list(history)
    for rows in (figures, contacts):
        for number, row in enumerate(rows, start=1):
            row.setdefault("figure_id", f"figure_{number}")
            row.setdefault("source_ref", f"return.csv#row {number + 1}, value")
    connection = duckdb.connect(database, config={"threads": 2})
    _fill(connection, "int_measures__figure", FIGURE_COLUMNS, figures)
    _fill(connection, "int_measures__contact_cell", CONTACT_COLUMNS, contacts)
    _fill(connection, "expected_return", RETURN_COLUMNS, returns)
    for table, columns in TABLE_COLUMNS.items():
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
    authorities = sorted(
        {row["authority_code"] for row in (*figures, *contacts, *series)} - set(REGISTRY["unknown_authority"])
    )
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
    _fill(connection, "fct_indicator_value", VALUE_COLUMNS, series)
    _fill(connection, "fct_indicator_version_history", VALUE_COLUMNS, [*series, *history])
    _fill(connection, "dim_event", EVENT_COLUMNS, events)
    for seed in ("reg_flow", "reg_rule_parameter"):
        connection.execute(f"create table {seed} as from read_csv(?, header = true)", [str(SEEDS / f"{seed}.csv")])
    connection.execute(
        "create table reg_partition as from read_csv(?, header = true)", [str(SEEDS / "reg_partition.csv")]
    )
    connection.execute("create schema evidence")
    for model in _in_order(MODELS.glob("evidence_*.sql")):
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


@pytest.fixture(scope="session")
def a_series() -> Callable[..., list[dict[str, Any]]]:
    """Rows of monthly figures from their compact form."""
    return monthly


@pytest.fixture(scope="session")
def a_history() -> Callable[..., list[dict[str, Any]]]:
    """Rows of versions that no longer stand."""
    return superseded
