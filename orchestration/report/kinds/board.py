"""The board summary: the measures a board follows on one table, where they set out from, what they aim at and by
when, the newest months and the averages of the last quarters.

Belongs here: choosing and ordering. Does not belong here: arithmetic (the marts), the single measure (`indicator`).
A board's measures are the key indicators of the registry and whatever the authority has a target of its own for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from orchestration.report.kinds.indicator import path_of
from orchestration.report.kinds.quarterly import AVERAGE_RULES, PRINTED, QUARTERLY, quarter_start
from orchestration.report.kinds.series import marks_of
from orchestration.report.pages import Block, Facts, Page, Section, Words
from orchestration.report.reading import MONTHLY, VALUES, Book, Indicator, Rows, grouped
from orchestration.report.tables import RATINGS, Cell, Column, Row, Table, rating_cell, written_month, written_number
from orchestration.report.words import direction_of, period_of, target_of, title_of, unit_of, worded
from orchestration.statements.words import month_name, months_back

NAME = "board"
MONTHS_SHOWN = 6

WITHOUT = {
    "planned": "to be established: nothing is recorded yet",
    "retired": "no longer counted",
}
REASONS = {
    "not_due": "not due yet",
    "missing": "no figure was sent",
    "not_available": "not available",
    "suppressed": "hidden, so that no child can be told from it",
    "not_applicable": "does not apply",
}
HOW_TO_READ = (
    (
        "Rating",
        "Of the newest figure, by the rule of its day. Where a tolerance is missing, what was printed stands in its "
        "place.",
    ),
    ("Direction", "Against the month before, or the last figure within a quarter; running totals against last year."),
    (
        "Average of a quarter",
        "Q1 is April to June. Counts are averaged over a quarter's months; "
        "shares and rates are the sum of their parts divided, never the mean of "
        "percentages. Where the months do not give all of it, what was printed for the quarter stands.",
    ),
    ("Baseline", "As the authority printed it, else the stored figure of the month that its target sets out from."),
    ("Flags", "Key indicator: followed by the board. Key focus: followed weekly. Child level: lists are kept."),
)


def pages(book: Book, month: date | None) -> Iterator[Page]:
    """The board's table up to the report month, if any of its measures has a figure in the months shown."""
    of = book.report_month(month)
    if of is None:
        return
    measures = measures_of(book)
    months = [months_back(of, back) for back in range(MONTHS_SHOWN - 1, -1, -1)]
    newest = {indicator.code: _newest(book, indicator.code, of) for indicator in measures}
    shown = [
        indicator for indicator in measures if (row := newest[indicator.code]) is not None and row["month"] >= months[0]
    ]
    if not shown:
        return
    without = [indicator for indicator in measures if indicator not in shown]
    rows = {indicator.code: newest[indicator.code] or {} for indicator in shown}
    sections = [
        Section("measures", "Measures", (_measures(book, shown, rows, months),)),
        Section("averages", "Averages of the quarters", tuple(_averages(book, shown, months))),
        Section("teams", "By team", tuple(_teams(book, measures, months))),
        Section("without", "Measures without a figure", tuple(_without(book, without, months))),
        Section("how-to-read", "How to read this page", (Facts(HOW_TO_READ),)),
    ]
    yield Page(
        path=f"{book.authority.folder}/board.html",
        title="Board summary",
        lead=f"{month_name(of)}: {_count_of_ratings(rows)}",
        sections=tuple(section for section in sections if section.blocks),
        landscape=True,
    )


def measures_of(book: Book) -> list[Indicator]:
    """The board's measures, theme by theme."""
    own = {row["indicator_code"] for row in book.rows("marts.dim_target")}
    chosen = [one for one in book.reader.indicators.values() if one.is_key_indicator or one.code in own]
    return sorted(chosen, key=lambda indicator: (indicator.theme, indicator.name))


def _newest(book: Book, code: str, of: date) -> dict[str, Any] | None:
    known = [row for row in book.of_indicator(MONTHLY, code) if row["value"] is not None and row["month"] <= of]
    return known[-1] if known else None


