"""A registry that cannot be read says everything that is wrong with it, at once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.registry import RegistryError, load_registry

PROJECT = Path(__file__).resolve().parents[3]

Change = Callable[[Path], None]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's registry, to be spoilt."""
    shutil.copytree(PROJECT / "data/registry", tmp_path / "data/registry")
    return tmp_path


def faults(project: Path) -> list[str]:
    with pytest.raises(RegistryError) as raised:
        load_registry(project)
    return raised.value.faults


def test_every_fault_of_every_file_is_reported_at_once(project: Path) -> None:
    registry = project / "data/registry"
    with (registry / "targets.csv").open("a", encoding="utf-8") as file:
        file.write("E10000030,lac_count,not-a-date,,1,,,<,count,year,,,,origin,\n")
        file.write("E10000030,lac_count\n")
    (registry / "releases.csv").unlink()
    (registry / "retired.yml").write_text("retired: [", encoding="utf-8")
    found = "\n".join(faults(project))
    assert "targets.csv, row" in found
    assert "valid_from" in found
    assert "not-a-date" in found
    assert "number of cells" in found
    assert "releases.csv: the file is missing" in found
    assert "retired.yml: not readable as YAML" in found


def test_an_unknown_column_is_named(project: Path) -> None:
    path = project / "data/registry/events.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0] + ",mood", *(line + "," for line in lines[1:])]), encoding="utf-8")
    assert any("events.csv, row 1: unknown columns mood" in fault for fault in faults(project))


def test_an_unknown_field_of_an_indicator_names_file_and_entry(project: Path) -> None:
    path = project / "data/registry/indicators/population.yml"
    path.write_text(path.read_text(encoding="utf-8") + "    mood: good\n", encoding="utf-8")
    assert any("population.yml, population_0_17" in fault and "mood" in fault for fault in faults(project))


def test_an_entry_without_versions_means_what_it_describes() -> None:
    registry = load_registry(PROJECT)
    indicator = registry.indicator_by_code["mash_override_count"]
    assert [version.definition for version in indicator.versions] == [indicator.description]


def test_a_former_code_leads_to_the_curated_one() -> None:
    registry = load_registry(PROJECT)
    assert registry.resolve_indicator("contacts_received_share_pct") == "contacts_police_pct"
    assert registry.resolve_indicator("lac_count") == "lac_count"
    assert registry.resolve_indicator("no_such_code") is None


def test_the_library_is_light_to_import() -> None:
    """Nothing heavy is imported until a registry is loaded, and Dagster, dbt and pandas never are."""
    script = (
        "import sys, orchestration.registry;"
        "heavy = {'pydantic', 'yaml', 'pandas', 'dagster', 'duckdb', 'dbt'} & set(sys.modules);"
        "assert not heavy, heavy;"
        "from pathlib import Path;"
        f"orchestration.registry.load_registry(Path({str(PROJECT)!r}));"
        "heavy = {'pandas', 'dagster', 'duckdb', 'dbt'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=PROJECT)
