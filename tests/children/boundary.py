"""Children at the edges of the definitions, one a case, to be added to a world.

Belongs here: the cases, with what is awkward about each. Does not belong here: what a measure makes of them, which the
tests say. All lie between June 2021 and March 2025; a world that ends on 31 March 2025 knows them all.
"""

from __future__ import annotations

from datetime import date, timedelta

from tests.children.world import (
    Allocation,
    Assessment,
    Care,
    Child,
    Need,
    Placement,
    Plan,
    Referral,
    Section47,
    Visit,
    World,
)

TEAM, OTHER_TEAM = "Edge Team", "Other Edge Team"
WORKER, OTHER_WORKER = "Worker E1", "Worker E2"


def add_boundary_cases(world: World) -> dict[str, str]:
    """Add every case; returns the child of each, by the case's name."""
    edge = _Edge(world)
    edge.rereferral("anniversary", date(2023, 5, 10), date(2024, 5, 10))
    edge.rereferral("day_after_anniversary", date(2023, 5, 10), date(2024, 5, 11))
    edge.rereferral("from_leap_day", date(2024, 2, 29), date(2025, 2, 28))
    edge.rereferral("on_leap_day", date(2023, 2, 28), date(2024, 2, 29))
    edge.rereferral("day_too_early_for_leap_day", date(2023, 2, 27), date(2024, 2, 29))
    edge.rereferral("same_day_twice", date(2024, 6, 3), date(2024, 6, 3))
    # 45 working days from Friday 1 March 2024: Good Friday, Easter Monday and the early May holiday put it to
    # Wednesday 8 May.
    edge.assessment("bank_holidays_45", date(2024, 3, 1), date(2024, 5, 8))
    edge.assessment("bank_holidays_46", date(2024, 3, 1), date(2024, 5, 9))
    edge.assessment("same_day", date(2024, 3, 4), date(2024, 3, 4))
    # Open for a hundred working days: neither in time nor late.
    edge.assessment("open_for_ever", date(2024, 10, 1), None)
    # 15 working days from 20 December 2024 over Christmas and New Year: Wednesday 15 January 2025.
    edge.conference("christmas_15", date(2024, 12, 20), date(2025, 1, 15))
    edge.conference("christmas_16", date(2024, 12, 20), date(2025, 1, 16))
    # On 31 March 2025: 729 days and 730 days.
    edge.plan("plan_729_days", date(2023, 4, 2), None)
    edge.plan("plan_730_days", date(2023, 4, 1), None)
    # 18 months on 31 March 2025: begun on 30 September 2023 it is a day longer, begun on 1 October 2023 it is not.
    edge.plan("plan_18_months_and_a_day", date(2023, 9, 30), None)
    edge.plan("plan_not_18_months", date(2023, 10, 1), None)
    # On 30 September 2024 to the day: 18 months, not longer.
    edge.plan("plan_exactly_18_months", date(2023, 3, 30), None)
    # On 31 March 2025 a visit lies 14 and 15 days back; a later one was recorded but never completed.
    edge.visited("visited_14_days_ago", date(2025, 3, 17))
    edge.visited("visited_15_days_ago", date(2025, 3, 16))
    # The first review is due three months after the start: on the last day of March 2025, and on the day before.
    edge.plan("review_due_on_last_day", date(2024, 12, 31), None)
    edge.plan("review_due_the_day_before", date(2024, 12, 30), None)
    # In care without a visit for six weeks on 31 March 2025, and for a day more.
    edge.looked_after("unvisited_42_days", date(2025, 2, 17))
    edge.looked_after("unvisited_43_days", date(2025, 2, 16))
    edge.looked_after("left_on_last_day", date(2024, 9, 2), date(2025, 1, 31))
    edge.plan("ended_on_last_day", date(2024, 9, 2), date(2025, 1, 31))
    edge.plan("one_day_plan", date(2024, 7, 10), date(2024, 7, 10))
    # Late enough that a list of two years before it tells of second plans: it ended no sooner than it began.
    edge.plan("one_day_plan_of_november", date(2024, 11, 20), date(2024, 11, 20))
    # Second plans: 24 months after the end of the first, a day more, and begun on the day the first ended.
    edge.plan("second_at_24_months", date(2022, 3, 1), date(2022, 11, 14))
    edge.plan("second_at_24_months", date(2024, 11, 14), None)
    edge.plan("second_after_24_months", date(2022, 3, 1), date(2022, 11, 13))
    edge.plan("second_after_24_months", date(2024, 11, 14), None)
    edge.plan("second_on_the_same_day", date(2024, 2, 1), date(2024, 8, 1))
    edge.plan("second_on_the_same_day", date(2024, 8, 1), None)
    edge.transfer_in("transferred_in", date(2024, 9, 5))
    edge.unborn("born_after_referral", referred=date(2024, 4, 8), born=date(2024, 7, 1))
    edge.turning_eighteen("turning_18", born=date(2006, 12, 15), started=date(2023, 6, 1))
    edge.turning_eighteen(
        "turning_18_leap_day", born=date(2004, 2, 29), started=date(2021, 6, 1), adult=date(2022, 3, 1)
    )
    edge.reopened("reopened", date(2024, 5, 1), date(2024, 5, 20))
    edge.moved_team("moved_team", date(2024, 5, 1), date(2024, 6, 30))
    return edge.children


