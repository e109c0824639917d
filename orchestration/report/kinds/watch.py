"""Improved, and ones to watch: the lists that an end-of-year report draws up by hand.

Belongs here: which indicator stands on which list, and the reason, which is always said. Does not belong here: ratings,
directions and limits, which the marts have worked out. An indicator without a polarity stands on neither list; what
moves only as chance would is named, not listed as better or worse.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from orchestration.report.kinds.indicator import path_of
from orchestration.report.kinds.series import marks_of
from orchestration.report.pages import Facts, Page, Section, Words
from orchestration.report.reading import BENCHMARK, MONTHLY, Book, Indicator, grouped
from orchestration.report.tables import RATINGS, Cell, Column, Row, Table, rating_cell
from orchestration.report.words import period_of, title_of, unit_of
from orchestration.statements.words import month_name

NAME = "watch"
# Higher is better.
PLACES = {rag: len(RATINGS) - place for place, rag in enumerate(RATINGS)}

RULES = (
    (
        "Improved",
        "Better beyond chance on the control chart; or a better rating than the last; or better than the same month "
        "last year; for yearly figures, better than the year before, which lies outside this one's 95 % interval.",
    ),
    (
        "To watch",
        "Worse beyond chance; or Red or Amber, or a worse rating than the last; or a missed target without rating; or "
        "worse than a year ago; for yearly figures, worse than the year before by more than chance.",
    ),
    ("On both lists", "An indicator may be better than last year and still miss its target: it then stands on both."),
    ("On neither", "Indicators where neither high nor low is good in itself, and those without an earlier figure."),
)


def pages(book: Book, month: date | None) -> Iterator[Page]:
    """One page, if there is anything to hold against anything."""
    of = book.report_month(month)
    monthly = list(_monthly(book, of)) if of else []
    yearly = list(_yearly(book))
    if not monthly and not yearly:
        return
    sections = []
    if monthly and of:
        for key, heading, position in (("improved", "Improved", 0), ("watch", "Ones to watch", 1)):
            rows = [(row, reasons[position]) for row, reasons in monthly if reasons[position]]
            sections.append(Section(key, f"{heading}: {month_name(of)}", (_month_table(book, key, heading, rows, of),)))
    if yearly:
        for key, heading, better in (
            ("improved-years", "Improved: yearly figures", True),
            ("watch-years", "Ones to watch: yearly figures", False),
        ):
            rows_of_year = [entry for entry in yearly if entry[2] is better]
            sections.append(Section(key, heading, (_year_table(book, key, heading, rows_of_year),)))
    sections.append(Section("how", "How the lists are drawn up", (Words("Nothing is chosen by hand."), Facts(RULES))))
    yield Page(
        path=f"{book.authority.folder}/watch.html",
        title="Improved and ones to watch",
        lead="What is better and what needs eyes, with the reason for each.",
        sections=tuple(sections),
    )


def _monthly(book: Book, of: date) -> Iterator[tuple[dict[str, Any], tuple[list[str], list[str]]]]:
    for code, row in sorted(book.of_month(of).items()):
        indicator = book.reader.indicators.get(code)
        if indicator is None or row["value"] is None:
            continue
        reasons = reasons_of(row, indicator)
        if any(reasons):
            yield row, reasons


def reasons_of(row: dict[str, Any], indicator: Indicator) -> tuple[list[str], list[str]]:
    """Why a month stands among the improved, and why among those to watch."""
    better, worse = [], []
    if row["signal"] == "improvement":
        better.append("better beyond chance")
    if row["signal"] == "concern":
        worse.append("worse beyond chance")
    now, before = PLACES.get(row["rag"] or ""), PLACES.get(row["previous_rag"] or "")
    if now and before and now > before:
        better.append(f"{row['rag'].capitalize()} after {row['previous_rag'].capitalize()}")
    if now and before and now < before:
        worse.append(f"{row['rag'].capitalize()} after {row['previous_rag'].capitalize()}")
    elif now in (1, 2):
        worse.append(row["rag"].capitalize())
    if row["rag"] == "not_rated" and (row["rag_reason"] or "").startswith("misses"):
        worse.append("misses its target")
    change = row["change_on_last_year"]
    if change and indicator.polarity in ("higher", "lower"):
        good = (change > 0) == (indicator.polarity == "higher")
        (better if good else worse).append(f"{'better' if good else 'worse'} than a year ago")
    return better, worse


def _month_table(book: Book, key: str, heading: str, rows: list[tuple[dict[str, Any], list[str]]], of: date) -> Table:
    made = []
    for row, reasons in rows:
        indicator = book.reader.indicators[row["indicator_code"]]
        made.append(
            Row(
                (
                    Cell(indicator.name, href=path_of(book, indicator.code)),
                    unit_of(indicator),
                    Cell(row["value"], status=row["value_status"], marks=marks_of(row)),
                    Cell(row["same_month_last_year_value"], status="no_row"),
                    Cell(row["change_on_last_year"], status="no_row"),
                    Cell(row["target"], status="no_row"),
                    rating_cell(row["rag"]),
                    title_of("; ".join(reasons)),
                ),
                key=(indicator.code,),
                decimals=indicator.decimals,
            )
        )
    return Table(
        id=f"{key}-months",
        caption=f"{heading}: {book.authority.name}, {month_name(of)}",
        columns=(
            Column("indicator", "Indicator"),
            Column("unit", "Unit"),
            Column("value", "Figure", "figure", field="value"),
            Column("last_year", "A year ago", "figure", field="same_month_last_year_value"),
            Column("change", "Change on the year", "change", field="change_on_last_year"),
            Column("target", "Target", "figure", field="target"),
            Column("rag", "Rating", "rag", field="rag"),
            Column("why", "Why it stands here"),
        ),
        rows=tuple(made),
        source=MONTHLY,
        where={"authority_code": book.authority.code, "month": of.isoformat()},
        keys=("indicator_code",),
        empty="No indicator of this month.",
    )


def _yearly(book: Book) -> Iterator[tuple[Indicator, dict[str, Any], bool, dict[str, Any]]]:
    """Indicators whose newest yearly figure differs beyond chance: (indicator, row, better, the year before)."""
    rows = [row for row in book.rows(BENCHMARK) if row["comparator_set"] == "england" and row["value"] is not None]
    for code, found in grouped(rows).items():
        indicator = book.reader.indicators.get(code)
        if indicator is None or indicator.polarity not in ("higher", "lower"):
            continue
        newest = max(found, key=lambda row: row["period_end"])
        end = newest["period_end"]
        before = [
            row
            for row in found
            if row["period_basis"] == newest["period_basis"]
            and (row["period_end"].year, row["period_end"].month) == (end.year - 1, end.month)
        ]
        lower, upper = newest["confidence_lower_95"], newest["confidence_upper_95"]
        if (
            not before
            or lower is None
            or upper is None
            or newest["definition_version"] != before[0]["definition_version"]
        ):
            continue
        held = before[0]["value"]
        if held < lower or held > upper:
            yield indicator, newest, (newest["value"] > held) == (indicator.polarity == "higher"), before[0]


def _year_table(
    book: Book, key: str, heading: str, entries: list[tuple[Indicator, dict[str, Any], bool, dict[str, Any]]]
) -> Table:
    made = []
    for indicator, row, _, before in entries:
        made.append(
            Row(
                (
                    Cell(indicator.name, href=path_of(book, indicator.code)),
                    unit_of(indicator),
                    period_of(row["period_basis"], row["period_start"], row["period_end"]),
                    row["value"],
                    before["value"],
                    row["value"] - before["value"],
                    row["confidence_lower_95"],
                    row["confidence_upper_95"],
                    Cell(row["pooled"], status="no_row"),
                    f"{row['rank']} of {row['n_ranked']}" if row["rank"] is not None else "",
                ),
                key=(
                    indicator.code,
                    row["period_basis"],
                    row["period_start"].isoformat(),
                    row["period_end"].isoformat(),
                ),
                decimals=indicator.decimals,
            )
        )
    return Table(
        id=f"{key}-table",
        caption=f"{heading}, {book.authority.name}",
        columns=(
            Column("indicator", "Indicator"),
            Column("unit", "Unit"),
            Column("period", "Period"),
            Column("value", "Figure", "figure", field="value"),
            Column("before", "Year before", "figure"),
            Column("change", "Change", "change"),
            Column("lower", "At least", "figure", field="confidence_lower_95", note="95 %"),
            Column("upper", "At most", "figure", field="confidence_upper_95", note="95 %"),
            Column("england", "England", "figure", field="pooled"),
            Column("rank", "Rank"),
        ),
        rows=tuple(made),
        source=BENCHMARK,
        where={"authority_code": book.authority.code, "comparator_set": "england", "vintage": "all"},
        keys=("indicator_code", "period_basis", "period_start", "period_end"),
        empty="No yearly figure.",
    )
