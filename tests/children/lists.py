"""The eleven lists of Ofsted's Annex A at one inspection date, as text, and the files a council would send.

Belongs here: which records a list covers, its columns and how they are written, and the ways a file can be odd.
Does not belong here: how records come about, nor any measure. Nothing after the inspection date is shown, though the
world may know more.
"""

from __future__ import annotations

import csv
import random
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.children.days import DAY, add_months, age_on
from tests.children.headers import HEADERS, LOCAL
from tests.children.world import Allocation, Care, Child, Need, Placement, World

Row = dict[str, str]
UNALLOCATED = "Unallocated"
# Whose code the fabricated authority goes under where a file must say one.
AUTHORITY = "E10000011"

NAMES = {
    1: "Contacts",
    2: "Early help assessments",
    3: "Referrals",
    4: "Assessments",
    5: "Section 47 enquiries",
    6: "Children in need",
    7: "Child protection plans",
    8: "Looked after children",
    9: "Care leavers",
    10: "Adoption",
    11: "Adopters",
}

# What the authority calls its kinds of contact, for the registry to map.
CONTACT_TYPES = {
    "police_notification": "Police report",
    "request_for_service": "Request for support",
    "information_only": "For information",
    "consultation_advice": "Professional advice call",
    "existing_case": "Open case",
    "other_authority": "Other LA enquiry",
}

# Other headers that councils use for a column; each still says what it is.
ALIASES = {
    "Child Unique ID": "Unique identifier of child",
    "Date of Birth": "Child's date of birth",
    "Age of Child (Years)": "Age at inspection",
    "Date of Contact": "Date of the contact",
    "Contact Source": "Contact Source (who made it)",
    "Date of referral": "Date of the referral",
    "Referral Source": "Referral Source (agency)",
}
# Other spellings of codes; those of MISSPELT nobody could map without being told.
SPELLINGS = {
    "a) Male": "M",
    "b) Female": "female",
    "True": "Yes",
    "False": "b) No",
    "a) White": "WBRI",
    "g) Police": "6: Police",
    "a) Neglect": "NEG",
}
MISSPELT = "Wihte Britsh"


@dataclass
class List:
    """One list: its number, the headers in order, its rows, the day it describes, and the first day it holds whole."""

    number: int
    headers: list[str]
    rows: list[Row]
    at: date | None = None
    period_from: date | None = None


@dataclass
class Odd:
    """How a file differs from the canonical one; nothing by default. Shares are of rows (or of cells with a code)."""

    seed: int = 0
    reorder: bool = False
    aliases: bool = False
    spellings: float = 0.0
    misspelt: float = 0.0
    extra_columns: bool = False
    bad_rows: float = 0.0
    # What was done, for a test to count: (list, row counted from 1, column, what).
    log: list[tuple[int, int, str, str]] = field(default_factory=list)


