"""The page of contact flow: sums of the mart's cells, what has no class, ratios of flows and ways of children."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orchestration.report.kinds import contacts
from orchestration.report.pages import Facts, Page, Words
from orchestration.report.write import render

from .conftest import HOSTILE, SURREY, cells, column, indicator, section, table

JANUARY = date(2017, 1, 1)


def flow(number: float | None, **given: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "authority_code": SURREY,
        "month": JANUARY,
        "tabulation": "method x source",
        "contact_source": "police",
        "contact_method": "email",
        "contact_outcome": "not_given",
        "contact_class": "unmapped",
        "is_initial_contact": None,
        "contacts": number,
        "value_status": "reported",
        "submission_id": "s1",
    }
    return row | given


def page_of(reader: Any, month: date | None = None) -> Page:
    (page,) = contacts.pages(reader.of(SURREY), month)
    return page


def test_an_authority_without_contacts_has_no_page(publish: Any) -> None:
    assert list(contacts.pages(publish({}).of(SURREY), None)) == []


def test_a_cell_is_the_sum_of_its_classes_and_totals_are_those_of_the_cells(publish: Any) -> None:
    rows = [
        flow(10.0),
        flow(5.0, contact_class="request_for_service", is_initial_contact=True),
        flow(3.0, contact_source="schools"),
        flow(2.0, contact_method="other", contact_source="unknown"),
    ]
    shown = table(page_of(publish({"marts.mart_contact_flow": rows})), "method-x-source-method-source")
    assert [one.label for one in shown.columns] == ["Method", "Police", "Schools", "Unknown", "All"]
    assert [cells(row) for row in shown.rows] == [
        ["Email", 15.0, 3.0, 0.0, 18.0],
        ["Other", 0.0, 0.0, 2.0, 2.0],
        ["All contacts", 15.0, 3.0, 2.0, 20.0],
    ]


def test_what_is_missing_or_hidden_is_never_nought(publish: Any) -> None:
    rows = [
        flow(None, value_status="suppressed"),
        flow(7.0, contact_source="schools"),
        flow(None, contact_source="schools", contact_class="other", value_status="missing"),
    ]
    shown = table(page_of(publish({"marts.mart_contact_flow": rows})), "method-x-source-method-source")
    row = shown.rows[0]
    assert cells(row) == ["Email", "suppressed", 7.0, 7.0]
    assert [cell.marks for cell in row.cells[2:]] == [("incomplete",), ("incomplete",)]


def test_a_long_return_is_laid_out_by_the_dimensions_it_gives(publish: Any) -> None:
    rows = [
        flow(4.0, tabulation="return", contact_outcome="referral"),
        flow(6.0, tabulation="return", contact_outcome="early_help", team="East"),
    ]
    page = page_of(publish({"marts.mart_contact_flow": rows}))
    assert [cells(row) for row in table(page, "return-method-source").rows][-1] == ["All contacts", 10.0, 10.0]
    assert column(table(page, "return-outcome-source"), "outcome") == ["Early help", "Referral", "All contacts"]
    only = [flow(4.0, tabulation="return", contact_method="not_given")]
    page = page_of(publish({"marts.mart_contact_flow": only}))
    assert [cells(row) for row in table(page, "return-source").rows] == [["Police", 4.0]]


def test_classes_are_counted_once_by_the_tabulation_that_knows_most(publish: Any) -> None:
    rows = [
        flow(6.0, contact_class="request_for_service", is_initial_contact=True),
        flow(4.0),
        flow(10.0, tabulation="outcome x source", contact_method="not_given", contact_outcome="referral"),
    ]
    page = page_of(publish({"marts.mart_contact_flow": rows}))
    shown = table(page, "classes-number")
    assert [one.label for one in shown.columns] == ["Month", "Request for service", "Unmapped", "All"]
    assert [cells(row) for row in shown.rows] == [[JANUARY, 6.0, 4.0, 10.0]]
    assert [cells(row) for row in table(page, "classes-share").rows] == [[JANUARY, 60.0, 40.0]]
    facts = next(block for block in section(page, "now").blocks if isinstance(block, Facts))
    assert dict(facts.items)["Known to be initial contacts"] == "6 of 10 (60.0 %)"
    assert dict(facts.items)["Of no known class"] == "4 of 10 (40.0 %)"


def test_flows_of_a_month_are_said_to_be_of_different_children(publish: Any) -> None:
    monthly = [
        {"authority_code": SURREY, "indicator_code": code, "month": JANUARY, "value": value, "value_status": "reported"}
        for code, value in (("contacts_received", 200.0), ("referrals_received", 50.0), ("cpp_new", 4.0))
    ]
    tables = {
        "marts.mart_contact_flow": [flow(1.0)],
        "marts.mart_indicator_monthly": monthly,
        "marts.dim_indicator": [indicator(row["indicator_code"]) for row in monthly],
    }
    page = page_of(publish(tables))
    shown = table(page, "flows")
    assert column(shown, "stage") == ["Contacts", "Referrals", "Plans started"]
    assert column(shown, "ratio") == pytest.approx([100.0, 25.0, 2.0])
    words = next(block for block in section(page, "funnel").blocks if isinstance(block, Words))
    assert "not of the same children" in words.text


def test_without_referrals_of_a_month_of_contacts_there_is_no_ratio(publish: Any) -> None:
    monthly = [
        {"authority_code": SURREY, "indicator_code": "contacts_received", "month": JANUARY, "value": 200.0},
        {"authority_code": SURREY, "indicator_code": "referrals_received", "month": date(2016, 1, 1), "value": 50.0},
    ]
    tables = {
        "marts.mart_contact_flow": [flow(1.0)],
        "marts.mart_indicator_monthly": monthly,
        "marts.dim_indicator": [indicator("contacts_received"), indicator("referrals_received")],
    }
    assert "funnel" not in [one.id for one in page_of(publish(tables)).sections]


def test_lists_of_children_give_the_way_of_the_same_contacts(publish: Any) -> None:
    rows = [
        {
            "authority_code": SURREY,
            "month": JANUARY,
            "breakdown_dimension": dimension,
            "breakdown_value": value,
            "contacts": 200.0,
            "referrals": 80.0,
            "plans": plans,
            "contacts_to_referral_pct": 40.0,
            "value_status": status,
        }
        for dimension, value, plans, status in (
            ("all", "all", 10.0, "reported"),
            ("contact_source", "police", None, "suppressed"),
        )
    ]
    page = page_of(publish({"marts.mart_funnel": rows}))
    assert cells(table(page, "funnel-all").rows[0])[1:4] == [200.0, 80.0, 40.0]
    by_source = cells(table(page, "funnel-contact-source").rows[0])
    assert by_source[0] == "Police" and by_source[-2] == "suppressed"


def test_what_senders_wrote_is_text(publish: Any) -> None:
    rows = [flow(1.0, contact_source=HOSTILE, contact_class=HOSTILE)]
    html = render(page_of(publish({"marts.mart_contact_flow": rows})))
    assert HOSTILE.capitalize() not in html and HOSTILE not in html
