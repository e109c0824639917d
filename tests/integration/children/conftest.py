"""A home that holds nothing but the child-level lists of a fabricated authority, run once for the tests of this folder.

``BELLWETHER_TEST_CHILD_HOME`` names such a home that was run before, for work on one test.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import Settings
from tests.integration.children.sending import Sent, make_sent, write_sent

AS_OF = "2025-04-15"


@pytest.fixture(scope="session")
def sent() -> Sent:
    return make_sent()


@pytest.fixture(scope="session")
def child_home(sent: Sent, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if given := os.environ.get("BELLWETHER_TEST_CHILD_HOME"):
        return Path(given)
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    root = shared / "child-home"
    with (shared / "child-home.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "published" / "current.json").exists():
            write_sent(sent, root / "landing")
            run_children(root, "run", "--as-of", AS_OF)
    return root


def run_children(home: Path, *arguments: str) -> None:
    """`bellwether ...` over this home alone: none of the returns that ship."""
    command = [sys.executable, "-m", "orchestration.cli", *arguments, "--home", str(home)]
    told = {"BELLWETHER_SHIPPED_RETURNS": "false", "BELLWETHER_STABLE_SECONDS": "0"}
    done = subprocess.run(command, env=os.environ | told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="session")
def child_settings(child_home: Path) -> Settings:
    return Settings(home=child_home, shipped_returns=False)


@pytest.fixture(scope="module")
def build(child_settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build file, in which the conformed rows and measures stand that are never published as they are."""
    with duckdb.connect(str(child_settings.build_file), read_only=True) as opened:
        yield opened
