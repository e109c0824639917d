"""The measures of a world, counted one record at a time by the national definitions: slow, plain, easy to check.

Belongs here: definitions, with their source, and loops. Does not belong here: the product, nor how a world is made.

Each measure is a function of the world and the first and last day of a month; it returns its cases. Every case is in
the denominator; `counted` says whether it is in the numerator too. Of a plain count all cases are counted.
Days are looked at from their end: what ended on that day is no longer open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from tests.children.days import add_months, add_working_days, age_on, month_end, working_days_between
from tests.children.world import CareLeaver, Need, Plan, Referral, World

AGE_BANDS = ((-1, "unborn"), (0, "under 1"), (4, "1-4"), (9, "5-9"), (15, "10-15"), (17, "16-17"))
BREAKDOWNS = ("all", "age", "gender", "ethnicity", "disability", "team", "area", "source", "contact_class")
UNALLOCATED = "Unallocated"
# What counts as an initial contact (registry, vocabulary of contact classes).
INITIAL_CONTACTS = ("request_for_service", "police_notification")


@dataclass(frozen=True)
class Case:
    """One thing counted: whose, on which day (the age is taken then), and the team and source where the record has
    one. `amount` is what it adds to a sum: 1, or days."""

    child_id: str
    on: date
    counted: bool = True
    amount: int = field(default=1, kw_only=True)
    team: str | None = None
    source: str | None = None
    contact_class: str | None = None


@dataclass(frozen=True)
class Count:
    """A measure in a month for one item of a breakdown. Numerator and denominator are None where the status is not
    ok."""

    measure: str
    month: date
    breakdown: str
    item: str
    numerator: int | None
    denominator: int | None
    status: str = "ok"


# What the definitions share


def within_months_before(previous: date, on: date, months: int) -> bool:
    """Whether `previous` lies before `on`, by no more than so many months. On the same day neither came first.

    Looks back from the later day: from 29 February 2024 twelve months back is 28 February 2023; from 28 February 2025
    it is
    28 February 2024, so that 29 February 2024 is within.
    """
    return add_months(on, -months) <= previous < on


def is_open(started: date, ended: date | None, day: date) -> bool:
    """Begun by the end of the day, and not ended by then."""
    return started <= day and (ended is None or ended > day)


def age_band(born: date, day: date) -> str:
    age = age_on(born, day)
    for up_to, name in AGE_BANDS:
        if age <= up_to:
            return name
    return "18 and over"


def by_child(records: Iterable[Referral] | Iterable[Plan]) -> dict[str, list[date]]:
    """The days on which each child's records began."""
    days: dict[str, list[date]] = defaultdict(list)
    for one in records:
        days[one.child_id].append(one.on if isinstance(one, Referral) else one.started)
    return days


def team_on(world: World, child_id: str, day: date) -> str:
    """The team that had the child's case at the end of a day."""
    team = UNALLOCATED
    for need in world.needs:
        if need.child_id == child_id and is_open(need.started, need.closed, day):
            team = last_team(need, day)
    return team


def last_team(need: Need, day: date) -> str:
    team = UNALLOCATED
    for allocation in need.allocations:
        if allocation.since <= day:
            team = allocation.team
    return team


# Front door


def contacts_received(world: World, start: date, end: date) -> list[Case]:
    return [
        Case(one.child_id, one.on, source=one.source, contact_class=one.contact_class)
        for one in world.contacts
        if start <= one.on <= end
    ]


def initial_contacts(world: World, start: date, end: date) -> list[Case]:
    """Contacts of the classes that are an initial contact; advice, information and open cases are none."""
    return [case for case in contacts_received(world, start, end) if case.contact_class in INITIAL_CONTACTS]


def contacts_police(world: World, start: date, end: date) -> list[Case]:
    return [
        Case(one.child_id, one.on, one.source == "g) Police", source=one.source, contact_class=one.contact_class)
        for one in world.contacts
        if start <= one.on <= end
    ]


def contacts_followed(world: World, start: date, end: date, referrals: set[str]) -> list[Case]:
    """Contacts, and those that became one of these referrals."""
    return [
        Case(one.child_id, one.on, one.referral_id in referrals, source=one.source, contact_class=one.contact_class)
        for one in world.contacts
        if start <= one.on <= end
    ]


