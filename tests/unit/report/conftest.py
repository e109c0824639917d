"""A publication of a few made-up rows, in the columns that the contracts of the marts say.

Belongs here: making such a file and finding what a page shows. Does not belong here: what a page should show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pytest
import yaml

from orchestration.report.pages import Page, Section
from orchestration.report.reading import Reader
from orchestration.report.tables import Cell, Row, Table, cell_of
from tests.benchmarks.big_publication import make

PROJECT = Path(__file__).resolve().parents[3]
SURREY = "E10000030"
DAY = date(2017, 3, 1)
HOSTILE = "<script>alert(1)</script>"

Rows: TypeAlias = list[dict[str, Any]]

ALWAYS: dict[str, Rows] = {
    "marts.dim_authority": [
        {"authority_code": SURREY, "name": "Surrey", "authority_type": "local_authority", "region_name": "South East"}
    ],
    "quality.submission": [
        {
            "submission_id": "s1",
            "authority_code": SURREY,
            "return_name": "contact_return",
            "file_name": "january.csv",
            "reporting_month": "2017-01",
            "known_from": date(2017, 2, 1),
            "outcome": "accepted",
            "verdict": "admitted",
            "rows_loaded": 3,
            "rows_quarantined": 0,
            "sequence_number": 1,
        }
    ],
}


def indicator(code: str, **given: Any) -> dict[str, Any]:
    """A row of dim_indicator."""
    row: dict[str, Any] = {
        "indicator_code": code,
        "name": code.replace("_", " ").capitalize(),
        "theme": "front_door",
        "unit": "count",
        "polarity": "none",
        "kind": "count",
        "time_basis": "flow",
        "decimals": 0,
        "comparability": "same",
        "lifecycle": "live",
    }
    return row | given


def contracts() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each table of a publication with its columns and types, from the models' own files."""
    for path in sorted((PROJECT / "dbt_project" / "models" / "marts").rglob("_*.yml")):
        schema = "quality" if path.parent.name == "quality" else "marts"
        if path.parent.name == "restricted":
            continue
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models") or []:
            yield (
                f"{schema}.{model['name']}",
                [(column["name"], column["data_type"]) for column in model["columns"]],
            )


@pytest.fixture
def publish(tmp_path: Path) -> Iterator[Any]:
    """`publish({"marts.fct_action": [...]})`: a reader of a publication that holds these rows."""
    opened: list[Reader] = []

    def made(tables: Mapping[str, Rows], day: date = DAY) -> Reader:
        path = tmp_path / f"bellwether-{len(opened)}.duckdb"
        given = {name: [*ALWAYS.get(name, []), *tables.get(name, [])] for name in {*ALWAYS, *tables}}
        with duckdb.connect(str(path)) as connection:
            connection.execute("create schema marts; create schema quality; create schema about")
            for name, columns in contracts():
                connection.execute(f"create table {name} ({', '.join(f'{column} {kind}' for column, kind in columns)})")
                for row in given.pop(name, []):
                    unknown = row.keys() - {column for column, _ in columns}
                    assert not unknown, f"{name} has no column {unknown}"
                    connection.execute(
                        f"insert into {name} ({', '.join(row)}) values ({', '.join('?' * len(row))})",
                        list(row.values()),
                    )
            assert not given, f"no such table: {sorted(given)}"
            connection.execute(
                "create table about.publication as select 'p1' as publication_id, ?::timestamp as published_at,"
                " ?::date as data_as_at, ?::date as as_of",
                [datetime(2017, 3, 1, 12, 0), day, day],  # noqa: DTZ001
            )
        opened.append(Reader(path))
        return opened[-1]

    yield made
    for reader in opened:
        reader.connection.close()


def section(page: Page, name: str) -> Section:
    """The section of a page with that id."""
    return next(one for one in page.sections if one.id == name)


def table(page: Page, name: str) -> Table:
    """The table of a page with that id."""
    return next(block for one in page.sections for block in one.blocks if isinstance(block, Table) and block.id == name)


def cells(row: Row) -> list[Any]:
    """The values of a row; of a cell without one its status."""
    return [cell.value if cell.value is not None else cell.status for cell in map(cell_of, row.cells)]


def column(shown: Table, key: str) -> list[Any]:
    """The values of a column of a table."""
    place = [one.key for one in shown.columns].index(key)
    return [cells(row)[place] for row in shown.rows]


def links(shown: Table) -> set[str]:
    """Where the cells of a table lead."""
    return {cell.href for row in shown.rows for cell in row.cells if isinstance(cell, Cell) and cell.href}


@pytest.fixture(scope="session")
def small_publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three authorities, eight indicators, eighteen months; a hostile name, hostile commentary."""
    path = tmp_path_factory.mktemp("publication") / "small.duckdb"
    return make(path, authorities=3, indicators=8, months=18, long_table=200)
