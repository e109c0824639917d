"""Which findings are one incident, that its id lasts, and what comes first."""

from __future__ import annotations

import random
from datetime import date

from expectations.catalogue import load_rules
from orchestration.incidents.fold import Lives, events_of_run, replay
from orchestration.incidents.grouping import groups
from orchestration.incidents.ranking import Indicator, incident, ranked, turns
from orchestration.incidents.records import Found, RunRecord

from .conftest import make_found

RULES = {rule.id: rule for rule in load_rules()}
NEAR = {"arithmetic.breakdown_total": 2}
INDICATORS = {
    "key": Indicator("Key", "front_door", is_key=True),
    "focus": Indicator("Focus", "front_door", is_focus=True),
    "plain": Indicator("Plain", "workforce"),
}


def lives_of(*days: list[Found]) -> Lives:
    runs: list[RunRecord] = []
    for number, found in enumerate(days, start=1):
        events = events_of_run(replay(runs), found, [], date(2017, 3, number))
        runs.append(RunRecord(str(number), date(2017, 3, number), events))
    return replay(runs)


def members(lives: Lives, near: dict[str, int | None]) -> dict[str, set[str]]:
    return {group.incident_id: {life.found.finding_id for life in group.members} for group in groups(lives, near)}


def of_month(name: str, month: int, **given: object) -> Found:
    return make_found(name, period_start=date(2017, month, 1), **given)


def test_findings_of_one_authority_and_cause_are_one_incident() -> None:
    lives = lives_of(
        [
            of_month("a", 1),
            of_month("b", 9),
            of_month("c", 1, authority_code="E10000016"),
            of_month("d", 1, cause="Other"),
        ]
    )
    assert sorted(map(sorted, members(lives, {}).values())) == [["a", "b"], ["c"], ["d"]]


def test_a_rule_may_join_only_what_is_near() -> None:
    lives = lives_of([of_month("a", 1), of_month("b", 3), of_month("c", 5), of_month("d", 9)])
    assert sorted(map(sorted, members(lives, NEAR).values())) == [["a", "b", "c"], ["d"]]


def test_the_nearer_of_two_limits_counts() -> None:
    near: dict[str, int | None] = {"arithmetic.breakdown_total": 4, "arithmetic.partition_total": 1}
    far = of_month("b", 4, rule_id="arithmetic.partition_total")
    assert len(members(lives_of([of_month("a", 1), far]), near)) == 2
    assert len(members(lives_of([of_month("a", 3), far]), near)) == 1


def test_an_incident_keeps_its_id_when_findings_join_and_leave() -> None:
    first, later, earlier = of_month("b", 3), of_month("c", 4), of_month("a", 2)
    (before,) = members(lives_of([first]), NEAR)
    (joined,) = members(lives_of([first], [first, later, earlier]), NEAR)
    (left,) = members(lives_of([first], [first, later, earlier], [later]), NEAR)
    (gone,) = members(lives_of([first], [first, later, earlier], [later], []), NEAR)
    assert before == joined == left == gone


def test_ids_do_not_depend_on_the_order_in_which_findings_are_found() -> None:
    found = [of_month(f"f{month}", month) for month in (1, 2, 3, 7, 8, 12)]
    expected = members(lives_of(found), NEAR)
    for seed in range(5):
        random.Random(seed).shuffle(found)
        assert members(lives_of(found), NEAR) == expected


def test_an_incident_is_over_when_all_its_findings_are_and_comes_back_with_any_of_them() -> None:
    one, other = of_month("a", 1), of_month("b", 2)
    lives = lives_of([one, other], [one], [], [other], [])
    (group,) = groups(lives, {})
    assert turns(group.members) == ([date(2017, 3, 3), date(2017, 3, 5)], [date(2017, 3, 4)])
    shown = incident(group, RULES, INDICATORS)
    assert (shown.status, shown.n_reopened, shown.resolved_at) == ("resolved", 1, date(2017, 3, 5))
    assert (shown.opened_at, shown.n_findings, shown.n_open) == (date(2017, 3, 1), 2, 0)


def test_what_changes_most_comes_first() -> None:
    found = [
        make_found("held", cause="held", severity="critical", indicator_code=None),
        make_found("key", cause="key", indicator_code="key", observed=10.5),
        make_found("focus", cause="focus", indicator_code="focus", observed=10.5),
        make_found("far", cause="far", indicator_code="plain", observed=100.0),
        make_found("many", cause="many", indicator_code="plain", observed=10.5),
        make_found("many2", cause="many", indicator_code="plain", observed=10.5, period_start=date(2017, 2, 1)),
        make_found("near", cause="near", indicator_code="plain", observed=10.5),
        make_found("told", cause="told", indicator_code="plain", severity="info"),
        make_found("footnote", cause="footnote", indicator_code=None),
    ]
    shown = ranked(incident(group, RULES, INDICATORS) for group in groups(lives_of(found), {}))
    assert [one.title.lower() for one in shown] == [
        "held", "key", "focus", "far", "many", "near", "told", "footnote",
    ]  # fmt: skip
