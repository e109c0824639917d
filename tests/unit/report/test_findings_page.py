"""The findings page: reads a publication, escapes what senders wrote, opens offline."""

from __future__ import annotations

import json
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.report.findings_page import SHOWN_A_RULE, cells_of, place_of, render, write_findings_page

RULE = {
    "rule_id": "arithmetic.breakdown_total",
    "title": "A breakdown does not add up",
    "why_it_matters": "The stories differ.",
    "what_to_do": "Find the part.",
    "dimension": "consistency",
    "severity": "warning",
}
SUBMISSION = {
    "submission_id": "one",
    "return_name": "indicator_return",
    "authority_code": "E10000030",
    "reporting_month": "2016-01",
    "file_name": "january.csv",
    "outcome": "accepted_with_warnings",
    "verdict": "held_back",
    "rows_quarantined": 2,
}


def finding(**given: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "finding_id": "f1",
        "rule_id": "arithmetic.breakdown_total",
        "severity": "warning",
        "authority_code": "E10000030",
        "indicator_code": "contacts_received",
        "period_start": date(2016, 1, 1),
        "subject": "Contacts, Jan 2016",
        "message": "Contacts, Jan 2016: the parts make 22, the total is given as 20.",
        "evidence": json.dumps([{"what": "East", "value": "9", "where": "january.xlsx#Front door!B4"}]),
        "expected": 22.0,
        "observed": 20.0,
        "submission_id": "one",
        "source_ref": "january.xlsx#Front door!B4",
        "status": "open",
        "first_seen": date(2016, 2, 1),
        "last_seen": date(2016, 2, 1),
        "resolved_at": None,
        "acknowledged_until": None,
        "file_name": "january.csv",
    }
    return row | given


def page(findings: list[dict[str, Any]], **names: str) -> str:
    return render(findings, [RULE], [SUBMISSION], "bellwether-1", names)


class Seen(HTMLParser):
    """The tags and attributes of a page, and whether what was opened was closed."""

    VOID = frozenset({"meta", "input", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.stack: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack and self.stack.pop() == tag, f"</{tag}> closes nothing"


def test_a_finding_is_shown_with_its_cells_in_words() -> None:
    html = page([finding()], E10000030="Surrey")
    for text in (
        "Contacts, Jan 2016: the parts make 22, the total is given as 20.",
        "january.xlsx, sheet Front door, cell B4",
        "The stories differ.",
        "Find the part.",
        "Surrey",
        "held back",
        "2 rows set aside",
        "1 February 2016",
    ):
        assert text in html


def test_what_senders_write_is_escaped_everywhere() -> None:
    attack = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>"
    html = render(
        [
            finding(
                subject=attack,
                message=attack,
                authority_code=attack,
                file_name=attack,
                submission_id=attack,
                finding_id=attack,
                evidence=json.dumps([{"what": attack, "value": attack, "where": attack}]),
            )
        ],
        [RULE | {"title": attack, "why_it_matters": attack}],
        [SUBMISSION | {"file_name": attack, "authority_code": attack, "outcome": attack}],
        attack,
        {},
    )
    seen = Seen(html)
    assert [tag for tag, _ in seen.tags].count("script") == 1
    assert "img" not in {tag for tag, _ in seen.tags}
    assert not any(name.startswith("on") for _, attributes in seen.tags for name in attributes)
    assert seen.stack == []


def test_the_page_needs_nothing_from_outside() -> None:
    html = page([finding()])
    assert not any(word in html for word in ("http:", "https:", "//cdn", "@import", "url("))
    assert not any({"src", "href"} & set(attributes) - {"href"} for _, attributes in Seen(html).tags)
    assert {attributes["href"] for _, attributes in Seen(html).tags if "href" in attributes} == {"#main"}


def test_the_page_can_be_read_by_a_screen_reader() -> None:
    seen = Seen(page([finding()]))
    tags = [tag for tag, _ in seen.tags]
    assert tags.count("table") == tags.count("caption")
    assert {"header", "main", "footer", "h1"} <= set(tags) and tags.count("h1") == 1
    assert dict(seen.tags)["html"] == {"lang": "en-GB"}
    labels = {attributes["for"] for tag, attributes in seen.tags if tag == "label"}
    fields = {attributes["id"] for tag, attributes in seen.tags if tag in ("select", "input")}
    assert labels == fields
    assert all("scope" in attributes for tag, attributes in seen.tags if tag == "th")


def test_a_page_without_findings_says_so() -> None:
    html = page([])
    assert "nothing was found" in html and 'id="filter"' not in html


def test_resolved_findings_are_counted_and_not_shown() -> None:
    html = page([finding(), finding(finding_id="f2", message="Was wrong.", status="resolved")])
    assert "Was wrong." not in html and "1 earlier findings are resolved" in html


def test_a_rule_with_very_many_findings_says_how_many_more() -> None:
    html = page([finding(finding_id=f"f{number}") for number in range(SHOWN_A_RULE + 7)])
    assert html.count('class="said"') == SHOWN_A_RULE
    assert "7 more of this rule" in html


def test_a_finding_of_no_authority_and_an_unknown_rule_still_has_its_place() -> None:
    html = page([finding(rule_id="old.rule", authority_code=None, submission_id=None, file_name=None, first_seen=None)])
    assert "old.rule" in html and "No single authority" in html and "No single file" in html


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("a.xlsx#Front door!B4", "a.xlsx, sheet Front door, cell B4"),
        ("a.csv#row 12, value", "a.csv, row 12, value"),
        ("a#b.xlsx#Sheet!C1", "a#b.xlsx, sheet Sheet, cell C1"),
        ("", ""),
        ("contacts, method x source", "contacts, method x source"),
    ],
)
def test_a_place_is_given_in_words(reference: str, words: str) -> None:
    assert place_of(reference) == words


