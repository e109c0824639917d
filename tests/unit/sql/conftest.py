"""Renders the real macros of the dbt project and runs them in DuckDB, so that many cases take milliseconds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pytest

MACROS = Path(__file__).parents[3] / "dbt_project" / "macros"


@pytest.fixture(scope="session")
def macro() -> Callable[..., str]:
    """`macro("text", "figure_number", "$1")` -> the SQL that dbt would put there."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(MACROS))

    def render(file: str, name: str, *arguments: str) -> str:
        return str(getattr(environment.get_template(f"{file}.sql").module, name)(*arguments))

    return render


@pytest.fixture(scope="session")
def evaluate() -> Callable[..., Any]:
    """The value of one SQL expression; its parameters are $1, $2 ..."""
    connection = duckdb.connect()

    def run(expression: str, *parameters: Any) -> Any:
        row = connection.execute(f"select {expression}", parameters).fetchone()
        assert row is not None
        return row[0]

    return run
