"""What must hold whatever happens to the files: order, repetition, and the loss of everything that can be made again.

Whole runs over everything that ships, so these take minutes. Kills in the middle of a run are in tests/faults.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.publish import current
from orchestration.settings import PROJECT, load_settings
from tests.integration.conftest import AS_OF, run_bellwether

pytestmark = pytest.mark.slow

Hashes = dict[tuple[str, str], str]
SEED = 20261121


def contents(home: Path) -> Hashes:
    """Hash of every published table, by schema and name, of the current publication."""
    found = current(load_settings(home))
    assert found is not None
    with duckdb.connect(str(found.path), read_only=True) as connection:
        rows = connection.execute("select table_schema, table_name, content_hash from about.table_content").fetchall()
    return {(schema, name): content for schema, name, content in rows}


def only_marts(hashes: Hashes) -> Hashes:
    """Without the record of arrivals, which rightly tells when each file came."""
    return {key: content for key, content in hashes.items() if key[0] == "marts"}


@pytest.fixture(scope="module")
def shuffled_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch_module: Callable[[str, str], None]) -> Path:
    """The shipped files dropped into landing in a random order, in two runs."""
    monkeypatch_module("BELLWETHER_SHIPPED_RETURNS", "false")
    home = tmp_path_factory.mktemp("shuffled")
    folders = (PROJECT / "data" / "returns", PROJECT / "data" / "reference" / "published")
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in {".csv", ".xlsx"})
    random.Random(SEED).shuffle(files)
    half = len(files) // 2
    for batch in (files[:half], files[half:]):
        landing = home / "landing"
        landing.mkdir(parents=True, exist_ok=True)
        for path in batch:
            shutil.copy(path, landing / path.name)
        done = run_bellwether(home, "run", "--as-of", AS_OF)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        assert not [path for path in landing.iterdir() if path.is_file()], (
            "landing is emptied once the archive holds the files"
        )
    return home


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[Callable[[str, str], None]]:
    """Environment for the whole module, taken back at its end."""
    patch = pytest.MonkeyPatch()
    yield patch.setenv
    patch.undo()


def test_the_order_of_arrival_does_not_matter(home: Path, shuffled_home: Path) -> None:
    assert only_marts(contents(shuffled_home)) == only_marts(contents(home))


def test_a_warehouse_made_again_from_raw_gives_the_same_tables(shuffled_home: Path) -> None:
    before = contents(shuffled_home)
    shutil.rmtree(shuffled_home / "warehouse")
    done = run_bellwether(shuffled_home, "run", "--as-of", AS_OF, "--full")
    assert done.returncode == 0, done.stderr
    assert contents(shuffled_home) == before


def test_a_run_with_nothing_new_changes_nothing(shuffled_home: Path) -> None:
    before = current(load_settings(shuffled_home))
    done = run_bellwether(shuffled_home, "run", "--as-of", AS_OF)
    assert done.returncode == 0, done.stderr
    assert current(load_settings(shuffled_home)) == before
