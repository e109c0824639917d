"""Re-ordered, re-headed, partly mis-spelt and spoilt copies of one and the same lists: the same events, every row
accounted for.
"""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from tests.children.lists import AUTHORITY
from tests.integration.children.sending import LAST, ODD_AUTHORITY, SPOILT_AUTHORITY, Sent

pytestmark = pytest.mark.slow

# Number of a list, its name, and the model of its conformed rows.
MODELS = {
    1: ("contacts", "contact_class"),
    2: ("early_help", "early_help"),
    3: ("referrals", "referral"),
    4: ("assessments", "assessment"),
    5: ("section_47", "section_47"),
    6: ("children_in_need", "need"),
    7: ("child_protection", "plan"),
    8: ("looked_after", "care"),
    9: ("care_leavers", "care_leaver"),
    10: ("adoption", "adoption"),
    11: ("adopters", "adopter"),
}
# What must differ: whose list and keys it is, and the sender's own words where the code beside them is compared.
OWN = {"authority_code", "submission_id", "sequence", "is_latest_list", "superseded_by_sequence", "contact_number"}
OWN |= {"local_source", "local_method", "local_outcome", "local_code"}

Row = dict[str, object]


def rows_of(build: duckdb.DuckDBPyConnection, model: str, authority: str) -> dict[int, Row]:
    """The conformed rows of an authority's list of the last day, by their row in the file."""
    found = build.execute(
        f"select * from intermediate.int_children__{model} where authority_code = $authority and as_at = $day",
        {"authority": authority, "day": LAST},
    )
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    by_row = {row["source_row"]: row for row in rows}
    assert len(by_row) == len(rows)
    return by_row


@pytest.mark.parametrize("number", MODELS)
def test_an_odd_copy_of_a_list_holds_the_same_events(build: duckdb.DuckDBPyConnection, sent: Sent, number: int) -> None:
    _, model = MODELS[number]
    plain, odd = rows_of(build, model, AUTHORITY), rows_of(build, model, ODD_AUTHORITY)
    assert plain.keys() == odd.keys() and plain
    misspelt = {row for of, row, _, what in sent.odd.log if (of, what) == (number, "misspelt")}
    first = min(plain)
    keys: dict[str, dict[object, object]] = {}
    for place, row in plain.items():
        other = odd[place]
        for name in row.keys() - OWN:
            if name.endswith("_key"):
                assert keys.setdefault(name, {}).setdefault(row[name], other[name]) == other[name], (place, name)
            elif name == "ethnicity" and place - first + 1 in misspelt:
                assert other[name] == "unmapped"
            else:
                assert other[name] == row[name], (place, name)
    for name, found in keys.items():
        assert len(set(found.values())) == len(found), f"two people have one {name}"
        assert name == "worker_key" or not found.keys() & (set(found.values()) - {None}), f"{name} is the same in both"


def test_an_odd_copy_gives_the_same_figures(build: duckdb.DuckDBPyConnection) -> None:
    """All but the breakdown by ethnicity, of which some cells were mis-spelt, and what earlier lists told."""
    differing = build.execute(
        """
        with figures as (
            select measure.* from intermediate.int_children__measure as measure
            inner join intermediate.int_children__list as lists using (submission_id, authority_code, list)
            where lists.as_at = $day and value_status = 'reported' and breakdown_dimension <> 'ethnicity'
        )
        select measure_code, period_end, breakdown_dimension, breakdown_value, plain.amount, odd.amount
        from (from figures where authority_code = $plain) as plain
        full outer join (from figures where authority_code = $odd) as odd
            using (measure_code, period_basis, period_end, breakdown_dimension, breakdown_value)
        where plain.amount is distinct from odd.amount
            and measure_code not in ('rereferrals_count', 'cpp_repeat_24m_count')
        """,
        {"day": LAST, "plain": AUTHORITY, "odd": ODD_AUTHORITY},
    ).fetchall()
    assert differing == []


@pytest.mark.parametrize("authority", [AUTHORITY, ODD_AUTHORITY, SPOILT_AUTHORITY])
def test_every_row_is_loaded_or_set_aside(build: duckdb.DuckDBPyConnection, sent: Sent, authority: str) -> None:
    told = {
        (day, name): (in_file, loaded, aside)
        for day, name, in_file, loaded, aside in build.execute(
            """
            select as_at, list, rows_in_file, rows_loaded, rows_quarantined
            from raw.child_list where authority_code = $authority
            """,
            {"authority": authority},
        ).fetchall()
    }
    lists = {day: found for (of, day), found in sent.lists.items() if of == authority}
    spoilt = {(number, row) for number, row, _, what in sent.spoilt.log} if authority == SPOILT_AUTHORITY else set()
    assert told.keys() == {(day.isoformat(), MODELS[one.number][0]) for day, found in lists.items() for one in found}
    for day, found in lists.items():
        for one in found:
            name, model = MODELS[one.number]
            aside = sum(number == one.number for number, _ in spoilt)
            assert told[day.isoformat(), name] == (len(one.rows), len(one.rows) - aside, aside), (day, name)
            assert conformed(build, model, authority, day) == len(one.rows) - aside, (day, name)
    assert bool(spoilt) == (authority == SPOILT_AUTHORITY)


def conformed(build: duckdb.DuckDBPyConnection, model: str, authority: str, day: date) -> int:
    row = build.execute(
        f"select count(*) from intermediate.int_children__{model} where authority_code = $authority and as_at = $day",
        {"authority": authority, "day": day},
    ).fetchone()
    assert row is not None
    return int(row[0])
