"""The macros of a publication: names and periods as people write them, and refusals in words."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.explain import NotFoundError, parse_period
from orchestration.publish.macros import create_macros


@pytest.fixture(scope="module")
def connection() -> Iterable[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(
            """
            create schema marts;
            create table marts.dim_authority as select * from (values
                ('E10000002', '825', 'Buckinghamshire'), ('E06000060', '825', 'Buckinghamshire'),
                ('E10000030', '936', 'Surrey')
            ) as authorities(authority_code, dfe_code, name);
            create table marts.dim_indicator as select * from (values
                ('contacts_received', 'Contacts received', 'count'), ('rereferrals_pct', 'Re-referrals', 'percent')
            ) as indicators(indicator_code, name, kind);
            create table marts.fct_indicator_value as select * from (values
                ('E10000002', date '2020-03-01', 'all', 90.0), ('E06000060', date '2020-04-01', 'all', 95.0),
                ('E06000060', date '2020-04-01', 'source', 12.0), ('E10000030', date '2020-03-01', 'all', 700.0)
            ) as figures(authority_code, period_start, breakdown_dimension, value);
            alter table marts.fct_indicator_value add column indicator_code varchar default 'contacts_received';
            alter table marts.fct_indicator_value add column period_basis varchar default 'month';
            """
        )
        for column in (
            "period_end",
            "value_status",
            "numerator",
            "denominator",
            "is_provisional",
            "definition_version",
        ):
            opened.execute(f"alter table marts.fct_indicator_value add column {column} varchar")
        opened.execute("alter table marts.fct_indicator_value add column source_kind varchar default 'reported'")
        opened.execute("alter table marts.fct_indicator_value add column source_ref varchar")
        create_macros(opened)
        yield opened


@pytest.mark.parametrize("name", ["Buckinghamshire", " buckinghamshire", "825", "E06000060"])
def test_an_authority_is_found_by_any_of_its_names(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    (codes,) = connection.execute("select list_sort(marts.authority_codes(?))", [name]).fetchall()[0]
    assert codes == (["E06000060"] if name == "E06000060" else ["E06000060", "E10000002"])


def test_a_series_runs_on_through_a_reorganisation_and_leaves_breakdowns_out(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = connection.execute("select authority_code, value from marts.series('Contacts received', '825')").fetchall()
    assert rows == [("E10000002", 90), ("E06000060", 95)]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("from marts.series('contacts_recieved', 'Surrey')", "There is no indicator contacts_recieved"),
        ("from marts.series('contacts_received', 'Surry')", "There is no authority Surry"),
        ("select marts.compared_codes('contacts_received')", "A count depends on the size of the authority"),
        ("select marts.first_day('2016/18')", "2016/18 is not a period"),
        ("select marts.last_day_of('last month')", "last month is not a period"),
    ],
)
def test_what_is_not_there_is_refused_in_words(connection: duckdb.DuckDBPyConnection, query: str, message: str) -> None:
    with pytest.raises(duckdb.InvalidInputException, match=message):
        connection.execute(query).fetchall()


def test_a_macro_whose_tables_are_not_there_is_not_made(connection: duckdb.DuckDBPyConnection) -> None:
    made = {
        name
        for (name,) in connection.execute(
            "select function_name from duckdb_functions() where schema_name = 'marts'"
        ).fetchall()
    }
    assert {"series", "authority_codes", "first_day"} <= made
    assert made.isdisjoint({"compare", "board", "as_at"})


@given(
    text=st.one_of(
        st.from_regex(r"20[0-3][0-9]-[01][0-9](-[0-3][0-9])?", fullmatch=True),
        st.from_regex(r"20[0-3][0-9][-/][0-9]{2}", fullmatch=True),
        st.from_regex(r"20[0-3][0-9]-[Qq][0-5]", fullmatch=True),
    )
)
def test_a_period_means_what_it_means_to_explain(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    try:
        period = parse_period(text)
    except NotFoundError:
        with pytest.raises(duckdb.Error):
            connection.execute("select marts.first_day(?), marts.last_day_of(?)", [text, text]).fetchall()
    else:
        row = connection.execute(
            "select cast(marts.first_day(?) as date), marts.last_day_of(?)", [text, text]
        ).fetchall()
        assert row == [(period.start, period.end)]