def text_of(value: object) -> str:
    """As councils write it: DD/MM/YYYY, True or False, nothing for what is not known."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value)


SECOND_PERIOD = "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)"


class Desk:
    """The records of a world as they were known on the inspection date."""

    def __init__(self, world: World, at: date, local: bool = True, period_from: date | None = None) -> None:
        self.world, self.at, self.local = world, at, local
        self.since = period_from - DAY if period_from else add_months(at, -6)
        self.by_child = {
            name: self.grouped(getattr(world, name)) for name in ("referrals", "section_47", "plans", "needs", "care")
        }

    @staticmethod
    def grouped(records: Iterable[Any]) -> dict[str, list[Any]]:
        found = defaultdict(list)
        for one in records:
            found[one.child_id].append(one)
        return found

    # Windows

    def recent(self, day: date | None) -> bool:
        """In the six months before the inspection (or since the stated day), its own day included."""
        return day is not None and self.since < day <= self.at

    def shown(self, day: date | None) -> date | None:
        return day if day is not None and day <= self.at else None

    def open_or_recent(self, started: date, ended: date | None) -> bool:
        return started <= self.at and (self.shown(ended) is None or self.recent(ended))

    def latest(self, days: Iterable[date]) -> date | None:
        return max((day for day in days if day <= self.at), default=None)

    def within_year(self, day: date | None, of: date) -> bool:
        return day is not None and add_months(of, -12) <= day <= of

    # What several lists show

    def person(self, child_id: str) -> dict[str, object]:
        child = self.world.children[child_id]
        born = child.born if child.born <= self.at else None
        found: dict[str, object] = {
            "Child Unique ID": child_id,
            "Gender": child.gender,
            "Ethnicity": child.ethnicity,
            "Date of Birth": born,
            "Age of Child (Years)": None if born is None else age_on(born, self.at),
        }
        return found | ({"Locality": child.area} if self.local else {})

    def disability(self, child_id: str) -> str:
        return self.world.children[child_id].disability

    def worker(self, need: Need | None, until: date | None) -> dict[str, object]:
        """Who had the case on the inspection date, or when it ended."""
        one = self.allocation(need, self.shown(until) or self.at)
        found: dict[str, object] = {
            "Allocated Team": one.team if one else UNALLOCATED,
            "Allocated Worker": one.worker if one else UNALLOCATED,
        }
        if self.local:
            found["Allocation Date"] = one.since if one else None
        return found

    @staticmethod
    def allocation(need: Need | None, day: date) -> Allocation | None:
        if need is None:
            return None
        return next((one for one in reversed(need.allocations) if one.since <= day), None)

    def case(self, child_id: str, day: date) -> Need | None:
        """The child's case that was open on a day (the latest that had begun)."""
        begun = [one for one in self.by_child["needs"].get(child_id, []) if one.started <= day]
        return max(begun, key=lambda one: one.started, default=None)

    # The lists

    def contacts(self) -> list[dict[str, object]]:
        rows = []
        for one in self.world.contacts:
            if self.recent(one.on):
                row = self.person(one.child_id) | {"Date of Contact": one.on, "Contact Source": one.source}
                if self.local:
                    row |= {
                        "Contact Method": one.method,
                        "Contact Outcome": one.outcome,
                        "Contact Type": CONTACT_TYPES[one.contact_class],
                    }
                rows.append(row)
        return rows

    def early_help(self) -> list[dict[str, object]]:
        return [
            self.person(one.child_id)
            | {
                "Assessment start date": one.started,
                "Assessment completion date": self.shown(one.completed),
                "Organisation completing assessment": one.organisation,
            }
            for one in self.world.early_help
            if self.open_or_recent(one.started, one.completed)
        ]

    def referrals(self) -> list[dict[str, object]]:
        """The number of referrals counts those in the twelve months before this one, anchored to it, not this one
        itself."""
        return [
            self.person(one.child_id)
            | {
                "Date of referral": one.on,
                "Referral Source": one.source,
                "Referral NFA?": str(one.no_further_action),
                "Number of Referrals in Last 12 Months": sum(
                    other.on < one.on and self.within_year(other.on, one.on)
                    for other in self.by_child["referrals"][one.child_id]
                ),
                "Allocated Team": one.team,
                "Allocated Worker": one.worker,
            }
            for one in self.world.referrals
            if self.recent(one.on)
        ]

    def assessments(self) -> list[dict[str, object]]:
        """Open on the inspection date, or authorised in the six months before."""
        return [
            self.person(one.child_id)
            | {
                "Does the Child have a Disability": self.disability(one.child_id),
                "Continuous Assessment Start Date": one.started,
                "Child Seen During Continuous Assessment": one.seen,
                "Continuous Assessment Date of Authorisation": self.shown(one.authorised),
                "Was the child assessed as requiring LA children's social care support?": one.needs_support
                if self.shown(one.authorised)
                else None,
                "Allocated Team": one.team,
                "Allocated Worker": one.worker,
            }
            for one in self.world.assessments
            if self.open_or_recent(one.started, one.authorised)
        ]

    def section_47(self) -> list[dict[str, object]]:
        """Enquiries begun, or with a conference, in the six months before; one is needed for each conference in
        time."""
        rows = []
        for one in self.world.section_47:
            if not (self.recent(one.started) or (one.started <= self.at and self.recent(one.conference))):
                continue
            held = self.shown(one.conference)
            decided = held or one.conference_unnecessary
            others = self.by_child["section_47"][one.child_id]
            rows.append(
                self.person(one.child_id)
                | {
                    "Does the Child have a Disability": self.disability(one.child_id),
                    "Strategy discussion initiating Section 47 Enquiry Start Date": one.started,
                    "Was an Initial Child Protection Conference deemed unnecessary?": one.conference_unnecessary
                    if decided
                    else None,
                    "Date of Initial Child Protection Conference": held,
                    "Did the Initial Child Protection Conference Result in a Child Protection Plan": one.led_to_plan
                    if held
                    else None,
                    "Number of Section 47 Enquiries in the last 12 months": sum(
                        self.within_year(other.started, self.at) for other in others
                    ),
                    "Number of ICPCs in the last 12 months": sum(
                        self.within_year(other.conference, self.at) for other in others
                    ),
                    "Allocated Team": one.team,
                    "Allocated Worker": one.worker,
                }
            )
        return rows

    def status(self, need: Need) -> str:
        """The gravest of what the case was on the inspection date."""
        if self.shown(need.closed):
            return "e) Closed episode"
        if any(
            one.started <= self.at and not self.shown(one.ceased)
            for one in self.by_child["care"].get(need.child_id, [])
        ):
            return "a) Looked after child"
        if any(
            one.started <= self.at and not self.shown(one.ended)
            for one in self.by_child["plans"].get(need.child_id, [])
        ):
            return "b) Child Protection plan"
        return "c) Child in need plan" if self.shown(need.plan_from) else "d) Open assessment"

    def needs(self) -> list[dict[str, object]]:
        return [
            self.person(one.child_id)
            | {
                "Does the Child have a Disability": self.disability(one.child_id),
                "CIN Start Date": one.started,
                "Primary Need Code": one.primary_need,
                "Date Child Was Last Seen": self.latest(one.visits),
                "CIN Closure Date": self.shown(one.closed),
                "Reason for Closure": one.reason if self.shown(one.closed) else None,
                "Case Status": self.status(one),
            }
            | self.worker(one, one.closed)
            for one in self.world.needs
            if self.open_or_recent(one.started, one.closed)
        ]

    def plans(self) -> list[dict[str, object]]:
        """The last visit is the last completed one; a later one that was only recorded is said in the local columns."""
        rows = []
        for one in self.world.plans:
            if not self.open_or_recent(one.started, one.ended):
                continue
            done = [visit for visit in one.visits if visit.completed and visit.on <= self.at]
            recorded = [visit for visit in one.visits if visit.on <= self.at]
            powers = one.police_powers
            latest = one.changed[1] if one.changed and one.changed[0] <= self.at else one.category
            row = self.person(one.child_id) | {
                "Does the Child have a Disability": self.disability(one.child_id),
                "Child Protection Plan Start Date": one.started,
                "Initial Category of Abuse": one.category,
                "Latest Category of Abuse": latest,
                "Date of the Last Statutory Visit": done[-1].on if done else None,
                "Was the Child Seen Alone?": done[-1].seen_alone if done else None,
                "Date of latest review conference": self.latest(one.reviews),
                "Child Protection Plan End Date": self.shown(one.ended),
                "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)": str(
                    self.recent(powers)
                ),
                "Number of Previous Child Protection Plans": sum(
                    other.started < one.started for other in self.by_child["plans"][one.child_id]
                ),
            }
            row |= self.worker(self.case(one.child_id, self.shown(one.ended) or self.at), one.ended)
            if self.local:
                row |= {
                    "Latest Recorded Visit": recorded[-1].on if recorded else None,
                    "Latest Recorded Visit Status": ("Completed" if recorded[-1].completed else "Incomplete")
                    if recorded
                    else None,
                }
            rows.append(row)
        return rows

    def placement(self, care: Care) -> Placement:
        return [one for one in care.placements if one.started <= self.at][-1]

    def care(self) -> list[dict[str, object]]:
        rows = []
        for one in self.world.care:
            if not self.open_or_recent(one.started, one.ceased):
                continue
            child = self.world.children[one.child_id]
            begun, status = one.legal[bisect_right([step[0] for step in one.legal], self.at) - 1]
            placed = self.placement(one)
            year = add_months(self.at, -12)
            gone = [episode for episode in one.missing if year < episode.started <= self.at]
            visits = [visit.on for visit in one.visits if visit.completed]
            periods = [
                other
                for other in self.by_child["care"][one.child_id]
                if other.started < one.started and other.ceased and other.ceased >= add_months(one.started, -12)
            ]
            row = self.person(one.child_id) | {
                "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)": str(child.unaccompanied),
                "Does the Child have a Disability": child.disability,
                "Date Started to be Looked After": one.started,
                "Child's Category of Need": one.primary_need,
                SECOND_PERIOD: str(bool(periods)),
                "Start date of current legal status": begun,
                "Child's Legal Status": status,
                "Date of Latest Statutory Review": self.latest(one.reviews),
                "Date of Last Social Work Visit": self.latest(visits),
                "What is the permanence plan for this child?": one.permanence,
                "Date of Last IRO Visit / Contact to the Child": self.latest(one.reviewing_officer_visits),
                "Date of Last Health Assessment": self.latest(one.health),
                "Date of Last Dental Check": self.latest(one.dental),
                "Number of Placements in the Last 12 months": sum(
                    place.started <= self.at and (place.ended is None or place.ended > year) for place in one.placements
                ),
                "Date Ceased to be Looked After": self.shown(one.ceased),
                "Reason Ceased to be Looked After": one.reason if self.shown(one.ceased) else None,
                "Start Date of Most Recent Placement": placed.started,
                "Placement Type": placed.kind,
                "Placement Provider": placed.provider,
                "Placement postcode": placed.postcode,
                "URN of Placement": placed.urn,
                "Placement Location": "a) In" if placed.inside else "b) Out",
                "LA of Placement": "Fabricated Borough" if placed.inside else "Elsewhere",
                "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months": sum(
                    episode.kind == "missing" for episode in gone
                ),
                "Number of Episodes the Child has been 'Absent' from their Placement in the last 12 months": sum(
                    episode.kind == "absent" for episode in gone
                ),
                "Was the child offered a Return Interview after their last missing episode (Y/N)?": str(
                    gone[-1].interview_offered
                )
                if gone
                else None,
                "Did the child accept a Return Interview after their last missing episode (Y/N)?": str(
                    gone[-1].interview_accepted
                )
                if gone
                else None,
            }
            row |= self.worker(self.case(one.child_id, self.shown(one.ceased) or self.at), one.ceased)
            if self.local:
                row["Placement Distance (miles)"] = placed.miles
            rows.append(row)
        return rows

    def care_leavers(self) -> list[dict[str, object]]:
        rows = []
        for one in self.world.care_leavers:
            if not one.since <= self.at < one.until:
                continue
            child = self.world.children[one.child_id]
            touch = self.latest(one.contacts)
            in_touch = touch is not None and touch > self.at - timedelta(days=56)
            rows.append(
                self.person(one.child_id)
                | {
                    "Unaccompanied Asylum Seeking Child (UASC), or formerly UASC if 18 or over (Y/N)": str(
                        child.unaccompanied
                    ),
                    "Does the Child have a Disability": child.disability,
                    "Allocated Team": one.team,
                    "Allocated Worker": one.worker,
                    "Allocated Personal Advisor": one.adviser,
                    "Eligibility Category": self.eligibility(child),
                    "Latest Pathway Plan Review Date": self.latest(one.pathway_reviews),
                    "LA in Touch": "a) In touch" if in_touch else "b) Not in touch",
                    "Latest Date of Contact": touch,
                    "Type of Accommodation": one.accommodation,
                    "Suitability of Accommodation": "a) Suitable" if one.suitable else "b) Not suitable",
                    "Activity Status": one.activity,
                }
            )
        return rows

    def eligibility(self, child: Child) -> str:
        if age_on(child.born, self.at) >= 18:
            return "b) Former relevant"
        periods = self.by_child["care"].get(child.child_id, [])
        in_care = any(one.started <= self.at and not self.shown(one.ceased) for one in periods)
        return "d) Eligible" if in_care else "a) Relevant"

    def adoption(self) -> list[dict[str, object]]:
        """Decided and not yet ended, or ended in the twelve months before."""
        rows = []
        for one in self.world.adoptions:
            ended = self.shown(one.ordered) or self.shown(one.reversed_on)
            if one.decided > self.at or (ended and ended <= add_months(self.at, -12)):
                continue
            row = self.person(one.child_id) | {
                "Family identifier": one.family_id if self.shown(one.matched) else None,
                "Does the Child have a Disability": self.disability(one.child_id),
                "Date the Child Entered Care": one.entered_care,
                "Date of Decision that Child Should be Placed for Adoption": one.decided,
                "Date of Placement Order": self.shown(one.placement_order),
                "Date of Matching Child and Prospective Adopters": self.shown(one.matched),
                "Date Placed for Adoption": self.shown(one.placed),
                "Date of Adoption Order": self.shown(one.ordered),
                "Date of Decision that Child Should No Longer be Placed for Adoption": self.shown(one.reversed_on),
                "Reason Why Child No Longer Placed for Adoption": one.reversed_why
                if self.shown(one.reversed_on)
                else None,
                "Date the child was placed for fostering in FFA or concurrent planning placement": None,
            }
            rows.append(row)
        return rows

    def adopters(self) -> list[dict[str, object]]:
        rows = []
        for one in self.world.adopters:
            enquiry = one.steps[0]
            ended = self.shown(one.ordered) or self.shown(one.left)
            if enquiry is None or enquiry > self.at or (ended and ended <= add_months(self.at, -12)):
                continue
            row: dict[str, object] = {
                "Individual adopter identifier": one.adopter_id,
                "Family identifier": one.family_id,
                "Gender": one.gender,
                "Ethnicity": one.ethnicity,
                "Disability": one.disability,
                "Is the (prospective) adopter fostering for adoption?": str(one.fostering),
            }
            row |= {name: self.shown(day) for name, day in zip(ADOPTER_STEPS, one.steps, strict=True)}
            row |= {
                "No. of children placed": one.children if self.shown(one.steps[-1]) else None,
                "Date of Adoption Order": self.shown(one.ordered),
                "Date of leaving adoption process": self.shown(one.left),
                "Reason for leaving adoption process": one.left_why if self.shown(one.left) else None,
            }
            rows.append(row)
        return rows


