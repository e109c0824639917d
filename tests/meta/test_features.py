"""The table of features (docs/features.md): complete, and it names only what is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

from orchestration.registry import load_registry
from orchestration.runtime.dbt_manifest import manifest_path, prepare_manifest
from orchestration.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
TABLE = (PROJECT / "docs" / "features.md").read_text(encoding="utf-8")
# How many features each report has, and the store itself.
FEATURES = {"A": 18, "B": 6, "C": 13, "D": 28, "E": 15, "F": 12}
STATES = {"served", "on data", "in part", "missing"}


def rows() -> list[list[str]]:
    lines = [line for line in TABLE.splitlines() if re.match(r"\| [A-F]\d+ \|", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_each_feature_has_its_row() -> None:
    expected = [f"{letter}{number}" for letter, last in FEATURES.items() for number in range(1, last + 1)]
    assert [row[0] for row in rows()] == expected
    assert {row[2] for row in rows()} <= STATES


def test_what_is_not_whole_says_what_is_missing_and_why() -> None:
    told = ("missing:", "missing", "without", "not ", "only", "no ", "deployment")
    parts = [row for row in rows() if row[2] in ("in part", "missing")]
    silent = [row[0] for row in parts if not any(word in row[3].lower() for word in told)]
    assert silent == []


def test_tables_returns_and_indicators_that_are_named_exist(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    prepare_manifest(settings)
    manifest = json.loads(manifest_path(settings).read_text(encoding="utf-8"))
    models = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    quoted = re.findall(r"`([^`]+)`", TABLE)
    tables = {name.split(".")[1] for name in quoted if re.fullmatch(r"(marts|quality|restricted)\.\w+", name)}
    assert tables - set(models) - {"as_at"} == set()
    contracts = {yaml.safe_load(path.read_text())["name"] for path in (PROJECT / "data" / "contracts").glob("*.yml")}
    returns = {
        name for match in re.findall(r"returns? (`\w+`(?:, `\w+`)*)", TABLE) for name in re.findall(r"\w+", match)
    }
    assert returns <= contracts
    registry = load_registry(PROJECT)
    codes = {indicator.code for indicator in registry.indicators}
    columns = {column for node in models.values() for column in node["columns"]}
    words = {name for name in quoted if re.fullmatch(r"[a-z0-9_]+", name)}
    assert words - codes - columns - contracts - {"three_year_average"} == set()
