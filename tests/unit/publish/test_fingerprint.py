"""A run knows from files alone whether anything is new."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from orchestration import publish
from orchestration.settings import Settings

DAY = date(2017, 1, 31)


@pytest.fixture
def project(tmp_path: Path) -> Settings:
    """A project of one file a folder, and a home with one outcome."""
    files = {
        "orchestration/a.py": "a",
        "expectations/b.py": "b",
        "dbt_project/models/c.sql": "c",
        "dbt_project/target/manifest.json": "made by dbt",
        "data/registry/d.yml": "d",
        "data/contracts/e.yml": "e",
        "requirements.txt": "x==1",
        "home/raw/_outcome/s1.json": "{}",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return Settings(project=tmp_path, home=tmp_path / "home")


@pytest.mark.parametrize(
    "changed",
    [
        "orchestration/a.py",
        "expectations/b.py",
        "dbt_project/models/c.sql",
        "data/registry/d.yml",
        "data/contracts/e.yml",
        "requirements.txt",
        "home/raw/_outcome/s1.json",
        "home/raw/_outcome/s2.json",
    ],
)
def test_every_input_changes_it(project: Settings, changed: str) -> None:
    before = publish.fingerprint(project, DAY)
    (project.project / changed).write_text("something else")
    assert publish.fingerprint(project, DAY) != before


@pytest.mark.parametrize("made", ["dbt_project/target/manifest.json", "orchestration/__pycache__/a.pyc", "notes.txt"])
def test_what_tools_write_does_not_change_it(project: Settings, made: str) -> None:
    before = publish.fingerprint(project, DAY)
    (project.project / made).parent.mkdir(exist_ok=True)
    (project.project / made).write_text("something else")
    assert publish.fingerprint(project, DAY) == before


def test_the_day_is_part_of_it(project: Settings) -> None:
    assert publish.fingerprint(project, DAY) != publish.fingerprint(project, date(2017, 2, 1))


def test_a_renamed_file_changes_it(project: Settings) -> None:
    before = publish.fingerprint(project, DAY)
    (project.project / "orchestration/a.py").rename(project.project / "orchestration/z.py")
    assert publish.fingerprint(project, DAY) != before


def test_the_code_version_names_release_and_content(project: Settings) -> None:
    before = publish.code_version(project.project)
    (project.project / "expectations/b.py").write_text("changed")
    assert publish.code_version(project.project) != before


def test_asking_imports_nothing_heavy() -> None:
    asked = (
        "import sys; from datetime import date; from orchestration import publish; "
        "from orchestration.settings import load_settings; publish.fingerprint(load_settings(), date(2017, 1, 31)); "
        "print([name for name in ('duckdb', 'pandas', 'dagster', 'dbt', 'pyarrow') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
