"""A small made-up publication, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.big_publication import make


@pytest.fixture(scope="session")
def small_publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three authorities, eight indicators, eighteen months; a hostile name, hostile commentary."""
    path = tmp_path_factory.mktemp("publication") / "small.duckdb"
    return make(path, authorities=3, indicators=8, months=18, long_table=200)
