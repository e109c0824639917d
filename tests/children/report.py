"""A generated world beside the published figures: `python -m tests.children.report [seed] [population]`.

Belongs here: which generated figure is held against which published one, and how near it must be. No tests here.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date

from tests.children import calibration as cal
from tests.children.days import add_months, working_days_between
from tests.children.truth import by_child, is_open, within_months_before
from tests.children.world import World, make_world


@dataclass(frozen=True)
class Compared:
    """One figure: generated, published, and the share of the published by which it may differ."""

    name: str
    generated: float
    published: float
    tolerance: float

    @property
    def near(self) -> bool:
        return abs(self.generated - self.published) <= self.tolerance * self.published


def compare(world: World) -> list[Compared]:
    """Rates per 10,000 children a year, and percentages, over all months of the world; stocks are means of the years'
    ends."""
    years = len(world.months()) / 12
    ends = [day for year in range(1, round(years) + 1) if (day := add_months(world.first, 12 * year) - date.resolution)]

    def within(day: date | None) -> bool:
        return day is not None and world.first <= day <= world.last

    def a_year(number: float) -> float:
        return number / years / world.population * 10_000

    def stock(records: list[tuple[date, date | None]]) -> float:
        return sum(is_open(*one, day) for one in records for day in ends) / len(ends) / world.population * 10_000

    referrals = [one for one in world.referrals if within(one.on)]
    days, plan_days = by_child(world.referrals), by_child(world.plans)
    again = sum(any(within_months_before(day, one.on, 12) for day in days[one.child_id]) for one in referrals)
    enquiries = [one for one in world.section_47 if within(one.started)]
    held = [one for one in world.section_47 if within(one.conference)]
    in_time = sum(
        one.conference is not None and working_days_between(one.started, one.conference) <= 15 for one in held
    )
    started = [one for one in world.plans if within(one.started)]
    repeat = sum(any(day < one.started for day in plan_days[one.child_id]) for one in started)
    done = [(one.started, one.authorised) for one in world.assessments if one.authorised and within(one.authorised)]
    fast = sum(working_days_between(*one) <= 45 for one in done)
    published_fast = sum(count for (_, high), count in cal.ASSESSMENT_WORKING_DAYS.items() if high <= 45)
    care = [(one.started, one.ceased) for one in world.care]
    found = [
        Compared("referrals, rate", a_year(len(referrals)), cal.rate_per_10000(cal.REFERRALS), 0.05),
        Compared("re-referrals, %", 100 * again / len(referrals), 100 * cal.REREFERRALS / cal.REFERRALS, 0.08),
        Compared(
            "no further action, %",
            100 * sum(one.no_further_action for one in referrals) / len(referrals),
            100 * cal.NO_FURTHER_ACTION / cal.REFERRALS,
            0.2,
        ),
        Compared("section 47, rate", a_year(len(enquiries)), cal.rate_per_10000(cal.SECTION_47), 0.08),
        Compared("initial conferences, rate", a_year(len(held)), cal.rate_per_10000(cal.ICPC), 0.15),
        Compared(
            "conferences in 15 working days, %",
            100 * in_time / len(held),
            100 * (cal.ICPC_WORKING_DAYS[0, 10] + cal.ICPC_WORKING_DAYS[11, 15]) / sum(cal.ICPC_WORKING_DAYS.values()),
            0.06,
        ),
        Compared(
            "assessments in 45 working days, %",
            100 * fast / len(done),
            100 * published_fast / sum(cal.ASSESSMENT_WORKING_DAYS.values()),
            0.03,
        ),
        Compared("plans started, rate", a_year(len(started)), cal.rate_per_10000(cal.PLANS_STARTED), 0.15),
        Compared(
            "second or subsequent plans, %",
            100 * repeat / len(started),
            100 * cal.PLANS_SUBSEQUENT / cal.PLANS_STARTED,
            0.3,
        ),
        Compared(
            "plans open, rate",
            stock([(one.started, one.ended) for one in world.plans]),
            cal.rate_per_10000(cal.PLANS_OPEN),
            0.2,
        ),
        Compared(
            "cases open, rate",
            stock([(one.started, one.closed) for one in world.needs]),
            cal.rate_per_10000(cal.IN_NEED_OPEN),
            0.1,
        ),
        Compared("looked after, rate", stock(care), cal.rate_per_10000(cal.LOOKED_AFTER_OPEN), 0.2),
        Compared(
            "looked after started, rate",
            a_year(sum(within(one.started) for one in world.care)),
            cal.rate_per_10000(cal.LOOKED_AFTER_STARTED),
            0.2,
        ),
    ]
    sources = Counter(one.source for one in referrals)
    for source, count in cal.REFERRAL_SOURCES.items():
        published = 100 * count / sum(cal.REFERRAL_SOURCES.values())
        found.append(
            Compared(f"source {source}, %", 100 * sources[source] / len(referrals), published, 0.12 + 0.5 / published)
        )
    return found + plan_lengths(world)


def plan_lengths(world: World) -> list[Compared]:
    """Plans open on the last day of each month by length, in the bands of d5."""
    ends = [add_months(month, 1) - date.resolution for month in world.months()]
    lengths: Counter[int | None] = Counter()
    for one in world.plans:
        for day in ends:
            if is_open(one.started, one.ended, day):
                band = next((top for top in cal.PLANS_OPEN_PCT if top and add_months(one.started, top) > day), None)
                lengths[band] += 1
    return [
        Compared(
            f"plans open up to {top or 'more'} months, %", 100 * lengths[top] / lengths.total(), pct, 0.2 + 1.5 / pct
        )
        for top, pct in cal.PLANS_OPEN_PCT.items()
    ]


def main() -> None:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    population = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    begun = time.perf_counter()
    world = make_world(seed, population)
    seconds = time.perf_counter() - begun
    for one in compare(world):
        print(f"{one.name:45}{one.generated:9.1f}{one.published:9.1f}  {'near' if one.near else 'FAR'}")
    print(f"{len(world.children)} children in {seconds:.1f} s: {len(world.children) / seconds:.0f} a second")


if __name__ == "__main__":
    main()
