"""What a run over children's lists lets out: no identifier, name, birth date or postcode anywhere that people read, the
rows of an authority only in its own restricted publication, and no small number that can be worked out.

Belongs here: searches of everything a run writes. Does not belong here: what the measures are (tests/children) and the
disclosure rule on random authorities (tests/disclosure).
"""

from __future__ import annotations

import csv
import re
import stat
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from orchestration import publish
from orchestration.settings import PROJECT, Settings, load_settings
from tests.children.lists import List, Odd, make_lists, write_workbook
from tests.children.world import make_world
from tests.disclosure.attack import Form, Shown, found_out
from tests.disclosure.worlds import SMALL, Cell, Counted
from tests.integration.conftest import AS_OF, run_bellwether

pytestmark = pytest.mark.slow
DAYS = (date(2024, 12, 31), date(2025, 3, 31))
AUTHORITIES = {"E10000011": 11, "E10000016": 12}
# What a token is: floating numbers and times stay whole, so that their digits are no identifier by accident.
TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:/\-]*")


@dataclass
class Private:
    """What must not be seen: single words, and names of several."""

    words: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def found_in(self, text: str) -> set[str]:
        tokens = {part for token in TOKEN.findall(text) for part in (token, token.rstrip(".:-/"))}
        return (self.words & tokens) | {name for name in self.names if name in text}


def written_forms(born: date) -> set[str]:
    """A day as files and logs may write it."""
    plain = f"{born.day}/{born.month}/{born.year}"
    return {
        plain,
        *(f"{born:{form}}" for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y%m%d", "%Y/%m/%d")),
    }


def days_of_the_project() -> set[date]:
    """Days in the registry and in the models, which stand in publications and in dbt's files."""
    found: set[date] = set()
    for folder in (PROJECT / "data" / "registry", PROJECT / "dbt_project"):
        for path in folder.rglob("*"):
            if path.suffix in (".csv", ".yml", ".sql", ".md"):
                days = re.findall(r"\d{4}-[01]\d-[0-3]\d", path.read_text(encoding="utf-8"))
                found |= {date.fromisoformat(day) for day in days}
    return found


def private_of(lists: list[List], events_since: date) -> Private:
    """Identifiers, workers, postcodes and birth dates of the lists. Birth dates from `events_since` on, and days that
    the project names, may stand for something else and are left out.
    """
    public = days_of_the_project()
    found = Private()
    for one in lists:
        for row in one.rows:
            for header, cell in row.items():
                name = header.casefold()
                if not cell or cell.casefold().startswith("unallocated"):
                    continue
                if "postcode" in name:
                    found.names |= {cell, cell.replace(" ", "")}
                elif "worker" in name or "advis" in name:
                    found.names.add(cell)
                elif "birth" in name and re.fullmatch(r"\d\d/\d\d/\d{4}", cell):
                    born = date(int(cell[6:]), int(cell[3:5]), int(cell[:2]))
                    if born < events_since and born not in public:
                        found.words |= written_forms(born)
                elif ("identifier" in name or "unique id" in name) and len(cell) >= 5:
                    found.words.add(cell)
    return found


@pytest.fixture(scope="module")
def private() -> Private:
    return Private()


@pytest.fixture(scope="module")
def children(tmp_path_factory: pytest.TempPathFactory, private: Private) -> Iterator[Settings]:
    """A home with two lists of each of two authorities, one of them badly kept."""
    home = tmp_path_factory.mktemp("children")
    (home / "landing").mkdir()
    for code, seed in AUTHORITIES.items():
        world = make_world(seed, 4_000, first=date(2024, 4, 1))
        for day in DAYS:
            odd = Odd(seed, aliases=True, spellings=0.1, misspelt=0.02, extra_columns=True, bad_rows=0.03)
            # The columns of our own template: the headings of the check need no guessing.
            plain = make_lists(world, day, local=False)
            of_file = private_of(plain, world.history)
            private.words |= of_file.words
            private.names |= of_file.names
            write_workbook(
                make_lists(world, day, odd if seed % 2 == 0 else None),
                home / "landing" / f"annex_a_{day:%Y%m%d}_{code}.xlsx",
                code,
            )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BELLWETHER_SHIPPED_RETURNS", "false")
        done = run_bellwether(home, "run", "--as-of", AS_OF)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        yield load_settings(home)


def texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """Every text and date of a DuckDB file, by column."""
    with duckdb.connect(str(path), read_only=True) as connection:
        columns = connection.execute(
            """
            select schema_name, table_name, column_name from duckdb_columns()
            where database_name = current_database() and not internal
                and (data_type in ('VARCHAR', 'DATE', 'JSON') or data_type like 'TIMESTAMP%' or data_type like '%[]')
            """
        ).fetchall()
        for schema, table, column in columns:
            values = connection.execute(
                f'select distinct cast("{column}" as varchar) from "{schema}"."{table}" where "{column}" is not null'
            ).fetchall()
            yield f"{path.name} {schema}.{table}.{column}", "\n".join(value for (value,) in values)


def test_there_is_something_to_hide(children: Settings, private: Private) -> None:
    assert len(private.words) > 1_000
    assert len(private.names) > 10
    one = sorted(word for word in private.words if word.isdigit())[0]
    assert private.found_in(f"row 3: child {one}.") == {one}


def test_no_publication_holds_an_identifier_name_birth_date_or_postcode(children: Settings, private: Private) -> None:
    current = publish.current(children)
    assert current is not None
    files = [current.path, *children.restricted.rglob("*.duckdb")]
    assert len(files) == 1 + len(AUTHORITIES)
    found = {where: hits for path in files for where, text in texts_of(path) if (hits := private.found_in(text))}
    assert found == {}


def test_no_parquet_report_record_or_log_does(children: Settings, private: Private) -> None:
    kept_apart = {children.archive, children.quarantine, children.landing, children.warehouse, children.restricted}
    searched: dict[str, int] = defaultdict(int)
    found = {}
    for path in sorted(children.home.rglob("*")):
        if not path.is_file() or kept_apart & set(path.parents):
            continue
        if path.suffix == ".parquet":
            if children.raw in path.parents:
                continue
            query = f"select * from '{path}'"
            text = "\n".join(str(row) for row in duckdb.sql(query).fetchall())
        elif path.suffix == ".duckdb":
            continue
        else:
            text = path.read_bytes().decode("latin-1")
        searched[path.suffix] += 1
        if hits := private.found_in(text):
            found[str(path.relative_to(children.home))] = sorted(hits)[:3]
    assert found == {}
    assert searched[".parquet"] > 10 and searched[".json"] > 4 and searched[".log"] > 1 and searched[".db"] > 1
    # The pages, the digest, the notes to senders and their index.
    assert searched[".html"] > 4 and searched[".txt"] > 2


def test_the_build_file_holds_no_identifier_name_or_postcode(children: Settings, private: Private) -> None:
    # Birth dates stay there, in raw, to give ages, and so do postcodes of placements: only its account may open it.
    people = Private(
        {word for word in private.words if word.isdigit() and len(word) == 7},
        {name for name in private.names if not name.startswith("ZZ")},
    )
    assert people.words and people.names
    found = {where: hits for where, text in texts_of(children.build_file) if (hits := people.found_in(text))}
    assert found == {}


def test_the_shared_publication_has_no_row_of_a_child(children: Settings) -> None:
    with publish.connect(children) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where not internal"
        ).fetchall()
    assert {schema for schema, _, _ in columns} == {"marts", "quality", "about"}
    assert [one for one in columns if one[2].endswith("_key")] == []
    current = publish.current(children)
    assert current is not None
    names = {path.name.split(".")[0] for path in (current.folder / "parquet").iterdir()}
    assert names == {"marts", "quality", "about"}


