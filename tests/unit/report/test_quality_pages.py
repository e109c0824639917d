"""The data-quality pages: every incident and finding has its address, its cells and its way to the figure and back."""

from __future__ import annotations

import json
import re
import time
from datetime import date
from typing import Any

import pytest

from orchestration.report.kinds import quality, quality_overview
from orchestration.report.pages import Facts, Link, Page
from orchestration.report.write import render

from .conftest import HOSTILE, SURREY, cells, column, indicator, links, section, table

RULE = {
    "rule_id": "arithmetic.breakdown_total",
    "title": "A breakdown does not add up",
    "why_it_matters": "The stories differ.",
    "what_to_do": "Find the part.",
    "dimension": "consistency",
    "severity": "warning",
    "owner": "sender",
    "gate": "submission",
}


def incident(incident_id: str, rank: int = 1, **given: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "incident_id": incident_id,
        "rank": rank,
        "authority_code": SURREY,
        "title": f"Incident {incident_id}",
        "severity": "warning",
        "status": "open",
        "owner": "sender",
        "message": "The parts make 22, the total is given as 20.",
        "what_to_do": "Find the part.",
        "rule_ids": [RULE["rule_id"]],
        "indicator_codes": ["contacts_received"],
        "n_findings": 1,
        "n_open": 1,
        "n_figures": 1,
        "first_period": date(2016, 10, 1),
        "last_period": date(2017, 1, 1),
        "opened_at": date(2017, 2, 1),
        "n_reopened": 0,
    }
    return row | given


def finding(finding_id: str, incident_id: str = "i1", **given: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "finding_id": finding_id,
        "incident_id": incident_id,
        "rule_id": RULE["rule_id"],
        "severity": "warning",
        "authority_code": SURREY,
        "indicator_code": "contacts_received",
        "period_start": date(2017, 1, 1),
        "subject": "Contacts, Jan 2017",
        "message": "Contacts, Jan 2017: the parts make 22, the total is given as 20.",
        "evidence": json.dumps([{"what": "East", "value": "9", "where": "january.xlsx#Front door!B4"}]),
        "expected": 22.0,
        "observed": 20.5,
        "submission_id": "s1",
        "source_ref": "january.xlsx#Front door!B4",
        "status": "open",
        "first_seen": date(2017, 2, 1),
        "resolved_at": None,
    }
    return row | given


def tables(**given: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "quality.rule": [RULE],
        "quality.incident": [incident("i1")],
        "quality.finding": [finding("f1")],
        "marts.dim_indicator": [indicator("contacts_received")],
        "marts.fct_indicator_value": [{"authority_code": SURREY, "indicator_code": "contacts_received", "value": 1.0}],
    }
    return found | {name.replace("__", "."): rows for name, rows in given.items()}


def page_of(reader: Any) -> Page:
    (page,) = quality.pages(reader.of(SURREY), None)
    return page


def overview(reader: Any, name: str) -> Page:
    found = {page.path: page for page in quality_overview.pages(reader, tuple(reader.authorities), None)}
    return found[f"quality/{name}.html"]


def ids_of(page: Page) -> list[str]:
    return re.findall(r'\sid="([^"]*)"', render(page))


def test_an_incident_is_explained_cell_by_cell_with_ways_to_figure_and_rule(publish: Any) -> None:
    page = page_of(publish(tables()))
    explained = section(page, "incident-i1")
    facts = next(block for block in explained.blocks if isinstance(block, Facts)).items
    assert ("What to do", "Find the part.") in facts
    assert ("Figure", Link("Contacts received", "authorities/surrey/indicators/contacts_received.html")) in facts
    assert ("Rule", Link("A breakdown does not add up", "quality/rules.html#rule-arithmetic.breakdown_total")) in facts
    shown = table(page, "cells-i1")
    assert [cells(row) for row in shown.rows] == [
        ["Contacts, Jan 2017", "East", "9", "january.xlsx, sheet Front door, cell B4"]
    ]
    assert links(shown) == {"#finding-f1"}


def test_every_incident_and_finding_has_its_address_once(publish: Any) -> None:
    many = [incident(f"i{number}", number) for number in range(quality.EXPLAINED + 3)]
    ended = incident("over", 900, status="resolved")
    found = [finding(f"f{number}", f"i{number}") for number in range(quality.EXPLAINED + 3)]
    page = page_of(
        publish(
            tables(
                quality__incident=[*many, ended], quality__finding=[*found, finding("old", "over", status="resolved")]
            )
        )
    )
    ids = ids_of(page)
    assert len(ids) == len(set(ids))
    assert {f"incident-{row['incident_id']}" for row in [*many, ended]} <= set(ids)
    assert {f"finding-{row['finding_id']}" for row in found} | {"finding-old"} <= set(ids)
    assert not any(one.heading.startswith("Incident i") and one.in_contents for one in page.sections)


