"""The sample workbooks of child-level lists: every list found, every row accounted for.

Belongs here: the files in ``../shared/child_level``. Does not belong here: single rules (tests/unit/intake).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from orchestration.intake import receive
from orchestration.settings import PROJECT, Settings

SAMPLES = PROJECT.parent / "shared" / "child_level" / "annex_a"


def resolve(text: str, on: date | None = None) -> str | None:
    return "E10000030" if text == "Surrey" else None


@pytest.mark.parametrize(("name", "headings_in"), [("Annex_A.xlsx", 1), ("2016-01-sample.xlsx", 2)])
def test_every_row_of_a_sample_is_loaded_or_returned(tmp_path: Path, name: str, headings_in: int) -> None:
    book = openpyxl.load_workbook(SAMPLES / name, data_only=True)
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
    (settings.landing / name).write_bytes((SAMPLES / name).read_bytes())
    (outcome,) = receive(settings, received_at=datetime(2021, 4, 1, tzinfo=UTC), resolve=resolve)
    assert outcome.return_name == "annex_a" and outcome.loaded
    assert outcome.rows_in_file == outcome.rows_loaded == sum(counted.values())
    assert outcome.tables["child_list"] == 11
    assert sum(n for table, n in outcome.tables.items() if not table.startswith("child_")) == sum(counted.values())