def contacts_to_assessment(world: World, start: date, end: date) -> list[Case]:
    """Contacts, and those that became a referral which an assessment followed so far."""
    return contacts_followed(world, start, end, {one.referral_id for one in world.assessments})


def contacts_to_plan(world: World, start: date, end: date) -> list[Case]:
    """Contacts, and those that became a referral in whose case a plan was begun so far."""
    planned = {
        need.referral_id
        for need in world.needs
        for plan in world.plans
        if plan.child_id == need.child_id
        and need.started <= plan.started
        and (need.closed is None or plan.started <= need.closed)
    }
    return contacts_followed(world, start, end, planned)


def contacts_to_referral(world: World, start: date, end: date) -> list[Case]:
    """Contacts, and those whose outcome was a referral."""
    return [
        Case(one.child_id, one.on, one.referral_id is not None, source=one.source, contact_class=one.contact_class)
        for one in world.contacts
        if start <= one.on <= end
    ]


def contacts_to_early_help(world: World, start: date, end: date) -> list[Case]:
    """Contacts, and those whose outcome was early help."""
    return [
        Case(one.child_id, one.on, one.outcome == "Early help", source=one.source, contact_class=one.contact_class)
        for one in world.contacts
        if start <= one.on <= end
    ]


def referrals_received(world: World, start: date, end: date) -> list[Case]:
    return [Case(one.child_id, one.on, True, one.team, one.source) for one in world.referrals if start <= one.on <= end]


def referrals_nfa(world: World, start: date, end: date) -> list[Case]:
    return [
        Case(one.child_id, one.on, one.no_further_action, one.team, one.source)
        for one in world.referrals
        if start <= one.on <= end
    ]


def rereferrals(world: World, start: date, end: date) -> list[Case]:
    """Referrals, and those within 12 months of a previous referral of the same child (CIN census; anchored to each)."""
    days = by_child(world.referrals)
    cases = []
    for one in world.referrals:
        if start <= one.on <= end:
            again = any(within_months_before(day, one.on, 12) for day in days[one.child_id])
            cases.append(Case(one.child_id, one.on, again, one.team, one.source))
    return cases


def referrals_assessed(world: World, start: date, end: date) -> list[Case]:
    """Referrals, and those that an assessment followed."""
    assessed = {one.referral_id for one in world.assessments}
    return [
        Case(one.child_id, one.on, one.referral_id in assessed, one.team, one.source)
        for one in world.referrals
        if start <= one.on <= end
    ]


# Early help


def eh_assessments_started(world: World, start: date, end: date) -> list[Case]:
    return [Case(one.child_id, one.started) for one in world.early_help if start <= one.started <= end]


def eh_assessments_completed(world: World, start: date, end: date) -> list[Case]:
    return [
        Case(one.child_id, one.completed)
        for one in world.early_help
        if one.completed is not None and start <= one.completed <= end
    ]


def referrals_not_in_need(world: World, start: date, end: date) -> list[Case]:
    """Referrals, and those of which every assessment that is done found no need of support."""
    found: dict[str, list[bool]] = defaultdict(list)
    for one in world.assessments:
        if one.needs_support is not None:
            found[one.referral_id].append(one.needs_support)
    return [
        Case(
            one.child_id,
            one.on,
            bool(found[one.referral_id]) and not any(found[one.referral_id]),
            team=one.team,
            source=one.source,
        )
        for one in world.referrals
        if start <= one.on <= end
    ]


# Assessments


def assessments_completed(world: World, start: date, end: date) -> list[Case]:
    return [
        Case(one.child_id, one.authorised, True, one.team)
        for one in world.assessments
        if one.authorised is not None and start <= one.authorised <= end
    ]


def assessments_45wd(world: World, start: date, end: date) -> list[Case]:
    """Assessments completed in the month, and those within 45 working days. Open ones are in neither."""
    return [
        Case(one.child_id, one.authorised, working_days_between(one.started, one.authorised) <= 45, one.team)
        for one in world.assessments
        if one.authorised is not None and start <= one.authorised <= end
    ]


