"""One whole run over the shipped returns, shared by all tests of this folder.

``BELLWETHER_TEST_HOME`` names a home that already holds a publication, for work on one test without the run before it.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.publish import current
from orchestration.settings import Settings, load_settings

AS_OF = "2026-11-21"


def run_bellwether(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`bellwether ...` as a user would call it, in a process of its own."""
    command = [sys.executable, "-m", "orchestration.cli", *arguments, "--home", str(home)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run-time root with everything that ships loaded and published."""
    if given := os.environ.get("BELLWETHER_TEST_HOME"):
        return Path(given)
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    root = shared / "integration-home"
    with (shared / "integration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "published" / "current.json").exists():
            done = run_bellwether(root, "run", "--as-of", AS_OF)
            assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return root


@pytest.fixture(scope="session")
def settings(home: Path) -> Settings:
    return load_settings(home)


@pytest.fixture(scope="session")
def publication(settings: Settings) -> Path:
    """Path of the DuckDB file that the run published."""
    found = current(settings)
    assert found is not None
    return found.path
