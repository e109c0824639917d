"""Coding faults of graded size, put into a clean world; and real changes of demand, which are no faults.

Belongs here: what each fault does to the figures, and how large it is: the relative move of the figure it acts on.
Does not belong here: how a fault is found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from tests.power.generator import METHODS, SOURCES, TEAMS, World, code

Apply = Callable[[World, int, int, float, np.random.Generator], None]
GRADED = (0.05, 0.10, 0.20, 0.40)


@dataclass(frozen=True)
class Fault:
    """One kind. `sizes` are relative moves of `headline`; a kind without sizes has one of its own. A control is a real
    change: whatever is said about it, it must not be called a fault of coding."""

    name: str
    headline: str
    apply: Apply
    sizes: tuple[float, ...] = GRADED
    control: bool = False
    # The last months in which it can begin, counted from the end of the world.
    from_end: tuple[int, int] = (34, 9)


FAULTS: dict[str, Fault] = {}


def fault(
    headline: str,
    sizes: tuple[float, ...] = GRADED,
    control: bool = False,
    from_end: tuple[int, int] = (34, 9),
) -> Callable[[Apply], Apply]:
    """Registers a kind under the name of its function."""

    def register(apply: Apply) -> Apply:
        name = apply.__name__.replace("_", " ").strip()
        FAULTS[name] = Fault(name, headline, apply, sizes, control, from_end)
        return apply

    return register


def add(
    world: World, a: int, k: int, amount: float, sources: tuple[str, ...], to: str, rng: np.random.Generator
) -> None:
    """More contacts from month k on, as a share of all, from these sources as they usually come, under one code."""
    total = world.contacts[a, k:].sum(axis=(1, 2, 3, 4))
    places = [SOURCES.index(source) for source in sources]
    pattern = np.asarray(world.contacts[a][:, :, places].sum(axis=(0, 4)), dtype=float)  # [team, source, method]
    pattern /= pattern.sum()
    extra = rng.poisson(amount * total[:, None, None, None] * pattern[None])
    world.contacts[a, k:, :, places, :, code(to)] += np.moveaxis(extra, 2, 0)


def take(world: World, a: int, k: int, share: float, of: str, rng: np.random.Generator) -> np.ndarray:
    """Takes this share of all contacts away from those under a code, from month k on; returns what was taken,
    [month, team, source, method]."""
    total = world.contacts[a, k:].sum(axis=(1, 2, 3, 4))
    own = world.contacts[a, k:, :, :, :, code(of)]
    wanted = np.minimum(share * total / np.maximum(own.sum(axis=(1, 2, 3)), 1), 1.0)
    taken = rng.binomial(own.astype(int), wanted[:, None, None, None])
    world.contacts[a, k:, :, :, :, code(of)] -= taken
    return np.asarray(taken)


def initial_share(world: World, a: int, k: int) -> float:
    """How much of the contacts from month k on are initial ones."""
    own = world.contacts[a, k:]
    return float(own[..., [code(one) for one in ("RSR", "RSE", "RSN", "PNR", "PNI")]].sum() / own.sum())


def thin(values: np.ndarray, keep: float, rng: np.random.Generator) -> np.ndarray:
    return np.asarray(rng.binomial(np.asarray(values, dtype=int), keep), dtype=float)


OTHERS = tuple(source for source in SOURCES if source != "police")


@fault("contacts received")
def advice_counted_as_contacts(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    add(w, a, k, size, ("schools", "health_services", "la_services"), "RSN", rng)


@fault("initial contacts", (0.05, 0.10, 0.15))
def advice_coded_as_request(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    taken = take(w, a, k, size * initial_share(w, a, k), "CA", rng)
    w.contacts[a, k:, :, :, :, code("RSN")] += taken


@fault("contacts received")
def police_notifications_in(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    add(w, a, k, size, ("police",), "PNI", rng)


@fault("contacts received", (0.05, 0.10, 0.15))
def police_notifications_out(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    take(w, a, k, size, "PNI", rng)


@fault("contacts received", (0.05, 0.10))
def consultations_out(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    take(w, a, k, size, "CA", rng)


@fault("contacts received")
def existing_cases_counted(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    add(w, a, k, size, SOURCES, "EC", rng)


@fault("contacts received")
def other_authoritys_counted(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    add(w, a, k, size, ("la_services", "other"), "OA", rng)


@fault("contacts received")
def outbound_calls_counted(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    total = w.contacts[a, k:].sum(axis=(1, 2, 3, 4))
    team = np.asarray(w.contacts[a].sum(axis=(0, 2, 3, 4)), dtype=float)
    extra = rng.poisson(size * total[:, None] * (team / team.sum())[None])
    w.contacts[a, k:, :, SOURCES.index("other"), METHODS.index("Telephone Call (Out)"), code("IO")] += extra


@fault("contacts received")
def contacts_counted_twice(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    w.contacts[a, k:] += rng.binomial(w.contacts[a, k:].astype(int), size)


@fault("referrals received")
def referrals_not_recorded(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    """Worked at the stage of contact: the contact's outcome is not a referral either."""
    for stage in ("referrals_received", "rereferrals_count"):
        w.stages[stage][a, k:] = thin(w.stages[stage][a, k:], 1 - size, rng)
    for one, other in (("RSR", "RSN"), ("PNR", "PNI")):
        moved = rng.binomial(w.contacts[a, k:, :, :, :, code(one)].astype(int), size)
        w.contacts[a, k:, :, :, :, code(one)] -= moved
        w.contacts[a, k:, :, :, :, code(other)] += moved