def assessment_working_days(world: World, start: date, end: date) -> list[Case]:
    """Assessments completed in the month, each with the working days it took."""
    return [
        Case(
            one.child_id,
            one.authorised,
            True,
            one.team,
            amount=working_days_between(one.started, one.authorised),
        )
        for one in world.assessments
        if one.authorised is not None and start <= one.authorised <= end
    ]


def assessments_open(world: World, start: date, end: date) -> list[Case]:
    return [
        Case(one.child_id, end, True, one.team)
        for one in world.assessments
        if is_open(one.started, one.authorised, end)
    ]


def assessments_seen(world: World, start: date, end: date) -> list[Case]:
    """Assessments completed in the month, and those in which the child was seen; unknown is not yes."""
    return [
        Case(one.child_id, one.authorised, one.seen == "True", one.team)
        for one in world.assessments
        if one.authorised is not None and start <= one.authorised <= end
    ]


def assessments_to_support(world: World, start: date, end: date) -> list[Case]:
    """Assessments completed in the month, and those that found the child in need of support."""
    return [
        Case(one.child_id, one.authorised, one.needs_support is True, one.team)
        for one in world.assessments
        if one.authorised is not None and start <= one.authorised <= end
    ]


# Section 47 and conferences


def section_47(world: World, start: date, end: date) -> list[Case]:
    return [Case(one.child_id, one.started, True, one.team) for one in world.section_47 if start <= one.started <= end]


def icpc(world: World, start: date, end: date) -> list[Case]:
    return [
        Case(one.child_id, one.conference, True, one.team)
        for one in world.section_47
        if one.conference is not None and start <= one.conference <= end
    ]


def icpc_15wd(world: World, start: date, end: date) -> list[Case]:
    """Conferences of the month, and those within 15 working days of the strategy discussion."""
    return [
        Case(one.child_id, one.conference, working_days_between(one.started, one.conference) <= 15, one.team)
        for one in world.section_47
        if one.conference is not None and start <= one.conference <= end
    ]


def section_47_to_icpc(world: World, start: date, end: date) -> list[Case]:
    """Enquiries begun in the month, and those with a conference so far, whenever it was held."""
    return [
        Case(one.child_id, one.started, one.conference is not None, one.team)
        for one in world.section_47
        if start <= one.started <= end
    ]


def icpc_to_plan(world: World, start: date, end: date) -> list[Case]:
    """Conferences of the month, and those that led to a plan."""
    return [
        Case(one.child_id, one.conference, one.led_to_plan is True, one.team)
        for one in world.section_47
        if one.conference is not None and start <= one.conference <= end
    ]


# Plans


def open_plans(world: World, end: date) -> list[Plan]:
    return [one for one in world.plans if is_open(one.started, one.ended, end)]


def plan_cases(world: World, end: date, test: Callable[[Plan], bool]) -> list[Case]:
    """Plans open at the end of the month, and those that pass a test."""
    return [Case(one.child_id, end, test(one), team_on(world, one.child_id, end)) for one in open_plans(world, end)]


def cpp_count(world: World, start: date, end: date) -> list[Case]:
    return plan_cases(world, end, lambda one: True)


def cpp_new(world: World, start: date, end: date) -> list[Case]:
    return [Case(one.child_id, one.started) for one in world.plans if start <= one.started <= end]


def cpp_ceased(world: World, start: date, end: date) -> list[Case]:
    return [Case(one.child_id, one.ended) for one in world.plans if one.ended is not None and start <= one.ended <= end]


def cpp_open_18m(world: World, start: date, end: date) -> list[Case]:
    """Longer than 18 months: the day 18 months after the start lies before the month's end."""
    return plan_cases(world, end, lambda one: add_months(one.started, 18) < end)


def cpp_open_2y(world: World, start: date, end: date) -> list[Case]:
    """Two years is more than 729 days."""
    return plan_cases(world, end, lambda one: (end - one.started).days > 729)


