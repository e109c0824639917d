"""What was known on an earlier day: the lists of that day are the same from it as from the whole world."""

from __future__ import annotations

from datetime import date

import pytest

from tests.children.boundary import add_boundary_cases
from tests.children.known import as_known
from tests.children.lists import make_lists
from tests.children.world import World, make_world


@pytest.fixture(scope="module")
def world() -> World:
    made = make_world(5, 3000, date(2024, 4, 1), date(2025, 3, 31))
    add_boundary_cases(made)
    return made


@pytest.mark.parametrize("day", [date(2024, 6, 30), date(2024, 12, 31), date(2025, 1, 15), date(2025, 3, 31)])
def test_the_lists_of_a_day_need_nothing_that_came_later(world: World, day: date) -> None:
    known = as_known(world, day)
    assert make_lists(known, day) == make_lists(world, day)


def test_what_ended_later_is_open(world: World) -> None:
    day = date(2024, 12, 31)
    known = as_known(world, day)
    assert any(one.ended is None for one in known.plans)
    assert all(one.ended is None or one.ended <= day for one in known.plans)
    assert len(known.plans) < len(world.plans)
