"""Which measure of the warehouse is which of the oracle's, what lists can tell of it, and how either names an item.

Belongs here: names beside names, and the limits of what a list shows. Does not belong here: how anything is counted
(tests.children.truth).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from tests.children import truth
from tests.children.days import add_months, month_end, month_start
from tests.children.lists import List
from tests.children.truth import Case
from tests.children.world import World

Basis = Literal["events", "stock", "state"]
Amounts = dict[tuple[str, str], int]

PERSON = ("age_band", "gender", "ethnicity")
CONTACT = (*PERSON, "area", "contact_source", "contact_class")
REFERRAL = (*PERSON, "team", "area", "contact_source")
PLAIN = (*PERSON, "area")
WORK = (*PERSON, "disability", "team", "area")
# The record of a plan, of an episode of need and of a period in care says whose the case is on the day of the list, not
# whose it was when something happened.
CASE = (*PERSON, "disability")
AT_DAY = ("team", "area")


@dataclass(frozen=True)
class Told:
    """A measure: the oracle's name, whether it is the numerator or all cases, what of time it is, its breakdowns.

    `events` are told of every month the list holds whole, `stock` of every month end within it, `state` of the day of
    the list alone. `team_on_day`: what was open on the day of the list is broken down by team and area as well."""

    truth: str
    basis: Basis
    dimensions: tuple[str, ...]
    whole: bool = False
    team_on_day: bool = False


MEASURES: dict[str, Told] = {
    "contacts_received": Told("contacts_received", "events", CONTACT),
    "initial_contacts": Told("initial_contacts", "events", CONTACT),
    "contacts_police": Told("contacts_police", "events", CONTACT),
    "contacts_to_referral": Told("contacts_to_referral", "events", CONTACT),
    "contacts_to_assessment": Told("contacts_to_assessment", "events", CONTACT),
    "contacts_to_early_help": Told("contacts_to_early_help", "events", CONTACT),
    "contacts_to_plan": Told("contacts_to_plan", "events", CONTACT),
    "eh_assessments_started": Told("eh_assessments_started", "events", PLAIN),
    "eh_assessments_completed": Told("eh_assessments_completed", "events", PLAIN),
    "referrals_received": Told("referrals_received", "events", REFERRAL),
    "referrals_nfa_count": Told("referrals_nfa", "events", REFERRAL),
    "rereferrals_count": Told("rereferrals", "events", REFERRAL),
    "referrals_assessed": Told("referrals_assessed", "events", REFERRAL),
    "referrals_not_in_need_count": Told("referrals_not_in_need", "events", REFERRAL),
    "assessments_completed": Told("assessments_completed", "events", WORK),
    "assessments_completed_45wd": Told("assessments_45wd", "events", WORK),
    "assessment_working_days": Told("assessment_working_days", "events", WORK),
    "assessments_child_seen": Told("assessments_seen", "events", WORK),
    "assessments_with_support": Told("assessments_to_support", "events", WORK),
    "assessments_open": Told("assessments_open", "stock", WORK),
    "section_47_count": Told("section_47_count", "events", WORK),
    "section_47_to_icpc": Told("section_47_to_icpc", "events", WORK),
    "icpc_count": Told("icpc_count", "events", WORK),
    "icpc_in_time": Told("icpc_15wd", "events", WORK),
    "icpc_to_plan": Told("icpc_to_plan", "events", WORK),
    "cpp_count": Told("cpp_count", "stock", CASE, team_on_day=True),
    "cpp_open_18m": Told("cpp_open_18m", "stock", CASE, team_on_day=True),
    "cpp_open_2y": Told("cpp_open_2y", "stock", CASE, team_on_day=True),
    "cpp_new": Told("cpp_new", "events", CASE),
    "cpp_repeat_count": Told("cpp_repeat", "events", CASE),
    "cpp_repeat_24m_count": Told("cpp_repeat_24m", "events", CASE),
    "cpp_ceased": Told("cpp_ceased", "events", CASE),
    "cpp_ceased_2y": Told("cpp_ceased_2y", "events", CASE),
    "cpp_review_up_to_date": Told("cpp_reviews_on_time", "state", CASE, team_on_day=True),
    "cp_visits_overdue_10": Told("cp_visits_overdue_10", "state", CASE, team_on_day=True),
    "cp_visits_overdue_14": Told("cp_visits_overdue_14", "state", CASE, team_on_day=True),
    "cpp_with_visit": Told("cp_visits_seen_alone", "state", CASE, whole=True, team_on_day=True),
    "cp_last_visit_alone": Told("cp_visits_seen_alone", "state", CASE, team_on_day=True),
    "cin_episodes_open": Told("cin_episodes_open", "stock", CASE, team_on_day=True),
    "cin_episodes_started": Told("cin_episodes_started", "events", CASE),
    "cin_episodes_ended": Told("cin_episodes_ended", "events", CASE),
    "unallocated_cases": Told("unallocated_cases", "state", CASE, team_on_day=True),
    "caseload_total": Told("allocated_cases", "state", CASE, team_on_day=True),
    "lac_count": Told("lac_count", "stock", CASE, team_on_day=True),
    "lac_started": Told("lac_started", "events", CASE),
    "lac_ceased": Told("lac_ceased", "events", CASE),
    "uasc_count": Told("uasc_count", "state", CASE, team_on_day=True),
    "lac_3plus_placements_12m_count": Told("lac_3plus_placements_12m", "state", CASE, team_on_day=True),
    "lac_out_of_county_20mi": Told("lac_out_20mi", "state", CASE, team_on_day=True),
    "lac_visit_up_to_date": Told("lac_visit_42_days", "state", CASE, team_on_day=True),
    "lac_review_up_to_date": Told("lac_reviews_on_time", "state", CASE, team_on_day=True),
    "lac_missing_12m": Told("lac_missing_12m", "state", CASE, team_on_day=True),
    "lac_health_assessed_12m": Told("lac_health_assessed_12m", "state", CASE, team_on_day=True),
    "lac_dental_12m": Told("lac_dental_12m", "state", CASE, team_on_day=True),
    "care_leavers_supported": Told("care_leavers_supported", "state", CASE, team_on_day=True),
    "care_leavers_in_touch": Told("care_leavers_in_touch", "state", CASE, team_on_day=True),
    "care_leavers_suitable": Told("care_leavers_suitable", "state", CASE, team_on_day=True),
    "care_leavers_with_pathway_plan": Told("care_leavers_with_pathway_plan", "state", CASE, team_on_day=True),
    "care_leavers_eet": Told("care_leavers_eet", "state", CASE, team_on_day=True),
}
# Of the annual return of children looked after, whose episodes tell of every month end. It says nothing of disability.
EPISODES: dict[str, Told] = {
    "lac_count": Told("lac_count", "stock", PERSON),
    "lac_started": Told("lac_started", "events", PERSON),
    "lac_ceased": Told("lac_ceased", "events", PERSON),
    "uasc_count": Told("uasc_count", "stock", PERSON),
    "lac_3plus_placements_12m_count": Told("lac_3plus_placements_12m", "stock", PERSON),
    "lac_out_of_county_20mi": Told("lac_out_20mi", "stock", PERSON),
    "lac_review_up_to_date": Told("lac_reviews_on_time", "stock", PERSON),
    "lac_missing_12m": Told("lac_missing_12m", "stock", PERSON),
    "missing_episodes_started": Told("missing_started", "events", PERSON),
}
# Months of episodes that must lie before the month, for what looks back over a year.
EPISODES_HISTORY = {"lac_3plus_placements_12m_count": 11, "lac_review_up_to_date": 11, "lac_missing_12m": 11}
# Of the children in need census, whose unborn children have an expected day of birth.
_CENSUS_CODES = (
    *("referrals_received", "referrals_nfa_count", "rereferrals_count", "referrals_assessed"),
    *("assessments_completed", "assessments_completed_45wd", "assessment_working_days", "assessments_open"),
    *("section_47_count", "section_47_to_icpc", "icpc_count", "icpc_in_time"),
    *("cpp_count", "cpp_open_18m", "cpp_open_2y", "cpp_new", "cpp_repeat_count", "cpp_repeat_24m_count"),
    *("cpp_ceased", "cpp_ceased_2y", "cpp_review_up_to_date"),
    *("cin_episodes_open", "cin_episodes_started", "cin_episodes_ended"),
)
CENSUS: dict[str, Told] = {
    code: replace(
        told, team_on_day=False, dimensions=(*PERSON, "contact_source" if told.dimensions == REFERRAL else "disability")
    )
    for code, told in MEASURES.items()
    if code in _CENSUS_CODES
}
# Counted by worker, not by child: by team alone.
WORKERS = {"caseload_workers": 0, "caseload_over_max_workers": 20, "caseload_over_30_workers": 30}

ORACLE_NAME = {"age_band": "age", "contact_source": "source"}
ITEMS: dict[str, dict[str, str]] = {
    "age_band": {
        "unborn": "unborn",
        "under 1": "under_1",
        "1-4": "1_4",
        "5-9": "5_9",
        "10-15": "10_15",
        "16-17": "16_17",
        "18 and over": "18_and_over",
    },
    "gender": {
        "a) Male": "male",
        "b) Female": "female",
        "c) Not stated/recorded": "not_stated",
        "d) Neither": "neither",
    },
    "ethnicity": {
        "a) White": "white",
        "b) Mixed": "mixed",
        "c) Asian or Asian British": "asian_or_asian_british",
        "d) Black or black British": "black_or_black_british",
        "e) Other ethnic group": "other",
        "f) Not stated": "not_stated",
    },
    "disability": {"True": "yes", "False": "no", "Unknown": "unknown"},
    "contact_source": {
        "a) Individual": "individual",
        "b) Schools": "schools",
        "c) Education Services": "education_services",
        "d) Health Services": "health_services",
        "e) Housing": "housing",
        "f) LA Services": "la_services",
        "g) Police": "police",
        "h) Other legal agency": "other_legal",
        "i) Other": "other",
        "j) Anonymous": "anonymous",
        "k) Unknown": "unknown",
    },
}


def item(world: World, case: Case, dimension: str, at: date) -> str | None:
    """The item as the warehouse names it. Who was unborn on the day of the list has no date of birth on it."""
    if dimension == "age_band" and world.children[case.child_id].born > at:
        return "unknown"
    said = truth.item_of(world, case, ORACLE_NAME.get(dimension, dimension))
    return said if said is None or dimension not in ITEMS else ITEMS[dimension][said]


def amounts(known: World, told: Told, period_end: date, at: date) -> Amounts:
    """What the oracle counts for a measure in the month that ends so, by dimension and item; nought is left out."""
    make = {**truth.COUNTS, **truth.PARTS}[told.truth]
    cases = [one for one in make(known, month_start(period_end), period_end) if told.whole or one.counted]
    dimensions = told.dimensions
    if told.team_on_day and period_end == at:
        dimensions = (*dimensions, *AT_DAY)
    found: dict[tuple[str, str], int] = defaultdict(int)
    for one in cases:
        found["all", "all"] += one.amount
        for dimension in dimensions:
            if (name := item(known, one, dimension, at)) is not None:
                found[dimension, name] += one.amount
    return dict(found)


def worker_amounts(known: World, code: str, day: date) -> Amounts:
    """Workers with more cases than the measure says, all and by the team in which they have most."""
    held: dict[str, dict[str, int]] = defaultdict(dict)
    for (worker, team), cases in truth.teams_of_workers(known, day).items():
        held[worker][team] = cases
    found: dict[tuple[str, str], int] = defaultdict(int)
    for by_team in held.values():
        if sum(by_team.values()) > WORKERS[code]:
            team = min(by_team, key=lambda name: (-by_team[name], name))
            found["all", "all"] += 1
            found["team", team] += 1
    return dict(found)


def periods(basis: Basis, period_from: date, at: date) -> Iterator[date]:
    """Ends of the months that a list tells of."""
    end = month_end(add_months(month_start(period_from), -1))
    while end <= at:
        whole = period_from <= month_start(end)
        if {"events": whole, "stock": end >= period_from - date.resolution, "state": end == at}[basis]:
            yield end
        end = month_end(add_months(month_start(end), 1))


def everything(known: World, lists: list[List]) -> dict[tuple[str, date, str, str], int]:
    """All that a submission can tell, by measure, period end, dimension and item."""
    at, period_from = lists[0].at, lists[0].period_from
    assert at is not None and period_from is not None
    found: dict[tuple[str, date, str, str], int] = {}
    for code, told in MEASURES.items():
        for end in periods(told.basis, period_from, at):
            found |= {(code, end, *key): amount for key, amount in amounts(known, told, end, at).items()}
            found.setdefault((code, end, "all", "all"), 0)
    for code in WORKERS:
        for end in periods("state", period_from, at):
            found |= {(code, end, *key): amount for key, amount in worker_amounts(known, code, end).items()}
            found.setdefault((code, end, "all", "all"), 0)
    return found


def has_history(code: str, period_end: date, known_from: date) -> bool:
    """Whether the months that the measure looks back to lie within what was sent."""
    months = truth.HISTORY_NEEDED.get(MEASURES[code].truth, 0) if code in MEASURES else 0
    return months == 0 or add_months(month_start(period_end), -months) >= known_from


def everything_of_a_year(
    known: World, year_end: date, measures: dict[str, Told]
) -> dict[tuple[str, date, str, str], int]:
    """All that a yearly return can tell. The sexes that it knows are two; every child has a day of birth."""
    found: dict[tuple[str, date, str, str], int] = {}
    for code, told in measures.items():
        for end in periods(told.basis, add_months(year_end + date.resolution, -12), year_end):
            for key, amount in amounts(known, told, end, date.max).items():
                place = (code, end, *(("gender", "not_stated") if key == ("gender", "neither") else key))
                found[place] = found.get(place, 0) + amount
            found.setdefault((code, end, "all", "all"), 0)
    return found


def has_episodes(code: str, period_end: date, known_from: date) -> bool:
    months = EPISODES_HISTORY.get(code, 0)
    return months == 0 or add_months(month_start(period_end), -months) >= known_from
