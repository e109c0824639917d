"""Whole runs on a small set of returns, so that one can be disturbed and compared with one that was not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
# The same for all runs that are compared: the day that counts as today, and when files count as received.
RUN = ("run", "--as-of", "2017-03-31", "--received-at", "2017-03-01T09:00:00+00:00")
SHIPPED = (
    "kent/quarterly_performance_2013-14_q3.xlsx",
    "surrey/mash_contacts_2017-01.xlsx",
    "surrey/events_2017-01.csv",
)
SMALL = 30
FILES = len(SHIPPED) + SMALL
PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Home:
    """The home of a run, and the command line on it."""

    path: Path

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Starts the command in a process of its own."""
        environment = {**os.environ, "BELLWETHER_SHIPPED_RETURNS": "false", "BELLWETHER_STABLE_SECONDS": "0"}
        return subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli", *arguments, "--home", str(self.path)],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, *arguments: str) -> tuple[int, str, str]:
        """Runs the command to its end: exit code, output, errors."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
        return process.returncode, out, err

    def run(self) -> str:
        """A run that must do its work; returns the content hash of what it published."""
        code, out, err = self.call(*RUN)
        assert code == 0, out + err
        return self.content_hash()

    def content_hash(self) -> str:
        pointer = json.loads((self.path / "published" / "current.json").read_text())
        certificate = self.path / "published" / pointer["publication_id"] / "publication.json"
        return str(json.loads(certificate.read_text())["content_hash"])


def fill(path: Path) -> Home:
    """A home with some of the returns that ship and thirty small ones in landing."""
    landing = path / "landing"
    landing.mkdir(parents=True)
    for name in SHIPPED:
        shutil.copy(PROJECT / "data" / "returns" / name, landing)
    header = "authority_code,period_basis,period_start,period_end,indicator,value,issue_date\n"
    for number in range(SMALL):
        year, month = 2014 + number // 12, number % 12 + 1
        day = f"{year}-{month:02d}-28"
        row = f"E10000030,snapshot,{day},{day},assessments_open,{1000 + number},{day}\n"
        (landing / f"open_{year}_{month:02d}.csv").write_text(header + row)
    return Home(path)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return fill(tmp_path / "home")


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home of a run that nobody disturbed."""
    home = fill(tmp_path_factory.mktemp("undisturbed") / "home")
    home.run()
    return home


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Waits until something can be seen in the home of a process that runs."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert process.poll() is None, "the run ended before it could be disturbed"
        assert time.monotonic() < deadline, "the run did not come to where it was to be disturbed"
        time.sleep(0.005)
