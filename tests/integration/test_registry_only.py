"""A new indicator with a target and a comparator is a change of registry files, and of nothing else."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.publish import current
from orchestration.settings import load_settings
from tests.integration.conftest import AS_OF

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[2]
COPIED = ("data/contracts", "data/registry", "data/reference", "dbt_project", "docs", "expectations", "orchestration")

INDICATOR = """
  - code: supervision_monthly_pct
    name: Social workers supervised in the month
    unit: percent
    polarity: higher
    kind: percent
    time_basis: flow
    decimals: 1
    numerator: supervision_monthly_held
    denominator: supervision_monthly_due
    description: Case-holding social workers with a supervision recorded in the month as a percentage of those due one.
    owner: Performance team
    source: Case-management system
    comparability: same
    rounding_tolerance: 0.05
    plausible_min: 0
    plausible_max: 100
"""
MEASURES = """
  - measure_code: supervision_monthly_held
    name: Supervisions held
    unit: count
    time_basis: flow
    description: Social workers with a supervision recorded in the month.
  - measure_code: supervision_monthly_due
    name: Supervisions due
    unit: count
    time_basis: flow
    description: Social workers due a supervision in the month.
"""
TARGET = {
    "authority_code": "E10000030", "indicator": "supervision_monthly_pct", "valid_from": "2025-04-01", "target": "90",
    "bound": ">=", "unit": "percent", "per": "month", "tolerance": "5", "origin": "Workforce board",
}  # fmt: skip
LABEL = {
    "authority_code": "E10000030", "label": "Supervision in month (%)", "indicator_code": "supervision_monthly_pct",
}  # fmt: skip
CLUB = [
    {"club": "supervision_circle", "authority_code": code, "name": "Supervision circle"}
    for code in ("E10000030", "E10000016", "E10000011", "E10000014", "E10000025", "E10000032")
]
# Made-up scores of a made-up index. The edition of 2019 is replaced: it does not make Oxfordshire alike.
SCORES = [
    {"authority_code": code, "vintage": vintage, "score": score, "source": "Made-up index"}
    for code, vintage, score in (
        ("E10000030", "2025", "10.1"),
        ("E10000016", "2025", "19.2"),
        ("E10000011", "2025", "18.6"),
        ("E10000014", "2025", "12.5"),
        ("E10000030", "2019", "10.0"),
        ("E10000025", "2019", "10.2"),
    )
]

# Authority -> workers supervised of 100 due in May and June 2025 (Surrey is 936, under its own label).
HELD = {"936": (92, 87), "886": (80, 81), "845": (70, 75), "850": (95, 96), "931": (88, 88), "938": (60, 61)}


def hashes(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def append(path: Path, text: str) -> None:
    content = path.read_text(encoding="utf-8")
    path.write_text(content.rstrip("\n") + "\n" + text.strip("\n") + "\n", encoding="utf-8")


def append_rows(path: Path, *rows: dict[str, str]) -> None:
    """Rows of a registry table; a column that is not given is empty."""
    with path.open(encoding="utf-8", newline="") as stream:
        columns = next(csv.reader(stream))
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.DictWriter(stream, columns, restval="", lineterminator="\n").writerows(rows)


def call(project: Path, *arguments: str) -> str:
    """`bellwether ...` of the copied project."""
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project), "BELLWETHER_SHIPPED_RETURNS": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product as it ships."""
    root = tmp_path_factory.mktemp("registry-only") / "project"
    ignored = shutil.ignore_patterns("__pycache__", "target", "logs", "published")
    for folder in COPIED:
        shutil.copytree(PROJECT / folder, root / folder, ignore=ignored)
    shutil.copy(PROJECT / "pyproject.toml", root)
    return root


