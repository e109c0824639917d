"""docs/implausible.md lists the published figures that the rules find most surprising, as a run finds them."""

from __future__ import annotations

import duckdb
import pytest

from expectations.pages.implausible import SHOWN, page
from orchestration.settings import PROJECT, Settings

pytestmark = pytest.mark.slow

PAGE = PROJECT / "docs" / "implausible.md"


def test_the_page_is_what_the_rules_find(settings: Settings) -> None:
    with duckdb.connect(str(settings.build_file), read_only=True) as build:
        found = page(build)
    assert PAGE.read_text(encoding="utf-8") == found
    assert found.count("\n| ") == SHOWN + 1
