"""National tables of every release load through one contract, every figure accounted for."""

from __future__ import annotations

import csv
import os
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from intake_files import Desk, csv_bytes, resolve

from orchestration.intake import check_file
from orchestration.settings import PROJECT

SHARED = PROJECT.parent / "shared" / "published"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
PUBLISHED = sorted(p for p in SHARED.rglob("*.csv") if "neighbour" not in p.name.lower() and "sn_model" not in p.name)
NEIGHBOURS = sorted(p for p in SHARED.rglob("*.csv") if p not in PUBLISHED)
IDENTITY = {
    "time_period", "time_identifier", "geographic_level", "country_code", "country_name", "region_code", "region_name",
    "old_la_code", "new_la_code", "la_name", "category", "population_type", "population_count", "age_group",
}  # fmt: skip
COMPACT = sorted(p for p in (PROJECT / "data" / "reference").rglob("*_20??.csv"))


def test_the_published_files_are_there() -> None:
    """They lie beside the project; without them the tests below would silently protect nothing."""
    if os.environ.get("BELLWETHER_WITHOUT_SHARED") == "1":
        return
    assert COMPACT, "the compact tables of data/reference are not there"
    assert PUBLISHED, f"no published files at {SHARED}; set BELLWETHER_WITHOUT_SHARED=1 where they cannot be had"


def figures(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda p: f"{p.parent.name}/{p.name[:12]}")
def test_every_published_figure_is_loaded_as_printed(desk: Desk, path: Path) -> None:
    header, rows = figures(path)
    measures = [i for i, name in enumerate(header) if name.lower() not in IDENTITY]
    outcome = desk.one(path.read_bytes(), path.name, NOW)
    assert (outcome.outcome, outcome.return_name, outcome.rows_loaded) == (
        "accepted",
        "published_statistics",
        len(rows),
    )
    assert outcome.tables == {"published_statistics": len(rows) * len(measures)}
    assert outcome.issue_date is not None
    release = max(row[0] for row in rows)
    dataset = "population" if path.name.startswith("ons") else path.name.split("_")[0]
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select source_row, header, value_text, dataset, release, time_period, new_la_code, category "
            f"from '{desk.settings.raw}/published_statistics/*.parquet'"
        ).fetchall()
    place = {name: i for i, name in enumerate(header)}
    category = place.get("population_type", place.get("population_count"))
    assert {
        (
            n,
            header[i],
            row[i],
            dataset,
            release,
            row[0],
            row[place["new_la_code"]],
            row[category] if category is not None else None,
        )
        for n, row in enumerate(rows, start=2)
        for i in measures
    } == set(found)


@pytest.mark.parametrize("path", NEIGHBOURS, ids=lambda p: p.name[:12])
def test_lists_of_neighbours_are_no_return(desk: Desk, path: Path) -> None:
    """They are the registry's; dropped into landing they are refused, and nothing of them is loaded as a figure."""
    assert desk.one(path.read_bytes(), path.name, NOW).outcome == "rejected"


@pytest.mark.parametrize("path", COMPACT, ids=lambda p: p.stem)
def test_our_compact_tables_load_by_the_same_contract(desk: Desk, path: Path) -> None:
    header, rows = figures(path)
    outcome = check_file(path, desk.settings, received_at=NOW, resolve=resolve)
    assert (outcome.outcome, outcome.rows_loaded) == ("accepted", len(rows)), outcome.problems
    assert outcome.issue_date and outcome.issue_date.isoformat() == rows[0][header.index("release_date")]


ONE = ["time_period", "geographic_level", "new_la_code"]


def test_a_renamed_header_has_one_measure_in_both_releases(desk: Desk) -> None:
    rest = ["rereferral_count", "no_further_action_count"]
    desk.one(
        csv_bytes([[*ONE, "Referrals", "Re_referrals", "No_Further_Action"], ["2016", "National", "", "1", "2", "3"]])
    )
    desk.one(csv_bytes([[*ONE, "referral_count", *rest], ["2017", "National", "", "4", "5", "6"]]))
    found = {(r["release"], r["measure"]): r["value_text"] for r in desk.rows("published_statistics")}
    assert found["2016", "referral_count"] == "1" and found["2017", "referral_count"] == "4"
    assert len({m for _, m in found}) == 3


def test_a_header_of_the_wrong_release_is_reported(desk: Desk) -> None:
    header = [*ONE, "Referrals", "Re_referrals", "No_Further_Action"]
    outcome = desk.one(csv_bytes([header, ["2025", "National", "", "1", "2", "3"]]), received_at=NOW)
    assert {p.code for p in outcome.problems} == {"old_heading"}
    assert outcome.outcome == "accepted_with_warnings"


def test_a_measure_that_is_new_is_kept_under_its_own_name_and_noted(desk: Desk) -> None:
    outcome = desk.one(
        csv_bytes([[*ONE, "CPP_start", "CPP_subsequent", "CPP_new thing"], ["2016", "National", "", "1", "2", "c"]])
    )
    assert any("CPP_new thing" in note for note in outcome.notes)
    assert {r["measure"]: r["value_text"] for r in desk.rows("published_statistics")}["cpp_new_thing"] == "c"
