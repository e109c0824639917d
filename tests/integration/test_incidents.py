"""Findings over their life: six days of one small authority, with a resubmission, an acknowledgement and an alert.

Whole runs, one a day. What people are told is taken by a receiver on this machine.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.publish import current
from orchestration.settings import load_settings
from tests.integration.conftest import run_bellwether

pytestmark = pytest.mark.slow

HEADER = (
    "authority_code,period_basis,period_start,period_end,indicator,numerator,denominator,value,unit,role,issue_date"
)
PERCENT = "936,month,2017-01-01,2017-01-31,rereferrals_pct,{parts},{value},percent,actual,{issued}"
WRONG, RIGHT = {"parts": "295,1018", "value": "35.0"}, {"parts": "295,1018", "value": "29.0"}
LETTER, PHONE, EMAIL, FORM = (3, 28, 5, 7), (12, 9, 4, 15), (6, 11, 2, 9), (1, 4, 8, 3)
QUALITY = ("finding", "incident", "finding_event", "scorecard")


def matrix(issued: str, *, shifted: bool) -> str:
    """Contacts by method and source; shifted: the cells stand one column to the right of their headers."""
    lines = ["Authority,Surrey,,,,", "Month,2017-01,,,,", f"Issue date,{issued},,,,", ",,,,,"]
    lines += ["Completed contacts by source and method,,,,,", ",Contact Source,,,,"]
    lines += ["Contact Method,Family,Health,Police,Schools,Grand Total"]
    for name, cells in (("Letter", LETTER), ("Phone", PHONE), ("Email", EMAIL), ("Form", FORM)):
        shown = ("", *map(str, cells[:-1])) if shifted else tuple(map(str, cells))
        lines.append(",".join((name, *shown, str(sum(cells)))))
    sums = [sum(column) for column in zip(LETTER, PHONE, EMAIL, FORM, strict=True)]
    return "\n".join([*lines, ",".join(map(str, ("Grand Total", *sums, sum(sums))))]) + "\n"


def indicator(issued: str, **figure: str) -> str:
    referrals = f"936,month,2017-01-01,2017-01-31,referrals_received,,,1018,count,actual,{issued}"
    return "\n".join([HEADER, referrals, PERCENT.format(**figure, issued=issued)]) + "\n"


@dataclass
class Days:
    """The home after each day's run: quality tables and messages by day."""

    home: Path
    tables: dict[str, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)

    def incident(self, day: str, rule: str) -> dict[str, Any]:
        (found,) = [one for one in self.tables[day]["incident"] if rule in one["rule_ids"]]
        return found

    def titles(self, day: str) -> list[str]:
        return sorted(message["title"] for message in self.messages[day])


def quality(home: Path) -> dict[str, list[dict[str, Any]]]:
    found = current(load_settings(home))
    assert found is not None
    tables = {}
    with duckdb.connect(str(found.path), read_only=True) as connection:
        for name in QUALITY:
            cursor = connection.execute(f"select * from quality.{name} order by all")
            columns = [column[0] for column in cursor.description or []]
            tables[name] = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return tables


@pytest.fixture(scope="module")
def receiver() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    posts: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", posts
    server.shutdown()


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory, receiver: tuple[str, list[dict[str, Any]]]) -> Iterator[Days]:
    url, posts = receiver
    patch = pytest.MonkeyPatch()
    patch.setenv("BELLWETHER_SHIPPED_RETURNS", "false")
    patch.setenv("BELLWETHER_STABLE_SECONDS", "0")
    home = tmp_path_factory.mktemp("days")
    lived = Days(home)
    (home / "landing").mkdir()
    config = {
        "channels": {"hook": {"kind": "webhook", "url": url}},
        "routes": [{"name": "surrey", "channel": "hook", "authorities": ["Surrey"]}],
    }
    (home / "alerts.yml").write_text(json.dumps(config), encoding="utf-8")

    def run(day: str, **files: str) -> None:
        for name, text in files.items():
            (home / "landing" / f"{name}.csv").write_text(text, encoding="utf-8")
        before = len(posts)
        done = run_bellwether(home, "run", "--as-of", day)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        lived.tables[day], lived.messages[day] = quality(home), posts[before:]
        lived.printed[day] = done.stdout

    run("2017-03-01", figures=indicator("2017-02-20", **WRONG), contacts=matrix("2017-02-20", shifted=True))
    percent = lived.incident("2017-03-01", "arithmetic.percentage_of_parts")["incident_id"]
    run("2017-03-02", contacts=matrix("2017-02-24", shifted=False))
    told = run_bellwether(
        home, "ack", percent, "--until", "2017-03-03", "--reason", "asked", "--by", "A", "--as-of", "2017-03-02"
    )
    assert told.returncode == 0, told.stderr
    run("2017-03-03")
    run("2017-03-04")
    run("2017-03-05", figures=indicator("2017-02-26", **RIGHT))
    run("2017-03-06", figures=indicator("2017-02-28", **WRONG))
    yield lived
    patch.undo()


