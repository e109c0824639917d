"""A clean national world: authorities, months, contacts cell by cell and what follows from them.

Belongs here: the numbers of a world in which everybody records alike and in the same way all the time, and the stated
assumptions behind them. Does not belong here: faults (`faults`), tables of the warehouse (`store`), rules.

What is published calibrates it: referrals by month for every authority, 2012/13 to 2019/20 (150 authorities, national
statistics of characteristics of children in need, table c6). What is not published is an assumption, and named so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64]

SOURCES = (
    "individual",
    "schools",
    "health_services",
    "la_services",
    "police",
    "other_legal",
    "other",
    "anonymous",
    "unknown",
)
METHODS = ("phone", "email", "form", "police_notification", "letter", "Telephone Call (Out)")
TEAMS = ("North", "South", "Hub")
# A sender's code: class and outcome that its list gives it.
CODES = {
    "RSR": ("request_for_service", "referral"),
    "RSE": ("request_for_service", "early_help"),
    "RSN": ("request_for_service", "no_further_action"),
    "PNR": ("police_notification", "referral"),
    "PNI": ("police_notification", "information_and_advice"),
    "CA": ("consultation_advice", "information_and_advice"),
    "IO": ("information_only", "no_further_action"),
    "EC": ("existing_case", "existing_case"),
    "OA": ("other_authority", "information_and_advice"),
    # On no list; nobody uses it in a clean world.
    "X1": ("unmapped", "unmapped"),
}
INITIAL = ("request_for_service", "police_notification")
# What follows, in the order in which it follows.
STAGES = (
    "referrals_received",
    "rereferrals_count",
    "assessments_completed",
    "section_47_count",
    "icpc_count",
    "cpp_new",
    "cpp_ceased",
)


@dataclass(frozen=True)
class Assumptions:
    """Every number that makes a world. `sd` are standard deviations of logarithms unless told otherwise."""

    # Estimated from c6, 2012/13 to 2019/20: median and spread of an authority's referrals a month; the calendar; what
    # is left after level and nation: a slow part (autoregressive) and a part of the month alone.
    level_median: float = 288.0
    level_sd: float = 0.60
    season: tuple[float, ...] = (
        *(0.048, -0.049, 0.051, -0.078, 0.052, 0.052, 0.067, -0.180, -0.011, 0.075, 0.068, -0.123),
    )
    demand_ar: float = 0.945
    demand_sd: float = 0.19
    demand_month_sd: float = 0.085
    national_month_sd: float = 0.02
    # Estimated from the annual tables: medians over authorities, and spread between them.
    rereferral_share: float = 0.204
    assessments_of_referrals: float = 0.92
    section_47_of_referrals: float = 0.315
    conferences_of_section_47: float = 0.396
    plans_of_conferences: float = 0.872
    between_sd: float = 0.20
    # Assumed (nothing published): how much of the contacts become referrals; how steady practice is.
    conversion: float = 0.30
    conversion_between_sd: float = 0.25
    practice_ar: float = 0.95
    practice_sd: float = 0.03
    practice_month_sd: float = 0.03
    source_sd: float = 0.06
    source_month_sd: float = 0.05
    mix_between_sd: float = 0.25
    referral_from_contact: float = 0.85


# Of referrals by source (c5, England), moved towards one hub's contacts, where the police send more than half.
SOURCE_SHARE = dict(
    zip(SOURCES, (0.075, 0.16, 0.145, 0.12, 0.34, 0.05, 0.06, 0.02, 0.03), strict=True),
)
# Assumed after one hub's table of method by source.
METHOD_SHARE: dict[str, dict[str, float]] = {
    "individual": {"phone": 0.85, "email": 0.10, "form": 0.02, "letter": 0.03},
    "schools": {"phone": 0.55, "email": 0.12, "form": 0.33},
    "health_services": {"phone": 0.20, "email": 0.22, "form": 0.52, "letter": 0.06},
    "la_services": {"phone": 0.45, "email": 0.40, "form": 0.15},
    "police": {"phone": 0.03, "email": 0.22, "form": 0.02, "police_notification": 0.73},
    "other_legal": {"phone": 0.06, "email": 0.60, "form": 0.30, "letter": 0.04},
    "other": {"phone": 0.40, "email": 0.42, "form": 0.18},
    "anonymous": {"phone": 0.90, "email": 0.05, "letter": 0.05},
    "unknown": {"phone": 0.50, "email": 0.50},
}


def code_share(source: str) -> dict[str, float]:
    """How contacts from a source are coded. Assumed: advice, information and open cases are a third of contacts."""
    if source == "police":
        return {"PNR": 0.22, "PNI": 0.56, "RSR": 0.05, "CA": 0.03, "IO": 0.07, "EC": 0.05, "OA": 0.02}
    return {"RSR": 0.30, "RSE": 0.16, "RSN": 0.14, "CA": 0.20, "IO": 0.08, "EC": 0.08, "OA": 0.04}


@dataclass
class World:
    """Monthly truth and what is sent. Arrays are [authority, month]; contacts [authority, month, team, source, method,
    code]. `events` are registered; `withheld` are figures sent later than the rest."""

    authorities: tuple[str, ...]
    months: tuple[date, ...]
    contacts: NDArray[np.float32]
    stages: dict[str, Counts]
    population: Counts
    stock: Counts
    seed: int
    codes: tuple[str, ...] = tuple(CODES)
    meaning: dict[str, tuple[str, str]] = field(default_factory=lambda: dict(CODES))
    # [authority, month]: by what a percentage or a rate is sent otherwise than its counts make it.
    factors: dict[str, Counts] = field(default_factory=dict)
    events: list[tuple[str, date, str, str]] = field(default_factory=list)
    history: list[tuple[str, str, date, float, date]] = field(default_factory=list)

    def factor(self, indicator: str) -> Counts:
        """The factors of an indicator, to be changed."""
        return self.factors.setdefault(indicator, np.ones((len(self.authorities), len(self.months))))

    def contacts_received(self) -> Counts:
        return np.asarray(self.contacts.sum(axis=(2, 3, 4, 5)), dtype=float)


def code(name: str) -> int:
    """Its place on the last axis of contacts."""
    return list(CODES).index(name)


def month_starts(first: date, n: int) -> tuple[date, ...]:
    return tuple(date(first.year + (first.month - 1 + i) // 12, (first.month - 1 + i) % 12 + 1, 1) for i in range(n))


def autoregressive(rng: np.random.Generator, shape: tuple[int, ...], coefficient: float, sd: float) -> Counts:
    """Stationary series along axis 1."""
    noise = rng.normal(0, sd * np.sqrt(1 - coefficient**2), shape)
    series = np.empty(shape)
    series[:, 0] = rng.normal(0, sd, noise[:, 0].shape)
    for month in range(1, shape[1]):
        series[:, month] = coefficient * series[:, month - 1] + noise[:, month]
    return series


def shares(rng: np.random.Generator, n: int, given: dict[str, float], order: tuple[str, ...], sd: float) -> Counts:
    """Each authority's own version of a mix, [authority, category]."""
    base = np.array([given.get(name, 0.0) for name in order])
    own = base * np.exp(rng.normal(0, sd, (n, len(order))))
    return np.asarray(own / own.sum(axis=1, keepdims=True))