ADOPTER_STEPS = (
    "Date enquiry received",
    "Date Stage 1 started",
    "Date Stage 1 ended",
    "Date Stage 2 started",
    "Date Stage 2 ended",
    "Date application submitted",
    "Date application approved",
    "Date adopter matched with child(ren)",
    "Date child/children placed with adopter(s)",
)
MAKERS: dict[int, Callable[[Desk], list[dict[str, object]]]] = {
    1: Desk.contacts,
    2: Desk.early_help,
    3: Desk.referrals,
    4: Desk.assessments,
    5: Desk.section_47,
    6: Desk.needs,
    7: Desk.plans,
    8: Desk.care,
    9: Desk.care_leavers,
    10: Desk.adoption,
    11: Desk.adopters,
}


def make_lists(
    world: World, at: date, odd: Odd | None = None, local: bool = True, period_from: date | None = None
) -> list[List]:
    """The eleven lists at an inspection date; `local` adds the columns that authorities add of their own.

    With `period_from` they reach back to that day, not for six months."""
    desk = Desk(world, at, local, period_from)
    found = []
    for number, make in MAKERS.items():
        rows = [{name: text_of(value) for name, value in row.items()} for row in make(desk)]
        headers = [*HEADERS[number], *(LOCAL.get(number, ()) if local else ())]
        found.append(List(number, headers, rows, at, desk.since + DAY))
    return [make_odd(one, odd) for one in found] if odd else found


