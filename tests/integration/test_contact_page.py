"""The cross-tabulations of the contact page against the publication and against Surrey's print.

They are sums over classes, so that no single row of the publication holds a cell (see `test_site`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.report.kinds import contacts
from orchestration.report.pages import Page
from orchestration.report.reading import Reader
from orchestration.report.tables import Table, cell_of
from orchestration.report.words import title_of

pytestmark = pytest.mark.slow

SURREY = "E10000030"


@pytest.fixture(scope="module")
def reader(publication: Path) -> Iterator[Reader]:
    opened = Reader(publication)
    yield opened
    opened.connection.close()


@pytest.fixture(scope="module")
def page(reader: Reader) -> Page:
    (found,) = contacts.pages(reader.of(SURREY), None)
    return found


def tables(page: Page) -> dict[str, Table]:
    return {block.id: block for part in page.sections for block in part.blocks if isinstance(block, Table)}


@pytest.mark.parametrize(
    ("table", "tabulation", "down"),
    [
        ("method-x-source-method-source", "method x source", "method"),
        ("outcome-x-source-outcome-source", "outcome x source", "outcome"),
    ],
)
def test_each_cell_is_the_sum_in_the_publication(
    reader: Reader, page: Page, table: str, tabulation: str, down: str
) -> None:
    rows = reader.rows(
        f"""
        select contact_{down} as line, contact_source as source, sum(contacts) as contacts
        from marts.mart_contact_flow
        where authority_code = ? and tabulation = ?
        group by cube (line, source)
        """,
        [SURREY, tabulation],
    )
    held = {
        (title_of(row["line"] or "all contacts"), title_of(row["source"] or "all")): row["contacts"] for row in rows
    }
    shown = tables(page)[table]
    found = {
        (str(cell_of(row.cells[0]).value), column.label): cell_of(cell).value
        for row in shown.rows
        for column, cell in zip(shown.columns[1:], row.cells[1:], strict=True)
    }
    assert len(found) > 30
    assert found == {place: held.get(place, 0.0) for place in found}
    assert held.keys() <= found.keys()


def test_totals_and_outcomes_are_those_that_surrey_prints(page: Page) -> None:
    """Sections 2.1 and 2.2: 4,722 contacts, 2,357 by the police, 945 to social care, 778 to early help."""
    shown = tables(page)["outcome-x-source-outcome-source"]
    totals = {str(cell_of(row.cells[0]).value): cell_of(row.cells[-1]).value for row in shown.rows}
    printed = {
        "All contacts": 4722,
        "Referral": 945,
        "Early help": 778,
        "Existing case": 506,
        "Multi agency enquiry": 53,
    }
    assert {name: totals[name] for name in printed} == printed
    police = [column.label for column in shown.columns].index("Police")
    assert cell_of(shown.rows[-1].cells[police]).value == 2357


def test_the_mix_of_classes_makes_all_contacts_of_the_month(page: Page) -> None:
    shown = tables(page)["classes-number"]
    for row in shown.rows:
        *parts, whole = (cell_of(cell).value for cell in row.cells[1:])
        assert sum(parts) == whole == 4722
    assert re.search(r"4,722", shown.summary)


def test_overrides_and_timeliness_are_those_of_the_report(page: Page) -> None:
    """Sections 2.3 and 2.4: 16 % overridden, 54.5 % decided within 24 hours, 71.5 % of what went to social care."""
    shown = tables(page)
    newest = {row.key[0]: cell_of(row.cells[2]).value for row in shown["decision-figures"].rows}
    assert (newest["mash_override_pct"], newest["mash_decision_timeliness_24h_pct"]) == (16.0, 54.5)
    by_outcome = {row.key[0]: cell_of(row.cells[-1]).value for row in shown["timeliness"].rows}
    assert by_outcome["Progress to Childrens Social Care"] == 71.5
    assert len(shown["calls"].rows) == 18