def clean_world(seed: int, n_authorities: int = 150, n_months: int = 48, assume: Assumptions | None = None) -> World:
    """A world without a fault."""
    a = assume or Assumptions()
    rng = np.random.default_rng(seed)
    months = month_starts(date(2022, 4, 1), n_months)
    n = n_authorities
    grid = (n, n_months)

    def practice(base: float, between: float) -> Counts:
        """A conversion: an authority's own level, drifting slowly, and a little of each month."""
        own = np.log(base) + rng.normal(0, between, (n, 1))
        drift = autoregressive(rng, grid, a.practice_ar, a.practice_sd)
        return np.asarray(np.minimum(np.exp(own + drift + rng.normal(0, a.practice_month_sd, grid)), 1.0))

    level = a.level_median * np.exp(np.clip(rng.normal(0, a.level_sd, n), -1.2, 1.6))
    season = np.array([a.season[month.month - 1] for month in months])
    demand = np.exp(
        season
        + rng.normal(0, a.national_month_sd, n_months)
        + autoregressive(rng, grid, a.demand_ar, a.demand_sd)
        + rng.normal(0, a.demand_month_sd, grid)
    )
    conversion = a.conversion * np.exp(rng.normal(0, a.conversion_between_sd, (n, 1)))
    contact_rate = level[:, None] / conversion * demand

    by_source = shares(rng, n, SOURCE_SHARE, SOURCES, a.mix_between_sd)[:, None, :] * np.exp(
        autoregressive(rng, (*grid, len(SOURCES)), a.practice_ar, a.source_sd)
        + rng.normal(0, a.source_month_sd, (*grid, len(SOURCES)))
    )
    # Schools close: what they send in August falls by half, and by a quarter at Easter and Christmas.
    closed = np.array([{8: 0.5, 4: 0.8, 12: 0.8}.get(month.month, 1.0) for month in months])
    for source in ("schools",):
        by_source[:, :, SOURCES.index(source)] *= closed
    team = shares(rng, n, dict(zip(TEAMS, (0.3, 0.3, 0.4), strict=True)), TEAMS, a.mix_between_sd)
    rate = np.zeros((n, n_months, len(TEAMS), len(SOURCES), len(METHODS), len(CODES)), dtype=np.float32)
    for number, source in enumerate(SOURCES):
        method = shares(rng, n, METHOD_SHARE[source], METHODS, a.mix_between_sd)
        code = shares(rng, n, code_share(source), tuple(CODES), a.mix_between_sd / 2)
        # Conversion differs between authorities by how much of the contacts are coded as coming to a referral.
        drifting = code[:, None, :] * np.exp(autoregressive(rng, (*grid, len(CODES)), a.practice_ar, a.practice_sd))
        drifting /= drifting.sum(axis=2, keepdims=True)
        rate[:, :, :, number] = (
            (contact_rate * by_source[:, :, number])[:, :, None, None, None]
            * team[:, None, :, None, None]
            * method[:, None, None, :, None]
            * drifting[:, :, None, None, :]
        )
    contacts = rng.poisson(rate).astype(np.float32)
    becoming = [number for number, (_, outcome) in enumerate(CODES.values()) if outcome == "referral"]
    referred = contacts[..., becoming].sum(axis=(2, 3, 4, 5)).astype(int)
    expected = rate[..., becoming].sum(axis=(2, 3, 4, 5))

    stages: dict[str, Counts] = {}
    direct = rng.poisson(expected * (1 - a.referral_from_contact) * practice(1.0, 0.0))
    stages["referrals_received"] = (rng.binomial(referred, a.referral_from_contact) + direct).astype(float)
    referrals = stages["referrals_received"].astype(int)

    def follows(before: NDArray[np.int_], share: float, lag: float) -> Counts:
        """Binomial on this month's and last month's cases: what follows comes a little later."""
        late = np.concatenate([before[:, :1], before[:, :-1]], axis=1)
        pool = np.rint((1 - lag) * before + lag * late).astype(int)
        return np.asarray(rng.binomial(pool, practice(share, a.between_sd / 2)), dtype=float)

    stages["rereferrals_count"] = follows(referrals, a.rereferral_share, 0.0)
    stages["assessments_completed"] = follows(referrals, a.assessments_of_referrals, 0.5)
    stages["section_47_count"] = follows(referrals, a.section_47_of_referrals, 0.2)
    stages["icpc_count"] = follows(stages["section_47_count"].astype(int), a.conferences_of_section_47, 0.4)
    stages["cpp_new"] = follows(stages["icpc_count"].astype(int), a.plans_of_conferences, 0.1)
    started = stages["cpp_new"]
    usual = np.array([started[:, max(0, month - 12) : month + 1].mean(axis=1) for month in range(n_months)]).T
    stages["cpp_ceased"] = rng.poisson(usual * practice(0.99, 0.0)).astype(float)
    stock = 12 * started[:, :12].mean(axis=1, keepdims=True).round() + np.cumsum(started - stages["cpp_ceased"], axis=1)
    years = np.array([(month.year - months[0].year) for month in months])
    population = np.rint(level * 200)[:, None] * (1 + 0.004 * years)[None, :]
    return World(
        authorities=tuple(f"E{60000001 + number}" for number in range(n)),
        months=months,
        contacts=contacts,
        stages=stages,
        population=np.rint(population),
        stock=np.maximum(stock, 0),
        seed=seed,
    )
