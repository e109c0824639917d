"""The site as people meet it: every page in a browser, with a keyboard, on a phone, printed, and by axe-core."""

from __future__ import annotations

from pathlib import Path

import axe_core_python
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import DESKTOP, PHONE, Visitor

pytestmark = pytest.mark.slow

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# One page of each kind, for what takes longer than opening.
KINDS = (
    "index.html",
    "search.html?q=surrey",
    "about.html",
    "authorities/index.html",
    "indicators/index.html",
    "indicators/rereferrals_pct.html",
    "clubs/index.html",
    "clubs/south_east_counties.html",
    "clubs/deprivation_alike.html",
    "clubs/statistical_neighbours.html",
    "clubs/statistical_neighbours/surrey.html",
    "quality/index.html",
    "quality/returns.html",
    "quality/restatements.html",
    "quality/rules.html",
    "authorities/surrey/index.html",
    "authorities/surrey/compendium.html",
    "authorities/surrey/board.html",
    "authorities/surrey/compared.html",
    "authorities/kent/quarterly.html",
    "authorities/surrey/watch.html",
    "authorities/surrey/contacts.html",
    "authorities/surrey/registers.html",
    "authorities/surrey/quality.html",
    "authorities/surrey/indicators/referrals_received.html",
    "authorities/kent/indicators/cpp_count.html",
)


def test_every_page_opens_without_errors_and_without_a_network(visitor: Visitor) -> None:
    failed = {}
    for path in sorted(visitor.site.rglob("*.html")):
        page = path.relative_to(visitor.site).as_posix()
        visitor.open(page)
        drawings = visitor.page.eval_on_selector_all(".drawing", "all => all.map(one => one.dataset.drawn)")
        if visitor.errors or visitor.asked or "failed" in drawings:
            failed[page] = [*visitor.errors, *visitor.asked, *drawings]
            visitor.errors.clear()
            visitor.asked.clear()
    assert failed == {}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_serious(browser: Browser, site: Path, size: dict[str, int]) -> None:
    context = browser.new_context(viewport=size)  # type: ignore[arg-type]
    visitor = Visitor(context.new_page(), site)
    found = {}
    for path in KINDS:
        visitor.open(path)
        visitor.page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        visitor.page.evaluate(AXE)
        result = visitor.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert result["passes"], "axe did not run"
        serious = [
            (violation["id"], violation["help"], [node["html"][:120] for node in violation["nodes"][:3]])
            for violation in result["violations"]
            if violation["impact"] in ("serious", "critical")
        ]
        if serious:
            found[path] = serious
    context.close()
    assert found == {}


def test_no_page_is_wider_than_a_phone(browser: Browser, site: Path) -> None:
    context = browser.new_context(viewport=PHONE)
    visitor = Visitor(context.new_page(), site)
    wide = {}
    for path in KINDS:
        visitor.open(path)
        width = visitor.page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide[path] = width
    context.close()
    assert wide == {}


