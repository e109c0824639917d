"""The registers of actions and audits are in the publication as the reports print them.

Belongs here: the printed facts, set down by hand from the reports. Does not belong here: how issues of a register
follow each other (dbt unit tests).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

pytestmark = pytest.mark.slow

SURREY, PETERBOROUGH = "E10000030", "E06000031"


@pytest.fixture(scope="module")
def connection(publication: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(publication), read_only=True) as opened:
        yield opened


def test_the_audit_totals_that_surrey_prints_stand_in_the_register(connection: duckdb.DuckDBPyConnection) -> None:
    """Appendix II: January only (80 audits); cumulative July 2016 to January 2017 (457 audits)."""
    rows = connection.execute(
        """
        select period_basis, period_start, period_end, audits
        from marts.fct_audit
        where authority_code = ? and audits is not null
        order by period_basis desc
        """,
        [SURREY],
    ).fetchall()
    assert rows == [
        ("month", date(2017, 1, 1), date(2017, 1, 31), 80.0),
        ("cumulative", date(2016, 7, 1), date(2017, 1, 31), 457.0),
    ]


def test_the_register_and_the_figures_of_the_text_say_the_same(connection: duckdb.DuckDBPyConnection) -> None:
    """The same totals came with the text figures, as an indicator."""
    (compared, differing) = connection.execute(
        """
        select count(*), count(*) filter (where audit.audits <> figure.value)
        from marts.fct_audit as audit
        inner join marts.fct_reported_figure as figure
            on audit.authority_code = figure.authority_code
            and figure.indicator_code = 'case_audits_completed'
            and figure.breakdown_value = 'all'
            and audit.period_start = figure.period_start
            and audit.period_end = figure.period_end
        where audit.audit_type = 'all' and audit.area = 'all' and audit.grade = 'all' and audit.bound = 'exact'
        """
    ).fetchone() or (0, 0)
    assert compared == 3, "80 once, 457 twice"
    assert differing == 0


def test_what_is_shown_in_a_chart_only_has_no_number(connection: duckdb.DuckDBPyConnection) -> None:
    (types,) = connection.execute(
        "select list(distinct audit_type order by audit_type) from marts.fct_audit where authority_code = ? and"
        " audit_type <> 'all' and audits is null and value_status = 'not_available'",
        [SURREY],
    ).fetchone() or ([],)
    assert len(types) == 7


def test_peterborough_has_twelve_strands_and_a_range_of_audits_each_month(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Section 3.9 lists twelve strands; section 3.11 says between 20 and 25 cases each month since April 2012."""
    (strands,) = connection.execute(
        "select count(distinct audit_type) from marts.fct_audit where authority_code = ?", [PETERBOROUGH]
    ).fetchone() or (0,)
    assert strands == 12
    ranges = connection.execute(
        "select bound, min(audits), max(audits), count(*), min(month) from marts.fct_audit"
        " where authority_code = ? and bound <> 'exact' group by bound order by bound",
        [PETERBOROUGH],
    ).fetchall()
    assert ranges == [("at_least", 20.0, 20.0, 15, date(2012, 4, 1)), ("at_most", 25.0, 25.0, 15, date(2012, 4, 1))]


def test_surreys_actions_are_followed_with_the_day_they_are_due(connection: duckdb.DuckDBPyConnection) -> None:
    """Sections 1.5 and 5.1: four actions of December with what was done in January, four that are to come."""
    rows = connection.execute(
        """
        select raised_in, due_date, count(*), count(what_was_done), count(*) filter (where was_overdue_when_told)
        from marts.fct_action
        where authority_code = ?
        group by all
        order by all
        """,
        [SURREY],
    ).fetchall()
    december, january = date(2016, 12, 1), date(2017, 1, 1)
    assert rows == [
        (december, date(2017, 2, 28), 3, 3, 0),
        (december, date(2017, 3, 31), 1, 1, 0),
        (january, date(2017, 3, 31), 3, 0, 0),
        (january, date(2017, 4, 30), 1, 0, 0),
    ]