def cpp_ceased_2y(world: World, start: date, end: date) -> list[Case]:
    """Plans that ended in the month, and those that had lasted two years or more."""
    return [
        Case(one.child_id, one.ended, (one.ended - one.started).days > 729)
        for one in world.plans
        if one.ended is not None and start <= one.ended <= end
    ]


def cpp_repeat(world: World, start: date, end: date) -> list[Case]:
    """Plans started, and those that are a second or subsequent plan, ever (d3)."""
    days = by_child(world.plans)
    return [
        Case(one.child_id, one.started, any(day < one.started for day in days[one.child_id]))
        for one in world.plans
        if start <= one.started <= end
    ]


def cpp_repeat_24m(world: World, start: date, end: date) -> list[Case]:
    """Plans started, and those that began within 24 months after an earlier plan of the child ended (Kent, from
    2012)."""
    cases = []
    for one in world.plans:
        if start <= one.started <= end:
            again = False
            for other in world.plans:
                if other.child_id == one.child_id and other.started < one.started and other.ended is not None:
                    again = again or add_months(one.started, -24) <= other.ended <= one.started
            cases.append(Case(one.child_id, one.started, again))
    return cases


def plan_review_in_time(plan: Plan, day: date) -> bool:
    """The next review was not overdue: due three months after the start, then six months after the review before."""
    held = [review for review in plan.reviews if review <= day]
    due = add_months(held[-1], 6) if held else add_months(plan.started, 3)
    return due >= day


def cpp_reviews_on_time(world: World, start: date, end: date) -> list[Case]:
    """Plans open at the end of the month, and those whose next review was not overdue then."""
    return plan_cases(world, end, lambda one: plan_review_in_time(one, end))


def days_since_visit(plan: Plan, day: date) -> int:
    """Days since the last completed visit, or since the plan began where there was none."""
    done = [visit.on for visit in plan.visits if visit.completed and visit.on <= day]
    return (day - max([plan.started, *done])).days


def cp_visits_overdue_10(world: World, start: date, end: date) -> list[Case]:
    """Plans open, and those with no completed visit for more than 10 days (Surrey: red)."""
    return plan_cases(world, end, lambda one: days_since_visit(one, end) > 10)


def cp_visits_overdue_14(world: World, start: date, end: date) -> list[Case]:
    """The same for more than 14 days (Surrey: purple)."""
    return plan_cases(world, end, lambda one: days_since_visit(one, end) > 14)


def last_visit_alone(plan: Plan, day: date) -> bool:
    done = [visit for visit in plan.visits if visit.completed and visit.on <= day]
    return bool(done) and done[-1].seen_alone == "True"


def cp_visits_seen_alone(world: World, start: date, end: date) -> list[Case]:
    """Plans open with a completed visit, and those whose last one saw the child alone; unknown is not yes."""
    return [
        Case(one.child_id, end, last_visit_alone(one, end), team_on(world, one.child_id, end))
        for one in open_plans(world, end)
        if any(visit.completed and visit.on <= end for visit in one.visits)
    ]


# Children in need


def cin_episodes_open(world: World, start: date, end: date) -> list[Case]:
    return [
        Case(one.child_id, end, True, last_team(one, end))
        for one in world.needs
        if is_open(one.started, one.closed, end)
    ]


def cin_episodes_started(world: World, start: date, end: date) -> list[Case]:
    return [Case(one.child_id, one.started) for one in world.needs if start <= one.started <= end]


def cin_episodes_ended(world: World, start: date, end: date) -> list[Case]:
    return [
        Case(one.child_id, one.closed) for one in world.needs if one.closed is not None and start <= one.closed <= end
    ]


def unallocated_cases(world: World, start: date, end: date) -> list[Case]:
    """Open cases, and those that no worker had yet."""
    return [
        Case(one.child_id, end, last_team(one, end) == UNALLOCATED, last_team(one, end))
        for one in world.needs
        if is_open(one.started, one.closed, end)
    ]


def allocated_cases(world: World, start: date, end: date) -> list[Case]:
    """Open cases, and those that a worker had."""
    return [replace(one, counted=not one.counted) for one in unallocated_cases(world, start, end)]


# Looked after


