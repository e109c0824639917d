"""The generated country is what it says it is, and each fault moves what it says it moves, by as much."""

from __future__ import annotations

import numpy as np
import pytest

from tests.power.faults import FAULTS, Fault
from tests.power.generator import CODES, INITIAL, TEAMS, Assumptions, World, clean_world
from tests.power.measure import cases
from tests.power.store import figures

ONSET = 14


@pytest.fixture(scope="module")
def clean() -> World:
    return clean_world(11, 24, 26)


def copied(world: World) -> World:
    return clean_world(world.seed, len(world.authorities), len(world.months))


def test_the_same_seed_gives_the_same_country(clean: World) -> None:
    again = copied(clean)
    assert np.array_equal(clean.contacts, again.contacts)
    assert all(np.array_equal(clean.stages[name], again.stages[name]) for name in clean.stages)
    other = clean_world(12, 24, 26)
    assert not np.array_equal(clean.contacts, other.contacts)


def test_referrals_vary_as_the_published_ones() -> None:
    """Robust deviation of a month's referrals, level and nation taken off, divided by the root of two: 0.125 in the
    published months of the median authority, quartiles 0.10 and 0.14."""
    world = clean_world(13, 150, 48)
    change = np.diff(np.log(world.stages["referrals_received"] + 0.5), axis=1)
    change -= np.median(change, axis=0)
    noise = 1.4826 * np.median(np.abs(change), axis=1) / np.sqrt(2)
    assert 0.10 < np.median(noise) < 0.14
    level = np.median(world.stages["referrals_received"])
    assert 0.7 < level / Assumptions().level_median < 1.3


def test_what_follows_follows(clean: World) -> None:
    contacts = clean.contacts_received().sum()
    stages = {name: values.sum() for name, values in clean.stages.items()}
    assert 0.2 < stages["referrals_received"] / contacts < 0.4
    assert 0.85 < stages["assessments_completed"] / stages["referrals_received"] < 0.98
    assert 0.8 < stages["cpp_new"] / stages["icpc_count"] < 0.93
    gap = np.diff(clean.stock, axis=1) - (clean.stages["cpp_new"] - clean.stages["cpp_ceased"])[:, 1:]
    assert np.abs(gap[clean.stock[:, 1:] > 0]).max() == 0


def test_every_figure_is_there_once(clean: World) -> None:
    frame = figures(clean)
    keys = ["authority", "month", "indicator_code", "breakdown_dimension", "breakdown_value"]
    assert not frame.duplicated(keys).any()
    by_source = frame[(frame["indicator_code"] == "contacts_received") & (frame["breakdown_dimension"] != "all")]
    sums = by_source.groupby(["breakdown_dimension", "authority", "month"])["value"].sum().unstack(0)
    assert (sums.nunique(axis=1) == 1).all()


def total(world: World, headline: str, authority: int) -> float:
    """The headline of the fault, in the months from the onset on."""
    cells = world.contacts[authority, ONSET:]
    initial = [number for number, (name, _) in enumerate(CODES.values()) if name in INITIAL]
    named = {
        "contacts received": lambda: cells.sum(),
        "initial contacts": lambda: cells[..., initial].sum(),
        "initial contacts of the team": lambda: cells[:, 0][..., initial].sum(),
        "contacts of the team": lambda: cells[:, TEAMS.index("Hub")].sum(),
        "referrals received": lambda: world.stages["referrals_received"][authority, ONSET:].sum(),
        "re-referrals": lambda: world.stages["rereferrals_count"][authority, ONSET:].sum(),
        "assessments completed": lambda: world.stages["assessments_completed"][authority, ONSET:].sum(),
        "section 47 enquiries": lambda: world.stages["section_47_count"][authority, ONSET:].sum(),
    }
    return float(named[headline]())


SUSTAINED = [
    (kind, size)
    for kind, size in cases()
    if size and not kind.control and kind.from_end == (34, 9) and kind.headline not in (
        "contacts with their source", "rate of referrals", "all figures for three months"
    )
]  # fmt: skip


@pytest.mark.parametrize(("kind", "size"), SUSTAINED, ids=[f"{kind.name} {size:.0%}" for kind, size in SUSTAINED])
def test_a_fault_moves_its_headline_by_its_size(clean: World, kind: Fault, size: float) -> None:
    faulty = copied(clean)
    largest = int(np.argmax(clean.stages["referrals_received"].sum(axis=1)))
    kind.apply(faulty, largest, ONSET, size, np.random.default_rng(1))
    moved = abs(total(faulty, kind.headline, largest) / total(clean, kind.headline, largest) - 1)
    # A code cannot lose more contacts than it has.
    assert 0.6 * size < moved < 1.25 * size
    untouched = [number for number in range(len(clean.authorities)) if number != largest]
    assert np.array_equal(faulty.contacts[untouched], clean.contacts[untouched])
    assert np.array_equal(faulty.contacts[largest, :ONSET], clean.contacts[largest, :ONSET])


def test_there_are_enough_kinds_of_faults_and_of_real_changes() -> None:
    assert sum(not one.control for one in FAULTS.values()) >= 25
    assert sum(one.control for one in FAULTS.values()) >= 3
