"""Corrections, errors and refusals on a small warehouse: what a sender's second file does to the figures."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.publish import current
from orchestration.settings import load_settings
from tests.integration.conftest import AS_OF, run_bellwether

pytestmark = pytest.mark.slow

HEADER = (
    "authority_code,period_basis,period_start,period_end,indicator,numerator,denominator,value,unit,role,issue_date"
)


def figures(home: Path, query: str) -> list[tuple[object, ...]]:
    found = current(load_settings(home))
    assert found is not None
    with duckdb.connect(str(found.path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def send(home: Path, name: str, *rows: str) -> None:
    """Drops one return into landing and runs."""
    landing = home / "landing"
    landing.mkdir(parents=True, exist_ok=True)
    (landing / name).write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    done = run_bellwether(home, "run", "--as-of", AS_OF)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


VALUES = """
    select indicator_code, period_start::varchar, value, value_status
    from marts.fct_indicator_value where authority_code = 'E10000030' and period_basis = 'month' order by all
"""


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    patch = pytest.MonkeyPatch()
    patch.setenv("BELLWETHER_SHIPPED_RETURNS", "false")
    patch.setenv("BELLWETHER_STABLE_SECONDS", "0")
    home = tmp_path_factory.mktemp("small")
    try:
        send(
            home,
            "january.csv",
            "936,month,2017-01-01,2017-01-31,referrals_received,,,1018,count,actual,2017-02-10",
            "936,month,2017-01-01,2017-01-31,rereferrals_pct,295,1018,29.0,percent,actual,2017-02-10",
            '936,month,2016-12-01,2016-12-31,referrals_received,,,"1,034",count,actual,2017-02-10',
        )
        send(
            home,
            "january corrected.csv",
            "936,month,2017-01-01,2017-01-31,referrals_received,,,1022,count,actual,2017-02-20",
        )
        send(
            home,
            "january again, wrongly.csv",
            "936,month,2017-01-01,2017-01-31,referrals_received,,,1,count,actual,2017-02-25",
            "936,month,2017-01-01,2017-01-31,referrals_received,,,9999,count,actual,2017-02-25",
        )
        send(home, "not a return.csv", "x")
    finally:
        patch.undo()
    return home


def test_a_correction_replaces_only_the_cells_it_covers(small_home: Path) -> None:
    assert figures(small_home, VALUES) == [
        ("referrals_received", "2016-12-01", 1034.0, "reported"),
        ("referrals_received", "2017-01-01", 1022.0, "reported"),
        ("rereferrals_pct", "2017-01-01", 29.0, "reported"),
    ]


def test_the_earlier_value_is_known_as_at_the_day(small_home: Path) -> None:
    as_at = """
        select value from marts.as_at(date '{}')
        where indicator_code = 'referrals_received' and period_start = '2017-01-01'
    """
    assert figures(small_home, as_at.format("2017-02-15")) == [(1018.0,)]
    assert figures(small_home, as_at.format("2017-02-20")) == [(1022.0,)]
    assert figures(small_home, as_at.format("2017-02-09")) == []
    restated = "select first_value, latest_value, n_versions, last_changed_at::varchar from marts.mart_restatement"
    assert figures(small_home, restated) == [(1018.0, 1022.0, 2, "2017-02-20")]


def test_a_return_that_contradicts_itself_in_its_keys_is_held_back_and_nothing_else(small_home: Path) -> None:
    query = "select file_name, outcome, verdict from quality.submission order by known_from, file_name"
    assert figures(small_home, query) == [
        ("january.csv", "accepted", "admitted"),
        ("january corrected.csv", "accepted", "admitted"),
        ("january again, wrongly.csv", "accepted", "held_back"),
        ("not a return.csv", "rejected", "not_loaded"),
    ]
    critical = "select distinct rule_id from quality.finding where severity = 'critical'"
    assert figures(small_home, critical) == [("uniqueness.same_key_different_value",)]


def test_every_refused_file_leaves_a_note_its_sender_can_act_on(small_home: Path) -> None:
    notes = [path.read_text(encoding="utf-8") for path in (small_home / "quarantine").rglob("note.txt")]
    assert any("not a return.csv" in note for note in notes)