def _count_of_ratings(rows: Mapping[str, Mapping[str, Any]]) -> str:
    found = [row["rag"] for row in rows.values()]
    counts = [f"{found.count(rag)} {rag.capitalize()}" for rag in RATINGS]
    n_unrated = sum(rag not in RATINGS for rag in found)
    return f"{len(rows)} measures with figures: {', '.join(counts)}, {n_unrated} not rated."


def _printed_rag(book: Book, row: Mapping[str, Any]) -> str | None:
    """The colour that the authority printed for the figure of a month."""
    for quarter in book.of_indicator(QUARTERLY, row["indicator_code"]):
        if quarter["figure_month"] == row["month"]:
            printed: str | None = quarter["printed_rag"]
            return printed
    return None


def _measures(book: Book, shown: list[Indicator], newest: Mapping[str, dict[str, Any]], months: list[date]) -> Table:
    across = list(_across(months))
    rows = []
    for indicator in shown:
        row = newest[indicator.code]
        by_month = {one["month"]: one for one in book.of_indicator(MONTHLY, indicator.code)}
        by_quarter = {one["quarter_start"]: one for one in book.of_indicator(QUARTERLY, indicator.code)}
        rows.append(
            Row(
                (
                    Cell(indicator.name, href=path_of(book, indicator.code)),
                    rating_cell(row["rag"], _printed_rag(book, row)),
                    direction_of(row) or "",
                    baseline_of(book, indicator, row),
                    aim_of(book, indicator, row, months[-1]),
                    *(
                        _average(by_quarter.get(when)) if is_average else _figure(by_month.get(when))
                        for when, is_average in across
                    ),
                    unit_of(indicator),
                    ", ".join(indicator.flags),
                ),
                key=(indicator.code,),
                decimals=indicator.decimals,
            )
        )
    return Table(
        id="board",
        caption=f"Board summary: {book.authority.name}, to {month_name(months[-1])}",
        columns=(
            Column("measure", "Measure"),
            Column("rag", "Rating", "rag", choose=True),
            Column("direction", "Direction"),
            Column("baseline", "Baseline"),
            Column("target", "Target"),
            *(_column(when, is_average) for when, is_average in across),
            Column("unit", "Unit"),
            Column("flags", "Flags", choose=True),
        ),
        rows=tuple(rows),
        source=MONTHLY,
        where={"authority_code": book.authority.code},
        keys=("indicator_code",),
    )


def _across(months: list[date]) -> Iterator[tuple[date, bool]]:
    """Months, and after the last month of a quarter its average: (month or first day of the quarter, is it that)."""
    for month in months:
        yield month, False
        if month.month % 3 == 0:
            yield quarter_start(month), True


def _column(when: date, is_average: bool) -> Column:
    if is_average:
        return Column(
            f"average-{when.isoformat()[:7]}",
            f"Average {_quarter_name(when)}",
            "figure",
            field="average_value",
            key_part=(("quarter_start", when.isoformat()),),
            source=QUARTERLY,
        )
    return Column(
        when.isoformat()[:7],
        written_month(when),
        "figure",
        field="value",
        key_part=(("month", when.isoformat()),),
    )


def _quarter_name(start: date) -> str:
    """Q2 2016-17, for July to September 2016."""
    year = start.year - (start.month < 4)
    return f"Q{(start.month - 4) % 12 // 3 + 1} {year}-{(year + 1) % 100:02d}"


def _figure(row: dict[str, Any] | None) -> Cell:
    if row is None:
        return Cell(None, status="no_row")
    return Cell(row["value"], status=row["value_status"], marks=marks_of(row))


def _average(row: dict[str, Any] | None) -> Cell:
    if row is None:
        return Cell(None, status="no_row")
    marks = ("incomplete",) if row["average_status"] == "incomplete" else ()
    return Cell(row["average_value"], status=row["average_status"], marks=marks)