def test_a_keyboard_is_enough(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("authorities/index.html")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    # Into the search of the table: fewer rows, and said so.
    page.locator("#find").focus()
    page.keyboard.type("surrey referrals received")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    link = page.locator("#results a").first
    expect(link).to_contain_text("Referrals received")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/authorities/surrey/indicators/referrals_received.html")
    visitor.drawn()
    # What is folded opens, and a column is sorted, without a mouse.
    summary = page.locator("summary", has_text="by month")
    summary.focus()
    page.keyboard.press("Enter")
    head = page.locator("#months th[data-k=value]")
    head.locator("button").focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    shown = page.locator("#months tbody tr td[data-v].n").first
    assert float(shown.get_attribute("data-v") or "nan") == min(
        float(value)
        for value in page.eval_on_selector_all(
            "#months tbody tr > td:nth-child(2)[data-v]", "all => all.map(one => one.dataset.v)"
        )
    )
    # Wide tables can be reached, to be scrolled by arrow keys.
    assert page.locator(".scroll").first.get_attribute("tabindex") == "0"
    assert visitor.errors == []


def test_a_view_has_a_link(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("authorities/surrey/index.html")
    rows = page.locator("#indicators tbody tr:visible")
    everything = rows.count()
    page.locator("#indicators-search").fill("plan")
    narrowed = rows.count()
    assert 0 < narrowed < everything
    page.locator("#indicators-theme").select_option("child protection")
    chosen = rows.count()
    assert 0 < chosen <= narrowed
    assert all("Child protection" in text for text in rows.all_inner_texts())
    page.locator("#indicators th[data-k=value] button").click()
    first = rows.first.inner_text()
    status = page.locator("#indicators").locator("xpath=ancestor::section").locator(".said").inner_text()
    assert status.startswith(f"{chosen} of {everything}")
    # Whoever gets the link sees the same.
    address = page.url
    assert "indicators.q=plan" in address
    page.goto("about:blank")
    page.goto(address)
    assert rows.count() == chosen
    assert rows.first.inner_text() == first
    expect(page.locator("#indicators-search")).to_have_value("plan")


def test_what_has_no_figure_is_sorted_last_either_way(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("authorities/surrey/index.html")
    button = page.locator("#indicators th[data-k=value] button")
    for _ in range(2):
        button.click()
        known = page.eval_on_selector_all(
            "#indicators tbody tr", "rows => rows.map(row => row.cells[3].dataset.v !== undefined)"
        )
        assert set(known) == {True, False}, "the table has figures, and rows without one"
        assert known == sorted(known, reverse=True)


def test_from_a_finding_to_its_figure_and_back(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("authorities/surrey/indicators/rereferrals_pct.html")
    page.locator("#findings a").first.click()
    page.wait_for_url("**/authorities/surrey/quality.html#finding-*")
    target = page.locator(":target")
    expect(target).to_be_visible()
    # The way back stands with the finding or with its incident.
    around = target.locator("xpath=ancestor-or-self::section[1]")
    around.locator("a[href*='indicators/rereferrals_pct.html']").first.click()
    page.wait_for_url("**/authorities/surrey/indicators/rereferrals_pct.html*")
    assert visitor.errors == []


def test_a_chart_shows_each_figure_of_its_table_once(visitor: Visitor) -> None:
    page = visitor.page
    for path in ("authorities/surrey/indicators/rereferrals_pct.html", "authorities/kent/indicators/cpp_count.html"):
        visitor.open(path)
        figures = page.locator("#months tbody td:nth-child(2)[data-v]").count()
        drawn = page.locator('[data-table=months] [aria-roledescription="point"][aria-label*="Kind"]').count()
        assert figures and drawn == figures


def test_lines_break_where_there_is_no_figure(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("authorities/surrey/indicators/lac_cl_eet_17_21_pct.html")
    stretches = page.evaluate(
        """() => {
            const rows = [...document.querySelectorAll('#months tbody tr')];
            let count = 0, before = null;
            for (const row of rows) {
                const month = row.cells[0].dataset.v, cell = row.cells[1];
                const known = cell.dataset.v !== undefined, when = new Date(month);
                const follows = before && (when - before) / 86400000 < 45 && !(cell.dataset.m || '').includes('break');
                if (known && !follows) count += 1;
                before = known ? when : null;
            }
            return count;
        }"""
    )
    lines = page.locator('[data-table=months] [aria-roledescription="line mark"]').all()
    drawn = [line for line in lines if "stretch" in (line.get_attribute("aria-label") or "")]
    assert stretches > 1
    assert len(drawn) == stretches


def test_print_shows_what_is_folded_and_leaves_out_what_is_for_the_screen(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("authorities/surrey/indicators/referrals_received.html")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("details:not([open])").count() == 0
    for left_out in ("header", "nav.site", ".tools", "summary"):
        assert page.locator(left_out).first.is_hidden(), left_out
    assert page.locator(".drawing svg").first.is_visible()
    width = page.evaluate("document.querySelector('.drawing svg').getBoundingClientRect().width")
    assert width <= page.evaluate("document.documentElement.clientWidth")
    assert page.pdf(format="A4")[:4] == b"%PDF"


def test_without_scripts_everything_can_still_be_read(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "authorities/surrey/indicators/referrals_received.html").as_uri())
    page.locator("summary", has_text="by month").click()
    expect(page.locator("#months tbody tr").first).to_be_visible()
    context.close()
