"""A pack is the same whenever it is made of the same, says why where it is not, and is never replaced unasked."""

from __future__ import annotations

import json
import os
import re
from copy import deepcopy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.report import kinds
from orchestration.report.packs import (
    PAGES,
    Kind,
    PackError,
    Wanted,
    changed_files,
    newest_month,
    read_record,
    write_pack,
)
from orchestration.report.reading import Reader

MADE_OF: dict[str, Any] = {
    "as_at": "2026-11-20",
    "code_version": "0.1.0+abc",
    "registry_hash": "r1",
    "project_hash": "p1",
    "submissions": [
        {"submission_id": "s1", "file_name": "a.csv", "known_from": "2026-11-01", "record_sha256": "1"},
        {"submission_id": "s2", "file_name": "b.csv", "known_from": "2026-11-02", "record_sha256": "2"},
    ],
    "history": [{"name": "runs/1.jsonl", "sha256": "3"}],
}
WANTED = Wanted("monthly", ("E06000002",), date(2026, 9, 1), date(2026, 11, 20))
NAME = "middlesbrough-monthly-2026-09-as-at-2026-11-20"


@pytest.fixture(scope="module")
def made(small_publication: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack, only to be read."""
    pack = write_pack(small_publication, tmp_path_factory.mktemp("packs"), WANTED, MADE_OF)
    assert pack.state == "new"
    return pack.path


@pytest.fixture
def changed_publication(small_publication: Path, tmp_path: Path) -> Path:
    """The publication with one figure of the pack's month changed."""
    path = tmp_path / "changed.duckdb"
    path.write_bytes(small_publication.read_bytes())
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "update marts.mart_indicator_monthly set value = value + 1 "
            "where authority_code = 'E06000002' and month = date '2026-09-01' and value is not null"
        )
        connection.execute("update about.publication set content_hash = 'other'")
        connection.execute("update about.table_content set content_hash = 'other'")
    return path


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_pack_made_again_elsewhere_is_the_same_to_the_byte(
    small_publication: Path, made: Path, tmp_path: Path
) -> None:
    again = write_pack(small_publication, tmp_path, WANTED, MADE_OF)
    assert again.path.name == made.name == NAME
    assert files(again.path) == files(made)


def test_made_again_in_its_place_it_is_identical_and_nothing_is_left_lying(
    small_publication: Path, tmp_path: Path
) -> None:
    first = write_pack(small_publication, tmp_path, WANTED, MADE_OF)
    before = {path: path.stat().st_mtime_ns for path in first.path.rglob("*")}
    again = write_pack(small_publication, tmp_path, WANTED, MADE_OF)
    assert (again.state, again.differing, again.reasons) == ("identical", (), ())
    assert {path: path.stat().st_mtime_ns for path in first.path.rglob("*")} == before
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_pack_that_differs_names_files_and_reasons_and_leaves_the_old_one(
    small_publication: Path, changed_publication: Path, tmp_path: Path
) -> None:
    first = write_pack(small_publication, tmp_path, WANTED, MADE_OF)
    before = files(first.path)
    now = deepcopy(MADE_OF)
    now["code_version"] = "0.1.0+def"
    now["submissions"][0]["record_sha256"] = "x"
    now["submissions"].append(
        {"submission_id": "s3", "file_name": "late.csv", "known_from": "2026-11-05", "record_sha256": "4"}
    )
    other = write_pack(changed_publication, tmp_path, WANTED, now)
    assert other.state == "different"
    assert "bellwether.xlsx" in other.differing
    assert "site/authorities/middlesbrough/compendium.html" in other.differing
    assert "site/assets/site.css" not in other.differing
    assert other.reasons == (
        "the code changed: 0.1.0+abc then, 0.1.0+def now",
        "a submission is another: s1",
        "a submission came since: s3 (late.csv, known from 2026-11-05)",
    )
    assert files(first.path) == before
    replaced = write_pack(changed_publication, tmp_path, WANTED, now, replace=True)
    assert replaced.state == "replaced"
    assert files(first.path) != before
    assert [path.name for path in tmp_path.glob("*") if path.is_dir()] == [NAME]


