"""Faults that stand in existing tools of this field; each test fails if one is made here.

| the fault | where it is held |
|---|---|
| 45 days without bank holidays | test_bank_holidays_are_no_working_days |
| open assessments counted as if completed today | test_an_open_assessment_is_neither_in_time_nor_late |
| `(age >= 19) or (age <= 21)`: a condition that everybody meets | test_an_age_is_in_the_one_band_that_holds_it |
| a record compared with itself | test_nothing_comes_before_itself |
| an inner join that makes health checks always 100 % | test_a_child_without_a_check_is_in_the_denominator |
| twelve months counted from today, not from the referral | test_a_rereferral_is_anchored_to_its_referral; dbt unit test a_re_referral_is_anchored_to_its_referral_and_to_the_newest_list |
| last year's closing date given to every year | test_what_ended_is_counted_once_in_its_month |
| the mean of neighbours with a suppressed one as 0 | dbt unit test a_suppressed_neighbour_is_left_out_and_another_definition_too; here test_a_hidden_figure_is_no_nought |
| a band labelled "12+ months" holding 274-365 days | test_a_band_holds_what_it_says |
| an upper limit clipped at 100 for a rate | tests/integration/test_benchmarks.py, test_limits_of_a_rate_go_beyond_100 |
| a rule that crashes looks like no finding | tests/unit/expectations/test_rules.py, test_a_rule_that_raises_is_a_finding_and_the_others_are_judged |
| the opposite rules of two de-duplications; the first row deciding a type; a sniffed dialect | tests/unit/intake |
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import duckdb
import pytest

from orchestration.intake.children.pseudonyms import pseudonyms, read_secret
from orchestration.publish import current
from orchestration.settings import Settings
from tests.children.lists import AUTHORITY
from tests.integration.children.sending import LAST, Sent

pytestmark = pytest.mark.slow

Counted = Callable[[str, str], list[date]]


@pytest.fixture(scope="module")
def key_of(child_settings: Settings, sent: Sent) -> Callable[[str], str]:
    """The key of a child at an edge, by the name of its case."""
    make = pseudonyms(read_secret(child_settings.child_key, make=False))
    return lambda name: make(AUTHORITY, "child", sent.edges[name])


@pytest.fixture(scope="module")
def counted(build: duckdb.DuckDBPyConnection, key_of: Callable[[str], str]) -> Counted:
    """The ends of the periods in which a measure counts the child of a case, by the newest lists."""

    def found(name: str, measure: str) -> list[date]:
        rows = build.execute(
            """
            select cases.period_end
            from intermediate.int_children__case as cases
            inner join intermediate.int_children__measure as measure
                using (authority_code, submission_id, measure_code, period_basis, period_end)
            where cases.child_key = $key and measure_code = $measure
                and measure.breakdown_dimension = 'all' and measure.known_to is null
            order by all
            """,
            {"key": key_of(name), "measure": measure},
        ).fetchall()
        return [day for (day,) in rows]

    return found


def test_bank_holidays_are_no_working_days(counted: Counted) -> None:
    """45 working days from 1 March 2024 end on 8 May: Good Friday, Easter Monday and the early May holiday lie
    between."""
    may = date(2024, 5, 31)
    assert counted("bank_holidays_45", "assessments_completed") == [may]
    assert counted("bank_holidays_46", "assessments_completed") == [may]
    assert counted("bank_holidays_45", "assessments_completed_45wd") == [may]
    assert counted("bank_holidays_46", "assessments_completed_45wd") == []
    assert counted("christmas_15", "icpc_in_time") == [date(2025, 1, 31)]
    assert counted("christmas_16", "icpc_in_time") == []
    assert counted("christmas_16", "icpc_count") == [date(2025, 1, 31)]


def test_an_open_assessment_is_neither_in_time_nor_late(counted: Counted) -> None:
    assert counted("open_for_ever", "assessments_completed") == []
    assert counted("open_for_ever", "assessments_completed_45wd") == []
    assert counted("open_for_ever", "assessment_working_days") == []
    assert counted("open_for_ever", "assessments_open")[-1] == LAST


def test_an_age_is_in_the_one_band_that_holds_it(build: duckdb.DuckDBPyConnection) -> None:
    rows = build.execute(
        """
        select distinct leaver.age, cases.age_band
        from intermediate.int_children__care_leaver as leaver
        inner join intermediate.int_children__case as cases using (submission_id, child_key)
        where cases.measure_code = 'care_leavers_supported'
        """
    ).fetchall()
    bands = dict(rows)
    assert len(bands) == len(rows)
    assert min(bands) < 18 < max(bands)
    assert bands == {age: "16_17" if age < 18 else "18_and_over" for age in bands}


def test_nothing_comes_before_itself(counted: Counted) -> None:
    """Of one referral, or two of one day, none is a re-referral; a first plan is no second one."""
    assert counted("same_day_twice", "referrals_received") == [date(2024, 6, 30)] * 2
    assert counted("same_day_twice", "rereferrals_count") == []
    assert counted("plan_730_days", "cpp_new") == [date(2023, 4, 30)]
    assert counted("plan_730_days", "cpp_repeat_count") == []
    assert counted("one_day_plan_of_november", "cpp_new") == [date(2024, 11, 30)]
    assert counted("one_day_plan_of_november", "cpp_repeat_24m_count") == []
    assert counted("second_at_24_months", "cpp_repeat_24m_count") == [date(2024, 11, 30)]
    assert counted("second_after_24_months", "cpp_repeat_24m_count") == []
    # One placement, whatever it is compared with, is not three.
    assert counted("unvisited_42_days", "lac_3plus_placements_12m_count") == []


def test_a_child_without_a_check_is_in_the_denominator(build: duckdb.DuckDBPyConnection, counted: Counted) -> None:
    assert counted("unvisited_42_days", "lac_count")[-1] == LAST
    assert counted("unvisited_42_days", "lac_health_assessed_12m") == []
    assert counted("unvisited_42_days", "lac_dental_12m") == []
    shares = build.execute(
        """
        select indicator_code, numerator, denominator from intermediate.int_children__figure
        where authority_code = $authority and breakdown_dimension = 'all' and period_end = $day
            and indicator_code in ('lac_health_assessed_12m_pct', 'lac_dental_12m_pct')
        """,
        {"authority": AUTHORITY, "day": LAST},
    ).fetchall()
    assert len(shares) == 2
    assert all(0 < numerator < denominator for _, numerator, denominator in shares)


def test_a_rereferral_is_anchored_to_its_referral(counted: Counted) -> None:
    """On the day of the newest list both second referrals are ten months old: only the day of the first decides."""
    assert counted("anniversary", "rereferrals_count") == [date(2024, 5, 31)]
    assert counted("day_after_anniversary", "rereferrals_count") == []
    assert counted("from_leap_day", "rereferrals_count") == [date(2025, 2, 28)]
    assert counted("on_leap_day", "rereferrals_count") == [date(2024, 2, 29)]
    assert counted("day_too_early_for_leap_day", "rereferrals_count") == []


def test_what_ended_is_counted_once_in_its_month(counted: Counted) -> None:
    assert counted("reopened", "cin_episodes_ended") == [date(2024, 5, 31)]
    assert counted("reopened", "cin_episodes_started") == [date(2024, 5, 31)] * 2
    assert counted("ended_on_last_day", "cpp_ceased") == [date(2025, 1, 31)]
    assert counted("left_on_last_day", "lac_ceased") == [date(2025, 1, 31)]
    for name, measure in [("ended_on_last_day", "cpp_count"), ("left_on_last_day", "lac_count")]:
        open_on = counted(name, measure)
        assert (open_on[0], open_on[-1], len(open_on)) == (date(2024, 9, 30), date(2024, 12, 31), 4)


def test_a_hidden_figure_is_no_nought(child_settings: Settings) -> None:
    found = current(child_settings)
    assert found is not None
    with duckdb.connect(str(found.path), read_only=True) as publication:
        row = publication.execute(
            """
            select count(*), count(value), count(numerator), count(denominator) from marts.fct_indicator_value
            where value_status = 'suppressed' and source_kind = 'derived'
            """
        ).fetchone()
    assert row is not None and row[0] > 100 and row[1:] == (0, 0, 0)


def test_a_band_holds_what_it_says(build: duckdb.DuckDBPyConnection, key_of: Callable[[str], str]) -> None:
    """On 31 March 2025: 730 days are two years, 729 are not; begun on 30 September 2023 is longer than 18 months."""
    states = dict(
        build.execute(
            "select child_key, state from restricted.plan_near_limit where authority_code = $authority",
            {"authority": AUTHORITY},
        ).fetchall()
    )
    assert states[key_of("plan_730_days")] == "over_2_years"
    assert states[key_of("plan_729_days")] == "nearing_2_years"
    assert states[key_of("plan_18_months_and_a_day")] == "over_18_months"
    assert states[key_of("plan_not_18_months")] == "nearing_18_months"
    bands = build.execute(
        """
        select working_days_band, min(working_days_open), max(working_days_open)
        from restricted.open_assessment group by all
        """
    ).fetchall()
    limits = {"0-10": (0, 10), "11-20": (11, 20), "21-35": (21, 35), "36-45": (36, 45), "over 45": (46, 10_000)}
    assert bands
    for band, shortest, longest in bands:
        assert limits[band][0] <= shortest <= longest <= limits[band][1]
