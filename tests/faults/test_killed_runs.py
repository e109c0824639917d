"""A run that is killed hard, wherever, is followed by a run that ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import RUN, Home, wait_for

pytestmark = pytest.mark.slow


def outcomes(home: Path) -> int:
    return len(list((home / "raw" / "_outcome").glob("*.json")))


def in_intake(home: Path) -> bool:
    return outcomes(home) >= 3


def in_dbt(home: Path) -> bool:
    # Models are being made: dbt has opened the build file and said so.
    log = home / ".dagster" / "dbt" / "marts" / "dbt.log"
    return log.exists() and b"OK created" in log.read_bytes()


def in_publication(home: Path) -> bool:
    return any((home / "published").glob(".building-*"))


@pytest.mark.parametrize("moment", [in_intake, in_dbt, in_publication])
def test_the_next_run_ends_with_the_same_tables(home: Home, undisturbed: Home, moment: Callable[[Path], bool]) -> None:
    process = home.start(*RUN)
    wait_for(lambda: moment(home.path), process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert not (home.path / "published" / "current.json").exists()
    if moment is in_intake:
        assert outcomes(home.path) < 33, "the whole intake was done before it could be disturbed"

    assert home.run() == undisturbed.content_hash()

    assert outcomes(home.path) == 33
    assert [path.name for path in (home.path / "landing").iterdir()] == []
    # Nothing half is left, and the history says what became of the run that was killed.
    assert not in_publication(home.path)
    with sqlite3.connect(home.path / ".dagster" / "history" / "runs.db") as history:
        states = [state for (state,) in history.execute("select status from runs order by id")]
    assert states == ["FAILURE", "SUCCESS"]


def test_a_publication_that_was_not_released_is_not_read(home: Home, undisturbed: Home) -> None:
    """Killed at the last moment, between the files and the pointer."""
    home.run()
    pointer = home.path / "published" / "current.json"
    before = json.loads(pointer.read_text())
    process = home.start(*RUN, "--full")
    wait_for(lambda: len(list((home.path / "published").glob("*.duckdb"))) > 1 or in_publication(home.path), process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    if json.loads(pointer.read_text()) == before:
        code, out, _ = home.call("sql", "select publication_id from about.publication", "--format", "csv")
        assert (code, out.split()[1]) == (0, before["publication_id"])
    assert home.run() == undisturbed.content_hash()
