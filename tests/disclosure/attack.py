"""What a reader can work out from what is shown, by whole-number programming over everything that is known to hold.

Belongs here: the search for a second world that looks the same. A hidden number is safe if there is one in which it is
different, and found out if there is none; both are certain, not estimates.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from random import Random

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.disclosure.worlds import Cell, Counted

MANY = 20_000.0
# A number that must not be found out: coefficients by cell.
Form = tuple[tuple[Cell, int], ...]


@dataclass
class Shown:
    """What stands in the publication: numbers, and cells that are there but hidden."""

    numbers: dict[Cell, int] = field(default_factory=dict)
    hidden: set[Cell] = field(default_factory=set)


def found_out(counted: Counted, shown: Shown, forms: list[Form], *, knows_rule: bool = True) -> list[Form]:
    """The forms whose value follows from what is shown; `knows_rule` of a reader who knows what is never hidden."""
    unknown = [cell for cell in counted.cells if cell not in shown.numbers]
    constraints = _constraints(counted, shown, knows_rule=knows_rule)
    groups = _groups(unknown, constraints)
    of_group = {cell: number for number, group in enumerate(groups) for cell in group}
    wanted: dict[int, list[Form]] = defaultdict(list)
    certain = []
    for form in forms:
        open_cells = [cell for cell, _ in form if cell not in shown.numbers]
        numbers = {of_group[cell] for cell in open_cells}
        if not numbers:
            certain.append(form)
        elif len(numbers) == 1:
            wanted[numbers.pop()].append(form)
        # Cells that nothing ties to each other: the form is as open as its cells, which are asked for themselves.
    by_group: dict[int, list[_Constraint]] = defaultdict(list)
    for one in constraints:
        by_group[of_group[next(iter(one.coefficients))]].append(one)
    for number, asked in wanted.items():
        certain += _fixed(groups[number], by_group[number], asked, counted, shown)
    return certain


@dataclass
class _Constraint:
    """low <= sum of coefficients times unknown cells <= high."""

    coefficients: dict[Cell, int]
    low: float
    high: float


def _constraints(counted: Counted, shown: Shown, *, knows_rule: bool) -> list[_Constraint]:
    found = []

    def add(coefficients: dict[Cell, int], low: float, high: float) -> None:
        known = sum(sign * shown.numbers[cell] for cell, sign in coefficients.items() if cell in shown.numbers)
        still = {cell: sign for cell, sign in coefficients.items() if cell not in shown.numbers}
        if still:
            found.append(_Constraint(still, low - known, high - known))

    for equation in counted.equations:
        add(equation, 0, 0)
    for part, whole in counted.within:
        add({whole: 1, part: -1}, 0, np.inf)
        # Nobody and everybody are shown; so where the whole is shown and its part is not, it is neither.
        if knows_rule and part[4] != "all" and part in shown.hidden and whole in shown.numbers:
            add({part: 1}, 1, np.inf)
            add({whole: 1, part: -1}, 1, np.inf)
    parts = {part[0] for part, _ in counted.within} | {"caseload_total", "assessment_working_days"}
    for cell in shown.hidden if knows_rule else ():
        if cell[4] != "all" and cell[0] not in parts:
            add({cell: 1}, 1, np.inf)
    return found


def _groups(unknown: list[Cell], constraints: list[_Constraint]) -> list[list[Cell]]:
    """Unknown cells that are tied to each other."""
    head = {cell: cell for cell in unknown}

    def top(cell: Cell) -> Cell:
        while head[cell] != cell:
            head[cell] = head[head[cell]]
            cell = head[cell]
        return cell

    for one in constraints:
        first, *others = one.coefficients
        for other in others:
            head[top(other)] = top(first)
    groups: dict[Cell, list[Cell]] = defaultdict(list)
    for cell in unknown:
        groups[top(cell)].append(cell)
    return list(groups.values())


def _fixed(
    cells: list[Cell], constraints: list[_Constraint], forms: list[Form], counted: Counted, shown: Shown
) -> list[Form]:
    place = {cell: number for number, cell in enumerate(cells)}
    matrix = np.zeros((len(constraints), len(cells)))
    for row, one in enumerate(constraints):
        for cell, sign in one.coefficients.items():
            matrix[row, place[cell]] = sign
    low = np.array([one.low for one in constraints])
    high = np.array([one.high for one in constraints])
    truth = np.array([float(counted.cells[cell]) for cell in cells])
    _check(matrix, low, high, truth)
    vectors = []
    for form in forms:
        vector = np.zeros(len(cells))
        for cell, sign in form:
            if cell in place:
                vector[place[cell]] = sign
        vectors.append(vector)
    still = list(range(len(forms)))
    chance = Random(len(cells))

    def other_world(objective: np.ndarray) -> np.ndarray:
        for presolve in (True, False):
            # The solver's presolve has called a problem infeasible that the true world solves.
            solved = milp(
                objective,
                constraints=LinearConstraint(matrix, low, high) if len(constraints) else (),
                integrality=np.ones(len(cells)),
                bounds=Bounds(0, MANY),
                options={"presolve": presolve},
            )
            if solved.x is not None:
                break
        assert solved.x is not None, solved.message
        world = np.round(solved.x)
        _check(matrix, low, high, world)
        return world

    # One other world often answers for many cells at once.
    for _ in range(4):
        if len(still) > 2:
            objective = sum((chance.choice((-1, 1)) * vectors[number] for number in still), np.zeros(len(cells)))
            world = other_world(objective)
            still = [number for number in still if vectors[number] @ world == vectors[number] @ truth]
    certain = []
    for number in still:
        lowest, highest = (vectors[number] @ other_world(sign * vectors[number]) for sign in (1, -1))
        if lowest == highest:
            certain.append(forms[number])
    return certain


def _check(matrix: np.ndarray, low: np.ndarray, high: np.ndarray, world: np.ndarray) -> None:
    """A world must hold to everything that is known, the true one above all: else the attack proves nothing."""
    if len(low):
        sums = matrix @ world
        assert (sums >= low).all(), "a world breaks what is known"
        assert (sums <= high).all(), "a world breaks what is known"
    assert (world >= 0).all()
