"""The one way to open DuckDB: the build file for the run that writes it, a publication for everyone else.

Does not belong here: SQL of any model, and anything that decides which publication is the current one (``publish``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from orchestration.settings import Settings


@contextmanager
def open_build(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build file, read-write. One run holds it at a time; DuckDB itself refuses a second writer."""
    import duckdb

    settings.warehouse.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(str(settings.build_file), config={"threads": settings.threads})
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def open_readonly(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Any finished DuckDB file, read-only."""
    import duckdb

    connection = duckdb.connect(str(path), read_only=True)
    try:
        yield connection
    finally:
        connection.close()
