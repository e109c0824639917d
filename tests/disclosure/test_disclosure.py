"""No hidden number can be worked out from what is shown, in many random authorities and the fabricated one.

The SQL is that of the dbt models, run on rows of random authorities. The test is worth what its attack is: hiding the
small numbers alone, or a single further one, is broken in most authorities (last tests).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import duckdb
import jinja2
import pytest

from orchestration.settings import PROJECT
from tests.disclosure.attack import Form, Shown, found_out
from tests.disclosure.worlds import SMALL, Cell, Counted, authority, whole_of

# A minute or two: one search a hidden number and authority.
pytestmark = pytest.mark.slow
MODELS = PROJECT / "dbt_project" / "models" / "intermediate" / "children"
N_WORLDS = 120


def run_model(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Makes a table of the model's name, from tables of the names it refers to."""
    template = jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(path.read_text(encoding="utf-8"))
    query = template.render(ref=lambda name: name, config=lambda **options: "")
    connection.execute(f"create or replace table {path.stem} as {query}")


def shared(worlds: dict[str, Counted]) -> tuple[duckdb.DuckDBPyConnection, dict[str, Shown]]:
    """What the models share of each authority."""
    connection = duckdb.connect()
    connection.execute(
        """
        create table int_children__measure (
            submission_id varchar, authority_code varchar, measure_code varchar, period_basis varchar,
            period_start date, period_end date, breakdown_dimension varchar, breakdown_value varchar, amount double,
            value_status varchar, known_from date, known_to date, version_number integer, list varchar
        )
        """
    )
    rows = [
        (f"s-{code}", code, *cell, amount, "reported", date(2026, 7, 1), None, 1, "list")
        for code, counted in worlds.items()
        for cell, amount in counted.cells.items()
        if is_listed(counted, cell)
        and (amount or cell[4] == "all" or counted.cells.get((whole_of(cell[0]), *cell[1:])))
    ]
    load(connection, rows)
    registry = PROJECT / "dbt_project" / "seeds" / "reg_indicator.csv"
    connection.execute(f"create table reg_indicator as from read_csv('{registry}', all_varchar = true)")
    roles = registry.with_name("reg_child_measure_role.csv")
    connection.execute(f"create table reg_child_measure_role as from read_csv('{roles}')")
    run_model(connection, MODELS / "int_children__measure_role.sql")
    run_model(connection, MODELS / "int_children__shared_measure.sql")
    found = {code: Shown() for code in worlds}
    for code, *cell, amount, hidden in connection.execute(
        """
        select authority_code, measure_code, period_basis, period_start, period_end, breakdown_dimension,
            breakdown_value, amount, is_suppressed
        from int_children__shared_measure
        """
    ).fetchall():
        if hidden:
            assert amount is None
            found[code].hidden.add(tuple(cell))
        else:
            found[code].numbers[tuple(cell)] = int(amount)
    for code, shown in found.items():
        # An item that is not listed in a breakdown that is: there it is nought, and a reader knows.
        listed = {cell[:5] for cell in (*shown.numbers, *shown.hidden)}
        for cell, amount in worlds[code].cells.items():
            if (
                cell[:5] in listed
                and is_listed(worlds[code], cell)
                and cell not in shown.numbers
                and cell not in shown.hidden
            ):
                assert amount == 0, cell
                shown.numbers[cell] = 0
    return connection, found


def is_listed(counted: Counted, cell: Cell) -> bool:
    """Whether the item has rows: those without a team may have none, and are told by subtraction only."""
    return counted.lists_unallocated or cell[4:] != ("team", "Unallocated")


def load(connection: duckdb.DuckDBPyConnection, rows: Iterable[tuple[object, ...]]) -> None:
    import pandas as pd

    names = [row[0] for row in connection.execute("describe int_children__measure").fetchall()]
    frame = pd.DataFrame(rows, columns=names)
    frame["known_to"] = pd.to_datetime(frame["known_to"])
    connection.execute("insert into int_children__measure select * from frame")


def secrets(counted: Counted, shown: Shown) -> list[Form]:
    """All that is hidden, every other number of 1 to 5, and what is left of a whole where it is so few."""
    counts = {cell: number for cell, number in counted.cells.items() if cell[0] != "assessment_working_days"}
    forms: list[Form] = [((cell, 1),) for cell in shown.hidden]
    forms += [((cell, 1),) for cell, number in counts.items() if number in SMALL and cell not in shown.hidden]
    forms += [
        ((whole, 1), (part, -1))
        for part, whole in counted.within
        if counted.cells[whole] - counted.cells[part] in SMALL
    ]
    return forms


@pytest.fixture(scope="module")
def worlds() -> dict[str, Counted]:
    return {f"E{seed:08d}": authority(seed) for seed in range(N_WORLDS)}


@pytest.fixture(scope="module")
def publication(worlds: dict[str, Counted]) -> tuple[duckdb.DuckDBPyConnection, dict[str, Shown]]:
    return shared(worlds)


def test_no_hidden_number_can_be_worked_out(
    worlds: dict[str, Counted], publication: tuple[duckdb.DuckDBPyConnection, dict[str, Shown]]
) -> None:
    leaks = []
    for code, counted in worlds.items():
        shown = publication[1][code]
        leaks += [(code, form) for form in found_out(counted, shown, secrets(counted, shown))]
    assert not leaks, leaks[:10]


def test_what_is_shown_is_true_and_not_small(
    worlds: dict[str, Counted], publication: tuple[duckdb.DuckDBPyConnection, dict[str, Shown]]
) -> None:
    for code, counted in worlds.items():
        for cell, number in publication[1][code].numbers.items():
            assert number == counted.cells[cell]
            assert number not in SMALL or cell[0] == "assessment_working_days", cell


def test_enough_is_shown(
    worlds: dict[str, Counted], publication: tuple[duckdb.DuckDBPyConnection, dict[str, Shown]]
) -> None:
    # A rule that hides everything is safe and useless.
    numbers = [(code, cell) for code, shown in publication[1].items() for cell in shown.numbers]
    hidden = sum(len(shown.hidden) for shown in publication[1].values())
    assert len(numbers) > hidden / 2
    assert {cell[4] for _, cell in numbers} >= {"age_band", "gender", "team", "area", "contact_source", "contact_class"}


def primary_only(counted: Counted) -> Shown:
    shown = Shown(dict(counted.cells))
    for cell, number in counted.cells.items():
        if number in SMALL:
            shown.hidden.add(cell)
            del shown.numbers[cell]
    return shown


def one_more(counted: Counted) -> Shown:
    """The usual shortcut: in each breakdown with one hidden item, the next smallest is hidden too."""
    shown = primary_only(counted)
    tables: dict[tuple[object, ...], list[Cell]] = {}
    for cell, number in counted.cells.items():
        if cell[4] != "all" and number:
            tables.setdefault(cell[:5], []).append(cell)
    for cells in tables.values():
        left = sorted((cell for cell in cells if cell in shown.numbers), key=lambda cell: shown.numbers[cell])
        if len(cells) - len(left) == 1 and left:
            shown.hidden.add(left[0])
            del shown.numbers[left[0]]
    return shown


@pytest.mark.parametrize("shortcut", [primary_only, one_more])
def test_the_attack_breaks_lesser_rules(worlds: dict[str, Counted], shortcut: Callable[[Counted], Shown]) -> None:
    broken = 0
    for counted in list(worlds.values())[:20]:
        shown = shortcut(counted)
        broken += bool(found_out(counted, shown, [((cell, 1),) for cell in shown.hidden], knows_rule=False))
    assert broken >= 10
