"""`bellwether report`: what goes where, what is said, and what a slip of the keyboard is told."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.cli import cli
from orchestration.commands import report as reporting
from orchestration.publish.shelf import Publication, database_path, point_to, write_json
from orchestration.runtime.as_at import AsAt, MadeOf
from orchestration.settings import Settings

DAY = "2026-11-20"


@pytest.fixture
def settings(small_publication: Path, tmp_path: Path) -> Settings:
    """A home whose publication is the small one."""
    settings = Settings(home=tmp_path / "home", shipped_returns=False)
    path = database_path(settings.published, "small")
    (settings.published / "small").mkdir(parents=True)
    shutil.copyfile(small_publication, path)
    publication = Publication("small", "", DAY, None, "", "", "", "", 0, 0, path)
    write_json(settings.published / "small" / "publication.json", publication.certificate())
    point_to(settings.published, publication)
    return settings


@pytest.fixture
def code_version(small_publication: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """In place of the building of a day: the small publication, made by the code whose version is the last of these."""
    versions = ["1"]

    def given(settings: Settings, day: date, *, only: MadeOf | None = None, debug: bool = False) -> AsAt:
        made_of = MadeOf(day.isoformat(), (), (), code_version=versions[-1], registry_hash="r", project_hash="p")
        return AsAt(small_publication, made_of, was_made=False)

    monkeypatch.setattr(reporting, "publication_as_at", given)
    return versions


def call(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["report", *arguments, "--home", str(settings.home)], standalone_mode=False)


def test_the_whole_report_is_written_and_then_left_as_it_is(settings: Settings) -> None:
    first = call(settings)
    assert "reports/site/index.html" in first.output
    assert "reports/bellwether.xlsx" in first.output
    assert "0 written" in call(settings).output
    assert "unchanged" in call(settings).output


def test_a_part_is_written_beside_the_whole(settings: Settings) -> None:
    call(settings)
    whole = set((settings.reports / "site").rglob("*.html"))
    part = call(settings, "--authority", "Middlesbrough", "--month", "2026-09")
    assert "reports/views/middlesbrough-2026-09/site/index.html" in part.output
    assert set((settings.reports / "site").rglob("*.html")) == whole
    named = settings.reports / "views" / "middlesbrough-2026-09" / "site" / "authorities"
    assert [path.name for path in named.iterdir() if path.is_dir()] == ["middlesbrough"]


def test_it_is_a_table_for_programs(settings: Settings) -> None:
    said = call(settings, "--format", "csv").output.splitlines()
    assert said[0] == "what,path,pages,written,bytes"
    assert said[1].startswith("site,")


@pytest.mark.parametrize("kind", [(), ("--pack", "monthly", "--as-at", DAY)])
def test_a_slip_is_told_with_what_may_be_meant(
    kind: tuple[str, ...], settings: Settings, code_version: list[str]
) -> None:
    slip = call(settings, *kind, "--authority", "Midlesbrough")
    assert "There is no authority 'Midlesbrough'" in str(slip.exception)
    assert "Middlesbrough (E06000002)" in str(slip.exception)
    without = call(settings, *kind, "--authority", "Surrey")
    assert "Surrey has no figure and no return" in str(without.exception)
    month = call(settings, *kind, "--authority", "Middlesbrough", "--month", "2027-01")
    assert "no figure of 2027-01. The newest months with figures: 2026-10, 2026-09, 2026-08." in str(month.exception)
    assert not (settings.reports / "site").exists()
    assert not settings.packs.exists() or not list(settings.packs.iterdir())


def test_a_pack_is_made_for_each_authority_named(settings: Settings, code_version: list[str]) -> None:
    asked = ("--pack", "quarterly", "--as-at", DAY, "--authority", "Middlesbrough", "--authority", "E06000003")
    made = call(settings, *asked)
    assert made.return_value == 0
    assert [path.name.split("-quarterly-")[0] for path in sorted(settings.packs.iterdir())] == [
        "middlesbrough",
        "redcar-and-cleveland",
    ]
    assert call(settings, *asked).output.count("identical") == 2


def test_a_pack_that_differs_is_told_with_its_reason_and_ends_with_1(
    settings: Settings, code_version: list[str]
) -> None:
    asked = ("--pack", "monthly", "--as-at", DAY, "--authority", "Middlesbrough", "--month", "2026-09")
    call(settings, *asked)
    (pack,) = settings.packs.iterdir()
    page = pack / "site" / "index.html"
    page.write_text("other")
    code_version.append("2")
    again = call(settings, *asked)
    assert again.return_value == 1
    assert "because the code changed: 1 then, 2 now" in again.output
    assert "differs: site/index.html" in again.output
    assert page.read_text() == "other"
    assert "changed since: site/index.html" in call(settings, "--packs").output
    assert call(settings, "--remake", str(pack), "--replace").return_value == 0
    assert page.read_text() != "other"
    assert "as made" in call(settings, "--packs").output


def test_a_day_that_has_not_ended_is_told(settings: Settings, code_version: list[str]) -> None:
    asked = ("--pack", "monthly", "--authority", "Middlesbrough")
    assert "has not ended" in call(settings, *asked, "--as-at", "2099-01-01").output
    assert "has not ended" not in call(settings, *asked, "--as-at", "2020-01-01").output


def test_a_pack_made_again_says_itself_what_it_is_of(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    assert "give --remake alone" in str(
        call(settings, "--remake", str(tmp_path / "pack"), "--month", "2026-09").exception
    )
    assert "is no pack" in str(call(settings, "--remake", str(tmp_path / "pack")).exception)
