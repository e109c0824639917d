"""The brute-force measures on children at the edges of the definitions; each expectation was worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.children import truth
from tests.children.boundary import OTHER_TEAM, OTHER_WORKER, TEAM, add_boundary_cases
from tests.children.days import month_end
from tests.children.world import CareLeaver, Child, World, make_world

MARCH, LAST = date(2025, 3, 1), date(2025, 3, 31)


@pytest.fixture(scope="module")
def edges() -> tuple[World, dict[str, str]]:
    """A world of nothing but the boundary cases."""
    world = World(1000, date(2020, 4, 1), date(2022, 4, 1), LAST)
    return world, add_boundary_cases(world)


def counted(edges: tuple[World, dict[str, str]], measure: str, month: date, name: str) -> list[bool]:
    """What a measure says of one child in a month: a case a value, whether it is in the numerator."""
    world, children = edges
    make = {**truth.COUNTS, **truth.PARTS}[measure]
    cases = make(world, month, month_end(month))
    return [one.counted for one in cases if one.child_id == children[name]]


@pytest.mark.parametrize(
    ("name", "month", "expected"),
    [
        ("anniversary", date(2024, 5, 1), [True]),
        ("day_after_anniversary", date(2024, 5, 1), [False]),
        ("from_leap_day", date(2025, 2, 1), [True]),
        ("on_leap_day", date(2024, 2, 1), [True]),
        ("day_too_early_for_leap_day", date(2024, 2, 1), [False]),
        ("same_day_twice", date(2024, 6, 1), [False, False]),
        ("reopened", date(2024, 5, 1), [False, True]),
    ],
)
def test_a_rereferral_looks_back_twelve_months_from_each_referral(
    edges: tuple[World, dict[str, str]], name: str, month: date, expected: list[bool]
) -> None:
    assert counted(edges, "rereferrals", month, name) == expected


@pytest.mark.parametrize(
    ("measure", "name", "month", "expected"),
    [
        ("assessments_45wd", "bank_holidays_45", date(2024, 5, 1), [True]),
        ("assessments_45wd", "bank_holidays_46", date(2024, 5, 1), [False]),
        ("assessments_45wd", "same_day", date(2024, 3, 1), [True]),
        ("assessments_45wd", "open_for_ever", MARCH, []),
        ("assessments_open", "open_for_ever", MARCH, [True]),
        ("assessments_open", "open_for_ever", date(2024, 9, 1), []),
        ("icpc_15wd", "christmas_15", date(2025, 1, 1), [True]),
        ("icpc_15wd", "christmas_16", date(2025, 1, 1), [False]),
    ],
)
def test_working_days_leave_out_englands_bank_holidays_and_open_assessments(
    edges: tuple[World, dict[str, str]], measure: str, name: str, month: date, expected: list[bool]
) -> None:
    assert counted(edges, measure, month, name) == expected


@pytest.mark.parametrize(
    ("measure", "name", "month", "expected"),
    [
        ("cpp_open_2y", "plan_729_days", MARCH, [False]),
        ("cpp_open_2y", "plan_730_days", MARCH, [True]),
        ("cpp_open_18m", "plan_18_months_and_a_day", MARCH, [True]),
        ("cpp_open_18m", "plan_not_18_months", MARCH, [False]),
        ("cpp_open_18m", "plan_exactly_18_months", date(2024, 9, 1), [False]),
        ("cpp_open_18m", "plan_exactly_18_months", date(2024, 10, 1), [True]),
        ("cp_visits_overdue_10", "visited_14_days_ago", MARCH, [True]),
        ("cp_visits_overdue_14", "visited_14_days_ago", MARCH, [False]),
        ("cp_visits_overdue_14", "visited_15_days_ago", MARCH, [True]),
        ("cpp_reviews_on_time", "review_due_on_last_day", MARCH, [True]),
        ("cpp_reviews_on_time", "review_due_the_day_before", MARCH, [False]),
        ("lac_visit_42_days", "unvisited_42_days", MARCH, [True]),
        ("lac_visit_42_days", "unvisited_43_days", MARCH, [False]),
        ("cpp_count", "ended_on_last_day", date(2024, 12, 1), [True]),
        ("cpp_count", "ended_on_last_day", date(2025, 1, 1), []),
        ("cpp_ceased", "ended_on_last_day", date(2025, 1, 1), [True]),
        ("cpp_count", "one_day_plan", date(2024, 7, 1), []),
        ("cpp_new", "one_day_plan", date(2024, 7, 1), [True]),
        ("cpp_ceased", "one_day_plan", date(2024, 7, 1), [True]),
        ("cpp_new", "transferred_in", date(2024, 9, 1), [True]),
        ("icpc_count", "transferred_in", date(2024, 9, 1), []),
    ],
)
def test_plans_and_care_on_the_last_day_that_counts(
    edges: tuple[World, dict[str, str]], measure: str, name: str, month: date, expected: list[bool]
) -> None:
    assert counted(edges, measure, month, name) == expected


@pytest.mark.parametrize(
    ("name", "month", "ever", "within"),
    [
        ("second_at_24_months", date(2024, 11, 1), True, True),
        ("second_after_24_months", date(2024, 11, 1), True, False),
        ("second_on_the_same_day", date(2024, 8, 1), True, True),
        ("plan_730_days", date(2023, 4, 1), False, False),
    ],
)
def test_second_plans_ever_and_within_24_months(
    edges: tuple[World, dict[str, str]], name: str, month: date, ever: bool, within: bool
) -> None:
    assert counted(edges, "cpp_repeat", month, name) == [ever]
    assert counted(edges, "cpp_repeat_24m", month, name) == [within]


def test_the_day_of_turning_eighteen_is_no_longer_in_care(edges: tuple[World, dict[str, str]]) -> None:
    assert counted(edges, "lac_count", date(2024, 11, 1), "turning_18") == [True]
    assert counted(edges, "lac_count", date(2024, 12, 1), "turning_18") == []
    assert counted(edges, "lac_ceased", date(2024, 12, 1), "turning_18") == [True]
    assert counted(edges, "lac_count", date(2022, 2, 1), "turning_18_leap_day") == [True]
    assert counted(edges, "lac_ceased", date(2022, 3, 1), "turning_18_leap_day") == [True]


def test_a_child_is_unborn_on_the_day_and_not_later(edges: tuple[World, dict[str, str]]) -> None:
    world, children = edges
    born = world.children[children["born_after_referral"]].born
    assert truth.age_band(born, date(2024, 6, 30)) == "unborn"
    assert truth.age_band(born, date(2024, 7, 1)) == "under 1"
    items = {one.item: one.numerator for one in truth.measure_month(world, "cpp_new", date(2024, 4, 1))}
    assert items["unborn"] == 1


def test_a_case_is_of_the_team_that_has_it_at_the_end_of_the_day(edges: tuple[World, dict[str, str]]) -> None:
    world, children = edges
    child = children["moved_team"]
    assert truth.team_on(world, child, date(2024, 6, 29)) == TEAM
    assert truth.team_on(world, child, date(2024, 6, 30)) == OTHER_TEAM
    assert truth.caseload(world, date(2024, 6, 30))[OTHER_WORKER] == 1


def test_a_case_closed_and_reopened_on_one_day_is_counted_once(edges: tuple[World, dict[str, str]]) -> None:
    assert counted(edges, "cin_episodes_open", date(2024, 5, 1), "reopened") == [True]


def test_without_the_months_before_there_is_no_figure() -> None:
    world = World(0, date(2023, 4, 1), date(2023, 4, 1), LAST)
    add_boundary_cases(world)
    early = truth.measure_month(world, "rereferrals", date(2024, 3, 1))
    assert [(one.status, one.numerator) for one in early] == [("insufficient_history", None)]
    assert truth.measure_month(world, "rereferrals", date(2024, 4, 1))[0].status == "ok"
    assert truth.measure_month(world, "cpp_repeat_24m", date(2025, 3, 1))[0].status == "insufficient_history"
    later = truth.measure_month(world, "rereferrals", date(2024, 5, 1), known_from=date(2023, 6, 1))
    assert later[0].status == "insufficient_history"


def test_items_of_a_breakdown_add_up_to_all() -> None:
    world = make_world(2, 2000, date(2024, 10, 1), LAST)
    counts = truth.measure_all(world)
    whole = {(one.measure, one.month): one for one in counts if one.breakdown == "all"}
    sums: dict[tuple[str, date, str], int] = {}
    for one in counts:
        if one.breakdown != "all":
            assert one.numerator is not None
            key = (one.measure, one.month, one.breakdown)
            sums[key] = sums.get(key, 0) + one.numerator
    assert len(whole) == 6 * (len(truth.COUNTS) + len(truth.PARTS))
    for (measure, month, _), number in sums.items():
        assert number == whole[measure, month].numerator


def test_a_check_counts_for_twelve_months_to_the_day(edges: tuple[World, dict[str, str]]) -> None:
    """On 31 March 2025: 31 March 2024 lies within, the day before does not; a check to come is none yet."""
    world, children = edges
    care = next(one for one in world.care if one.child_id == children["unvisited_42_days"])
    for day, expected in [
        (date(2024, 3, 31), True),
        (date(2024, 3, 30), False),
        (date(2025, 4, 1), False),
    ]:
        care.health, care.dental = [day], [day]
        assert counted(edges, "lac_health_assessed_12m", MARCH, "unvisited_42_days") == [expected]
        assert counted(edges, "lac_dental_12m", MARCH, "unvisited_42_days") == [expected]
    care.health, care.dental = [], []
    assert counted(edges, "lac_health_assessed_12m", MARCH, "unvisited_42_days") == [False]


def test_working_days_of_assessments_are_added_up(edges: tuple[World, dict[str, str]]) -> None:
    world, children = edges
    cases = truth.assessment_working_days(world, date(2024, 5, 1), date(2024, 5, 31))
    days = {one.child_id: one.amount for one in cases}
    assert days[children["bank_holidays_45"]] == 45 and days[children["bank_holidays_46"]] == 46
    (whole,) = (
        one for one in truth.measure_month(world, "assessment_working_days", date(2024, 5, 1)) if one.breakdown == "all"
    )
    assert (whole.numerator, whole.denominator) == (sum(days.values()), len(cases))


def test_care_leavers_are_in_touch_for_eight_weeks() -> None:
    world = World(0, date(2023, 4, 1), date(2024, 4, 1), LAST)
    world.children["1"] = Child("1", date(2007, 1, 1), "a) Male", "a) White", "False", "North")
    world.care_leavers.append(
        CareLeaver("1", date(2024, 1, 1), date(2028, 1, 1), "T", "W", "A", "k) Independent living", True, "G5: none")
    )
    for day, expected in [(date(2025, 2, 4), True), (date(2025, 2, 3), False), (date(2025, 4, 1), False)]:
        world.care_leavers[0].contacts = [day]
        assert [one.counted for one in truth.care_leavers_in_touch(world, MARCH, LAST)] == [expected]
    assert [one.counted for one in truth.care_leavers_eet(world, MARCH, LAST)] == [False]
    assert truth.care_leavers_supported(world, date(2028, 1, 1), date(2028, 1, 31)) == []
