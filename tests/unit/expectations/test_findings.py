"""What findings say and what they mean for a submission."""

from __future__ import annotations

from datetime import date

import pytest

from expectations.catalogue import RULE_ERROR, Severity, load_rules
from expectations.findings import Finding, Verdict, finding_id, readable, verdicts, without_repeats, worded

RULES = {rule.id: rule for rule in load_rules()}
CRITICAL = "completeness.no_figures"
WARNING = "validity.negative_count"


def finding(rule_id: str, submission_id: str | None = "one", subject: str = "contacts") -> Finding:
    return Finding(
        finding_id=finding_id(rule_id, "E10000030", None, date(2016, 1, 1), subject),
        rule_id=rule_id,
        severity=RULES[rule_id].severity,
        authority_code="E10000030",
        indicator_code=None,
        period_start=date(2016, 1, 1),
        subject=subject,
        cause="contacts",
        message=f"{subject} are wrong.",
        evidence="[]",
        expected=1.0,
        observed=2.0,
        submission_id=submission_id,
        source_ref="a.csv#row 2",
        first_seen=date(2016, 2, 1),
        last_seen=date(2016, 2, 1),
    )


def test_a_critical_finding_holds_back_its_submission_and_no_other() -> None:
    judged = verdicts([finding(CRITICAL, "one"), finding(WARNING, "two")], ["one", "two", "three"], RULES.values())
    assert {name: one.verdict for name, one in judged.items()} == {
        "one": Verdict.HELD_BACK,
        "two": Verdict.ADMITTED,
        "three": Verdict.ADMITTED,
    }
    assert judged["one"].reasons == ("contacts are wrong.",)
    assert (judged["two"].n_critical, judged["two"].n_warning) == (0, 1)


def test_warnings_never_hold_back_however_many() -> None:
    many = [finding(WARNING, subject=f"figure {number}") for number in range(100)]
    assert verdicts(many, ["one"], RULES.values())["one"].verdict is Verdict.ADMITTED


def test_a_rule_of_ours_that_fails_holds_back_nobody() -> None:
    blocker = "warehouse.unknown_authority"
    judged = verdicts([finding(RULE_ERROR, None), finding(blocker)], ["one"], RULES.values())
    assert judged["one"].verdict is Verdict.ADMITTED
    assert RULES[blocker].blocks_publication and RULES[RULE_ERROR].severity is Severity.CRITICAL


def test_the_same_finding_is_kept_once_a_submission() -> None:
    kept = without_repeats([finding(WARNING), finding(WARNING), finding(WARNING, "two")])
    assert [one.submission_id for one in kept] == ["one", "two"]


@pytest.mark.parametrize(
    ("number", "text"),
    [(None, "nothing"), (1423.0, "1,423"), (24.1, "24.1"), (0.241, "0.241"), (-3.0, "-3"), (100.4000001, "100.4")],
)
def test_numbers_read_as_people_write_them(number: float | None, text: str) -> None:
    assert readable(number) == text


def test_wording_counts_one_and_many() -> None:
    rule = RULES["completeness.required_cells"]
    one = worded(rule, subject="contacts", expected=0, observed=1, difference=1)
    many = worded(rule, subject="contacts", expected=0, observed=1200, difference=1200)
    assert one == "Contacts: 1 cell is blank where a figure was due."
    assert many == "Contacts: 1,200 cells are blank where a figure was due."


def test_braces_in_a_label_do_not_break_the_wording() -> None:
    rule = RULES["codes.label_unknown"]
    sentence = worded(rule, subject='label "{observed} {x}"', expected=0, observed=2, difference=2)
    assert '"{observed} {x}"' in sentence
