"""What the rules on series say of one change: once, from its month on, explained where an event explains it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from expectations.catalogue import Severity, load_rules
from expectations.findings import Finding
from expectations.run import judge

RULES = [rule for rule in load_rules() if rule.id.partition(".")[0] in ("definition", "trend")]
CONTACTS = [400, 410, 390, 405, 395, 420, 380, 400, 415, 385, 402, 398, 400, 410, 390, 405, 395, 420, 380, 400]
REFERRALS = [120, 124, 116, 122, 118, 127, 114, 121, 124, 115, 120, 119]
HALVED = [60, 62, 58, 61, 59, 64, 56, 60]
ONSET = date(2016, 4, 1)


@pytest.fixture(scope="module")
def found(build: Any, a_series: Any) -> Any:
    def run(given: Mapping[str, Any], *events: Mapping[str, Any]) -> list[Finding]:
        own = {"submission_id": "one", "authority_code": "E10000030"}
        event = {"date_precision": "day", "title": "New form", "kind": "form", "rebase": False}
        connection = build(series=a_series(given, **own), events=[event | one for one in events])
        return list(judge(connection, RULES).findings)

    return run


def halved(**others: Any) -> dict[str, Any]:
    return {"contacts_received": CONTACTS, "referrals_received": REFERRALS + HALVED, **others}


def test_a_change_is_said_once_from_its_month_on(found: Any) -> None:
    (finding,) = found(halved())
    assert (finding.rule_id, finding.period_start, finding.cause) == ("definition.flow_step", ONSET, "front door")
    assert finding.expected == pytest.approx(30, abs=0.5)
    assert finding.observed == pytest.approx(15, abs=0.5)
    assert finding.message.startswith("Referrals for each 100 contacts, from Apr 2016: 15, where 29.88 were")


def test_what_follows_a_halved_count_is_evidence_and_no_second_finding(found: Any) -> None:
    assessments = [round(0.9 * value) for value in REFERRALS] + [round(1.8 * value) for value in HALVED]
    (finding,) = found(halved(assessments_completed=assessments))
    assert any("Assessments" in cell["what"] or "Referrals" in cell["what"] for cell in json.loads(finding.evidence))


@pytest.mark.parametrize(
    ("event", "explains"),
    [
        ({"authority_code": "E10000030", "event_date": date(2016, 3, 20)}, True),
        ({"authority_code": "E10000030", "event_date": date(2016, 4, 1), "indicator_code": "referrals_received"}, True),
        ({"authority_code": None, "event_date": date(2016, 4, 1), "indicator_code": "referrals_received"}, True),
        ({"authority_code": None, "event_date": date(2016, 4, 1)}, False),
        ({"authority_code": "E10000030", "event_date": date(2016, 4, 1), "indicator_code": "lac_count"}, False),
        ({"authority_code": "E10000030", "event_date": date(2016, 9, 1)}, False),
        ({"authority_code": "E10000030", "event_date": date(2016, 4, 1), "kind": "milestone"}, False),
        ({"authority_code": "E10000011", "event_date": date(2016, 4, 1)}, False),
    ],
    ids=["own", "of its indicator", "national", "national of nothing", "of another", "later", "milestone", "elsewhere"],
)
def test_a_registered_event_near_the_onset_explains(found: Any, event: dict[str, Any], explains: bool) -> None:
    (finding,) = found(halved(), event)
    assert (finding.explained_by is not None) is explains
    assert finding.severity is (Severity.INFO if explains else Severity.WARNING)


def test_demand_that_all_share_is_no_finding(found: Any) -> None:
    grown = [round(1.5 * value) if number >= 12 else value for number, value in enumerate(CONTACTS)]
    following = REFERRALS + [round(1.5 * value) for value in (120, 124, 116, 122, 118, 127, 114, 121)]
    assert found({"contacts_received": grown, "referrals_received": following}) == []


def test_a_month_that_stands_alone_is_no_step(found: Any) -> None:
    once = [*REFERRALS[:9], 300, *REFERRALS[10:], *REFERRALS[:8]]
    findings = found({"contacts_received": CONTACTS, "referrals_received": once})
    assert [finding.rule_id for finding in findings] == ["trend.month_out_of_line"]


def test_a_series_too_short_says_nothing(found: Any) -> None:
    assert found({"contacts_received": CONTACTS[:5], "referrals_received": [120, 124, 60, 62, 58]}) == []