def test_an_indicator_with_target_and_comparator_needs_registry_files_only(project: Path) -> None:
    before = hashes(project)
    registry = project / "data" / "registry"
    append(registry / "indicators" / "workforce.yml", INDICATOR)
    append(registry / "measures.yml", MEASURES)
    append_rows(registry / "targets.csv", TARGET)
    append_rows(registry / "aliases.csv", LABEL)
    append_rows(registry / "clubs.csv", *CLUB)
    append_rows(registry / "deprivation.csv", *SCORES)
    call(project, "registry", "compile")
    after = hashes(project)
    changed = {name for name in after if after[name] != before.get(name)}
    written = {"indicators/workforce.yml", "measures.yml", "targets.csv", "aliases.csv", "clubs.csv", "deprivation.csv"}
    assert {name for name in changed if name.startswith("data/")} == {f"data/registry/{name}" for name in written}
    # The rest was compiled, not written.
    compiled = {name for name in changed if not name.startswith("data/")}
    assert all(name.startswith("dbt_project/seeds/") or name == "docs/indicators.md" for name in compiled)

    home = project.parent / "home"
    landing = home / "landing"
    landing.mkdir(parents=True)
    lines = [
        "authority_code,period_basis,period_start,period_end,indicator,numerator,denominator,value,unit,issue_date"
    ]
    for code, (may, june) in HELD.items():
        name = "Supervision in month (%)" if code == "936" else "supervision_monthly_pct"
        lines.append(f"{code},month,2025-05-01,2025-05-31,{name},{may},100,{may},percent,2025-07-10")
        lines.append(f"{code},month,2025-06-01,2025-06-30,{name},{june},100,{june},percent,2025-07-10")
    (landing / "supervision.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    call(project, "run", "--home", str(home), "--as-of", AS_OF)

    published = current(load_settings(home))
    assert published is not None
    with duckdb.connect(str(published.path), read_only=True) as connection:
        monthly = connection.execute(
            """
            select month::varchar, value, target, rag, previous_rag, performance_direction, quarter_value
            from marts.mart_indicator_monthly
            where authority_code = 'E10000030' and indicator_code = 'supervision_monthly_pct' order by month
            """
        ).fetchall()
        benchmark = connection.execute(
            """
            select comparator_set, value, round(mean, 2), median, pooled, n_used, rank, n_ranked
            from marts.mart_benchmark
            where authority_code = 'E10000030' and indicator_code = 'supervision_monthly_pct'
                and period_end = date '2025-06-30'
                and comparator_set in ('england', 'supervision_circle', 'deprivation_alike')
            order by comparator_set
            """
        ).fetchall()
        alike = connection.execute(
            """
            select member_code, place, round(score_difference, 1) from marts.dim_comparator_member
            where authority_code = 'E10000030' and comparator_set = 'deprivation_alike' and vintage = '2025'
            order by place
            """
        ).fetchall()
        compared = connection.execute(
            "select authority from marts.compare('Social workers supervised in the month', '2025-06') limit 2"
        ).fetchall()
    assert monthly == [
        ("2025-05-01", 92.0, 90.0, "GREEN", None, "not_known", 92.0),
        ("2025-06-01", 87.0, 90.0, "AMBER", "GREEN", "worsening", 89.5),
    ]
    # The three others of the newest edition: (81 + 75 + 96) / 3; Surrey comes after Hampshire.
    assert benchmark[0] == ("deprivation_alike", 87.0, 84.0, 81.0, pytest.approx(84.0), 3, 2, 4)
    assert alike == [("E10000014", 1, 2.4), ("E10000011", 2, 8.5), ("E10000016", 3, 9.1)]
    # England holds Surrey itself: (87 + 81 + 75 + 96 + 88 + 61) / 6; the circle does not: (81 + 75 + 96 + 88 + 61) / 5.
    assert benchmark[1:] == [
        ("england", 87.0, 81.33, 84.0, pytest.approx(100 * 488 / 600), 6, 3, 6),
        ("supervision_circle", 87.0, 80.2, 81.0, pytest.approx(80.2), 5, 3, 6),
    ]
    assert compared == [("Hampshire",), ("Oxfordshire",)]
