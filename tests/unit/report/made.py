"""A made-up publication for pages: tables with the columns of the contracts, and the rows that a test gives.

Belongs here: making the file. Does not belong here: what a page should say of it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.settings import PROJECT

MODELS = PROJECT / "dbt_project" / "models" / "marts"
DAY = date(2014, 1, 31)


def publication(path: Path, tables: dict[str, list[dict[str, Any]]]) -> Path:
    """Writes a file with every shared table of the contracts; columns that a row does not name are NULL."""
    with duckdb.connect(str(path)) as connection:
        for schema in ("marts", "quality", "about"):
            connection.execute(f"create schema {schema}")
        for name, columns in contracts().items():
            described = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
            connection.execute(f"create table {name} ({described})")
        connection.execute(
            "create table about.publication as select 'made-up' as publication_id, ?::date as as_of, "
            "?::date as data_as_at, 'hash' as registry_hash, 'code' as code_version",
            [DAY, DAY],
        )
        connection.execute(
            "create table about.table_content (table_schema varchar, table_name varchar, n_columns integer, "
            "n_rows bigint, content_hash varchar, description varchar)"
        )
        for name, rows in tables.items():
            for row in rows:
                marks = ", ".join("?" for _ in row)
                listed = ", ".join(f'"{column}"' for column in row)
                connection.execute(f"insert into {name} ({listed}) values ({marks})", list(row.values()))
    return path


def contracts() -> dict[str, dict[str, str]]:
    """schema.table -> column -> type, of every model that a shared publication copies."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(MODELS.rglob("*.yml")):
        folder = path.parent.name
        if folder == "restricted":
            continue
        schema = "quality" if folder == "quality" else "marts"
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            found[f"{schema}.{model['name']}"] = {
                column["name"]: column["data_type"] for column in model.get("columns", [])
            }
    return found


def indicator(code: str, **changes: Any) -> dict[str, Any]:
    """A row of dim_indicator."""
    row = {
        "indicator_code": code,
        "name": code.replace("_", " ").capitalize(),
        "theme": "child_protection",
        "unit": "percent",
        "polarity": "higher",
        "kind": "percent",
        "time_basis": "snapshot",
        "decimals": 1,
        "description": "Made up.",
        "is_key_indicator": False,
        "is_key_focus": False,
        "is_annex_a": False,
        "comparability": "same",
        "lifecycle": "live",
    }
    return row | changes


def authority(code: str, name: str, **changes: Any) -> dict[str, Any]:
    """A row of dim_authority."""
    row = {"authority_code": code, "name": name, "authority_type": "local_authority", "region_name": "South East"}
    return row | changes


def figure(code: str, indicator_code: str) -> dict[str, Any]:
    """A row of fct_indicator_value, enough for an authority to have pages."""
    return {
        "authority_code": code,
        "indicator_code": indicator_code,
        "period_basis": "snapshot",
        "period_start": date(2013, 12, 31),
        "period_end": date(2013, 12, 31),
        "breakdown_dimension": "all",
        "breakdown_value": "all",
        "value": 1.0,
        "value_status": "reported",
        "is_provisional": False,
        "source_kind": "reported",
    }


def month(code: str, indicator_code: str, when: date, value: float | None, **changes: Any) -> dict[str, Any]:
    """A row of mart_indicator_monthly."""
    row = {
        "authority_code": code,
        "indicator_code": indicator_code,
        "month": when,
        "period_start": when,
        "value": value,
        "value_status": "missing" if value is None else "reported",
        "is_provisional": False,
        "has_series_break": False,
        "source_kind": "reported",
        "open_findings": 0,
        "rag": "not_rated",
        "rag_reason": "no target is registered for this month",
        "value_direction": "not_known",
        "performance_direction": "not_known",
    }
    return row | changes


def quarter(code: str, indicator_code: str, start: date, value: float | None, **changes: Any) -> dict[str, Any]:
    """A row of mart_indicator_quarterly; the last month speaks for it."""
    last = start.replace(month=start.month + 2)
    row = {
        "authority_code": code,
        "indicator_code": indicator_code,
        "quarter_start": start,
        "quarter_end": last.replace(day=30 if last.month in (6, 9) else 31),
        "figure_month": last,
        "figure_value": value,
        "figure_status": "missing" if value is None else "reported",
        "value": value,
        "value_status": "missing" if value is None else "reported",
        "value_basis": "last_figure",
        "months": 1,
        "is_provisional": False,
        "has_series_break": False,
        "average_status": "missing",
        "rag": "not_rated",
        "rag_reason": "no target is registered for this month",
        "value_direction": "not_known",
        "performance_direction": "not_known",
        "expected_source": "none",
        "expected_position": "not_judged",
        "n_ranked": 0,
        "rank_basis": "not_ranked",
        "open_findings": 0,
    }
    return row | changes


def compared(code: str, indicator_code: str, value: float | None, **changes: Any) -> dict[str, Any]:
    """A row of mart_benchmark: the year to March 2013, England."""
    row = {
        "authority_code": code,
        "indicator_code": indicator_code,
        "period_basis": "year",
        "period_start": date(2012, 4, 1),
        "period_end": date(2013, 3, 31),
        "comparator_set": "england",
        "vintage": "all",
        "value": value,
        "value_status": "not_available" if value is None else "reported",
        "source_kind": "published",
        "n_members": 6,
        "n_used": 6,
        "comparison_status": "reported",
        "pooled_status": "reported",
        "published_value_status": "reported",
        "rank_basis": "performance",
        "n_ranked": 6,
        "confidence_method": "none",
        "band": "not_judged",
        "comparability": "same",
    }
    return row | changes