def baseline_of(book: Book, indicator: Indicator, row: Mapping[str, Any] | None) -> str:
    """Where a measure set out from: as printed, else what the marts have of the month its target sets out from."""
    printed = _printed_line(book, indicator, "baseline")
    if printed:
        return printed
    if row and row["baseline"] is not None:
        since = f" ({written_month(row['baseline_month'])})" if row["baseline_month"] else ""
        return f"{written_number(row['baseline'], indicator.decimals)}{since}"
    return ""


def aim_of(book: Book, indicator: Indicator, row: Mapping[str, Any] | None, of: date) -> str:
    """The target of the month, with the day by which it is to be reached; else as it is registered or printed."""

    def written(value: float) -> str:
        return written_number(value, indicator.decimals)

    if row and (said := target_of(row, written)):
        return f"{said} (by {written_month(row['target_valid_to'])})" if row["trajectory"] is not None else said
    for target in book.of_indicator("marts.dim_target", indicator.code):
        if target["valid_to"] is None or target["valid_to"] >= of:
            said = target_of(
                {
                    "target": target["target"],
                    "target_bound": target["bound"],
                    "target_lower": target["lower"],
                    "target_upper": target["upper"],
                },
                written,
            )
            by = f" (by {written_month(target['valid_to'])})" if target["is_dated"] else ""
            begins = target["valid_from"]
            starts = f" (from {written_month(begins)})" if begins and begins > of and not by else ""
            return f"{said}{by}{starts}"
    return _printed_line(book, indicator, "target")


def _printed_line(book: Book, indicator: Indicator, role: str) -> str:
    """What the authority printed as baseline or target: a number and its time, or its words ("To be established")."""
    rows = [
        row
        for row in book.of_indicator(PRINTED, indicator.code)
        if row["role"] == role and row["breakdown_dimension"] == "all" and row["source_kind"] == "reported"
    ]
    with_value = [row for row in rows if row["value"] is not None]
    if with_value:
        row = max(with_value, key=lambda one: (one["known_from"], one["figure_id"]))
        return f"{written_number(row['value'], indicator.decimals)}{_when(row)}"
    words = sorted({row["value_text"].strip() for row in rows if row["value_text"] and len(row["value_text"]) > 1})
    return words[0] if words else ""


def _when(row: Mapping[str, Any]) -> str:
    """When a printed figure was: a month or a month's end by the month."""
    basis, end = row["period_basis"], row["period_end"]
    if not basis or not end:
        return ""
    if basis in ("month", "snapshot"):
        return f" ({written_month(end)})"
    return f" ({period_of(basis, row['period_start'] or end, end)})"


# --- averages, teams, and what has no figure


def _averages(book: Book, shown: list[Indicator], months: list[date]) -> Iterator[Block]:
    quarters = [when for when, is_average in _across(months) if is_average]
    if not quarters:
        return
    columns = [Column("measure", "Measure")]
    for quarter in quarters:
        part = (("quarter_start", quarter.isoformat()),)
        name = f"Average {_quarter_name(quarter)}"
        key = quarter.isoformat()[:7]
        columns += [
            Column(f"average-{key}", name, "figure", field="average_value", key_part=part),
            Column(f"rule-{key}", "How"),
            Column(f"months-{key}", "Months", "count", field="months", key_part=part),
            Column(f"printed-{key}", "As printed", "figure", field="printed_average", key_part=part),
        ]
    rows = []
    for indicator in shown:
        by_quarter = {row["quarter_start"]: row for row in book.of_indicator(QUARTERLY, indicator.code)}
        cells: list[Any] = [Cell(indicator.name, href=path_of(book, indicator.code))]
        for quarter in quarters:
            row = by_quarter.get(quarter)
            nothing = Cell(None, status="no_row")
            cells += (
                [nothing, "", nothing, nothing]
                if row is None
                else [
                    _average(row),
                    worded(AVERAGE_RULES, row["average_rule"]),
                    row["months"],
                    Cell(row["printed_average"], status="no_row"),
                ]
            )
        rows.append(Row(tuple(cells), key=(indicator.code,), decimals=indicator.decimals))
    yield Table(
        id="averages-table",
        caption=f"Averages of the quarters: {book.authority.name}",
        columns=tuple(columns),
        rows=tuple(rows),
        source=QUARTERLY,
        where={"authority_code": book.authority.code},
        keys=("indicator_code",),
        note="A running total or a rolling year has no average.",
    )


