"""A run writes the site and the workbook of what it published; the next writes what changed."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from orchestration.settings import Settings
from tests.integration.conftest import run_bellwether

pytestmark = pytest.mark.slow

HEADER = "authority_code,period_basis,period_start,period_end,indicator,value,issue_date\n"


def send(home: Path, name: str, authority: str, value: int, issued: str) -> None:
    landing = home / "landing"
    landing.mkdir(parents=True, exist_ok=True)
    (landing / name).write_text(f"{HEADER}{authority},month,2017-01-01,2017-01-31,contacts_received,{value},{issued}\n")


def test_a_run_writes_pages_and_workbook_and_the_next_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("PAGES", "true"), ("SHIPPED_RETURNS", "false"), ("STABLE_SECONDS", "0")):
        monkeypatch.setenv(f"BELLWETHER_{name}", value)
    settings = Settings(home=tmp_path)
    send(tmp_path, "surrey.csv", "E10000030", 640, "2017-02-10")
    send(tmp_path, "kent.csv", "E10000016", 910, "2017-02-10")
    first = run_bellwether(tmp_path, "run", "--as-of", "2017-02-20")
    assert first.returncode == 0, first.stdout + first.stderr
    site = settings.reports / "site"
    assert str(site / "index.html") in first.stdout
    pages = {path: path.stat().st_mtime_ns for path in site.rglob("authorities/*/indicators/*.html")}
    assert {path.parent.parent.name for path in pages} == {"surrey", "kent"}
    book = openpyxl.load_workbook(settings.reports / "bellwether.xlsx", read_only=True)
    assert "Series" in book.sheetnames

    send(tmp_path, "surrey_again.csv", "E10000030", 655, "2017-02-15")
    second = run_bellwether(tmp_path, "run", "--as-of", "2017-02-20")
    assert second.returncode == 0, second.stdout + second.stderr
    changed = {path for path, written in pages.items() if path.stat().st_mtime_ns != written}
    assert changed
    assert {path.parent.parent.name for path in changed} == {"surrey"}
    assert "655" in (site / "authorities/surrey/indicators/contacts_received.html").read_text(encoding="utf-8")
