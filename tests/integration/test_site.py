"""The site against the publication it was made from: each number, each link, and what is written again."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb
import pytest
from lxml import html

from orchestration.report.site import Scope, Written, write_site
from tests.integration.reading_back import looked_up, numbers, rounds_to, written

pytestmark = pytest.mark.slow

SAMPLE = 4000
# Those that sent returns, and one of which there are national statistics only.
AUTHORITIES = ("E10000030", "E10000016", "E10000011", "E06000031", "E06000014")


@pytest.fixture(scope="module")
def site(publication: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Written]:
    folder = tmp_path_factory.mktemp("site")
    return folder, write_site(publication, folder, Scope(authorities=AUTHORITIES))


def pages(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))


def test_each_number_is_the_publications(site: tuple[Path, Written], publication: Path) -> None:
    folder, _ = site
    found = [number for page in pages(folder) for number in numbers(folder, page)]
    kinds = Counter((number.table, number.source) for number in found)
    # Tables of every kind are in the sample, however few numbers they have.
    chooser = random.Random(6)
    sample = chooser.sample(found, min(SAMPLE, len(found)))
    for kind in kinds:
        sample += [number for number in found if (number.table, number.source) == kind][:5]
    assert len(sample) >= SAMPLE
    wrong = []
    with duckdb.connect(str(publication), read_only=True) as connection:
        for number in sample:
            values = looked_up(connection, number)
            if number.value is None:
                # No number is shown: there is none in the publication, or no such row.
                ok = values in ([], [None])
            else:
                ok = (
                    len(values) == 1
                    and values[0] is not None
                    and float(number.value) == float(values[0])
                    and rounds_to(float(values[0]), written(number.text))
                )
            if not ok:
                wrong.append((number, values))
    assert wrong == []


def test_every_link_leads_somewhere(site: tuple[Path, Written]) -> None:
    folder, _ = site
    held: dict[Path, set[str]] = {}
    for page in pages(folder):
        document = html.parse(str(folder / page), html.HTMLParser(encoding="utf-8")).getroot()
        held[folder / page] = {element.get("id") for element in document.iter() if element.get("id")}
    missing = set()
    for page in pages(folder):
        document = html.parse(str(folder / page), html.HTMLParser(encoding="utf-8")).getroot()
        for element in document.iter("a", "link", "script"):
            href = element.get("href") or element.get("src")
            if not href or href.startswith("data:"):
                continue
            parts = urlsplit(href)
            assert not parts.scheme and not parts.netloc, f"{page} leads out of the site: {href}"
            target = (folder / page).parent / unquote(parts.path) if parts.path else folder / page
            target = target.resolve()
            if not target.exists() or (parts.fragment and parts.fragment not in held.get(target, set())):
                missing.add((page, href))
    assert not missing, sorted(missing)[:20]


def test_the_pages_that_the_table_of_features_names_are_there(site: tuple[Path, Written]) -> None:
    folder, _ = site
    table = (Path(__file__).resolve().parents[2] / "docs" / "features.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:authorities|indicators|clubs|quality)/[^`]*\.html)`", table))
    assert len(named) > 10
    assert [pattern for pattern in named if not list(folder.glob(pattern))] == []


def test_ids_are_unique_on_each_page(site: tuple[Path, Written]) -> None:
    folder, _ = site
    for page in pages(folder):
        ids = re.findall(r'\sid="([^"]*)"', (folder / page).read_text(encoding="utf-8"))
        assert [name for name, times in Counter(ids).items() if times > 1] == [], page


def test_only_what_changed_is_written_again(site: tuple[Path, Written], publication: Path) -> None:
    folder, first = site
    assert first.n_new == first.n_pages
    before = {page: (folder / page).stat().st_mtime_ns for page in pages(folder)}
    again = write_site(publication, folder, Scope(authorities=AUTHORITIES))
    assert (again.n_pages, again.n_new) == (first.n_pages, 0)
    assert {page: (folder / page).stat().st_mtime_ns for page in pages(folder)} == before
    # A page that went missing comes back, and no other is touched.
    gone = next(page for page in before if page.endswith("compendium.html"))
    (folder / gone).unlink()
    mended = write_site(publication, folder, Scope(authorities=AUTHORITIES))
    assert mended.n_new == 1
    assert {page for page in before if (folder / page).stat().st_mtime_ns != before[page]} == {gone}


def test_the_same_publication_gives_the_same_pages(
    site: tuple[Path, Written], publication: Path, tmp_path: Path
) -> None:
    folder, _ = site
    write_site(publication, tmp_path, Scope(authorities=AUTHORITIES[:2]), processes=1)
    same = [page for page in pages(tmp_path) if page.split("/")[0] == "authorities" and page.count("/") > 1]
    assert same
    assert [page for page in same if (tmp_path / page).read_bytes() != (folder / page).read_bytes()] == []


def test_pages_of_authorities_that_left_the_scope_are_removed(publication: Path, tmp_path: Path) -> None:
    write_site(publication, tmp_path, Scope(authorities=AUTHORITIES[:2]))
    narrowed = write_site(publication, tmp_path, Scope(authorities=AUTHORITIES[:1]))
    assert narrowed.n_removed > 0
    assert not (tmp_path / "authorities/kent/index.html").exists()
