"""The children in need census of a fabricated authority: the XML of one financial year, as a council sends it.

Belongs here: which records the census covers and how they are written. Does not belong here: how records come about
(world.py), nor any measure.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

from tests.children.ssda903 import ETHNIC, NEED
from tests.children.world import Need, Plan, Referral, World

Element = ElementTree.Element

SEX = {"a) Male": "M", "b) Female": "F"}
SOURCE = {
    "a) Individual": "1A",
    "b) Schools": "2A",
    "c) Education Services": "2B",
    "c) Education services": "2B",
    "d) Health Services": "3F",
    "d) Health services": "3F",
    "e) Housing": "4",
    "f) LA Services": "5B",
    "f) LA services": "5B",
    "g) Police": "6",
    "h) Other legal agency": "7",
    "i) Other": "8",
    "j) Anonymous": "9",
    "k) Unknown": "10",
}
CLOSED = {
    "a) Adopted": "RC1",
    "e) Transfer to another LA": "RC5",
    "f) Transfer to Adult Social Services": "RC6",
    "h) Child not in need after assessment": "RC8",
}
ABUSE = {
    "a) Neglect": "NEG",
    "b) Physical Abuse": "PHY",
    "c) Sexual Abuse": "SAB",
    "d) Emotional Abuse": "EMO",
    "e) Multiple": "MUL",
}


def make_census(
    world: World, year_end: date, authority: str = "845", from_day: date | None = None
) -> ElementTree.ElementTree[Element]:
    """The census of the year that ends on 31 March `year_end`, as known on that day: every episode open in the year.

    `from_day` reaches further back.
    """
    begin = from_day or date(year_end.year - 1, 4, 1)
    needs = {one.referral_id: one for one in world.needs}
    by_child: dict[str, list[tuple[Referral, Need | None]]] = defaultdict(list)
    for referral in world.referrals:
        need = needs.get(referral.referral_id)
        if referral.on <= year_end and (
            referral.on >= begin or (need and (need.closed is None or need.closed >= begin))
        ):
            by_child[referral.child_id].append((referral, need))
    message = Element("Message")
    _header(message, year_end, authority)
    children = ElementTree.SubElement(message, "Children")
    for child_id, episodes in sorted(by_child.items()):
        child = _child(children, world, child_id, year_end)
        for referral, need in episodes:
            _episode(child, world, referral, need, year_end)
    return ElementTree.ElementTree(message)


def write_census(census: ElementTree.ElementTree[Element], path: Path) -> Path:
    ElementTree.indent(census)
    census.write(path, encoding="utf-8", xml_declaration=True)
    return path


def _say(parent: Element, name: str, value: object) -> None:
    """An element with what there is to say; nothing where there is nothing."""
    if value is not None and value != "":
        ElementTree.SubElement(parent, name).text = value.isoformat() if isinstance(value, date) else str(value)


def _header(message: Element, year_end: date, authority: str) -> None:
    header = ElementTree.SubElement(message, "Header")
    details = ElementTree.SubElement(header, "CollectionDetails")
    _say(details, "Collection", "CIN")
    _say(details, "Year", year_end.year)
    _say(details, "ReferenceDate", year_end)
    source = ElementTree.SubElement(header, "Source")
    _say(source, "SourceLevel", "L")
    _say(source, "LEA", authority)


def _child(children: Element, world: World, child_id: str, year_end: date) -> Element:
    one = world.children[child_id]
    child = ElementTree.SubElement(children, "Child")
    identifiers = ElementTree.SubElement(child, "ChildIdentifiers")
    _say(identifiers, "LAchildID", child_id)
    _say(identifiers, "UPNunknown", "UN1")
    _say(identifiers, "PersonBirthDate" if one.born <= year_end else "ExpectedPersonBirthDate", one.born)
    _say(identifiers, "Sex", SEX.get(one.gender, "U"))
    traits = ElementTree.SubElement(child, "ChildCharacteristics")
    _say(traits, "Ethnicity", ETHNIC[one.ethnicity])
    if one.disability != "Unknown":
        disabilities = ElementTree.SubElement(traits, "Disabilities")
        _say(disabilities, "Disability", "MOB" if one.disability == "True" else "NONE")
    return child


def _episode(child: Element, world: World, referral: Referral, need: Need | None, year_end: date) -> None:
    episode = ElementTree.SubElement(child, "CINdetails")
    closed = need.closed if need and need.closed and need.closed <= year_end else None
    _say(episode, "CINreferralDate", referral.on)
    _say(episode, "ReferralSource", SOURCE[referral.source])
    _say(episode, "PrimaryNeedCode", NEED[need.primary_need] if need else "N0")
    _say(episode, "CINclosureDate", closed)
    _say(episode, "ReasonForClosure", CLOSED.get(need.reason or "", "RC7") if need and closed else None)
    for one in world.assessments:
        if one.referral_id == referral.referral_id and one.started <= year_end:
            part = ElementTree.SubElement(episode, "Assessments")
            _say(part, "AssessmentActualStartDate", one.started)
            _say(part, "AssessmentAuthorisationDate", _known(one.authorised, year_end))
    for enquiry in world.section_47:
        if enquiry.referral_id == referral.referral_id and enquiry.started <= year_end:
            part = ElementTree.SubElement(episode, "Section47")
            _say(part, "S47ActualStartDate", enquiry.started)
            _say(part, "DateOfInitialCPC", _known(enquiry.conference, year_end))
            _say(part, "ICPCnotRequired", "1" if enquiry.conference_unnecessary else "0")
    _say(episode, "ReferralNFA", "1" if referral.no_further_action else "0")
    for plan in _plans(world, referral):
        if plan.started <= year_end:
            _plan(episode, world, plan, year_end)


def _plans(world: World, referral: Referral) -> list[Plan]:
    """The plans that began after the referral and before the next one."""
    later = [one.on for one in world.referrals if one.child_id == referral.child_id and one.on > referral.on]
    return [
        one
        for one in world.plans
        if one.child_id == referral.child_id and referral.on <= one.started and (not later or one.started < min(later))
    ]


def _plan(episode: Element, world: World, plan: Plan, year_end: date) -> None:
    part = ElementTree.SubElement(episode, "ChildProtectionPlans")
    latest = plan.changed[1] if plan.changed and plan.changed[0] <= year_end else plan.category
    _say(part, "CPPstartDate", plan.started)
    _say(part, "CPPendDate", _known(plan.ended, year_end))
    _say(part, "InitialCategoryOfAbuse", ABUSE[plan.category])
    _say(part, "LatestCategoryOfAbuse", ABUSE[latest])
    before = [one for one in world.plans if one.child_id == plan.child_id and one.started < plan.started]
    _say(part, "NumberOfPreviousCPP", len(before))
    held = [day for day in plan.reviews if day <= year_end]
    if held:
        reviews = ElementTree.SubElement(part, "Reviews")
        for day in held:
            _say(reviews, "CPPreviewDate", day)


def _known(day: date | None, year_end: date) -> date | None:
    return day if day and day <= year_end else None
