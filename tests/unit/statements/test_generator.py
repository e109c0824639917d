"""Which sentences a series gives, word for word."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.settings import PROJECT
from orchestration.statements import load_labels, load_series, statements

from .conftest import AUTHORITY, PERCENT, indicator, series


def texts(*given: Any, **changes: Any) -> dict[str, str]:
    return {one.kind: one.text for one in statements(series(*given, **changes))}


def test_the_change_on_the_month_before() -> None:
    # Peterborough's contacts of May and June 2013.
    said = texts([759.0, 891.0], first=date(2013, 5, 1))
    assert said["change"] == "Contacts received: 891 in June 2013, 132 (17.4%) more than in May."


def test_percentages_move_in_points() -> None:
    said = texts([24.1, 29.0], first=date(2016, 12, 1), of=indicator(**PERCENT))
    assert said["change"].endswith("29.0% in January 2017, 4.9 percentage points higher than in December 2016.")
    assert said["direction"] == "Up on December 2016, a worsening."


def test_parts_stand_behind_a_percentage_only_if_it_follows_from_them() -> None:
    about = indicator(**PERCENT)
    said = texts([21.5], first=date(2013, 6, 1), of=about, last={"numerator": 48.0, "denominator": 223.0})
    assert "21.5% (48 of 223) in June 2013" in said["value"]
    other = texts([21.9], first=date(2013, 6, 1), of=about, last={"numerator": 48.0, "denominator": 223.0})
    assert "223" not in other["value"]


def test_a_change_that_rounding_turns_is_said_to_be_before_rounding() -> None:
    # 24.04 and 23.96 print 24.0 twice; 24.06 less 23.94 is 0.12, the printed 24.1 and 23.9 are 0.2 apart.
    about = indicator(**PERCENT)
    assert "almost the same as in April" in texts([23.96, 24.04], of=about)["change"]
    assert texts([23.94, 24.06], of=about)["change"].endswith(
        "0.1 percentage points higher than in April, before rounding."
    )


def test_nothing_to_take_a_percentage_of() -> None:
    assert texts([0.0, 5.0])["change"] == "Contacts received: 5 in May 2015, 5 more than in April."


def test_a_constant_series_has_no_extreme_and_no_direction() -> None:
    said = texts([7.0] * 13, of=indicator(polarity="lower"))
    assert said["change"].endswith("the same as in March.")
    assert not {"extreme", "direction", "run"} & set(said)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([5.0, 4.0, 6.0, 7.0, 8.0, 9.0, 8.0, 7.0, 6.0, 5.0, 9.0, 3.0], "Lowest in the last twelve months."),
        (
            [3.0, 4.0, 6.0, 7.0, 8.0, 9.0, 8.0, 7.0, 6.0, 5.0, 9.0, 3.0],
            "Joint lowest in the last twelve months, with April 2015.",
        ),
        ([None, 4.0, 6.0, 7.0, 8.0, 9.0, 8.0, 3.0], "Lowest of the seven comparable months with a figure since May."),
        (
            [9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 1.0, 1.0, 2.0, 1.0, 3.0, 4.0, 8.0],
            "Highest since April 2015, and highest in the last twelve months.",
        ),
    ],
)
def test_highest_and_lowest(values: list[float | None], sentence: str) -> None:
    assert texts(values)["extreme"] == sentence


def test_too_few_months_have_no_extreme() -> None:
    assert "extreme" not in texts([1.0, 2.0, 3.0, 4.0, 9.0])


def test_a_gap_and_a_break_end_a_run() -> None:
    assert texts([1.0, 2.0, 3.0, 4.0])["run"] == "Up for the third month running."
    assert "run" not in texts([1.0, 2.0, None, 3.0, 4.0])
    said = texts([1.0, 2.0, 3.0, 4.0], breaks=[2])
    assert "run" not in said
    assert said["break"] == "The definition changed in June 2015: earlier months are not compared with later ones."


def test_a_month_without_a_figure_says_why() -> None:
    made = series([1.0, None])
    assert [one.text for one in statements(made, date(2015, 5, 1))] == [
        "Contacts received: there is no figure for May 2015; none was sent."
    ]
    with pytest.raises(LookupError, match="there is no figure for June 2015"):
        statements(made, date(2015, 6, 1))


def test_targets_and_their_runs() -> None:
    about = indicator(**(PERCENT | {"polarity": "higher"}))
    target = {"target": 90.0, "target_bound": ">=", "rag_reason": "r"}
    said = texts([91.0, 83.0, 82.0], of=about, target=target)
    assert said["target"] == "The target of at least 90.0% is not met."
    assert said["target_run"] == "Below target for the second month running."
    assert texts([91.0] * 5, of=about, target=target)["target_run"] == "Has met its target for five months."
    band = {"target_bound": "band", "target_lower": 20.0, "target_upper": 25.0, "rag_reason": "r"}
    assert texts([29.0], of=about, target=band)["target"] == "The target of between 20.0% and 25.0% is not met."


def test_windows_are_whole_or_not_given() -> None:
    said = texts([float(n) for n in range(1, 19)])
    assert (
        said["ytd"]
        == "Year to date, April to September 2016: 93, 72 (342.9%) more than in the same months a year before."
    )
    assert said["rolling_12m"] == "Twelve months, October 2015 to September 2016: 150."
    assert texts([1.0, None, 2.0])["quarter"] == (
        "Quarter to date, April to June 2015: cannot be given; two of its three months have a figure."
    )


def test_provisional_figures_and_open_findings_are_said() -> None:
    said = texts([1.0, 2.0], last={"is_provisional": True, "open_findings": 1})
    assert said["provisional"] == "The figure for May 2015 is provisional and may change."
    assert said["findings"] == "One question about the quality of this figure is open."


def test_trend_or_noise() -> None:
    limits = {
        "control_centre": 25.0,
        "control_lower": 20.4,
        "control_upper": 29.6,
        "control_status": "final",
        "control_points": 13,
    }
    about = indicator(**PERCENT)
    noise = texts([29.0], of=about, last=limits | {"signal": "common_cause"})
    assert noise["signal"] == "Within what is usual, 20.4% to 29.6%."
    values = [26.0, 27.0, 26.0, 28.0, 26.0, 27.0, 26.5]
    run = texts(values, of=about, target=limits | {"signal": "concern", "signal_rule": "one_side"})
    assert run["signal"] == "Seven months in a row above the average of 25.0%: a concern."
    few = texts([29.0], of=about, last=limits | {"signal": "common_cause", "control_points": 2})
    assert few["signal"] == "Too few months (two) to tell a trend from noise."


def test_places_and_averages_of_the_latest_year_that_had_ended() -> None:
    rows: list[dict[str, Any]] = [
        {
            "period_basis": "year",
            "period_start": date(year - 1, 4, 1),
            "period_end": date(year, 3, 31),
            "comparator_set": comparator_set,
            "vintage": "2025",
            "value": 20.1,
            "rank": 13,
            "n_ranked": 152,
            "rank_basis": "performance",
            "published_value": 22.6,
            "pooled": 22.58,
            "mean": 20.25,
            "median": 20.2,
            "n_used": 9,
            "n_members": 10,
            "comparability": "same",
        }
        for year in (2025, 2026)
        for comparator_set in ("england", "statistical_neighbours")
    ]
    said = texts([20.0], first=date(2025, 6, 1), of=indicator(**PERCENT), benchmarks=rows)
    assert said["rank"] == "13th of 152 in England for 2024/25 with 20.1% (lowest is best)."
    assert said["england"] == "20.1% for 2024/25 is below the England average of 22.6% (2024/25)."
    assert said["neighbours"] == (
        "Statistical neighbours (2025 set) for 2024/25: mean 20.3%, median 20.2%, pooled 22.6%; 9 of 10 used."
    )


def test_every_statement_names_its_figures() -> None:
    for one in statements(series([759.0, 891.0])):
        assert one.figures, one
        assert all(figure.indicator_code == "contacts_received" for figure in one.figures)
    change = statements(series([759.0, 891.0]))[0]
    assert [figure.source_ref for figure in change.figures][:2] == ["figures.csv#row 3", "figures.csv#row 2"]


def test_the_marts_columns_are_read_from_a_publication() -> None:
    """A publication of two months, made from the columns that the marts' own documentation lists."""
    connection = duckdb.connect()
    connection.execute("create schema marts")
    models = PROJECT / "dbt_project" / "models" / "marts"
    for name, path in (
        ("mart_indicator_monthly", "indicators/_mart_indicator_monthly.yml"),
        ("mart_benchmark", "benchmarks/_benchmarks__models.yml"),
        ("fct_indicator_value", "indicators/_indicators__models.yml"),
        ("fct_reported_figure", "indicators/_indicators__models.yml"),
        ("dim_authority", "conformed/_conformed__models.yml"),
        ("dim_indicator", "conformed/_conformed__models.yml"),
        ("dim_indicator_version", "conformed/_conformed__models.yml"),
        ("dim_indicator_label", "conformed/_conformed__models.yml"),
    ):
        listed = yaml.safe_load((models / path).read_text(encoding="utf-8"))["models"]
        columns = next(one["columns"] for one in listed if one["name"] == name)
        described = ", ".join(f'"{one["name"]}" {one["data_type"]}' for one in columns)
        connection.execute(f"create table marts.{name} ({described})")
    connection.execute(
        """
        insert into marts.dim_indicator by name
        select 'contacts_received' as indicator_code, 'Contacts received' as name, 'count' as unit, 'none' as polarity,
            'count' as kind, 'flow' as time_basis, 0 as decimals
        """
    )
    connection.execute("insert into marts.dim_authority by name select 'E10000030' as authority_code, 'Surrey' as name")
    connection.execute(
        """
        insert into marts.mart_indicator_monthly by name
        select 'E10000030' as authority_code, 'contacts_received' as indicator_code, month, value,
            'reported' as value_status, 1 as series_segment, lag(value) over (order by month) as previous_value
        from (values (date '2013-05-01', 759.0), (date '2013-06-01', 891.0)) as figures(month, value)
        """
    )
    connection.execute(
        """
        insert into marts.dim_indicator_label values
            (null, 'contacts', 'contacts_received', null, null, 'phrase'),
            (null, 'police contacts', 'contacts_received', 'contact_source', 'police', 'phrase'),
            ('E10000016', 'of others', 'contacts_received', null, null, 'alias')
        """
    )
    made = load_series(connection, "contacts_received", AUTHORITY)
    assert statements(made)[0].text == "Contacts received: 891 in June 2013, 132 (17.4%) more than in May."
    assert [(one.text, one.indicator_code) for one in load_labels(connection, AUTHORITY)] == [
        ("police contacts", "contacts_received|contact_source=police"),
        ("contacts", "contacts_received"),
    ]
    with pytest.raises(LookupError, match="no indicator"):
        load_series(connection, "nothing", AUTHORITY)