def make_odd(one: List, odd: Odd) -> List:
    """The list with the oddities asked for; each change to a cell or row is in `odd.log`."""
    chance = random.Random(f"{odd.seed}-{one.number}")
    rows = [dict(row) for row in one.rows]
    for number, row in enumerate(rows, start=1):
        for name, value in row.items():
            if value in SPELLINGS and chance.random() < odd.spellings:
                row[name] = SPELLINGS[value]
                odd.log.append((one.number, number, name, "spelling"))
        if "Ethnicity" in row and chance.random() < odd.misspelt:
            row["Ethnicity"] = MISSPELT
            odd.log.append((one.number, number, "Ethnicity", "misspelt"))
        if chance.random() < odd.bad_rows:
            spoil(one.number, number, row, chance, odd)
    headers = list(one.headers)
    if odd.extra_columns:
        headers.append("Local note")
        for number, row in enumerate(rows, start=1):
            row["Local note"] = f"note {number}"
    if odd.reorder:
        chance.shuffle(headers)
    if odd.aliases:
        headers, rows = (
            [ALIASES.get(name, name) for name in headers],
            [{ALIASES.get(name, name): value for name, value in row.items()} for row in rows],
        )
    return List(one.number, headers, rows, one.at, one.period_from)


def spoil(number: int, place: int, row: Row, chance: random.Random, odd: Odd) -> None:
    """Make a row that must not load: no child, a date that is none, or a date that can be read two ways."""
    dates = [name for name in row if "date" in name.lower() and row[name] and name != "Date of Birth"]
    kind = chance.choice(("no identifier", "impossible date", "ambiguous date") if dates else ("no identifier",))
    name = next(iter(row)) if kind == "no identifier" else chance.choice(dates)
    row[name] = {"no identifier": "", "impossible date": "31/02/2024", "ambiguous date": "03/04/24"}[kind]
    odd.log.append((number, place, name, kind))


