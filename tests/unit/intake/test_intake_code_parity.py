"""Python's mapping of a spelling and the warehouse's, over the compiled seed, are the same.

Belongs here: the two held against each other. Does not belong here: which spelling means what (test_intake_codes).
"""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.intake.children.codes import CodeList, load_code_lists, spelling
from orchestration.settings import PROJECT

FOLDERS = sorted(p for p in (PROJECT / "data" / "registry" / "codes").iterdir() if p.is_dir())
LISTS: dict[tuple[str, str], CodeList] = {
    (folder.name, name): found for folder in FOLDERS for name, found in load_code_lists(folder).items()
}
SEED = PROJECT / "dbt_project" / "seeds" / "reg_child_code.csv"
ON = date(2025, 3, 31)
# A spelling's code: an authority's own rows before those for all, and one code or none.
MAPPED = """
    with asked as (select unnest(?::varchar[]) as return_name, unnest(?::varchar[]) as code_list,
        unnest(?::varchar[]) as spelling),
    held as (
        select asked.*, code, grouped
        from asked left join seed
            on seed.return_name = asked.return_name and seed.code_list = asked.code_list
            and regexp_full_match(asked.spelling, seed.pattern) and seed.authority_code is null
    )
    select return_name, code_list, spelling, if(count(distinct code) = 1, any_value(code), null) as code
    from held group by all
"""


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"create table seed as from read_csv('{SEED}', all_varchar = true, header = true)")
    return connection


def agree(warehouse: duckdb.DuckDBPyConnection, asked: set[tuple[str, str, str]]) -> None:
    found = warehouse.execute(MAPPED, [list(column) for column in zip(*sorted(asked), strict=True)]).fetchall()
    assert len(found) == len(asked)
    for return_name, code_list, text, code in found:
        expected = LISTS[return_name, code_list].code(text, authority_code=None, on=ON)
        assert (code, spelling(text)) == (expected, text), (code_list, text)


def spellings_of(texts: list[str]) -> list[str]:
    """As compared, and only those whose form stays as it is when it is made again (``a) b) x`` loses one letter at a
    time)."""
    said = {spelling(text) for text in texts}
    return [text for text in said if text and spelling(text) == text]


def told_by_tests() -> list[str]:
    """Every string that the tests of lists and codes write."""
    import ast

    written: list[str] = []
    folder = Path(__file__).parents[2]
    for path in [*(folder / "unit" / "intake").glob("*.py"), *(folder / "children").glob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        written += [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return [text for text in written if len(text) < 120]


def test_the_seed_holds_the_code_lists() -> None:
    written = [
        (row["return_name"], row["code_list"], row["code"], row["label"], row["pattern"], row["authority_code"] or None)
        for row in csv.DictReader(io.StringIO(SEED.read_text(encoding="utf-8")))
    ]
    held = [
        (return_name, name, rule.code, found.labels[rule.code], rule.pattern.pattern, rule.authority_code)
        for (return_name, name), found in LISTS.items()
        for rule in found.rules
    ]
    assert sorted(map(str, written)) == sorted(map(str, held)) and len(held) > 200


def test_every_spelling_that_tests_know_has_the_same_code_in_python_and_in_the_warehouse(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    texts = [*told_by_tests(), *(t for found in LISTS.values() for pair in found.labels.items() for t in pair)]
    asked = {(*where, text) for where in LISTS for text in spellings_of(texts)}
    mapped = [one for one in asked if LISTS[one[0], one[1]].code(one[2], authority_code=None, on=ON)]
    assert len(mapped) > 400
    agree(warehouse, asked)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_spellings_made_of_the_patterns_themselves_have_the_same_code(
    warehouse: duckdb.DuckDBPyConnection, data: st.DataObject
) -> None:
    where = data.draw(st.sampled_from(sorted(LISTS)))
    rule = data.draw(st.sampled_from(LISTS[where].rules))
    made = data.draw(st.from_regex(rule.pattern, fullmatch=True, alphabet=st.characters(codec="ascii")))
    cut = data.draw(st.integers(0, len(made)))
    changed = made[:cut] + data.draw(st.text("abcdefghi 0123456789", max_size=3)) + made[cut:]
    if texts := spellings_of([made, changed, made[cut:], made[:cut]]):
        agree(warehouse, {(*where, text) for text in texts})