def test_a_shifted_table_is_one_incident_whatever_the_number_of_its_findings(days: Days) -> None:
    shifted = days.incident("2017-03-01", "arithmetic.matrix_shifted")
    assert shifted["n_findings"] >= 8 and {"arithmetic.matrix_row_total", "arithmetic.matrix_column_total"} <= set(
        shifted["rule_ids"]
    )
    assert (shifted["severity"], shifted["status"], shifted["rank"]) == ("critical", "open", 1)


def test_what_was_held_back_is_resolved_when_the_return_comes_again(days: Days) -> None:
    after = days.incident("2017-03-02", "arithmetic.matrix_shifted")
    assert (after["status"], after["n_open"], str(after["resolved_at"])) == ("resolved", 0, "2017-03-02")
    assert after["incident_id"] == days.incident("2017-03-01", "arithmetic.matrix_shifted")["incident_id"]


def test_an_incident_opens_stands_ends_and_comes_back_under_one_id(days: Days) -> None:
    lived = [days.incident(f"2017-03-0{day}", "arithmetic.percentage_of_parts") for day in range(1, 7)]
    assert [one["status"] for one in lived] == ["open", "open", "acknowledged", "open", "resolved", "reopened"]
    assert (str(lived[2]["acknowledged_until"]), lived[2]["acknowledged_by"]) == ("2017-03-03", "A")
    assert len({one["incident_id"] for one in lived}) == 1
    assert (lived[-1]["n_reopened"], str(lived[-1]["reopened_at"])) == (1, "2017-03-06")
    events = [
        (str(one["event_day"]), one["event"])
        for one in sorted(days.tables["2017-03-06"]["finding_event"], key=lambda one: one["event_number"])
        if one["rule_id"] == "arithmetic.percentage_of_parts"
    ]
    assert events == [
        ("2017-03-01", "opened"),
        ("2017-03-03", "acknowledged"),
        ("2017-03-04", "acknowledgement_ended"),
        ("2017-03-05", "resolved"),
        ("2017-03-06", "reopened"),
    ]


def test_people_are_told_what_changed_and_nothing_twice(days: Days) -> None:
    assert days.titles("2017-03-01")[0].startswith("Bellwether, critical: Surrey, ")
    assert len(days.messages["2017-03-01"]) == 2
    assert days.titles("2017-03-02") == ["Bellwether: 0 new, 2 still open, 1 resolved"]
    assert days.messages["2017-03-03"] == []
    (reminder,) = days.messages["2017-03-04"]
    assert reminder["title"] == "Bellwether: 0 new, 2 still open, 0 resolved, 1 no longer acknowledged"
    assert "ACKNOWLEDGED UNTIL NOW, AND STILL OPEN" in reminder["message"]
    assert days.titles("2017-03-05") == ["Bellwether: 0 new, 1 still open, 1 resolved"]
    (back,) = days.messages["2017-03-06"]
    assert "came back" in back["message"]


def test_the_summary_of_a_run_says_what_became_of_incidents(days: Days) -> None:
    # Two of them are returns that the registry expects and this home has not.
    assert "Incidents    4 opened, 0 still open, 0 resolved" in days.printed["2017-03-01"]
    assert "Incidents    0 opened, 3 still open, 1 resolved" in days.printed["2017-03-02"]
    assert "Messages     2 sent, 0 waiting" in days.printed["2017-03-01"]


def test_a_return_that_is_due_and_has_not_come_is_an_incident(days: Days) -> None:
    missing = [one for one in days.tables["2017-03-01"]["incident"] if "completeness.return_missing" in one["rule_ids"]]
    assert {one["authority_code"] for one in missing} == {"E10000016", "E10000030"}
    assert {one["title"] for one in missing} == {"Performance workbook overdue"}


def test_notes_tell_the_sender_the_figure_that_should_stand(days: Days) -> None:
    shown = run_bellwether(days.home, "note", "figures.csv")
    assert "By the other figures of the return it should be 28.98" in shown.stdout
    assert (days.home / "reports" / "notes" / "index.html").exists()


def test_the_warehouse_is_disposable_and_the_history_is_what_remembers(days: Days) -> None:
    before = quality(days.home)
    shutil.rmtree(days.home / "warehouse")
    again = run_bellwether(days.home, "run", "--as-of", "2017-03-06", "--full")
    assert again.returncode == 0, again.stderr
    assert quality(days.home) == before
    shutil.rmtree(days.home / "history")
    fresh = run_bellwether(days.home, "run", "--as-of", "2017-03-06", "--full")
    assert fresh.returncode == 0, fresh.stderr
    open_before = {one["finding_id"] for one in before["finding"] if one["status"] != "resolved"}
    open_after = {one["finding_id"] for one in quality(days.home)["finding"] if one["status"] != "resolved"}
    assert open_after == open_before
