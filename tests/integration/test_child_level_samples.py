"""The sample workbooks of child-level lists: every list found, every row accounted for.

Belongs here: the files in ``../shared/child_level``. Does not belong here: single rules (tests/unit/intake).
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from orchestration.intake import receive
from orchestration.intake.contracts import load_contracts
from orchestration.settings import PROJECT, Settings

SAMPLES = PROJECT.parent / "shared" / "child_level"

CENSUS = load_contracts(PROJECT / "data" / "contracts")["cin_census"]


def resolve(text: str, on: date | None = None) -> str | None:
    return "E10000030" if text in ("Surrey", "975", "201") else None


@pytest.mark.parametrize(("name", "headings_in"), [("Annex_A.xlsx", 1), ("2016-01-sample.xlsx", 2)])
def test_every_row_of_a_sample_is_loaded_or_returned(tmp_path: Path, name: str, headings_in: int) -> None:
    book = openpyxl.load_workbook(SAMPLES / "annex_a" / name, data_only=True)
    counted = {
        sheet.title: sum(
            any(cell not in (None, "") for cell in row)
            for row in sheet.iter_rows(min_row=headings_in + 1, values_only=True)
        )
        for sheet in book
        if sheet.title.startswith("List")
    }
    assert len(counted) == 11
    settings = Settings(home=tmp_path, shipped_returns=False, stable_seconds=0, child_authority="Surrey")
    settings.landing.mkdir(parents=True)
    (settings.landing / name).write_bytes((SAMPLES / "annex_a" / name).read_bytes())
    (outcome,) = receive(settings, received_at=datetime(2021, 4, 1, tzinfo=UTC), resolve=resolve)
    assert outcome.return_name == "annex_a" and outcome.loaded
    assert outcome.rows_in_file == outcome.rows_loaded == sum(counted.values())
    assert outcome.tables["child_list"] == 11
    assert sum(n for table, n in outcome.tables.items() if not table.startswith("child_")) == sum(counted.values())


def test_every_row_of_the_looked_after_return_is_loaded_or_returned(tmp_path: Path) -> None:
    """Reviews of these fabricated files reach years beyond their receipt; such rows go back."""
    files = sorted((SAMPLES / "ssda903").glob("*.csv"))
    counted = {path.stem: len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in files}
    settings = Settings(home=tmp_path, shipped_returns=False, stable_seconds=0)
    settings.landing.mkdir(parents=True)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for path in files:
            package.writestr(path.name, path.read_bytes())
    (settings.landing / "Surrey SSDA903 2017-18.zip").write_bytes(buffer.getvalue())
    (outcome,) = receive(settings, received_at=datetime(2018, 6, 1, tzinfo=UTC), resolve=resolve)
    assert outcome.return_name == "ssda903" and outcome.loaded and outcome.tables["child_list"] == 9
    assert outcome.rows_in_file == sum(counted.values()) == outcome.rows_loaded + outcome.rows_quarantined
    loaded = {name: outcome.tables[f"ssda903_{name}"] for name in counted}
    assert {name: n for name, n in loaded.items() if name != "reviews"} == {
        name: n for name, n in counted.items() if name != "reviews"
    }
    assert outcome.rows_quarantined == counted["reviews"] - loaded["reviews"] > 0
    assert {p.code for p in outcome.problems if p.severity == "error"} == {"future_date"}


@pytest.mark.parametrize("name", ["CIN_Census_2024.xml", "fake_CIN_data.xml"])
def test_every_element_of_the_census_is_loaded_or_returned(tmp_path: Path, name: str) -> None:
    content = (SAMPLES / "cin" / name).read_bytes()
    counted = {
        "child": content.count(b"<Child>"),
        "disabilities": content.count(b"<Disability>"),
        "referrals": content.count(b"<CINdetails>"),
        "assessments": content.count(b"<Assessments>"),
        "plans": content.count(b"<CINPlanDates>"),
        "section_47": content.count(b"<Section47>"),
        "child_protection": content.count(b"<ChildProtectionPlans>"),
        "reviews": content.count(b"<CPPreviewDate>"),
    }
    settings = Settings(home=tmp_path, shipped_returns=False, stable_seconds=0)
    settings.landing.mkdir(parents=True)
    (settings.landing / name).write_bytes(content)
    (outcome,) = receive(settings, received_at=datetime(2024, 6, 1, tzinfo=UTC), resolve=resolve)
    assert outcome.return_name == "cin_census" and outcome.loaded
    assert outcome.rows_in_file == sum(counted.values()) == outcome.rows_loaded + outcome.rows_quarantined
    refused = {p.sheet: p.code for p in outcome.problems if p.severity == "error"}
    # Both are made up, with days years after their own reference date.
    assert set(refused.values()) == {"future_date"}
    paths = {part.name: part.path for part in CENSUS.lists}
    loaded = {n: outcome.tables.get(f"cin_census_{n}", 0) for n in counted}
    assert {paths[n] for n in counted if loaded[n] != counted[n]} == set(refused)
    assert sum(loaded.values()) == outcome.rows_loaded > 0.9 * outcome.rows_in_file
