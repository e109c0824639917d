"""The truth of a fabricated authority: every child and everything that happened to them, by day, from one seed.

Belongs here: the records and how they come about. Does not belong here: what a list shows of them, nor any measure.
Each child goes one way at a time: contact, referral, assessment, section 47, conference, plan, looked after, closed; a
next referral comes only after the case was closed. Nothing is known after `World.last`: what ends later is open.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.children import calibration as cal
from tests.children.days import (
    DAY,
    add_months,
    add_working_days,
    age_on,
    birthday,
    is_working_day,
    month_end,
    months_of,
)

AREAS = ("North", "South")
# Stage of a case -> share of all cases its teams hold; sizes the teams.
STAGES = {"Assessment": 0.20, "Family Support": 0.36, "Child Protection": 0.16, "Looked After": 0.28}
HISTORY_YEARS = 6


@dataclass(slots=True)
class Child:
    child_id: str
    born: date
    gender: str
    ethnicity: str
    disability: str
    area: str
    unaccompanied: bool = False


@dataclass(slots=True)
class Contact:
    contact_id: str
    child_id: str
    on: date
    source: str
    method: str
    outcome: str
    contact_class: str
    referral_id: str | None = None


@dataclass(slots=True)
class EarlyHelp:
    child_id: str
    started: date
    completed: date | None
    organisation: str


@dataclass(slots=True)
class Allocation:
    """From `since` until the next allocation of the case, or until the case is closed."""

    since: date
    team: str
    worker: str


@dataclass(slots=True)
class Visit:
    on: date
    seen_alone: str
    completed: bool = True


@dataclass(slots=True)
class Referral:
    referral_id: str
    child_id: str
    on: date
    source: str
    no_further_action: bool
    team: str
    worker: str


@dataclass(slots=True)
class Assessment:
    child_id: str
    referral_id: str
    started: date
    authorised: date | None
    seen: str
    needs_support: bool | None
    team: str
    worker: str


@dataclass(slots=True)
class Section47:
    child_id: str
    referral_id: str
    started: date
    conference_unnecessary: bool | None
    conference: date | None
    led_to_plan: bool | None
    team: str
    worker: str


@dataclass(slots=True)
class Plan:
    plan_id: str
    child_id: str
    started: date
    ended: date | None
    category: str
    # Day and new category, where it was changed at a review.
    changed: tuple[date, str] | None = None
    visits: list[Visit] = field(default_factory=list)
    reviews: list[date] = field(default_factory=list)
    police_powers: date | None = None
    transferred_in: bool = False


@dataclass(slots=True)
class Need:
    """A case: open from its referral until closed, whatever plan or care lies within."""

    child_id: str
    referral_id: str
    started: date
    closed: date | None
    reason: str | None
    primary_need: str
    # From when the case has been a child in need plan, not an open assessment; None where it never was.
    plan_from: date | None
    visits: list[date] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)


@dataclass(slots=True)
class Placement:
    started: date
    ended: date | None
    kind: str
    provider: str
    inside: bool
    miles: int
    postcode: str
    urn: str


@dataclass(slots=True)
class Missing:
    started: date
    ended: date | None
    kind: str
    interview_offered: bool
    interview_accepted: bool


@dataclass(slots=True)
class Care:
    """A period of being looked after."""

    child_id: str
    started: date
    ceased: date | None
    reason: str | None
    primary_need: str
    permanence: str
    legal: list[tuple[date, str]] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    reviews: list[date] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    reviewing_officer_visits: list[date] = field(default_factory=list)
    health: list[date] = field(default_factory=list)
    dental: list[date] = field(default_factory=list)


@dataclass(slots=True)
class CareLeaver:
    child_id: str
    since: date
    until: date
    team: str
    worker: str
    adviser: str
    accommodation: str
    suitable: bool
    activity: str
    contacts: list[date] = field(default_factory=list)
    pathway_reviews: list[date] = field(default_factory=list)


@dataclass(slots=True)
class Adoption:
    child_id: str
    family_id: str
    entered_care: date
    decided: date
    placement_order: date | None
    matched: date | None
    placed: date | None
    ordered: date | None
    reversed_on: date | None = None
    reversed_why: str | None = None


@dataclass(slots=True)
class Adopter:
    adopter_id: str
    family_id: str
    gender: str
    ethnicity: str
    disability: str
    fostering: bool
    # Days of the ten steps of list 11, in its order from the enquiry to the placement; None where not reached.
    steps: list[date | None]
    ordered: date | None
    left: date | None
    left_why: str | None
    children: int | None


@dataclass
class World:
    """Everything up to `last`. Records begin on `history`; `first` is the first month with all its history behind
    it."""

    population: int
    history: date
    first: date
    last: date
    children: dict[str, Child] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    early_help: list[EarlyHelp] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)
    section_47: list[Section47] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    care: list[Care] = field(default_factory=list)
    care_leavers: list[CareLeaver] = field(default_factory=list)
    adoptions: list[Adoption] = field(default_factory=list)
    adopters: list[Adopter] = field(default_factory=list)

    def months(self) -> list[date]:
        """First days of the months from `first` to `last`."""
        return months_of(self.first, self.last)


SOURCE_METHODS = ("Telephone", "Email", "Online form", "Letter", "In person")
OTHER_CLASSES = {
    "police_notification": 34,
    "request_for_service": 20,
    "information_only": 18,
    "consultation_advice": 14,
    "existing_case": 9,
    "other_authority": 5,
}
OUTCOMES = {
    "police_notification": "No further action",
    "request_for_service": "Early help",
    "information_only": "No further action",
    "consultation_advice": "Advice given",
    "existing_case": "Passed to allocated worker",
    "other_authority": "Passed to other authority",
}
NEEDS = {
    "a) Abuse or neglect": 58,
    "b) Child's disability": 9,
    "c) Parents illness or disability": 4,
    "d) Family in acute stress": 9,
    "e) Family dysfunction": 14,
    "f) Socially unacceptable behaviour": 3,
    "h) Absent parenting": 3,
}
CATEGORIES = {
    "a) Neglect": 49,
    "b) Physical Abuse": 7,
    "c) Sexual Abuse": 4,
    "d) Emotional Abuse": 37,
    "e) Multiple": 3,
}
PLACEMENTS = {
    "a) Foster Placement": 68,
    "c) Placed with parents": 7,
    "h) Children’s Homes": 13,
    "f) Residential accommodation": 4,
    "d) Independent living": 5,
    "n) Other placements": 3,
}
ORGANISATIONS = ("Children's centre", "School", "Health visiting", "Family hub", "Youth service")
ACCOMMODATION = {
    "a) With parents or relatives": 20,
    "c) Semi-independent transitional accommodation": 20,
    "d) Supported lodgings": 10,
    "k) Independent living": 40,
    "i) No fixed abode / homeless": 2,
    "n) In custody": 3,
    "o) With Former Foster Carer": 5,
}
ACTIVITIES = (
    "F2: Full time in education other than higher",
    "F3: Full time in training or employment",
    "P3: Part time in training or employment",
    "F1: Full time in higher education",
    "G5: Not in education, employment or training",
)


def make_world(
    seed: int = 1, population: int = 20_000, first: date = date(2022, 4, 1), last: date = date(2025, 3, 31)
) -> World:
    """A whole authority. `population` is its children aged 0-17; records begin HISTORY_YEARS before `first`."""
    return _Maker(seed, population, first, last).make()


class _Maker:
    """One random source, used in one order: the same seed gives the same world."""

    def __init__(self, seed: int, population: int, first: date, last: date) -> None:
        self.random = random.Random(seed)
        self.world = World(population, add_months(first, -12 * HISTORY_YEARS), first, last)
        self.seen_ids: set[str] = set()
        # Referrals to come of children known already: day, order, child, whether the way leads to a plan.
        self.due: list[tuple[date, int, str, bool]] = []
        self.open_until: dict[str, date] = {}
        self.workers = self._workers(population)

    # Chance

    def pick(self, weights: dict[str, int]) -> str:
        return self.random.choices(list(weights), list(weights.values()))[0]

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def poisson(self, mean: float) -> int:
        """By counting exponential waits; the mean is below a few hundred."""
        count, passed = 0, self.random.expovariate(1.0)
        while passed < mean:
            count += 1
            passed += self.random.expovariate(1.0)
        return count

    def banded(self, bands: dict[tuple[int, int], int]) -> int:
        low, high = self.random.choices(list(bands), list(bands.values()))[0]
        return self.random.randint(low, high)

    def days(self, low: int, high: int) -> timedelta:
        return timedelta(days=self.random.randint(low, high))

    def new_id(self) -> str:
        """Random, so that no order can be read from it."""
        while True:
            one = str(self.random.randint(1_000_000, 9_999_999))
            if one not in self.seen_ids:
                self.seen_ids.add(one)
                return one

    # What is known

    def known(self, day: date | None) -> date | None:
        return day if day is not None and day <= self.world.last else None

    def every(self, start: date, end: date | None, low: int, high: int) -> Iterator[date]:
        """Days after `start`, `low` to `high` days apart, up to `end` and never after what is known."""
        until = min(end or self.world.last, self.world.last)
        day = start + self.days(low, high)
        while day <= until:
            yield day
            day += self.days(low, high)

    # Teams

    def _workers(self, population: int) -> dict[str, list[str]]:
        open_cases = cal.rate_per_10000(cal.IN_NEED_OPEN) * population / 10_000
        teams: dict[str, list[str]] = {}
        number = 0
        for stage, share in STAGES.items():
            size = max(1, round(open_cases * share / len(AREAS) / cal.CASELOAD))
            for area in AREAS:
                teams[f"{stage} {area}"] = [f"Worker {number + one + 1:03d}" for one in range(size)]
                number += size
        return teams

    def allocate(self, stage: str, child: Child, since: date) -> Allocation:
        team = f"{stage} {child.area}"
        return Allocation(since, team, self.random.choice(self.workers[team]))

    # The months

    def make(self) -> World:
        for month in months_of(self.world.history, self.world.last):
            self.one_month(month)
        self.adopter_households()
        self.sort()
        return self.world

    def one_month(self, month: date) -> None:
        """Referrals of the month: children known already first, new ones for the rest; then the other contacts."""
        share = cal.REFERRALS_BY_MONTH[month.month] / sum(cal.REFERRALS_BY_MONTH.values())
        expected = cal.rate_per_10000(cal.REFERRALS) * self.world.population / 10_000 * share
        wanted = self.poisson(expected)
        days = [self.day_in(month) for _ in range(wanted)]
        end = min(month_end(month), self.world.last)
        while self.due and self.due[0][0] <= end:
            day, _, child_id, to_plan = heapq.heappop(self.due)
            child = self.world.children[child_id]
            if day <= self.open_until.get(child_id, date.min):
                # Two ways of coming back were drawn; the one that leads to a plan waits until the case is closed.
                if to_plan:
                    self.follow(child, self.open_until[child_id] + self.days(5, 100), to_plan=True)
            elif age_on(child.born, day) < 18:
                self.refer(child, day, to_plan)
                days = days[1:]
        for day in days:
            self.refer(self.new_child(day), day, to_plan=False)
        for _ in range(self.poisson(expected * (cal.CONTACTS_PER_REFERRAL - 1))):
            self.other_contact(self.day_in(month))

    def day_in(self, month: date) -> date:
        """Mostly a working day; one in twelve of the others is kept, for weekends are worked too."""
        while True:
            day = month + timedelta(days=self.random.randrange((month_end(month) - month).days + 1))
            if is_working_day(day) or self.chance(1 / 12):
                return min(day, self.world.last)

    def new_child(self, day: date, age: int | None = None) -> Child:
        if age is None:
            age = self.random.choices(list(cal.AGES), list(cal.AGES.values()))[0]
        if age < 0:
            born = day + self.days(1, 150)
        else:
            low, high = add_months(day, -12 * (age + 1)) + DAY, add_months(day, -12 * age)
            born = low + self.days(0, (high - low).days)
        child = Child(
            self.new_id(),
            born,
            self.pick(cal.GENDERS),
            self.pick(cal.ETHNICITIES),
            self.pick(cal.DISABILITIES),
            self.random.choice(AREAS),
        )
        self.world.children[child.child_id] = child
        return child

    def follow(self, child: Child, day: date, to_plan: bool = False) -> None:
        heapq.heappush(self.due, (day, len(self.world.referrals), child.child_id, to_plan))

    # Front door

    def other_contact(self, day: date) -> None:
        """A contact that led to no referral; one in five is about a child known already."""
        if self.world.referrals and self.chance(0.2):
            child = self.world.children[self.random.choice(self.world.referrals).child_id]
            if age_on(child.born, day) >= 18:
                child = self.new_child(day)
        else:
            child = self.new_child(day)
        kind = self.pick(OTHER_CLASSES)
        source = "g) Police" if kind == "police_notification" else self.pick(cal.REFERRAL_SOURCES)
        self.world.contacts.append(
            Contact(
                self.new_id(), child.child_id, day, source, self.random.choice(SOURCE_METHODS), OUTCOMES[kind], kind
            )
        )
        if kind == "request_for_service" and self.chance(0.5):
            started = day + self.days(1, 14)
            if self.known(started):
                completed = self.known(started + self.days(5, 60))
                self.world.early_help.append(
                    EarlyHelp(child.child_id, started, completed, self.random.choice(ORGANISATIONS))
                )

    def refer(self, child: Child, day: date, to_plan: bool) -> None:
        source = self.pick(cal.REFERRAL_SOURCES)
        nothing = not to_plan and self.chance(cal.NO_FURTHER_ACTION / cal.REFERRALS)
        allocated = self.allocate("Assessment", child, day)
        one = Referral(self.new_id(), child.child_id, day, source, nothing, allocated.team, allocated.worker)
        self.world.referrals.append(one)
        self.world.contacts.append(
            Contact(
                self.new_id(),
                child.child_id,
                max(day - self.days(0, 1), self.world.history),
                source,
                self.random.choice(SOURCE_METHODS),
                "Referral",
                "police_notification" if source == "g) Police" else "request_for_service",
                one.referral_id,
            )
        )
        closed = day if nothing else self.work(child, one, allocated, to_plan)
        self.open_until[child.child_id] = closed
        self.perhaps_again(child, closed)

    def perhaps_again(self, child: Child, closed: date) -> None:
        """A next referral after the case was closed. The shares give the published share of re-referrals (a test)."""
        if closed > self.world.last:
            return
        if self.chance(0.345):
            self.follow(child, closed + timedelta(days=1 + int(self.random.expovariate(1 / 110))))
        elif self.chance(0.10):
            self.follow(child, closed + self.days(366, 1500))

    # From the assessment on

    def work(self, child: Child, referral: Referral, allocated: Allocation, to_plan: bool) -> date:
        """The case from its referral; returns the day it was closed, which may lie after what is known."""
        adult = birthday(child.born, 18)
        started = min(referral.on + self.days(0, 4), adult - DAY)
        finished = min(add_working_days(started, self.banded(cal.ASSESSMENT_WORKING_DAYS)), adult)
        # Nobody plans for a child who will be grown up before the conference.
        young = (adult - started).days > 150
        to_plan = to_plan and young
        enquiry = to_plan or self.chance(_SECTION_47_OF_ASSESSED)
        conference = to_plan or (enquiry and young and self.chance(_CONFERENCE_OF_ENQUIRIES))
        planned = to_plan or (conference and self.chance(cal.PLANS_STARTED / cal.ICPC))
        in_need = conference or self.chance(_IN_NEED_WITHOUT_CONFERENCE)
        if self.known(started):
            self.world.assessments.append(
                Assessment(
                    child.child_id,
                    referral.referral_id,
                    started,
                    self.known(finished),
                    "True" if self.chance(0.93) else self.random.choice(("False", "Unknown")),
                    in_need if self.known(finished) else None,
                    allocated.team,
                    allocated.worker,
                )
            )
        need = Need(child.child_id, referral.referral_id, referral.on, None, None, self.pick(NEEDS), None)
        late = self.days(3, 20) if self.chance(0.03) else timedelta(0)
        need.allocations.append(Allocation(referral.on + late, allocated.team, allocated.worker))
        held = self.enquire(child, referral, allocated, started, conference, planned) if enquiry else None
        closed = self.proceed(child, need, finished, held if planned else None, held) if in_need else finished
        self.close(child, need, closed, in_need, finished)
        return closed

    def enquire(
        self, child: Child, referral: Referral, allocated: Allocation, started: date, conference: bool, planned: bool
    ) -> date | None:
        """A section 47 enquiry in the first days of the assessment; returns the day of its conference, if one."""
        began = min(started + self.days(0, 7), birthday(child.born, 18) - DAY)
        held = add_working_days(began, self.banded(cal.ICPC_WORKING_DAYS)) if conference else None
        if self.known(began):
            decided = conference is False or self.known(held)
            self.world.section_47.append(
                Section47(
                    child.child_id,
                    referral.referral_id,
                    began,
                    (not conference) if decided else None,
                    self.known(held),
                    planned if self.known(held) else None,
                    allocated.team,
                    allocated.worker,
                )
            )
        return held

    def proceed(self, child: Child, need: Need, finished: date, plan_day: date | None, held: date | None) -> date:
        """What follows an assessment that found need: a plan, care, or a child in need plan. Returns the closing
        day."""
        adult = birthday(child.born, 18)
        need.plan_from = self.known(finished)
        need.allocations.append(self.allocate("Family Support", child, finished + self.days(0, 5)))
        after = max(finished, held or finished)
        end = after + timedelta(days=20 + int(self.random.expovariate(1 / 195)))
        care_from: date | None = None
        if plan_day and plan_day < adult:
            end = min(self.plan(child, need, plan_day), adult)
            if self.chance(cal.LOOKED_AFTER_SHARE_OF_PLANS):
                care_from = end
            else:
                end += self.days(30, 180)
        elif self.chance(_CARE_WITHOUT_PLAN):
            care_from = after + self.days(0, 60)
        if care_from:
            care_from = max(care_from, child.born)
            if care_from < adult:
                end = max(self.look_after(child, need, care_from), end)
        return min(end, adult)

    def close(self, child: Child, need: Need, closed: date, in_need: bool, finished: date) -> None:
        adult = birthday(child.born, 18)
        need.closed = self.known(closed)
        if need.closed:
            need.reason = (
                "g) 'Other' incl. Child no longer in need" if in_need else "h) Child not in need after assessment"
            )
            if in_need and closed == adult:
                need.reason = "f) Transfer to Adult Social Services"
            elif in_need and self.chance(0.03):
                need.reason = "e) Transfer to another LA"
        if any(one.child_id == child.child_id and one.reason == "a) Adopted" for one in self.world.care[-1:]):
            need.reason = "a) Adopted" if need.closed else None
        until = need.closed or self.world.last
        need.allocations = sorted((one for one in need.allocations if one.since <= until), key=lambda one: one.since)
        need.visits = list(self.every(finished, need.closed, 14, 38)) if in_need else []
        self.world.needs.append(need)

    # Child protection

    def plan_days(self) -> int:
        """Length of a plan, from the shares still open after so many months (d5)."""
        left = self.random.random()
        points = cal.PLAN_SURVIVAL
        for (month, share), (next_month, next_share) in itertools.pairwise(points):
            if left >= next_share:
                part = (share - left) / (share - next_share) if share > next_share else 0.0
                return max(1, round((month + part * (next_month - month)) * 30.44))
        return round(points[-1][0] * 30.44)

    def plan(self, child: Child, need: Need, started: date) -> date:
        """A plan and what happens on it; returns the day it ended, perhaps after what is known."""
        ended = min(started + timedelta(days=self.plan_days()), birthday(child.born, 18))
        if self.known(started) is None:
            return ended
        category = self.pick(CATEGORIES)
        one = Plan(self.new_id(), child.child_id, started, self.known(ended), category)
        one.reviews = self.plan_reviews(started, one.ended)
        if one.reviews and self.chance(0.08):
            one.changed = (self.random.choice(one.reviews), self.pick(CATEGORIES))
        for day in self.every(max(started, child.born), one.ended, 5, 14):
            one.visits.append(self.visit(day))
        if self.chance(0.04):
            one.police_powers = max(started - self.days(0, 20), self.world.history)
        self.world.plans.append(one)
        need.allocations.append(self.allocate("Child Protection", child, started))
        if self.chance(_ANOTHER_PLAN):
            gap = self.days(185, 700) if self.chance(0.5) else self.days(731, 1900)
            self.follow(child, ended + gap, to_plan=True)
        return ended

    def plan_reviews(self, started: date, ended: date | None) -> list[date]:
        """The first within three months, the next within six of the one before; a few are late."""
        until = min(ended or self.world.last, self.world.last)
        reviews: list[date] = []
        day = started + (self.days(70, 90) if self.chance(0.94) else self.days(93, 130))
        while day <= until:
            reviews.append(day)
            day += self.days(150, 180) if self.chance(0.94) else self.days(185, 240)
        return reviews

    def visit(self, day: date) -> Visit:
        late = self.chance(0.08)
        return Visit(day, self.random.choices(("True", "False", "Unknown"), (78, 17, 5))[0], completed=not late)

    # Looked after

    def care_days(self) -> int:
        """Three kinds of stay: days or weeks, a year or two, and until grown up."""
        kind = self.random.random()
        if kind < 0.26:
            return self.random.randint(2, 100)
        if kind < 0.67:
            return 100 + int(self.random.expovariate(1 / 650))
        return 18 * 366

    def look_after(self, child: Child, need: Need, started: date) -> date:
        """A period in care; returns the day it ceased, perhaps after what is known."""
        adult = birthday(child.born, 18)
        ceased = min(started + timedelta(days=self.care_days()), adult)
        adopted = age_on(child.born, started) < 4 and (ceased - started).days > 500 and self.chance(0.5)
        if adopted:
            ceased = started + self.days(500, 1000)
        if self.known(started) is None:
            return ceased
        one = Care(child.child_id, started, self.known(ceased), None, need.primary_need, "f) Long-term fostering")
        if one.ceased:
            one.reason = self.ceased_why(adopted, ceased == adult)
        child.unaccompanied = child.unaccompanied or (age_on(child.born, started) >= 15 and self.chance(0.3))
        one.permanence = (
            "b) Adoption" if adopted else self.random.choice(("a) Return to family", "f) Long-term fostering"))
        )
        one.legal = self.legal(started, one.ceased, adopted)
        one.placements = self.placements(started, one.ceased)
        if age_on(child.born, one.ceased or self.world.last) >= 11 and self.chance(0.25):
            one.missing = self.missing(max(started, birthday(child.born, 11)), one.ceased)
        one.reviews = list(self.care_reviews(started, one.ceased))
        one.visits = [self.visit(day) for day in self.every(started, one.ceased, 20, 44)]
        one.reviewing_officer_visits = list(self.every(started, one.ceased, 60, 200))
        one.health = list(self.every(started + self.days(5, 20), one.ceased, 300, 380))
        one.dental = list(self.every(started + self.days(20, 90), one.ceased, 180, 380))
        self.world.care.append(one)
        need.allocations.append(self.allocate("Looked After", child, started))
        if adopted:
            self.adopt(child, started, ceased)
        self.leave_care(child, started, ceased)
        return ceased

    def ceased_why(self, adopted: bool, grown: bool) -> str:
        if adopted:
            return "a) Adopted"
        if grown:
            return "h) Moved into independent living"
        return self.pick(
            {
                "d) Returned home to live with parents or relatives": 70,
                "g) Special Guardianship Orders": 25,
                "c) Care taken by another LA": 5,
            }
        )

    def legal(self, started: date, ceased: date | None, adopted: bool) -> list[tuple[date, str]]:
        until = ceased or self.world.last
        first = "e) Accommodated under S20" if self.chance(0.5) else "a) Interim care orders"
        steps = [(started, first), (started + self.days(120, 300), "b) Full care orders")]
        if adopted:
            steps.append((started + timedelta(days=330), "d) Placement order granted"))
        return [step for step in steps if step[0] == started or step[0] <= until]

    def placements(self, started: date, ceased: date | None) -> list[Placement]:
        """One after the other without a gap; early moves are commoner. A third of children move rarely."""
        until = ceased or self.world.last
        mean = self.random.choice((150, 700, 1500))
        days = [started]
        while (day := days[-1] + timedelta(days=1 + int(self.random.expovariate(1 / mean)))) < until:
            days.append(day)
        ends: list[date | None] = [*days[1:], ceased]
        return [self.placement(day, end) for day, end in zip(days, ends, strict=True)]

    def placement(self, started: date, ended: date | None) -> Placement:
        inside = self.chance(0.6)
        miles = self.random.randint(0, 18) if inside else self.random.randint(3, 120)
        number = self.random.randint(1, 9)
        # ZZ is no postcode area: no real place is named.
        postcode = f"ZZ{number} {self.random.randint(1, 9)}AA"
        provider = self.random.choice(("a) Own LA", "a) Own LA", "b) Private", "c) Other"))
        return Placement(
            started,
            ended,
            self.pick(PLACEMENTS),
            provider,
            inside,
            miles,
            postcode,
            f"SC{self.random.randint(100000, 999999)}",
        )

    def missing(self, started: date, ceased: date | None) -> list[Missing]:
        found = []
        last_end = started
        for day in self.every(started, ceased, 10, 200):
            if day <= last_end:
                continue
            end = self.known(day + self.days(0, 4))
            if end and ceased and end > ceased:
                end = ceased
            offered = self.chance(0.85)
            found.append(
                Missing(day, end, "missing" if self.chance(0.8) else "absent", offered, offered and self.chance(0.6))
            )
            last_end = end or self.world.last
        return found

    def care_reviews(self, started: date, ceased: date | None) -> Iterator[date]:
        """Within 20 working days, then three months, then every six; a few are late."""
        until = ceased or self.world.last
        day = add_working_days(started, self.random.randint(12, 20) if self.chance(0.95) else 24)
        gap = (75, 90)
        while day <= until:
            yield day
            day += self.days(*gap) if self.chance(0.95) else self.days(185, 230)
            gap = (150, 180)

    def leave_care(self, child: Child, started: date, ceased: date) -> None:
        """Entitled from the sixteenth birthday, or thirteen weeks in care after it, until twenty-one."""
        since = max(birthday(child.born, 16), started + timedelta(weeks=13))
        if since > ceased or self.known(since) is None:
            return
        until = birthday(child.born, 21)
        one = CareLeaver(
            child.child_id,
            since,
            until,
            f"Leaving Care {child.area}",
            f"Worker L{self.random.randint(1, 9):02d}",
            f"Adviser {self.random.randint(1, 12):02d}",
            self.pick(ACCOMMODATION),
            self.chance(0.9),
            self.random.choice(ACTIVITIES),
        )
        one.contacts = list(self.every(since, until, 20, 80))
        one.pathway_reviews = list(self.every(since, until, 120, 210))
        self.world.care_leavers.append(one)

    # Adoption

    def adopt(self, child: Child, entered: date, ordered: date) -> None:
        length = (ordered - entered).days
        steps = [entered + timedelta(days=int(length * part)) for part in (0.35, 0.45, 0.6, 0.7)]
        decided, placement_order, matched, placed = (self.known(step) for step in steps)
        if decided:
            self.world.adoptions.append(
                Adoption(
                    child.child_id,
                    f"F{self.new_id()}",
                    entered,
                    decided,
                    placement_order,
                    matched,
                    placed,
                    self.known(ordered),
                )
            )

    def adopter_households(self) -> None:
        """One or two adopters for each family that a child was matched with, and others still on the way."""
        for one in self.world.adoptions:
            if one.matched:
                self.household(one.family_id, one)
        for _ in range(len(self.world.adoptions)):
            self.household(f"F{self.new_id()}", None)

    def household(self, family_id: str, adoption: Adoption | None) -> None:
        if adoption and adoption.matched:
            approved = adoption.matched - self.days(20, 200)
        else:
            approved = self.world.last + self.days(-700, 300)
        # Steps before the approval, in days: enquiry, stage 1 from and to, stage 2 from and to, application.
        before = [approved - timedelta(days=days) for days in (260, 230, 170, 150, 30, 20)]
        after = [adoption.matched, adoption.placed] if adoption else [None, None]
        steps = [self.known(day) for day in (*before, approved, *after)]
        if steps[0] is None:
            return
        left = None
        if adoption is None and self.chance(0.15):
            left = self.known(before[2] + self.days(1, 15))
            steps = [day if left is None or (day and day <= left) else None for day in steps]
        for _ in range(self.random.choice((1, 2, 2))):
            self.world.adopters.append(
                Adopter(
                    self.new_id(),
                    family_id,
                    self.random.choice(("a) Male", "b) Female")),
                    self.pick(cal.ETHNICITIES),
                    self.pick(cal.DISABILITIES),
                    self.chance(0.15),
                    steps,
                    adoption.ordered if adoption else None,
                    left,
                    "a) Withdrew" if left else None,
                    1 if adoption and adoption.placed else None,
                )
            )

    def sort(self) -> None:
        """By day, then by id: the order in which records came about says nothing more."""
        world = self.world
        world.contacts.sort(key=lambda one: (one.on, one.contact_id))
        world.referrals.sort(key=lambda one: (one.on, one.referral_id))
        world.assessments.sort(key=lambda one: (one.started, one.child_id))
        world.section_47.sort(key=lambda one: (one.started, one.child_id))
        world.plans.sort(key=lambda one: (one.started, one.plan_id))
        world.needs.sort(key=lambda one: (one.started, one.child_id))
        world.care.sort(key=lambda one: (one.started, one.child_id))


_ASSESSED = 1 - cal.NO_FURTHER_ACTION / cal.REFERRALS
# Children who come back for another plan bring an enquiry, a conference and a plan of their own; the others have the
# rest.
_FIRST_PLANS = 1 - cal.PLANS_SUBSEQUENT / cal.PLANS_STARTED
_SECTION_47_OF_ASSESSED = cal.SECTION_47 / cal.REFERRALS / _ASSESSED
# A little more, for the youths near eighteen who have none.
_CONFERENCE_OF_ENQUIRIES = cal.ICPC / cal.SECTION_47 * _FIRST_PLANS * 1.1
_CONFERENCES = cal.ICPC / cal.REFERRALS
_IN_NEED_WITHOUT_CONFERENCE = (_ASSESSED - cal.NOT_IN_NEED / cal.REFERRALS - _CONFERENCES) / (_ASSESSED - _CONFERENCES)
_PLANS = cal.PLANS_STARTED / cal.REFERRALS
_CARE_WITHOUT_PLAN = (cal.LOOKED_AFTER_STARTED / cal.REFERRALS - _PLANS * cal.LOOKED_AFTER_SHARE_OF_PLANS) / (
    _ASSESSED - cal.NOT_IN_NEED / cal.REFERRALS - _PLANS
)
# Higher than the published share of subsequent plans: some children grow up before, some plans come after the last day.
_ANOTHER_PLAN = 0.31
