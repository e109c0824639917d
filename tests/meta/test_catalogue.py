"""The catalogue of rules, the models that give their numbers and the suites that judge them: one to one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from expectations.catalogue import Gate, Rule, load_rules, rules_hash
from expectations.findings import worded
from expectations.suites import SUITES

MODELS = Path(__file__).resolve().parents[2] / "dbt_project" / "models" / "evidence"
RULES = load_rules()
JUDGED = [rule for rule in RULES if rule.id.partition(".")[0] not in ("gate", "operations")]
# A rule id as the models write it. The three totals of a matrix share one expression.
WRITTEN = re.compile(rf"'((?:{'|'.join(sorted({rule.id.partition('.')[0] for rule in JUDGED}))})\.[a-z_]+)'")
MATRIX = {f"arithmetic.matrix_{direction}_total" for direction in ("row", "column", "grand")}


def written_in(model: Path) -> set[str]:
    sql = model.read_text(encoding="utf-8")
    return (set(WRITTEN.findall(sql)) - {"arithmetic.matrix_"}) | (
        MATRIX if "'arithmetic.matrix_' ||" in sql else set()
    )


@pytest.mark.parametrize("rule", JUDGED, ids=lambda rule: rule.id)
def test_rule_has_a_model_a_suite_and_two_examples(rule: Rule) -> None:
    assert rule.evidence and rule.id in written_in(MODELS / f"{rule.evidence}.sql")
    assert rule.suite in SUITES
    for example in (rule.passing, rule.failing):
        assert example and any((example.figures, example.contacts, example.returns, example.tables, example.series))
    assert rule.passing != rule.failing


def test_models_know_no_rule_that_the_catalogue_does_not() -> None:
    written = {rule_id for model in MODELS.glob("evidence_*.sql") for rule_id in written_in(model)}
    assert written == {rule.id for rule in JUDGED}


@pytest.mark.parametrize("rule", JUDGED, ids=lambda rule: rule.id)
def test_model_is_run_before_the_gate_that_needs_it(rule: Rule) -> None:
    sql = (MODELS / f"{rule.evidence}.sql").read_text(encoding="utf-8")
    assert ("'before_gate'" in sql) is (rule.gate is Gate.SUBMISSION)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_is_worded_for_its_reader(rule: Rule) -> None:
    sentence = worded(rule, subject="contacts", expected=10.0, observed=1.0, difference=9.0)
    assert "{" not in sentence and sentence.endswith(".")
    for text in (rule.title, rule.why_it_matters, rule.what_to_do):
        assert text == text.strip() and (text[0].isupper() or text[0].isdigit())
    assert not rule.title.endswith(".") and rule.why_it_matters.endswith(".") and rule.what_to_do.endswith(".")


def test_only_our_own_faults_block_a_publication() -> None:
    assert {rule.id for rule in RULES if rule.blocks_publication} == {"warehouse.unknown_authority"}


def test_no_rule_names_a_council() -> None:
    text = "".join(model.read_text(encoding="utf-8") for model in MODELS.glob("*.sql")).lower()
    for council in ("surrey", "kent", "sussex", "peterborough", "birmingham"):
        assert council not in text


def test_the_hash_is_stable_within_a_version() -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", rules_hash())
    assert rules_hash() == rules_hash()