def lac_count(world: World, start: date, end: date) -> list[Case]:
    return [
        Case(one.child_id, end, True, team_on(world, one.child_id, end))
        for one in world.care
        if is_open(one.started, one.ceased, end)
    ]


def uasc_count(world: World, start: date, end: date) -> list[Case]:
    """Looked after at the end of the month, and unaccompanied asylum seeking children among them."""
    return [
        Case(one.child_id, end, world.children[one.child_id].unaccompanied, team_on(world, one.child_id, end))
        for one in world.care
        if is_open(one.started, one.ceased, end)
    ]


def lac_started(world: World, start: date, end: date) -> list[Case]:
    return [Case(one.child_id, one.started) for one in world.care if start <= one.started <= end]


def lac_ceased(world: World, start: date, end: date) -> list[Case]:
    return [
        Case(one.child_id, one.ceased) for one in world.care if one.ceased is not None and start <= one.ceased <= end
    ]


def lac_3plus_placements_12m(world: World, start: date, end: date) -> list[Case]:
    """Looked after at the end of the month, and with three placements or more in the twelve months before it.

    Counted are placements of the present period: begun by the month's end and not over twelve months before.
    """
    cases = []
    for one in world.care:
        if is_open(one.started, one.ceased, end):
            number = 0
            for placement in one.placements:
                if placement.started <= end and (placement.ended is None or placement.ended > add_months(end, -12)):
                    number += 1
            cases.append(Case(one.child_id, end, number >= 3, team_on(world, one.child_id, end)))
    return cases


def lac_out_20mi(world: World, start: date, end: date) -> list[Case]:
    """Looked after at the end of the month, and placed outside the authority more than 20 miles from home."""
    cases = []
    for one in world.care:
        if is_open(one.started, one.ceased, end):
            now = [placement for placement in one.placements if placement.started <= end][-1]
            far = not now.inside and now.miles > 20
            cases.append(Case(one.child_id, end, far, team_on(world, one.child_id, end)))
    return cases


def lac_visit_42_days(world: World, start: date, end: date) -> list[Case]:
    """Looked after at the end of the month, and visited in the six weeks before it (or in care for less than that)."""
    cases = []
    for one in world.care:
        if is_open(one.started, one.ceased, end):
            done = [visit.on for visit in one.visits if visit.completed and visit.on <= end]
            in_time = (end - max([one.started, *done])).days <= 42
            cases.append(Case(one.child_id, end, in_time, team_on(world, one.child_id, end)))
    return cases


def lac_reviews_on_time(world: World, start: date, end: date) -> list[Case]:
    """Looked after at the end of the month, next review not overdue: 20 working days, then 3 months, then every 6."""
    cases = []
    for one in world.care:
        if is_open(one.started, one.ceased, end):
            held = [review for review in one.reviews if review <= end]
            if not held:
                due = add_working_days(one.started, 20)
            elif len(held) == 1:
                due = add_months(held[0], 3)
            else:
                due = add_months(held[-1], 6)
            cases.append(Case(one.child_id, end, due >= end, team_on(world, one.child_id, end)))
    return cases


def within_year_before(days: Iterable[date], day: date) -> bool:
    """Whether one of the days known on `day` lies in the twelve months before it, the day a year before included."""
    return any(add_months(day, -12) <= one <= day for one in days)


def lac_health_assessed_12m(world: World, start: date, end: date) -> list[Case]:
    """Looked after at the end of the month, and with a health assessment in the twelve months before; none is none."""
    return [
        Case(one.child_id, end, within_year_before(one.health, end), team_on(world, one.child_id, end))
        for one in world.care
        if is_open(one.started, one.ceased, end)
    ]


def lac_dental_12m(world: World, start: date, end: date) -> list[Case]:
    """Looked after at the end of the month, and with a dental check in the twelve months before; none is none."""
    return [
        Case(one.child_id, end, within_year_before(one.dental, end), team_on(world, one.child_id, end))
        for one in world.care
        if is_open(one.started, one.ceased, end)
    ]


def missing_started(world: World, start: date, end: date) -> list[Case]:
    """Episodes of being missing (not absent) that began in the month."""
    return [
        Case(one.child_id, episode.started)
        for one in world.care
        for episode in one.missing
        if episode.kind == "missing" and start <= episode.started <= end
    ]


