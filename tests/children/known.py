"""A world as it was known on an earlier day.

Belongs here: what of a record was not known yet. Does not belong here: how records come about, nor what a list shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from tests.children.world import Adoption, Assessment, Care, EarlyHelp, Need, Plan, Section47, World


def as_known(world: World, day: date) -> World:
    """The world with `day` as its last: nothing that came later, and what ended later is open."""

    def known(on: date | None) -> date | None:
        return on if on is not None and on <= day else None

    def days(found: Iterable[date]) -> list[date]:
        return [on for on in found if on <= day]

    def early_help(one: EarlyHelp) -> EarlyHelp:
        return replace(one, completed=known(one.completed))

    def assessment(one: Assessment) -> Assessment:
        done = known(one.authorised)
        return replace(one, authorised=done, needs_support=one.needs_support if done else None)

    def enquiry(one: Section47) -> Section47:
        held = known(one.conference)
        decided = held or one.conference_unnecessary
        return replace(
            one,
            conference=held,
            conference_unnecessary=one.conference_unnecessary if decided else None,
            led_to_plan=one.led_to_plan if held else None,
        )

    def plan(one: Plan) -> Plan:
        return replace(
            one,
            ended=known(one.ended),
            changed=one.changed if one.changed and known(one.changed[0]) else None,
            visits=[visit for visit in one.visits if visit.on <= day],
            reviews=days(one.reviews),
            police_powers=known(one.police_powers),
        )

    def need(one: Need) -> Need:
        closed = known(one.closed)
        return replace(
            one,
            closed=closed,
            reason=one.reason if closed else None,
            plan_from=known(one.plan_from),
            visits=days(one.visits),
            allocations=[allocation for allocation in one.allocations if allocation.since <= day],
        )

    def care(one: Care) -> Care:
        ceased = known(one.ceased)
        return replace(
            one,
            ceased=ceased,
            reason=one.reason if ceased else None,
            legal=[step for step in one.legal if step[0] <= day],
            placements=[replace(place, ended=known(place.ended)) for place in one.placements if place.started <= day],
            missing=[replace(gone, ended=known(gone.ended)) for gone in one.missing if gone.started <= day],
            reviews=days(one.reviews),
            visits=[visit for visit in one.visits if visit.on <= day],
            reviewing_officer_visits=days(one.reviewing_officer_visits),
            health=days(one.health),
            dental=days(one.dental),
        )

    def adoption(one: Adoption) -> Adoption:
        return replace(
            one,
            placement_order=known(one.placement_order),
            matched=known(one.matched),
            placed=known(one.placed),
            ordered=known(one.ordered),
            reversed_on=known(one.reversed_on),
        )

    return replace(
        world,
        last=day,
        contacts=[one for one in world.contacts if one.on <= day],
        early_help=[early_help(one) for one in world.early_help if one.started <= day],
        referrals=[one for one in world.referrals if one.on <= day],
        assessments=[assessment(one) for one in world.assessments if one.started <= day],
        section_47=[enquiry(one) for one in world.section_47 if one.started <= day],
        plans=[plan(one) for one in world.plans if one.started <= day],
        needs=[need(one) for one in world.needs if one.started <= day],
        care=[care(one) for one in world.care if one.started <= day],
        care_leavers=[
            replace(one, contacts=days(one.contacts), pathway_reviews=days(one.pathway_reviews))
            for one in world.care_leavers
            if one.since <= day
        ],
        adoptions=[adoption(one) for one in world.adoptions if one.decided <= day],
    )