def test_a_finding_says_what_is_given_and_what_the_others_make(publish: Any) -> None:
    shown = table(page_of(publish(tables())), "finding-list")
    assert (column(shown, "observed"), column(shown, "expected")) == ([20.5], [22.0])
    html = render(page_of(publish(tables())))
    assert ">20.50</td>" in html and ">22</td>" in html


def test_a_figure_without_a_page_is_named_and_not_linked(publish: Any) -> None:
    page = page_of(publish(tables(marts__fct_indicator_value=[])))
    assert not any("indicators/" in href for href in links(table(page, "finding-list")))
    assert column(table(page, "finding-list"), "figure") == ["Contacts received"]


def test_an_authority_without_findings_is_told_so(publish: Any) -> None:
    page = page_of(publish(tables(quality__incident=[], quality__finding=[])))
    assert "No rule found anything" in render(page)
    assert [one.id for one in page.sections] == ["now", "returns"]


def test_who_knows_and_until_when_stands_with_the_incident(publish: Any) -> None:
    known = incident(
        "i1",
        status="acknowledged",
        acknowledged_until=date(2017, 6, 30),
        acknowledged_by=HOSTILE,
        acknowledged_reason="supplier mends the export",
    )
    page = page_of(publish(tables(quality__incident=[known])))
    facts = dict(next(block for block in section(page, "incident-i1").blocks if isinstance(block, Facts)).items)
    assert facts["Known"] == f"until 30 June 2017, says {HOSTILE}: supplier mends the export"
    assert HOSTILE not in render(page)


def test_the_score_is_shown_with_gaps_as_gaps(publish: Any) -> None:
    rows = [
        {
            "authority_code": SURREY,
            "dimension": dimension,
            "month": month,
            "n_rules": 1,
            "n_comparisons": 10,
            "n_failed": failed,
            "score": 100.0 - 10 * failed,
        }
        for dimension, month, failed in (
            ("accuracy", date(2016, 12, 1), 1),
            ("accuracy", date(2017, 1, 1), 0),
            ("validity", date(2017, 1, 1), 2),
        )
    ]
    shown = table(page_of(publish(tables(quality__scorecard=rows))), "scorecard")
    assert [cells(row) for row in shown.rows] == [
        [date(2017, 1, 1), 100.0, 80.0, 2, 20],
        [date(2016, 12, 1), 90.0, "no_row", 1, 10],
    ]


def test_the_scorecard_of_all_adds_comparisons_before_it_divides(publish: Any) -> None:
    rows = [
        {
            "authority_code": SURREY,
            "dimension": "accuracy",
            "month": date(2017, month, 1),
            "n_rules": 1,
            "n_comparisons": compared,
            "n_failed": failed,
            "score": 0.0,
        }
        for month, compared, failed in ((1, 90, 0), (2, 10, 10))
    ]
    shown = table(overview(publish(tables(quality__scorecard=rows)), "index"), "scorecards")
    assert column(shown, "accuracy") == pytest.approx([90.0])
    assert column(shown, "change") == ["too few months"]


def test_incidents_of_nobody_stand_with_all_and_the_others_are_led_to(publish: Any) -> None:
    rows = [incident("i1"), incident("n1", 2, authority_code=None), incident("n2", 3, authority_code="E00000000")]
    found = [finding("f1"), finding("g1", "n1", authority_code=None), finding("g2", "n2", authority_code="E00000000")]
    page = overview(publish(tables(quality__incident=rows, quality__finding=found)), "index")
    ids = ids_of(page)
    assert len(ids) == len(set(ids))
    assert {"incident-i1", "incident-n1", "incident-n2", "finding-g1", "finding-g2"} <= set(ids)
    assert "finding-f1" not in ids
    assert {"authorities/surrey/quality.html#incident-i1", "#incident-n1"} <= links(table(page, "incidents-of-all"))