def lac_missing_12m(world: World, start: date, end: date) -> list[Case]:
    """Looked after at the end of the month, and missing at least once in the twelve months before it."""
    return [
        Case(
            one.child_id,
            end,
            any(episode.kind == "missing" and add_months(end, -12) < episode.started <= end for episode in one.missing),
            team_on(world, one.child_id, end),
        )
        for one in world.care
        if is_open(one.started, one.ceased, end)
    ]


def rhi_accepted(world: World, start: date, end: date) -> list[Case]:
    """Return interviews offered after missing episodes that began in the month, and those accepted."""
    return [
        Case(one.child_id, episode.started, episode.interview_accepted)
        for one in world.care
        for episode in one.missing
        if episode.kind == "missing" and episode.interview_offered and start <= episode.started <= end
    ]


# Care leavers


def care_leaver_cases(world: World, day: date, test: Callable[[CareLeaver], bool]) -> list[Case]:
    """Those entitled at the end of a day, and those who pass a test."""
    return [Case(one.child_id, day, test(one), one.team) for one in world.care_leavers if one.since <= day < one.until]


def care_leavers_supported(world: World, start: date, end: date) -> list[Case]:
    return care_leaver_cases(world, end, lambda one: True)


def care_leavers_in_touch(world: World, start: date, end: date) -> list[Case]:
    """In touch is a contact in the eight weeks before."""
    return care_leaver_cases(world, end, lambda one: any(0 <= (end - day).days < 56 for day in one.contacts))


def care_leavers_suitable(world: World, start: date, end: date) -> list[Case]:
    return care_leaver_cases(world, end, lambda one: one.suitable)


def care_leavers_eet(world: World, start: date, end: date) -> list[Case]:
    """Codes F and P are education, employment or training, G is not."""
    return care_leaver_cases(world, end, lambda one: one.activity[0] in "FP")


def care_leavers_with_pathway_plan(world: World, start: date, end: date) -> list[Case]:
    return care_leaver_cases(world, end, lambda one: any(day <= end for day in one.pathway_reviews))


Measure = Callable[[World, date, date], list[Case]]

COUNTS: dict[str, Measure] = {
    "contacts_received": contacts_received,
    "initial_contacts": initial_contacts,
    "eh_assessments_started": eh_assessments_started,
    "eh_assessments_completed": eh_assessments_completed,
    "referrals_received": referrals_received,
    "assessments_completed": assessments_completed,
    "assessments_open": assessments_open,
    "section_47_count": section_47,
    "icpc_count": icpc,
    "cpp_count": cpp_count,
    "cpp_new": cpp_new,
    "cpp_ceased": cpp_ceased,
    "cin_episodes_open": cin_episodes_open,
    "cin_episodes_started": cin_episodes_started,
    "cin_episodes_ended": cin_episodes_ended,
    "lac_count": lac_count,
    "lac_started": lac_started,
    "lac_ceased": lac_ceased,
    "missing_started": missing_started,
    "care_leavers_supported": care_leavers_supported,
}
PARTS: dict[str, Measure] = {
    "contacts_police": contacts_police,
    "contacts_to_referral": contacts_to_referral,
    "contacts_to_early_help": contacts_to_early_help,
    "contacts_to_assessment": contacts_to_assessment,
    "contacts_to_plan": contacts_to_plan,
    "referrals_nfa": referrals_nfa,
    "rereferrals": rereferrals,
    "referrals_assessed": referrals_assessed,
    "referrals_not_in_need": referrals_not_in_need,
    "assessments_45wd": assessments_45wd,
    "assessment_working_days": assessment_working_days,
    "assessments_seen": assessments_seen,
    "assessments_to_support": assessments_to_support,
    "section_47_to_icpc": section_47_to_icpc,
    "icpc_15wd": icpc_15wd,
    "icpc_to_plan": icpc_to_plan,
    "cpp_open_18m": cpp_open_18m,
    "cpp_open_2y": cpp_open_2y,
    "cpp_ceased_2y": cpp_ceased_2y,
    "cpp_repeat": cpp_repeat,
    "cpp_repeat_24m": cpp_repeat_24m,
    "cpp_reviews_on_time": cpp_reviews_on_time,
    "cp_visits_overdue_10": cp_visits_overdue_10,
    "cp_visits_overdue_14": cp_visits_overdue_14,
    "cp_visits_seen_alone": cp_visits_seen_alone,
    "unallocated_cases": unallocated_cases,
    "allocated_cases": allocated_cases,
    "lac_3plus_placements_12m": lac_3plus_placements_12m,
    "lac_out_20mi": lac_out_20mi,
    "lac_visit_42_days": lac_visit_42_days,
    "lac_reviews_on_time": lac_reviews_on_time,
    "lac_missing_12m": lac_missing_12m,
    "uasc_count": uasc_count,
    "lac_health_assessed_12m": lac_health_assessed_12m,
    "lac_dental_12m": lac_dental_12m,
    "care_leavers_in_touch": care_leavers_in_touch,
    "care_leavers_suitable": care_leavers_suitable,
    "care_leavers_with_pathway_plan": care_leavers_with_pathway_plan,
    "care_leavers_eet": care_leavers_eet,
    "rhi_accepted": rhi_accepted,
}
# Months of records that must lie before a month for the measure to say anything of it.
HISTORY_NEEDED = {"rereferrals": 12, "cpp_repeat_24m": 24}