@pytest.mark.parametrize("evidence", [None, "", "[]", "not json", '"text"', '{"what": "one"}', "[1]"])
def test_evidence_in_any_shape_is_survived(evidence: str | None) -> None:
    assert all(cell.what for cell in cells_of(evidence))


def test_the_page_is_made_from_a_publication_alone(tmp_path: Path) -> None:
    publication = tmp_path / "bellwether-2.duckdb"
    with duckdb.connect(str(publication)) as connection:
        connection.execute("create schema quality")
        for table, row in (("finding", finding()), ("rule", RULE), ("submission", SUBMISSION)):
            row = {name: value for name, value in row.items() if not (table == "finding" and name == "file_name")}
            values = ", ".join(f"${name} as {name}" for name in row)
            connection.execute(f"create table quality.{table} as select {values}", row)
    out = tmp_path / "reports"
    first = write_findings_page(publication, out, authority_names={"E10000030": "Surrey"}).read_text(encoding="utf-8")
    second = write_findings_page(publication, out, authority_names={"E10000030": "Surrey"}).read_text(encoding="utf-8")
    assert first == second and "january.csv" in first
    assert [file.name for file in out.iterdir()] == ["findings.html"]


def test_authorities_are_named_where_the_publication_names_them(tmp_path: Path) -> None:
    publication = tmp_path / "bellwether-3.duckdb"
    with duckdb.connect(str(publication)) as connection:
        connection.execute("create schema quality; create schema marts")
        for table, row in (("finding", finding()), ("rule", RULE), ("submission", SUBMISSION)):
            row = {name: value for name, value in row.items() if not (table == "finding" and name == "file_name")}
            values = ", ".join(f"${name} as {name}" for name in row)
            connection.execute(f"create table quality.{table} as select {values}", row)
        connection.execute("create table marts.dim_authority as select 'E10000030' as authority_code, 'Surrey' as name")
    assert '<th scope="row">Surrey</th>' in write_findings_page(publication, tmp_path).read_text(encoding="utf-8")
