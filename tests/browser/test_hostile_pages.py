"""Names and commentary with markup, and a table of 10,000 rows: nothing of them runs, breaks or is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from orchestration.report.site import write_site
from tests.benchmarks.big_publication import HOSTILE_NAME, HOSTILE_TEXTS, LONG_TABLE, make
from tests.browser.conftest import DESKTOP, Visitor
from tests.integration.reading_back import looked_up, numbers

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("hostile")
    publication = make(folder / "hostile.duckdb", authorities=3, indicators=6, months=18)
    write_site(publication, folder / "site")
    return publication, folder / "site"


@pytest.fixture
def hostile(browser: Browser, made_up: tuple[Path, Path]) -> Iterator[Visitor]:
    context = browser.new_context(viewport=DESKTOP)
    yield Visitor(context.new_page(), made_up[1])
    context.close()


def test_nothing_that_was_sent_runs(hostile: Visitor) -> None:
    shown = ""
    for path in sorted(hostile.site.rglob("*.html")):
        hostile.open(path.relative_to(hostile.site).as_posix())
        assert hostile.page.evaluate("document.querySelectorAll('main script, main img, main iframe').length") == 0
        shown += hostile.page.inner_text("main")
    assert hostile.errors == []
    assert hostile.asked == []
    # Shown as it was written, not swallowed.
    assert HOSTILE_NAME in shown
    for text in HOSTILE_TEXTS:
        assert " ".join(text.split())[:40] in " ".join(shown.split())


def test_a_hostile_name_is_found_by_the_search(hostile: Visitor) -> None:
    hostile.open("search.html?q=%3Cscript%3Ealert(1)")
    link = hostile.page.locator("#results a", has_text=HOSTILE_NAME).first
    expect(link).to_be_visible()
    link.click()
    expect(hostile.page.locator("h1")).to_have_text(HOSTILE_NAME)
    assert hostile.errors == []


def test_ten_thousand_rows_are_opened_in_pieces_and_all_can_be_found(
    hostile: Visitor, made_up: tuple[Path, Path]
) -> None:
    page = hostile.page
    hostile.open("quality/restatements.html")
    table = page.locator("table[data-search]").first
    name = table.get_attribute("id")
    rows = page.locator(f"#{name} tbody tr")
    whole = rows.count()
    assert whole >= LONG_TABLE or "left out" in page.inner_text("main").lower()
    assert page.locator(f"#{name} tbody tr:visible").count() <= 500
    # The last row is found by its own words, though it was not on the screen.
    last = rows.nth(whole - 1)
    words = (last.locator("th, td").first.text_content() or "").strip()
    page.locator(f"#{name}-search").fill(words)
    assert words in (page.locator(f"#{name} tbody tr:visible").last.text_content() or "")
    assert hostile.errors == []


def test_numbers_of_the_made_up_pages_are_its_publications(made_up: tuple[Path, Path]) -> None:
    import duckdb

    publication, site = made_up
    wrong, n_seen = [], 0
    with duckdb.connect(str(publication), read_only=True) as connection:
        for path in sorted(site.rglob("authorities/script*/**/*.html")):
            for number in list(numbers(site, path.relative_to(site).as_posix()))[:40]:
                n_seen += 1
                values = looked_up(connection, number)
                known = values and values[0] is not None
                if (number.value is None) == bool(known) or (known and float(number.value or 0) != float(values[0])):
                    wrong.append((number, values))
    assert n_seen > 100
    assert wrong == []