def front_sheet(lists: Sequence[List], authority: str) -> dict[str, str]:
    """Whose lists they are and which days they describe, by label."""
    said: dict[str, str] = {"Authority": authority}
    for label, days in (("As at", {one.at for one in lists}), ("Period from", {one.period_from for one in lists})):
        if given := {day for day in days if day}:
            said[label] = text_of(max(given))
    return said


def write_workbook(lists: Sequence[List], path: Path, authority: str = AUTHORITY) -> Path:
    """One workbook with a front sheet and a sheet a list, all cells as text."""
    book = Workbook(write_only=True)
    front = book.create_sheet("Front sheet")
    for label, said in front_sheet(lists, authority).items():
        front.append([label, said])
    for one in lists:
        sheet = book.create_sheet(f"List {one.number}")
        sheet.append(one.headers)
        for row in one.rows:
            sheet.append([row.get(name) or None for name in one.headers])
    book.save(path)
    return path


def write_folder(lists: Sequence[List], folder: Path, authority: str = AUTHORITY) -> list[Path]:
    """A CSV a list: UTF-8, commas; beside them the file ``Front sheet.csv``. Returns the paths of the lists."""
    folder.mkdir(parents=True, exist_ok=True)
    front = front_sheet(lists, authority)
    with (folder / "Front sheet.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows([front.keys(), front.values()])
    paths = []
    for one in lists:
        path = folder / f"List {one.number} - {NAMES[one.number]}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, one.headers, lineterminator="\r\n")
            out.writeheader()
            out.writerows(one.rows)
        paths.append(path)
    return paths
