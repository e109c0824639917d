"""Writing: deterministic, complete or not at all, and the same after a kill at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from intake_files import RECEIVED, Desk, indicator_csv, indicator_row, resolve

from orchestration.intake import Outcome, Problem, read_outcomes, receive, store
from orchestration.settings import PROJECT

FILES = {
    "good.csv": indicator_csv(),
    "half.csv": indicator_csv(indicator_row(value="7"), indicator_row(authority_code="?")),
    "bad.csv": b"name,age\nA,1\n",
}


def undisturbed(path: Path) -> dict[str, bytes]:
    desk = Desk(path)
    for name, content in FILES.items():
        desk.drop(content, name)
    desk.receive()
    return without_arrivals(desk)


def without_arrivals(desk: Desk) -> dict[str, bytes]:
    """What is kept, without the arrivals' names (they hold the inode of the dropped file)."""
    return {name: content for name, content in desk.files().items() if "_arrival" not in name}


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    assert undisturbed(tmp_path / "a") == undisturbed(tmp_path / "b")


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.drop(FILES["half.csv"])
    desk.receive()
    before = desk.files()
    assert desk.receive() == []
    assert desk.files() == before


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from intake_files import RECEIVED, resolve
from orchestration.intake import receive
from orchestration.settings import PROJECT, Settings
steps = [0]
def counted(event, arguments):
    # every opening, renaming and removing of a file below home is a moment at which the run may die
    if event in ("open", "os.rename", "os.remove", "os.mkdir") and {home!r} in str(arguments[0]):
        steps[0] += 1
        if steps[0] == {at}:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(counted)
settings = Settings(project=PROJECT, home=Path({home!r}), shipped_returns=False, stable_seconds=0)
receive(settings, received_at=RECEIVED, resolve=resolve)
print(steps[0])
"""


def killed_run(desk: Desk, at: int) -> subprocess.CompletedProcess[str]:
    script = KILLED.format(home=str(desk.settings.home), tests=str(Path(__file__).parent), at=at)
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )


@pytest.mark.slow
def test_a_run_killed_at_any_moment_is_made_good_by_the_next(tmp_path: Path) -> None:
    expected = undisturbed(tmp_path / "undisturbed")
    trial = Desk(tmp_path / "count")
    for name, content in FILES.items():
        trial.drop(content, name)
    steps = int(killed_run(trial, at=-1).stdout)
    assert steps > 40
    for at in range(1, steps + 1, 5):
        desk = Desk(tmp_path / f"killed{at}")
        for name, content in FILES.items():
            desk.drop(content, name)
        assert killed_run(desk, at).returncode == -signal.SIGKILL
        outcomes = receive(desk.settings, received_at=RECEIVED, resolve=resolve)
        assert not any(o.is_duplicate for o in outcomes)
        assert without_arrivals(desk) == expected, f"killed at step {at}"
        arrivals = [p.read_text(encoding="utf-8") for p in (desk.settings.raw / "_arrival").iterdir()]
        assert len(arrivals) == len(FILES) and not any('"duplicate": true' in a for a in arrivals)
        assert not any(desk.settings.landing.iterdir())


def test_a_file_that_changes_while_it_is_copied_is_left_for_later(desk: Desk) -> None:
    path = desk.drop(indicator_csv())
    with pytest.raises(store.SourceChanged):
        store.archive(path, "0" * 64, ".csv", desk.settings.archive)
    assert not [p for p in desk.settings.archive.rglob("*") if p.is_file()]


def test_outcomes_survive_their_json(desk: Desk) -> None:
    outcome = desk.one(FILES["half.csv"])
    (held,) = read_outcomes(desk.settings)
    assert held == outcome
    assert isinstance(held.problems[0], Problem)
    assert list(held.submission_row())[:2] == ["submission_id", "return_name"]
    assert held.problem_rows()[0]["row_number"] == 3
    assert Outcome.from_json(held.to_json()) == held


def test_submission_names_come_from_content_alone(desk: Desk) -> None:
    outcome = desk.one(FILES["good.csv"], "whatever.csv")
    assert outcome.submission_id == f"indicator_return_{outcome.content_sha256[:12]}"
    assert outcome.archived_as == f"{outcome.content_sha256[:2]}/{outcome.content_sha256}.csv"
