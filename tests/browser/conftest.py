"""A browser, and a site for it to look at.

The browser is the one the machine has (`chromium`; BELLWETHER_BROWSER names another). Without one these tests are
skipped on a desk; in CI that is a failure, since there it is installed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from orchestration.report.site import Scope, write_site
from tests.integration.conftest import home, publication, settings

__all__ = ["home", "publication", "settings"]

# Two with returns of different kinds; pages of national statistics are among theirs.
AUTHORITIES = ("E10000030", "E10000016")
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def site(publication: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    write_site(publication, folder, Scope(authorities=AUTHORITIES))
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("BELLWETHER_BROWSER") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        if os.environ.get("CI"):
            pytest.fail("There is no browser: CI installs chromium.")
        pytest.skip("There is no browser: install chromium, or name one in BELLWETHER_BROWSER.")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=arguments)
        yield opened
        opened.close()


@dataclass
class Visitor:
    """A page of the browser that writes down what must not happen: errors, and anything asked of a network."""

    page: Page
    site: Path
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(10_000)
        self.page.on(
            "console", lambda said: self.errors.append(said.text) if said.type in ("error", "warning") else None
        )
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("requestfailed", lambda request: self.errors.append(f"not found: {request.url}"))
        self.page.on(
            "request",
            lambda request: (
                None if request.url.startswith(("file:", "data:", "blob:")) else self.asked.append(request.url)
            ),
        )

    def open(self, path: str) -> None:
        """Opens a page of the site and waits until its charts are drawn."""
        self.page.goto(
            (self.site / path.split("?")[0].split("#")[0]).as_uri() + path[len(path.split("?")[0].split("#")[0]) :]
        )
        self.drawn()

    def drawn(self) -> None:
        """Waits for all charts of the page."""
        self.page.evaluate("document.querySelectorAll('.drawing').forEach(place => place.scrollIntoView())")
        self.page.wait_for_function(
            "[...document.querySelectorAll('.drawing')].every(one => ['done', 'failed'].includes(one.dataset.drawn))"
        )


@pytest.fixture
def visitor(browser: Browser, site: Path) -> Iterator[Visitor]:
    context = browser.new_context(viewport=DESKTOP)
    yield Visitor(context.new_page(), site)
    context.close()
