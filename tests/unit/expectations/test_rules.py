"""Every rule through its real model and its real suite: its failing example fails, its passing example does not."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from typing import Any

import duckdb
import pandas as pd
import pytest

from expectations.catalogue import RULE_ERROR, Example, Gate, Rule, Severity, load_rules
from expectations.findings import Finding
from expectations.run import Judgement, State, judge

RULES = [rule for rule in load_rules() if rule.evidence]


def by_id(rule_id: str) -> Rule:
    return next(rule for rule in RULES if rule.id == rule_id)


@pytest.fixture(scope="module")
def examples(build: Any, a_figure: Any, a_contact: Any, a_return: Any, a_series: Any, a_history: Any) -> Judgement:
    """All examples judged at once: each is a submission of its own, of an authority of its own."""
    figures, contacts, returns, series, history = [], [], [], [], []
    tables: dict[str, list[dict[str, Any]]] = {}
    given: list[tuple[str, Example]] = []
    for rule in RULES:
        assert rule.passing and rule.failing
        given += [(f"passing {rule.id}", rule.passing), (f"failing {rule.id}", rule.failing)]
    for number, (submission, example) in enumerate(given):
        own = {"submission_id": submission, "authority_code": f"E{number:08d}"}
        figures += [a_figure(**own | row) for row in example.figures]
        contacts += [a_contact(**own | row) for row in example.contacts]
        # A return that has not come has no submission; its authority tells the examples apart.
        returns += [
            a_return(
                **own
                | {"submission_id": submission if "submission_id" in row else None}
                | {name: value for name, value in row.items() if name != "submission_id"}
            )
            for row in example.returns
        ]
        series += a_series(example.series, **own)
        history += a_history(example.history, **own)
        for table, rows in example.tables.items():
            tables.setdefault(table, []).extend(own | row for row in rows)
    # A country to differ from: what counts as an initial contact is 60 to 71 of each 100.
    for number in range(12):
        contacts_and_initial = {"contacts_received": [500] * 8, "initial_contacts": [300 + 5 * number] * 8}
        series += a_series(contacts_and_initial, submission_id="country", authority_code=f"E1{number:07d}")
    return judge(build(figures, contacts, returns, series=series, history=history, tables=tables), RULES)


def found(judgement: Judgement, submission: str) -> set[str]:
    """The rules that an example fails; the number of its authority is its place among the examples."""
    names = [f"{kind} {rule.id}" for rule in RULES for kind in ("passing", "failing")]
    authority = f"E{names.index(submission):08d}" if submission in names else None
    return {
        finding.rule_id
        for finding in judgement.findings
        if finding.submission_id == submission or (authority and finding.authority_code == authority)
    }


@pytest.mark.parametrize("rule_id", [rule.id for rule in RULES])
def test_failing_example_is_found(examples: Judgement, rule_id: str) -> None:
    assert rule_id in found(examples, f"failing {rule_id}")


@pytest.mark.parametrize("rule_id", [rule.id for rule in RULES])
def test_passing_example_is_not_found(examples: Judgement, rule_id: str) -> None:
    assert rule_id not in found(examples, f"passing {rule_id}")
    assert any(
        result.submission_id == f"passing {rule_id}" and result.rule_id == rule_id and result.evaluated > 0
        for result in examples.results
    ), "the passing example was not evaluated at all"


def test_no_rule_is_in_error_over_the_examples(examples: Judgement) -> None:
    assert [finding.message for finding in examples.findings if finding.rule_id == RULE_ERROR] == []


def test_findings_carry_cells_and_a_readable_sentence(examples: Judgement) -> None:
    finding = next(one for one in examples.findings if one.submission_id == "failing arithmetic.percentage_of_parts")
    assert finding.message == (
        "Rereferrals pct, Jan 2016, against the counts of the same return: 25 % is given, the counts make 21.52 %."
    )
    cells = json.loads(finding.evidence)
    assert [cell["value"] for cell in cells] == ["25.0%", "48", "223"]
    assert all(cell["where"].startswith("return.csv#row ") for cell in cells)
    assert finding.source_ref and finding.first_seen == finding.last_seen == date(2017, 2, 1)


def test_rules_survive_empty_input(build: Any) -> None:
    judgement = judge(build(), RULES)
    assert judgement.findings == ()
    assert {result.state for result in judgement.results} == {State.NO_DATA}
    assert {result.rule_id for result in judgement.results} == {rule.id for rule in RULES}


def evidence_frame(**given: Any) -> pd.DataFrame:
    row: dict[str, Any] = {
        "rule_id": "arithmetic.breakdown_total", "submission_id": "one", "authority_code": "E10000030",
        "indicator_code": None, "period_start": date(2016, 1, 1), "subject": "contacts", "cause": "contacts",
        "explained_by": None, "expected": 10.0, "observed": 12.0, "difference": 2.0, "tolerance": 0.0,
        "stands_for": 1, "evidence": "[]", "source_ref": "a.csv", "known_from": date(2016, 2, 1),
    }  # fmt: skip
    return pd.DataFrame([row | given])


def test_what_a_registered_event_explains_weighs_one_step_less() -> None:
    rule = by_id("arithmetic.breakdown_total")
    explained = evidence_frame(explained_by="New form, April 2016")
    (finding,) = judge({"evidence_totals": explained}, [rule]).findings
    assert (rule.severity, finding.severity) == (Severity.WARNING, Severity.INFO)
    assert finding.explained_by == "New form, April 2016"


def test_a_missing_model_is_a_finding_and_an_error() -> None:
    judgement = judge(duckdb.connect(), [by_id("codes.contact_unmapped")])
    assert [(one.rule_id, one.severity) for one in judgement.findings] == [(RULE_ERROR, Severity.CRITICAL)]
    assert "codes.contact_unmapped" in judgement.findings[0].message
    assert judgement.has_errors


def test_a_rule_that_raises_is_a_finding_and_the_others_are_judged() -> None:
    broken = by_id("arithmetic.breakdown_total").model_copy(update={"suite": "nonsense"})
    other = by_id("arithmetic.partition_total")
    frame = pd.concat([evidence_frame(), evidence_frame(rule_id=other.id)])
    judgement = judge({"evidence_totals": frame}, [broken, other])
    assert [finding.rule_id for finding in judgement.findings] == [RULE_ERROR, other.id]
    assert "arithmetic.breakdown_total" in judgement.findings[0].subject


def test_a_metric_exception_is_an_error_and_not_a_failure_of_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    from expectations import suites
    from expectations.suites.evidence import within_tolerance

    monkeypatch.setitem(suites.SUITES, "agreement", lambda rule: [within_tolerance(rule, "no_such_column")])
    judgement = judge({"evidence_totals": evidence_frame()}, [by_id("arithmetic.breakdown_total")])
    assert [finding.rule_id for finding in judgement.findings] == [RULE_ERROR]
    assert "no_such_column" in judgement.findings[0].message


@pytest.mark.parametrize(
    "fault", [{"difference": None}, {"tolerance": -1.0}, {"known_from": None}, {"rule_id": "arithmetic.forgotten"}]
)
def test_unsound_evidence_is_an_error_and_sound_rows_are_still_judged(fault: dict[str, Any]) -> None:
    frame = pd.concat([evidence_frame(**fault), evidence_frame(submission_id="two")])
    judgement = judge({"evidence_totals": frame}, [by_id("arithmetic.breakdown_total")])
    assert [finding.rule_id for finding in judgement.findings] == [RULE_ERROR, "arithmetic.breakdown_total"]
    assert judgement.has_errors


def test_only_the_submissions_named_are_judged() -> None:
    frame = pd.concat([evidence_frame(), evidence_frame(submission_id="two")])
    judgement = judge({"evidence_totals": frame}, [by_id("arithmetic.breakdown_total")], ["two"])
    assert [finding.submission_id for finding in judgement.findings] == ["two"]


def test_a_row_that_stands_for_many_counts_as_many() -> None:
    frame = evidence_frame(difference=0.0, stands_for=1300)
    judgement = judge({"evidence_totals": frame}, [by_id("arithmetic.breakdown_total")])
    assert [(one.evaluated, one.failed, one.state) for one in judgement.results] == [(1300, 0, State.PASSED)]


def test_a_dated_rule_judges_only_the_figures_of_its_time() -> None:
    rule = by_id("arithmetic.breakdown_total").model_copy(update={"valid_from": date(2016, 4, 1)})
    frame = pd.concat(
        [evidence_frame(), evidence_frame(period_start=date(2016, 5, 1)), evidence_frame(period_start=None)]
    )
    judgement = judge({"evidence_totals": frame}, [rule])
    assert [finding.period_start for finding in judgement.findings] == [date(2016, 5, 1)]


def test_a_finding_keeps_its_identity_when_the_return_comes_again() -> None:
    def first(**given: Any) -> Finding:
        return judge({"evidence_totals": evidence_frame(**given)}, [by_id("arithmetic.breakdown_total")]).findings[0]

    once, again = first(), first(submission_id="two", observed=13.0, difference=3.0, source_ref="b.csv")
    assert once.finding_id == again.finding_id
    assert once.finding_id != first(subject="referrals").finding_id


def test_nothing_heavy_is_imported_before_there_is_something_to_judge() -> None:
    code = (
        "import sys, expectations.gate, expectations.suites; "
        "heavy = {'great_expectations', 'pandas', 'duckdb', 'dagster', 'orchestration'} & set(sys.modules); "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_critical_rule_of_the_submission_gate_is_about_a_whole_return_or_a_key() -> None:
    """Real reports are full of small contradictions; only what makes a return unusable may hold it back."""
    critical = {rule.id for rule in RULES if rule.severity is Severity.CRITICAL and rule.gate is Gate.SUBMISSION}
    assert critical == {
        "codes.most_labels_unknown",
        "completeness.no_figures",
        "uniqueness.same_key_different_value",
        "arithmetic.matrix_shifted",
    }