@fault("referrals received")
def contacts_recorded_as_referrals(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    wanted = size * w.stages["referrals_received"][a, k:].sum() / w.contacts[a, k:, ..., code("RSN")].sum()
    moved = rng.binomial(w.contacts[a, k:, :, :, :, code("RSN")].astype(int), min(wanted, 1.0))
    w.contacts[a, k:, :, :, :, code("RSN")] -= moved
    w.contacts[a, k:, :, :, :, code("RSR")] += moved
    w.stages["referrals_received"][a, k:] += moved.sum(axis=(1, 2, 3))


@fault("referrals received")
def referrals_counted_twice(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    w.stages["referrals_received"][a, k:] += rng.binomial(w.stages["referrals_received"][a, k:].astype(int), size)


@fault("referrals received", (0.20, 0.44))
def families_for_children(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    for stage in ("referrals_received", "rereferrals_count", "assessments_completed"):
        w.stages[stage][a, k:] = thin(w.stages[stage][a, k:], 1 - size, rng)


@fault("initial contacts", (0.05, 0.10))
def code_used_for_something_else(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    moved = take(w, a, k, size * initial_share(w, a, k), "RSN", rng)
    w.contacts[a, k:, :, :, :, code("OA")] += moved


@fault("initial contacts", (0.05, 0.10))
def new_code_on_no_list(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    """Also what look-alike letters do: the code that is typed is another than the one on the list."""
    moved = take(w, a, k, size * initial_share(w, a, k), "RSN", rng)
    w.contacts[a, k:, :, :, :, code("X1")] += moved


def _move_source(w: World, a: int, k: int, size: float, to: str, rng: np.random.Generator) -> None:
    others = [SOURCES.index(source) for source in SOURCES if source != to]
    for place in others:
        moved = rng.binomial(w.contacts[a, k:, :, place].astype(int), size)
        w.contacts[a, k:, :, place] -= moved
        w.contacts[a, k:, :, SOURCES.index(to)] += moved


@fault("contacts with their source")
def source_left_blank(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    _move_source(w, a, k, size, "unknown", rng)


@fault("contacts with their source")
def other_grows(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    _move_source(w, a, k, size, "other", rng)


@fault("initial contacts of the team", (0.10, 0.20))
def one_team_codes_differently(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    initial = w.contacts[a, k:, 0][..., [code(one) for one in ("RSR", "RSE", "RSN", "PNR", "PNI")]].sum()
    advice = w.contacts[a, k:, 0, :, :, code("CA")]
    moved = rng.binomial(advice.astype(int), min(1.0, size * initial / max(advice.sum(), 1)))
    w.contacts[a, k:, 0, :, :, code("CA")] -= moved
    w.contacts[a, k:, 0, :, :, code("RSN")] += moved


@fault("contacts of the team")
def one_team_stops_recording(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    w.contacts[a, k:, TEAMS.index("Hub")] = rng.binomial(w.contacts[a, k:, TEAMS.index("Hub")].astype(int), 1 - size)


@fault("re-referrals")
def rereferral_flag_lost(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    w.stages["rereferrals_count"][a, k:] = thin(w.stages["rereferrals_count"][a, k:], 1 - size, rng)


@fault("assessments completed")
def assessments_not_recorded(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    w.stages["assessments_completed"][a, k:] = thin(w.stages["assessments_completed"][a, k:], 1 - size, rng)


@fault("section 47 enquiries", (0.10, 0.20, 0.40))
def strategy_discussions_counted_as_enquiries(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    w.stages["section_47_count"][a, k:] += rng.poisson(size * w.stages["section_47_count"][a, k:])


# From the first month on: no step to see, only others to compare with.


@fault("initial contacts of the team", (0.10, 0.20), from_end=(48, 48))
def one_team_always_codes_differently(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    one_team_codes_differently(w, a, k, size, rng)


@fault("contacts received", (0.40, 1.0, 2.0), from_end=(48, 48))
def advice_always_counted_as_contacts(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    advice_counted_as_contacts(w, a, k, size, rng)


# One month, or a few.


@fault("contacts received", (), from_end=(30, 1))
def contacts_carried_forward(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    w.contacts[a, k] = w.contacts[a, k - 1]


@fault("referrals received", (), from_end=(30, 1))
def whole_return_carried_forward(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    for values in w.stages.values():
        values[a, k] = values[a, k - 1]


@fault("re-referrals", (), from_end=(30, 4))
def numerator_carried_forward(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    w.stages["rereferrals_count"][a, k : k + 3] = w.stages["rereferrals_count"][a, k - 1]


@fault("referrals received", (), from_end=(30, 9))
def referrals_shifted_by_a_month(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    """The months of a return under the next month's headers; the months sent before are known."""
    values = w.stages["referrals_received"][a].copy()
    for month in range(k, k + 6):
        day = w.months[month]
        w.history.append((w.authorities[a], "referrals_received", day, float(values[month]), day + timedelta(days=35)))
    w.stages["referrals_received"][a, k + 1 : k + 7] = values[k : k + 6]


@fault("referrals received", (), from_end=(30, 4))
def months_swapped(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    """The two months of the past half year that differ most."""
    values = w.stages["referrals_received"][a]
    other = k - 5 + int(np.argmax(np.abs(values[k - 5 : k] - values[k])))
    values[[other, k]] = values[[k, other]]


@fault("referrals received", ())
def year_to_date_sent_as_month(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    values = w.stages["referrals_received"][a]
    true = values.copy()
    for month in range(k, len(w.months)):
        april = month - (w.months[month].month - 4) % 12
        values[month] = true[max(april, 0) : month + 1].sum()


@fault("referrals received", (), from_end=(30, 2))
def figure_in_tens(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    w.stages["referrals_received"][a, k] *= 10


@fault("assessments completed", (), from_end=(30, 2))
def figure_in_thousands(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    w.stages["assessments_completed"][a, k] *= 1000


@fault("re-referrals", (), from_end=(30, 2))
def percentage_as_fraction(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    w.factor("rereferrals_pct")[a, k:] = 0.01


@fault("rate of referrals", (0.05, 0.10, 0.20))
def wrong_population(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    """The rate is worked out with another population than the count's."""
    w.factor("referrals_rate_10k")[a, k:] = 1 / (1 + size)


@fault("all figures of the month", (0.20, 0.40), from_end=(1, 1))
def newest_month_incomplete(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    w.contacts[a, k] = rng.binomial(w.contacts[a, k].astype(int), 1 - size)
    for values in w.stages.values():
        values[a, k] = thin(values[a, k], 1 - size, rng)


@fault("referrals received", (0.10, 0.20, 0.40), from_end=(12, 12))
def records_come_late(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    """Each month is sent too low and restated two months later; the newest two are still low."""
    values = w.stages["referrals_received"][a]
    for month in range(k, len(w.months)):
        low = float(thin(values[month], 1 - size, rng))
        if month >= len(w.months) - 2:
            values[month] = low
        else:
            day = w.months[month]
            w.history.append((w.authorities[a], "referrals_received", day, low, day + timedelta(days=35)))


def _losses(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    w.contacts[a, k : k + 3] = rng.binomial(w.contacts[a, k : k + 3].astype(int), 1 - size)
    for values in w.stages.values():
        values[a, k : k + 3] = thin(values[a, k : k + 3], 1 - size, rng)


@fault("all figures for three months", (0.20, 0.40), from_end=(34, 9))
def records_lost_in_migration(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    _losses(w, a, k, size, rng)


@fault("referrals received")
def referrals_lost_with_registered_event(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    """A new system, told in time: found, and explained by the event."""
    w.stages["referrals_received"][a, k:] = thin(w.stages["referrals_received"][a, k:], 1 - size, rng)
    w.events.append((w.authorities[a], w.months[k], "Case-management system replaced", "system"))


@fault("referrals received", (), from_end=(30, 2))
def sudden_zero(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    w.stages["referrals_received"][a, k] = 0


@fault("children with a plan", (0.10, 0.20, 0.40), from_end=(30, 12))
def register_grows_by_recording(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    """Over six months the stock gains `size` that no start explains."""
    gain = size * w.stock[a, k - 1] * np.minimum(np.arange(1, len(w.months) - k + 1) / 6, 1.0)
    w.stock[a, k:] += np.rint(gain)


@fault("assessments completed", (0.5, 1.0), from_end=(30, 3))
def assessments_closed_in_bulk(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    w.stages["assessments_completed"][a, k] = np.rint(w.stages["assessments_completed"][a, k] * (1 + size))


@fault("section 47 enquiries", (), from_end=(30, 12))
def figures_too_steady(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    usual = w.stages["section_47_count"][a, k - 6 : k].mean()
    w.stages["section_47_count"][a, k:] = np.rint(usual) + rng.integers(-1, 2, len(w.months) - k)


@fault("referrals received", ())
def month_not_sent(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    w.stages["referrals_received"][a, k] = np.nan


# Real changes.


def _follow(w: World, a: int, span: slice, factors: np.ndarray, rng: np.random.Generator) -> None:
    """What follows grows by these factors, and the register by what starts less what ends."""
    before = w.stages["cpp_new"][a] - w.stages["cpp_ceased"][a]
    for values in w.stages.values():
        values[a, span] += rng.poisson(values[a, span] * (factors - 1))
    w.stock[a] += np.cumsum(w.stages["cpp_new"][a] - w.stages["cpp_ceased"][a] - before)


def _grow(w: World, a: int, factors: np.ndarray, k: int, rng: np.random.Generator) -> None:
    extra = rng.poisson(w.contacts[a, k:] * (factors - 1)[:, None, None, None, None])
    w.contacts[a, k:] += extra
    _follow(w, a, slice(k, None), factors, rng)


@fault("demand", (0.20, 0.40), control=True)
def demand_really_grows(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    """Over four months, in everything."""
    _grow(w, a, 1 + size * np.minimum(np.arange(1, len(w.months) - k + 1) / 4, 1.0), k, rng)


@fault("demand", (0.20, 0.40), control=True)
def demand_really_jumps(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    _grow(w, a, np.full(len(w.months) - k, 1 + size), k, rng)


@fault("contacts from the police", (0.40, 0.80), control=True)
def police_operation(w: World, a: int, k: int, size: float, rng: np.random.Generator) -> None:
    """Four months of more from the police, worked as all else is: what follows rises with it."""
    span = slice(k, k + 4)
    police = w.contacts[a, span, :, SOURCES.index("police")]
    before = w.contacts[a, span][..., [code("RSR"), code("PNR")]].sum(axis=(1, 2, 3, 4))
    police += rng.poisson(police * size)
    after = w.contacts[a, span][..., [code("RSR"), code("PNR")]].sum(axis=(1, 2, 3, 4))
    _follow(w, a, span, np.asarray(after / np.maximum(before, 1)), rng)