def test_a_restricted_publication_holds_its_own_authority_only_and_is_private(children: Settings) -> None:
    for code in AUTHORITIES:
        with publish.connect_restricted(children, code) as connection:
            tables = connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'restricted'"
            ).fetchall()
            assert len(tables) == 9
            for (table,) in tables:
                codes = connection.execute(f"select distinct authority_code from restricted.{table}").fetchall()
                assert codes in ([], [(code,)])
            (rows,) = connection.execute("select n_rows from about.publication").fetchall()[0]
            assert rows > 100
    for path in [children.restricted, *children.restricted.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_council_finds_its_own_child(children: Settings) -> None:
    world = make_world(AUTHORITIES["E10000011"], 4_000, first=date(2024, 4, 1))
    (needs,) = (one for one in make_lists(world, DAYS[-1], local=False) if one.number == 6)
    children_listed = sorted({row["Child Unique ID"] for row in needs.rows})
    done = run_bellwether(children.home, "pseudonym", "--authority", "E10000011", *children_listed, "--format", "csv")
    keys = {row["child_key"] for row in csv.DictReader(done.stdout.splitlines())}
    assert len(keys) == len(children_listed)
    with duckdb.connect(str(children.build_file), read_only=True) as connection:
        held = connection.execute(
            """
            select distinct child_key from intermediate.int_children__need
            where authority_code = 'E10000011' and is_latest_list
            """
        ).fetchall()
    assert {key for (key,) in held} == keys


def counted_of(connection: duckdb.DuckDBPyConnection, authority_code: str) -> Counted:
    """The newest counts of the warehouse, with what a reader knows to hold between them."""
    counted = Counted()
    tables: dict[tuple[object, ...], list[Cell]] = defaultdict(list)
    for *cell, amount in connection.execute(
        """
        select measure_code, period_basis, period_start, period_end, breakdown_dimension, breakdown_value, amount
        from intermediate.int_children__measure
        where authority_code = ? and known_to is null and amount is not null
        """,
        [authority_code],
    ).fetchall():
        counted.cells[tuple(cell)] = int(amount)
        if cell[4] != "all":
            tables[tuple(cell[:5])].append(tuple(cell))
    for table, cells in tables.items():
        unlisted: Cell = (*table, "-")  # type: ignore[assignment]
        whole: Cell = (*table[:4], "all", "all")  # type: ignore[assignment]
        counted.cells[unlisted] = counted.cells[whole] - sum(counted.cells[cell] for cell in cells)
        counted.equations.append({whole: -1, unlisted: 1} | dict.fromkeys(cells, 1))
    roles = connection.execute(
        "select measure_code, parent_code from intermediate.int_children__measure_role where role = 'part'"
    ).fetchall()
    parent_of = dict(roles)
    for cell in list(counted.cells):
        parent = (parent_of.get(cell[0]), *cell[1:])
        if cell[0] in parent_of and counted.cells.get(parent, -1) >= counted.cells[cell]:  # type: ignore[arg-type]
            counted.within.append((cell, parent))  # type: ignore[arg-type]
    registers = {"cpp_count": ("cpp_new", "cpp_ceased"), "lac_count": ("lac_started", "lac_ceased")}
    for stock, (come, go) in registers.items():
        ends = sorted(cell[3] for cell in counted.cells if cell[0] == stock and cell[4] == "all")
        for before, end in pairwise(ends):
            start = end.replace(day=1)
            equation = {
                (stock, "snapshot", end, end, "all", "all"): -1,
                (stock, "snapshot", before, before, "all", "all"): 1,
                (come, "month", start, end, "all", "all"): 1,
                (go, "month", start, end, "all", "all"): -1,
            }
            # A child counted twice, or a correction between two lists, and the sum does not hold.
            if equation.keys() <= counted.cells.keys() and not sum(
                sign * counted.cells[cell] for cell, sign in equation.items()
            ):
                counted.equations.append(equation)
    return counted


@pytest.mark.parametrize("authority_code", AUTHORITIES)
def test_no_hidden_number_of_the_fabricated_authority_can_be_worked_out(
    children: Settings, authority_code: str
) -> None:
    with duckdb.connect(str(children.build_file), read_only=True) as connection:
        counted = counted_of(connection, authority_code)
        rows = connection.execute(
            """
            select measure_code, period_basis, period_start, period_end, breakdown_dimension, breakdown_value, amount,
                is_suppressed
            from intermediate.int_children__shared_measure
            where authority_code = ? and known_to is null and value_status in ('reported', 'suppressed')
            """,
            [authority_code],
        ).fetchall()
    shown = Shown()
    for *cell, amount, is_hidden in rows:
        if is_hidden:
            shown.hidden.add(tuple(cell))
        else:
            shown.numbers[tuple(cell)] = int(amount)
    people = {cell for cell in counted.cells if not cell[0].startswith(("caseload_", "assessment_working"))}
    assert not [cell for cell in people & shown.numbers.keys() if shown.numbers[cell] in SMALL]
    secret = shown.hidden | {cell for cell in people if counted.cells[cell] in SMALL}
    forms: list[Form] = [((cell, 1),) for cell in people & secret]
    assert len(shown.numbers) > 300 and len(forms) > 300
    assert found_out(counted, shown, forms) == []


def test_shared_figures_are_those_that_may_be_shared(children: Settings) -> None:
    with publish.connect(children) as connection:
        small = connection.execute(
            """
            select figure.indicator_code, figure.value, figure.numerator
            from marts.fct_indicator_value as figure
            inner join marts.dim_indicator as indicator using (indicator_code)
            where figure.source_kind = 'derived' and indicator.kind in ('count', 'percent', 'rate_per_10000')
                and figure.indicator_code not like 'caseload%' and figure.numerator between 1 and 5
            """
        ).fetchall()
        statuses = connection.execute(
            "select value_status, count(*) from marts.fct_indicator_value where source_kind = 'derived' group by all"
        ).fetchall()
    kinds = dict(statuses)
    assert small == []
    assert kinds["reported"] > 500 and kinds["suppressed"] > 500