def test_late_and_missing_returns_come_first_and_refused_files_are_counted(publish: Any) -> None:
    expected = [
        {
            "authority_code": SURREY,
            "return_name": "contact_return",
            "period_end": date(2017, month, 28),
            "due_date": date(2017, month + 1, 14),
            "state": state,
        }
        for month, state in ((1, "received"), (2, "late"), (3, "missing"))
    ]
    refused = {
        "submission_id": "s2",
        "return_name": "contact_return",
        "file_name": HOSTILE,
        "known_from": date(2017, 3, 1),
        "outcome": "rejected",
        "verdict": "rejected",
        "sequence_number": 1,
    }
    problem = {"submission_id": "s2", "severity": "error", "message": HOSTILE, "what_to_do": "=cmd", "row_number": 4}
    page = overview(
        publish(
            tables(
                quality__expected_return=expected,
                quality__submission=[refused],
                quality__submission_problem=[problem],
            )
        ),
        "returns",
    )
    assert column(table(page, "expected-returns"), "state") == ["missing", "late", "received"]
    facts = dict(next(block for block in section(page, "now").blocks if isinstance(block, Facts)).items)
    assert (facts["Files received"], facts["Refused"], facts["Returns missing"]) == ("2", "1", "1")
    assert column(table(page, "file-problems"), "place") == ["row 4"]
    assert HOSTILE not in render(page)


def test_a_restatement_says_first_now_and_change(publish: Any) -> None:
    row = {
        "authority_code": SURREY,
        "indicator_code": "contacts_received",
        "period_basis": "month",
        "period_start": date(2016, 12, 1),
        "period_end": date(2016, 12, 31),
        "breakdown_dimension": "all",
        "breakdown_value": "all",
        "source_kind": "reported",
        "first_value": 120.0,
        "latest_value": 100.0,
        "first_status": "reported",
        "latest_status": "reported",
        "n_versions": 2,
        "last_changed_at": date(2017, 2, 1),
    }
    gone = row | {"latest_value": None, "latest_status": "suppressed", "period_start": date(2016, 11, 1)}
    page = overview(publish(tables(marts__mart_restatement=[row, gone])), "restatements")
    shown = table(page, "restatements")
    assert column(shown, "change") == ["no number", -20.0]
    assert column(shown, "latest_value") == ["suppressed", 100.0]
    assert links(shown) == {"authorities/surrey/indicators/contacts_received.html"}
    assert [cells(row) for row in table(page, "changed-indicators").rows] == [["Contacts received", 2, 1]]


def test_each_rule_has_its_address_and_its_open_findings(publish: Any) -> None:
    rules = [RULE, RULE | {"rule_id": "quiet.rule", "title": "Quiet"}]
    page = overview(publish(tables(quality__rule=rules)), "rules")
    shown = table(page, "rules-list")
    assert column(shown, "n") == [1, 0]
    assert [row.anchor for row in shown.rows] == ["rule-arithmetic.breakdown_total", "rule-quiet.rule"]


def test_ten_thousand_findings_give_a_page_in_seconds_and_say_what_is_left_out(publish: Any) -> None:
    reader = publish(tables())
    rows = [finding(f"f{number}", message=f"Finding {number}") for number in range(10_000)]
    shown = quality.finding_table(rows, {"i1": "One"}, {}, {}, lambda *_: "", where={})
    assert len(shown.rows) == quality.FINDINGS_SHOWN
    assert "7,000 more findings" in shown.note
    book = reader.of(SURREY)
    book._rows["quality.finding"] = rows
    started = time.monotonic()
    (page,) = quality.pages(book, None)
    html = render(page)
    assert time.monotonic() - started < 5
    assert html.count("<tbody hidden>") == 5
    assert table(page, "cells-i1").note.startswith("9,940 more cells")


@pytest.mark.parametrize("evidence", [None, "", "not json", '{"what": "one"}', '["text"]', "[1, null]"])
def test_evidence_in_another_shape_is_shown_and_never_lost(evidence: str | None) -> None:
    found = quality.cells_of(evidence)
    assert all(set(cell) == {"what", "value", "where"} for cell in found)
    if evidence:
        assert found


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("a.xlsx#Front door!B4", "a.xlsx, sheet Front door, cell B4"),
        ("a.csv#row 3, value", "a.csv, row 3, value"),
        ("a.csv", "a.csv"),
        ("odd#name!.xlsx#S!A1", "odd#name!.xlsx, sheet S, cell A1"),
    ],
)
def test_a_place_is_told_in_words(reference: str, words: str) -> None:
    assert quality.place_of(reference) == words
