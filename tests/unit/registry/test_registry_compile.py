"""What the registry compiles to: the same bytes each time, types for every column, and nobody else's files touched."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest
import yaml

from orchestration.registry import (
    compile_registry,
    load_registry,
    registry_hash,
    stale_files,
    write_compiled,
)
from orchestration.registry.models import Registry
from orchestration.registry.seeds import SEEDS, cell_text

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(PROJECT)


@pytest.fixture(scope="module")
def files(registry: Registry) -> dict[str, str]:
    return {path.name: text for path, text in compile_registry(registry, PROJECT).items()}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_two_compilations_are_equal_to_the_byte(registry: Registry) -> None:
    assert compile_registry(registry, PROJECT) == compile_registry(load_registry(PROJECT), PROJECT)


def test_the_order_of_entries_does_not_matter(registry: Registry) -> None:
    turned = registry.model_copy(
        update={name: list(reversed(getattr(registry, name))) for name in ("indicators", "authorities", "targets")}
    )
    assert registry_hash(Registry.model_validate(turned.model_dump())) == registry_hash(registry)


def test_the_hash_changes_with_a_definition(registry: Registry) -> None:
    first = registry.indicators[0].model_copy(update={"description": "Something else."})
    changed = registry.model_copy(update={"indicators": [first, *registry.indicators[1:]]})
    assert registry_hash(changed) != registry_hash(registry)


def test_every_seed_names_type_and_meaning_of_every_column(files: dict[str, str]) -> None:
    properties = {seed["name"]: seed for seed in yaml.safe_load(files["_registry__seeds.yml"])["seeds"]}
    assert set(properties) == {seed.name for seed in SEEDS}
    for seed in SEEDS:
        header = next(csv.reader(io.StringIO(files[f"{seed.name}.csv"])))
        assert header == list(properties[seed.name]["config"]["column_types"])
        assert header == [column["name"] for column in properties[seed.name]["columns"]]
        assert all(column["description"] for column in properties[seed.name]["columns"])


@pytest.mark.parametrize(
    ("cell", "text"),
    [(None, ""), (True, "true"), (False, "false"), (0.05, "0.05"), (100.0, "100"), (-3, "-3"), ("a, b", "a, b")],
)
def test_cells_are_written_plainly(cell: object, text: str) -> None:
    assert cell_text(cell) == text


def test_a_former_code_is_an_alias_of_the_curated_one(files: dict[str, str]) -> None:
    found = [row for row in rows(files["reg_alias.csv"]) if row["label"] == "lac_pep_timely"]
    assert [(row["indicator_code"], row["authority_code"]) for row in found] == [("lac_pep_late_count", "")]


def test_a_version_carries_the_indicators_measures_unless_it_names_its_own(files: dict[str, str]) -> None:
    versions = {
        row["definition_version"]: row["numerator_measure"]
        for row in rows(files["reg_indicator_version.csv"])
        if row["indicator_code"] == "cpp_repeat_24m_pct"
    }
    assert versions == {
        "1": "cpp_repeat_count",
        "2": "cpp_repeat_24m_count",
        "kent-1": "cpp_repeat_count",
        "kent-2": "cpp_repeat_24m_count",
    }


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("data/registry", "data/reference"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    return tmp_path


def test_compiled_files_are_stale_until_written_and_then_current(copy: Path) -> None:
    registry = load_registry(copy)
    assert stale_files(registry, copy) == sorted(compile_registry(registry, copy))
    assert write_compiled(registry, copy) == sorted(compile_registry(registry, copy))
    assert stale_files(registry, copy) == []
    assert write_compiled(registry, copy) == []


def test_a_changed_file_is_stale(copy: Path) -> None:
    registry = load_registry(copy)
    write_compiled(registry, copy)
    seed = copy / "dbt_project/seeds/reg_symbol.csv"
    seed.write_text(seed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert stale_files(registry, copy) == [seed]


def test_a_seed_that_is_no_longer_made_goes_and_a_strangers_seed_stays(copy: Path) -> None:
    registry = load_registry(copy)
    write_compiled(registry, copy)
    seeds = copy / "dbt_project/seeds"
    (seeds / "reg_gone.csv").write_text("a\n", encoding="utf-8")
    (seeds / "reg_strange.csv").write_text("a\n", encoding="utf-8")
    properties = seeds / "_registry__seeds.yml"
    properties.write_text(properties.read_text(encoding="utf-8") + "  - name: reg_gone\n", encoding="utf-8")
    assert set(write_compiled(registry, copy)) == {seeds / "reg_gone.csv", properties}
    assert not (seeds / "reg_gone.csv").exists()
    assert (seeds / "reg_strange.csv").exists()


def test_adding_an_indicator_is_a_change_to_one_file(copy: Path) -> None:
    path = copy / "data/registry/indicators/front_door.yml"
    entry = """
  - code: referrals_accepted_pct
    name: Referrals accepted
    unit: percent
    polarity: none
    kind: percent
    time_basis: average
    decimals: 1
    numerator: referrals_assessed
    denominator: referrals_received
    description: Referrals accepted as a percentage of referrals.
    owner: Performance team
    source: local reports
    comparability: same
    rounding_tolerance: 0.05
"""
    path.write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")
    registry = load_registry(copy)
    compiled = {file.name: text for file, text in compile_registry(registry, copy).items()}
    assert "referrals_accepted_pct" in compiled["reg_indicator.csv"]
    assert "referrals_accepted_pct,1," in compiled["reg_indicator_version.csv"]
    assert "Referrals accepted" in compiled["indicators.md"]