class _Edge:
    def __init__(self, world: World) -> None:
        self.world = world
        self.children: dict[str, str] = {}
        self.number = 0

    def child(self, name: str, born: date = date(2015, 6, 15)) -> str:
        """The child of a case, the same one when the case goes on."""
        if name not in self.children:
            child_id = f"{90_000_001 + len(self.children)}"
            self.world.children[child_id] = Child(child_id, born, "b) Female", "b) Mixed", "False", "North")
            self.children[name] = child_id
        return self.children[name]

    def refer(self, child_id: str, on: date) -> Referral:
        self.number += 1
        one = Referral(f"{80_000_000 + self.number}", child_id, on, "b) Schools", False, TEAM, WORKER)
        self.world.referrals.append(one)
        return one

    def need(self, referral: Referral, closed: date | None) -> Need:
        """The case of a referral; one that ended on the world's last day or before is closed."""
        reason = "g) 'Other' incl. Child no longer in need" if closed else None
        one = Need(
            referral.child_id, referral.referral_id, referral.on, closed, reason, "a) Abuse or neglect", referral.on
        )
        one.allocations = [Allocation(referral.on, TEAM, WORKER)]
        self.world.needs.append(one)
        return one

    def rereferral(self, name: str, first: date, second: date) -> None:
        child_id = self.child(name)
        self.need(self.refer(child_id, first), first)
        self.need(self.refer(child_id, second), second)

    def assessment(self, name: str, started: date, authorised: date | None) -> None:
        referral = self.refer(self.child(name), started)
        self.need(referral, authorised)
        self.world.assessments.append(
            Assessment(
                referral.child_id,
                referral.referral_id,
                started,
                authorised,
                "True",
                False if authorised else None,
                TEAM,
                WORKER,
            )
        )

    def conference(self, name: str, started: date, held: date) -> None:
        referral = self.refer(self.child(name), started)
        self.need(referral, held)
        self.world.section_47.append(
            Section47(referral.child_id, referral.referral_id, started, False, held, False, TEAM, WORKER)
        )

    def plan(self, name: str, started: date, ended: date | None, child_id: str | None = None) -> Plan:
        child_id = child_id or self.child(name)
        self.need(self.refer(child_id, started), ended)
        self.number += 1
        one = Plan(f"{70_000_000 + self.number}", child_id, started, ended, "a) Neglect")
        day = started + timedelta(days=7)
        while day <= (ended or self.world.last):
            one.visits.append(Visit(day, "True"))
            day += timedelta(days=7)
        self.world.plans.append(one)
        return one

    def visited(self, name: str, on: date) -> None:
        plan = self.plan(name, date(2025, 1, 6), None)
        plan.visits = [Visit(on, "True"), Visit(date(2025, 3, 26), "True", completed=False)]

    def transfer_in(self, name: str, started: date) -> None:
        """From another authority: a plan without a section 47 enquiry or a conference of ours."""
        self.plan(name, started, None).transferred_in = True

    def unborn(self, name: str, referred: date, born: date) -> None:
        self.plan(name, referred, None, self.child(name, born))

    def turning_eighteen(self, name: str, born: date, started: date, adult: date | None = None) -> None:
        """In care until the eighteenth birthday, which of one born on 29 February is 1 March in a common year."""
        self.child(name, born)
        self.looked_after(name, started, adult or born.replace(year=born.year + 18))

    def looked_after(self, name: str, started: date, ceased: date | None = None) -> None:
        child_id = self.child(name)
        self.need(self.refer(child_id, started), ceased)
        one = Care(
            child_id,
            started,
            ceased,
            "h) Moved into independent living" if ceased else None,
            "a) Abuse or neglect",
            "f) Long-term fostering",
        )
        one.legal = [(started, "e) Accommodated under S20")]
        one.placements = [
            Placement(started, ceased, "a) Foster Placement", "a) Own LA", True, 2, "ZZ1 1AA", "SC100000")
        ]
        self.world.care.append(one)

    def reopened(self, name: str, first: date, closed: date) -> None:
        """Closed, and open again by a new referral on the day of closing."""
        child_id = self.child(name)
        self.need(self.refer(child_id, first), closed)
        self.need(self.refer(child_id, closed), None)

    def moved_team(self, name: str, started: date, moved: date) -> None:
        """Moved on the last day of a month: that month end is the new team's."""
        need = self.need(self.refer(self.child(name), started), None)
        need.allocations.append(Allocation(moved, OTHER_TEAM, OTHER_WORKER))