def test_a_pack_that_somebody_changed_is_not_taken_for_the_same(small_publication: Path, tmp_path: Path) -> None:
    pack = write_pack(small_publication, tmp_path, WANTED, MADE_OF)
    page = pack.path / "site" / "authorities" / "middlesbrough" / "compendium.html"
    page.write_text(page.read_text() + " ")
    (pack.path / "added.txt").write_text("x")
    name = page.relative_to(pack.path).as_posix()
    assert changed_files(pack.path, read_record(pack.path)) == ("added.txt", name)
    again = write_pack(small_publication, tmp_path, WANTED, MADE_OF)
    assert again.state == "different"
    assert f"changed since it was made: {name}" in again.reasons


def test_its_record_lists_what_it_was_made_of_and_every_file(made: Path) -> None:
    record = read_record(made)
    assert Wanted.from_record(record) == WANTED
    assert record["made_of"] == MADE_OF
    assert set(record["files"]) == set(files(made)) - {"pack.json"}
    assert "issue date" in record["note"]
    assert changed_files(made, record) == ()


@pytest.mark.parametrize("kind", PAGES)
def test_no_link_leads_out_of_a_pack(kind: Kind, small_publication: Path, tmp_path: Path) -> None:
    made = write_pack(small_publication, tmp_path, replace(WANTED, kind=kind), MADE_OF).path
    missing = set()
    for page in (made / "site").rglob("*.html"):
        for href in re.findall(r'(?:href|src)="([^"#]+)', page.read_text(encoding="utf-8")):
            if not href.startswith("data:") and not (page.parent / href).exists():
                missing.add((page.relative_to(made).as_posix(), href))
    assert sorted(missing)[:10] == []


def test_a_pack_is_about_its_authorities_only(made: Path) -> None:
    assert [path.name for path in (made / "site" / "authorities").iterdir() if path.is_dir()] == ["middlesbrough"]


@pytest.mark.parametrize("kind", PAGES)
def test_every_kind_of_page_in_a_pack_is_one_there_is(kind: Kind) -> None:
    known = {module.NAME for module in (*kinds.OF_AUTHORITY, *kinds.NATIONAL)}
    assert set(PAGES[kind]) <= known


def test_a_month_without_figures_is_refused_with_the_months_that_have_some(
    small_publication: Path, tmp_path: Path
) -> None:
    later = Wanted("monthly", ("E06000002",), date(2027, 9, 1), date(2026, 11, 20))
    with pytest.raises(PackError, match=r"no figure of 2027-09.*2026-10, 2026-09, 2026-08"):
        write_pack(small_publication, tmp_path, later, MADE_OF)
    assert list(tmp_path.iterdir()) == []


def test_the_newest_month_is_the_month_meant_where_none_is_said(small_publication: Path) -> None:
    assert newest_month(Reader(small_publication), ("E06000002",)) == date(2026, 10, 1)


def test_many_authorities_give_a_name_that_a_folder_can_have(small_publication: Path, tmp_path: Path) -> None:
    everybody = Wanted("quarterly", (), date(2026, 9, 1), date(2026, 11, 20))
    assert write_pack(small_publication, tmp_path, everybody, MADE_OF).path.name == (
        "all-quarterly-2026-09-as-at-2026-11-20"
    )


def test_what_a_killed_making_left_is_cleared_away(small_publication: Path, tmp_path: Path) -> None:
    # No process has a number so high.
    (tmp_path / ".making-99999999").mkdir()
    other = tmp_path / f".making-{os.getppid()}"
    other.mkdir()
    write_pack(small_publication, tmp_path, WANTED, MADE_OF)
    assert {path.name for path in tmp_path.iterdir()} == {NAME, other.name}


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    (tmp_path / "pack.json").write_text(json.dumps({"kind": "monthly"}))
    with pytest.raises(PackError, match=r"pack\.json"):
        read_record(tmp_path)
