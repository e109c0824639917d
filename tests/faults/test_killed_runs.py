"""A run that is killed hard, wherever, is followed by a run that ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest

from .conftest import FILES, RUN, Home, wait_for

pytestmark = pytest.mark.slow


def outcomes(home: Path) -> int:
    return len(list((home / "raw" / "_outcome").glob("*.json")))


def in_dbt(home: Path) -> bool:
    # Models are being made: dbt has opened the build file and said so.
    log = home / ".dagster" / "dbt" / "marts" / "dbt.log"
    return log.exists() and b"OK created" in log.read_bytes()


def in_publication(home: Path) -> bool:
    return any((home / "published").glob(".building-*"))


def kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def states_told(home: Path) -> list[str]:
    """What the history says became of each run, oldest first."""
    with sqlite3.connect(home / ".dagster" / "history" / "runs.db") as history:
        return [state for (state,) in history.execute("select status from runs order by id")]


def test_killed_during_intake(home: Home, undisturbed: Home) -> None:
    process = home.start(*RUN)
    wait_for(lambda: outcomes(home.path) >= 3, process)
    kill(process)
    assert outcomes(home.path) < FILES, "the whole intake was done before it could be disturbed"

    assert home.run() == undisturbed.content_hash()

    assert outcomes(home.path) == FILES
    assert list((home.path / "landing").iterdir()) == []
    assert states_told(home.path) == ["FAILURE", "SUCCESS"]


def test_killed_while_dbt_works_and_meanwhile_no_other_run_gets_in(home: Home, undisturbed: Home) -> None:
    process = home.start(*RUN)
    wait_for(lambda: in_dbt(home.path), process)
    code, _, err = home.call(*RUN)
    assert code == 2
    assert f"A run is under way on {home.path}: bellwether run, process {process.pid}" in err
    assert err.count("\n") == 1
    kill(process)
    assert not (home.path / "published" / "current.json").exists()

    assert home.run() == undisturbed.content_hash()

    assert states_told(home.path) == ["FAILURE", "SUCCESS"]


def test_killed_while_it_publishes_readers_keep_what_they_have(home: Home, undisturbed: Home) -> None:
    shutil.rmtree(home.path)
    shutil.copytree(undisturbed.path, home.path)
    pointer = home.path / "published" / "current.json"
    before = json.loads(pointer.read_text())
    process = home.start(*RUN, "--full")
    wait_for(lambda: in_publication(home.path), process)
    kill(process)
    assert json.loads(pointer.read_text()) == before
    code, out, _ = home.call("sql", "select publication_id from about.publication", "--format", "csv")
    assert (code, out.split()[1]) == (0, before["publication_id"])

    code, out, err = home.call(*RUN, "--full")

    assert code == 0, out + err
    assert home.content_hash() == undisturbed.content_hash()
    assert json.loads(pointer.read_text()) != before
    assert not in_publication(home.path)
    assert states_told(home.path) == ["SUCCESS", "FAILURE", "SUCCESS"]
