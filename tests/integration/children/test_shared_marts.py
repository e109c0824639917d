"""What is shared of child-level lists, in the publication itself: the funnel of contacts, and printed figures beside
derived ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from orchestration.publish import current
from orchestration.settings import Settings
from tests.children import truth
from tests.children.days import month_end
from tests.children.lists import AUTHORITY
from tests.integration.children.expected import ITEMS
from tests.integration.children.sending import KNOWN_FROM, LAST, PRINTED, Sent

pytestmark = pytest.mark.slow

STAGES = {
    "referrals": "contacts_to_referral",
    "assessments": "contacts_to_assessment",
    "plans": "contacts_to_plan",
}


@pytest.fixture(scope="module")
def publication(child_settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    found = current(child_settings)
    assert found is not None
    with duckdb.connect(str(found.path), read_only=True) as opened:
        yield opened


def test_what_the_funnel_shows_is_true(publication: duckdb.DuckDBPyConnection, sent: Sent) -> None:
    """Newest lists: months before August 2024 stand as they were known at the end of December."""
    rows = publication.execute(
        """
        select month, breakdown_dimension, breakdown_value, contacts, referrals, assessments, plans, value_status
        from marts.mart_funnel where authority_code = $authority and month >= date '2024-10-01'
        """,
        {"authority": AUTHORITY},
    ).fetchall()
    shown = 0
    names = {"contact_source": ("source", {slug: said for said, slug in ITEMS["contact_source"].items()})}
    for month, dimension, value, contacts, *stages, status in rows:
        breakdown, labels = names.get(dimension, (dimension, {}))
        item = labels.get(value, value)
        for stage, number in zip(STAGES.values(), stages, strict=True):
            cases = [
                one
                for one in truth.PARTS[stage](sent.world, month, month_end(month))
                if truth.item_of(sent.world, one, breakdown) == item
            ]
            assert contacts in (None, len(cases))
            assert number in (None, sum(one.counted for one in cases))
            assert number is None or not 0 < number < 6
            assert status == "suppressed" or number is not None
            shown += number is not None
    assert shown > 10
    assert {dimension for _, dimension, *_ in rows} == {"all", "contact_source", "area"}


def test_no_month_of_the_funnel_is_missing(publication: duckdb.DuckDBPyConnection) -> None:
    row = publication.execute(
        "select min(month), max(month), count(*) from marts.mart_funnel "
        "where authority_code = $authority and breakdown_dimension = 'all'",
        {"authority": AUTHORITY},
    ).fetchone()
    assert row == (KNOWN_FROM, date(2025, 3, 1), 30)


def test_printed_figures_are_held_against_the_lists(publication: duckdb.DuckDBPyConnection, sent: Sent) -> None:
    rows = publication.execute(
        """
        select indicator_code, period_basis, period_end, reported_value, difference, explanation, explanation_text
        from marts.mart_reconciliation where authority_code = $authority
        """,
        {"authority": AUTHORITY},
    ).fetchall()
    found = {row[:3]: row[3:] for row in rows}
    told = {(one.indicator, one.period_basis, one.end): sent.printed(one) for one in PRINTED}
    assert {key: value[0] for key, value in found.items()} == {
        key: number for key, number in told.items() if key[0] != "section_47_count"
    }, "the enquiries of a month are few: they are suppressed, and a difference would tell them"
    said = {key: value[1:3] for key, value in found.items()}
    assert said["contacts_received", "month", date(2025, 2, 28)] == (0, "agrees")
    assert said["contacts_received", "month", LAST] == (-3, "definition")
    assert said["contacts_received", "ytd", date(2025, 1, 31)] == (0, "agrees")
    assert said["contacts_received", "ytd", date(2022, 12, 31)] == (None, "scope")
    assert said["cin_episodes_open", "snapshot", LAST] == (-3, "unexplained")
    texts = {key: value[3] for key, value in found.items()}
    assert "3 of the 9 months" in texts["contacts_received", "ytd", date(2022, 12, 31)]
    assert "consultations and advice" in texts["contacts_received", "month", LAST]