def _teams(book: Book, shown: list[Indicator], months: list[date]) -> Iterator[Block]:
    """Measures that are given team by team, months across."""
    for indicator in shown:
        for basis, rows in grouped(_of_teams(book, indicator, months), "period_basis").items():
            if any(row["value"] is not None for row in rows):
                yield _team_table(book, indicator, basis, rows, months)


def _of_teams(book: Book, indicator: Indicator, months: list[date]) -> Rows:
    return [
        row
        for row in book.of_indicator(VALUES, indicator.code)
        if row["breakdown_dimension"] == "team"
        and row["period_basis"] in ("month", "snapshot")
        and row["period_end"].replace(day=1) in months
    ]


def _team_table(book: Book, indicator: Indicator, basis: str, rows: Rows, months: list[date]) -> Table:
    ends: dict[date, dict[str, Any]] = {}
    for row in rows:
        ends.setdefault(row["period_end"], row)
    columns = [Column("team", "Team")]
    for end, row in sorted(ends.items()):
        part = (("period_start", row["period_start"].isoformat()), ("period_end", end.isoformat()))
        columns.append(
            Column(end.isoformat(), written_month(end.replace(day=1)), "figure", field="value", key_part=part)
        )
    made = []
    for team, of_team in sorted(grouped(rows, "breakdown_value").items()):
        by_end = {row["period_end"]: row for row in of_team}
        cells = [
            Cell(by_end[end]["value"], status=by_end[end]["value_status"])
            if end in by_end
            else Cell(None, status="no_row")
            for end in sorted(ends)
        ]
        made.append(Row((title_of(team), *cells), key=(team,)))
    return Table(
        id=f"teams-{indicator.code.replace('_', '-')}-{basis}",
        caption=f"{indicator.name} by team: {book.authority.name}, {month_name(months[0])} to {month_name(months[-1])}",
        columns=tuple(columns),
        rows=tuple(made),
        source=VALUES,
        where={
            "authority_code": book.authority.code,
            "indicator_code": indicator.code,
            "period_basis": basis,
            "breakdown_dimension": "team",
        },
        keys=("breakdown_value",),
        decimals=indicator.decimals,
    )


def _without(book: Book, without: list[Indicator], shown: list[date]) -> Iterator[Block]:
    """Listed with the reason, never left out: a board asks for what it does not see."""
    of = shown[-1]
    rows = []
    for indicator in without:
        months = [row for row in book.of_indicator(MONTHLY, indicator.code) if row["month"] <= of]
        older = _newest(book, indicator.code, of)
        if _of_teams(book, indicator, shown):
            reason = "given by team only"
        elif indicator.lifecycle in WITHOUT:
            reason = WITHOUT[indicator.lifecycle]
        elif older:
            reason = f"no figure since {month_name(older['month'])}"
        elif months:
            reason = REASONS.get(months[-1]["value_status"], months[-1]["value_status"].replace("_", " "))
        else:
            reason = "not sent yet"
        rows.append(
            Row(
                (
                    Cell(indicator.name, href=path_of(book, indicator.code) if months else ""),
                    reason,
                    baseline_of(book, indicator, None),
                    aim_of(book, indicator, None, of),
                    ", ".join(indicator.flags),
                )
            )
        )
    if not rows:
        return
    yield Words("These are followed too, and have no figure in the months shown.")
    yield Table(
        id="without-figure",
        caption=f"Measures without a figure: {book.authority.name}, {month_name(of)}",
        columns=(
            Column("measure", "Measure"),
            Column("reason", "Why", choose=True),
            Column("baseline", "Baseline"),
            Column("target", "Target"),
            Column("flags", "Flags", choose=True),
        ),
        rows=tuple(rows),
    )