def item_of(world: World, case: Case, breakdown: str) -> str | None:
    """Which item of a breakdown a case belongs to; None where the record has no such thing."""
    child = world.children[case.child_id]
    return {
        "all": "all",
        "age": age_band(child.born, case.on),
        "gender": child.gender,
        "ethnicity": child.ethnicity,
        "disability": child.disability,
        "team": case.team,
        "area": child.area,
        "source": case.source,
        "contact_class": case.contact_class,
    }[breakdown]


def added(cases: Iterable[Case]) -> int:
    return sum(one.amount for one in cases if one.counted)


def measure_month(world: World, measure: str, month: date, known_from: date | None = None) -> list[Count]:
    """All counts of a measure in the month that begins on `month`. `known_from`: since when records are there."""
    known_from = known_from or world.history
    if add_months(month, -HISTORY_NEEDED.get(measure, 0)) < known_from:
        return [Count(measure, month, "all", "all", None, None, "insufficient_history")]
    is_part = measure in PARTS
    cases = (PARTS if is_part else COUNTS)[measure](world, month, month_end(month))
    found = [Count(measure, month, "all", "all", added(cases), len(cases) if is_part else None)]
    for breakdown in BREAKDOWNS[1:]:
        items = sorted({item for one in cases if (item := item_of(world, one, breakdown)) is not None})
        for item in items:
            own = [one for one in cases if item_of(world, one, breakdown) == item]
            found.append(Count(measure, month, breakdown, item, added(own), len(own) if is_part else None))
    return found


def measure_all(world: World, known_from: date | None = None) -> list[Count]:
    """Every measure, month and breakdown of a world."""
    return [
        count
        for measure in (*COUNTS, *PARTS)
        for month in world.months()
        for count in measure_month(world, measure, month, known_from)
    ]


def caseload(world: World, day: date) -> dict[str, int]:
    """Cases each worker had at the end of a day; a case counts for the worker it was allocated to last."""
    cases: dict[str, int] = {}
    for need in world.needs:
        if is_open(need.started, need.closed, day):
            worker = UNALLOCATED
            for allocation in need.allocations:
                if allocation.since <= day:
                    worker = allocation.worker
            cases[worker] = cases.get(worker, 0) + 1
    return cases


def teams_of_workers(world: World, day: date) -> dict[tuple[str, str], int]:
    """Open cases by worker and team at the end of a day; cases that nobody has are left out."""
    cases: dict[tuple[str, str], int] = {}
    for need in world.needs:
        if is_open(need.started, need.closed, day):
            held = [one for one in need.allocations if one.since <= day]
            if held:
                key = (held[-1].worker, held[-1].team)
                cases[key] = cases.get(key, 0) + 1
    return cases
