"""Pictures of the site for its documentation: desktop, phone, and as it is printed.

    python -m tests.browser.screenshots SITE FOLDER

SITE is a folder that `bellwether report` wrote. Pictures are cut after a screen and a half: they show a page, and do
not hold it.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import DESKTOP, PHONE, Visitor

# A4 at 96 points an inch, upright and across.
UPRIGHT, ACROSS = (794, 1123), (1123, 794)
HEIGHT = 1500

DESKTOPS = {
    "overview": "index.html",
    "authority": "authorities/surrey/index.html",
    "compendium": "authorities/surrey/compendium.html",
    "indicator": "authorities/surrey/indicators/referrals_received.html#series",
    "board": "authorities/surrey/board.html",
    "quarterly": "authorities/kent/quarterly.html",
    "contacts": "authorities/surrey/contacts.html",
    "comparison": "indicators/rereferrals_pct.html",
    "club": "clubs/south_east_counties.html",
    "watch": "authorities/surrey/watch.html",
    "registers": "authorities/surrey/registers.html",
    "quality": "authorities/surrey/quality.html",
}
PHONES = ("authority", "indicator", "comparison", "quality")
PRINTS = {"indicator": UPRIGHT, "quarterly": UPRIGHT, "compendium": ACROSS, "board": ACROSS}


def main(site: Path, folder: Path) -> None:
    """Takes all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        wanted = [(f"desktop-{name}", path, (DESKTOP["width"], HEIGHT), "screen") for name, path in DESKTOPS.items()]
        wanted += [(f"phone-{name}", DESKTOPS[name], (PHONE["width"], PHONE["height"]), "screen") for name in PHONES]
        wanted += [(f"print-{name}", DESKTOPS[name].split("#")[0], size, "print") for name, size in PRINTS.items()]
        for name, path, (width, height), media in wanted:
            page = browser.new_page(viewport={"width": width, "height": height})
            visitor = Visitor(page, site)
            if media == "print":
                page.emulate_media(media="print")
            visitor.open(path)
            place = path.partition("#")[2]
            page.evaluate(
                "place => place ? document.getElementById(place).scrollIntoView() : window.scrollTo(0, 0)", place
            )
            page.wait_for_timeout(300)
            page.screenshot(path=folder / f"{name}.png")
            print(f"{name}.png", *visitor.errors)
            page.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
