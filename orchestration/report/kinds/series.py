"""The months of one indicator of one authority: the series with limits, target, way to it and dated events; the year so
far and what it may come to; what was expected of the year, and when.

Belongs here: what of the monthly mart is shown beside what. Does not belong here: limits, projections and ratings,
which the mart has worked out, and drawing (`assets/charts.js`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from orchestration.report.pages import Block
from orchestration.report.reading import MONTHLY, Book, Indicator, Rows
from orchestration.report.tables import Cell, Column, Row, Table, rating_cell, written_month, written_number
from orchestration.report.words import SIGNALS, direction_of, event_day, title_of, unit_of, worded

_MONTHS = (
    ("value", "Figure", "figure"),
    ("change", "Change", "change"),
    ("target", "Target", "figure"),
    ("trajectory", "Way to target", "figure"),
    ("control_lower", "Lower limit", "figure"),
    ("control_centre", "Centre", "figure"),
    ("control_upper", "Upper limit", "figure"),
    ("ytd_value", "Year to date", "figure"),
    ("rolling_12m_value", "Twelve months", "figure"),
    ("three_year_average_value", "Three-year average", "figure"),
    ("national_value", "England", "figure"),
    ("neighbour_value", "Neighbours", "figure"),
)
_STATUS_OF = {
    "value": "value_status",
    "ytd_value": "ytd_status",
    "rolling_12m_value": "rolling_12m_status",
    "three_year_average_value": "three_year_average_status",
}


def month_by_month(book: Book, indicator: Indicator, monthly: Rows) -> Iterator[Block]:
    if not monthly:
        return
    # A column that is empty in every month says nothing: it is left out, but for the figure itself.
    shown = [part for part in _MONTHS if part[0] == "value" or any(row[part[0]] is not None for row in monthly)]
    # Limits stand one decimal finer than the figures they are limits of.
    columns = [
        Column("month", "Month", "month"),
        *(
            Column(
                field,
                label,
                kind,  # type: ignore[arg-type]
                field=field,
                decimals=indicator.decimals + 1 if field.startswith("control_") else None,
            )
            for field, label, kind in shown
        ),
        Column("rag", "Rating", "rag", field="rag"),
        Column("direction", "Direction", "text"),
        Column("signal", "Trend or chance", "text"),
    ]
    rows = []
    for row in monthly:
        cells: list[Any] = [row["month"]]
        for field, _, _ in shown:
            status = _STATUS_OF.get(field)
            marks = marks_of(row) if field == "value" else _part_marks(row, field)
            if row[field] is None:
                cells.append(Cell(None, status=row[status] or "" if status else ""))
            else:
                cells.append(Cell(row[field], marks=marks) if marks else row[field])
        cells += [
            rating_cell(row["rag"]),
            direction_of(row) or "",
            worded(SIGNALS, row["signal"]),
        ]
        rows.append(Row(tuple(cells), key=(row["month"].isoformat(),)))
    last = monthly[-1]
    until = last["target_valid_to"] if last["target"] is not None and last["target_valid_to"] else last["month"]
    events = events_of(book, indicator, monthly[0]["month"], max(until, last["month"]))
    options = {
        "name": indicator.name,
        "unit": unit_of(indicator),
        "decimals": indicator.decimals,
        "zero": indicator.unit != "percent" or None,
        "events": [
            {"date": event["event_date"], "title": event["title"], "rebase": bool(event["rebase"])} for event in events
        ],
        "until": last["target_valid_to"] if last["target"] is not None else None,
        "aim": last["registered_target"] if last["trajectory"] is not None else last["target"],
        "bound": last["target_bound"],
    }
    yield Table(
        id="months",
        caption=f"{indicator.name}: {book.authority.name}, by month",
        columns=tuple(columns),
        rows=tuple(rows),
        source=MONTHLY,
        where={"authority_code": book.authority.code, "indicator_code": indicator.code},
        keys=("month",),
        decimals=indicator.decimals,
        chart="series",
        options={name: value for name, value in options.items() if value not in (None, [])},
        summary=series_summary(book.authority.name, indicator, monthly),
        note=_series_note(monthly),
    )
    if events:
        yield _events(book, indicator, events)
    if last["ytd_value"] is not None and indicator.time_basis == "flow" and indicator.kind == "count":
        yield _year_table(book, indicator, monthly)
    kept = book.of_indicator("marts.mart_projection", indicator.code)
    if any(row["projected_outturn"] is not None for row in kept):
        yield _projections(book, indicator, kept)


def marks_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What must be said beside a month's figure."""
    return tuple(
        mark
        for mark, is_so in (
            ("provisional", row["is_provisional"]),
            ("low_reliability", row["value_status"] == "low_reliability"),
            ("break", row["has_series_break"]),
            ("finding", row["open_findings"]),
        )
        if is_so
    )


def _part_marks(row: Mapping[str, Any], field: str) -> tuple[str, ...]:
    status = _STATUS_OF.get(field)
    return ("incomplete",) if status and row[status] == "incomplete" else ()


def events_of(book: Book, indicator: Indicator, first: date, until: date) -> Rows:
    """Registered events of the authority or the nation that concern the indicator, within the time shown."""
    return [
        event
        for event in book.reader.events
        if event["authority_code"] in (None, book.authority.code)
        and event["indicator_code"] in (None, indicator.code)
        and first <= event["event_date"] <= until
    ]


def _events(book: Book, indicator: Indicator, events: Rows) -> Table:
    """The dated events by the numbers that mark them in the chart."""
    return Table(
        id="events",
        caption="What happened meanwhile: the numbered marks of the chart",
        columns=(
            Column("number", "Mark"),
            Column("day", "When"),
            Column("title", "Event", "long"),
            Column("kind", "Kind"),
            Column("rebase", "Limits begin anew", "yes"),
        ),
        rows=tuple(
            Row(
                (
                    str(number),
                    event_day(event["event_date"], event["date_precision"]),
                    event["title"],
                    title_of(event["kind"] or ""),
                    bool(event["rebase"]),
                )
            )
            for number, event in enumerate(events, start=1)
        ),
    )


def series_summary(authority: str, indicator: Indicator, monthly: Rows) -> str:
    """The chart in words: from when to when, newest, lowest, highest, what is missing, what is beyond chance."""
    known = [row for row in monthly if row["value"] is not None]
    span = f"{written_month(monthly[0]['month'])} to {written_month(monthly[-1]['month'])}"
    if not known:
        return f"{indicator.name}, {authority}, {span}: no month has a figure."

    def said(row: Mapping[str, Any]) -> str:
        return f"{written_number(row['value'], indicator.decimals)} in {written_month(row['month'])}"

    parts = [f"{indicator.name}, {authority}, {span}. Newest: {said(known[-1])}."]
    if len(known) > 1:
        lowest, highest = (choose(known, key=lambda row: row["value"]) for choose in (min, max))
        parts.append(f"Lowest: {said(lowest)}; highest: {said(highest)}.")
    if len(known) < len(monthly):
        n_missing = len(monthly) - len(known)
        parts.append(
            f"{n_missing} of {len(monthly)} months {'has' if n_missing == 1 else 'have'} no figure and are left open."
        )
    beyond = [row for row in known if row["signal"] not in (None, "common_cause")]
    if beyond:
        parts.append(f"{len(beyond)} {'month lies' if len(beyond) == 1 else 'months lie'} beyond what chance would do.")
    if any(row["control_centre"] is not None for row in monthly):
        parts.append(
            "The shaded band holds what chance would do. Diamonds are beyond it or in a run, open circles provisional."
        )
    return " ".join(parts)


def _series_note(monthly: Rows) -> str:
    parts = []
    if any(row["control_centre"] is not None for row in monthly):
        kind = "; from few months, so provisional" if monthly[-1]["control_status"] == "provisional" else ""
        parts.append(f"Limits are those of a control chart (XmR): mean and 2.66 mean moving ranges{kind}.")
    if any(row["national_value"] is not None or row["neighbour_value"] is not None for row in monthly):
        parts.append("England and neighbours are yearly figures of the year named above.")
    parts.append(
        "A direction compares with the month before, or the last figure within a quarter; a year to date with the same "
        "month last year."
    )
    return " ".join(parts)


def _year_table(book: Book, indicator: Indicator, monthly: Rows) -> Table:
    """The running total of this and the last financial year, with what the year may come to."""
    last = monthly[-1]
    start = date(last["month"].year - (last["month"].month < 4), 4, 1)
    before = start.replace(year=start.year - 1)
    rows = [
        Row(
            (
                row["month"],
                Cell(row["ytd_value"], status=row["ytd_status"] or "", marks=_part_marks(row, "ytd_value")),
                row["projected_outturn"],
            ),
            key=(row["month"].isoformat(),),
        )
        for row in monthly
        if row["month"] >= before and row["ytd_value"] is not None
    ]
    options = {"unit": unit_of(indicator), "decimals": indicator.decimals, "start": start}
    if is_expected(last):
        options |= {
            "outturn": last["projected_outturn"],
            "lower": last["projected_outturn_lower"],
            "upper": last["projected_outturn_upper"],
            "end": last["projection_year_end"],
        }
    for name in ("scenario_target", "scenario_do_nothing", "printed_projection"):
        if last[name] is not None:
            options[name] = last[name]
    return Table(
        id="year",
        caption=f"{indicator.name}: year to date and what the year may come to",
        columns=(
            Column("month", "Month", "month"),
            Column("ytd_value", "Year to date", "figure", field="ytd_value"),
            Column("projected_outturn", "Expected for the year", "figure", field="projected_outturn"),
        ),
        rows=tuple(rows),
        source=MONTHLY,
        where={"authority_code": book.authority.code, "indicator_code": indicator.code},
        keys=("month",),
        decimals=indicator.decimals,
        chart="year",
        options=options,
        summary=_year_summary(indicator, last),
        note=f"Expected: {last['projection_method']}." if last["projection_method"] else "",
    )


def is_expected(row: Mapping[str, Any]) -> bool:
    """Whether the month says what its year may come to; at the end of the year nothing is left to expect."""
    end = row["projection_year_end"]
    return row["projected_outturn"] is not None and (end is None or row["month"] < end.replace(day=1))


def _year_summary(indicator: Indicator, last: Mapping[str, Any]) -> str:
    def written(value: float) -> str:
        return written_number(value, indicator.decimals)

    said = f"Since April: {written(last['ytd_value'])} by {written_month(last['month'])}."
    if is_expected(last):
        said += f" The year may come to {written(last['projected_outturn'])}"
        if last["projected_outturn_lower"] is not None:
            said += (
                f" (between {written(last['projected_outturn_lower'])} and {written(last['projected_outturn_upper'])})"
            )
        said += "."
    return said


def _projections(book: Book, indicator: Indicator, kept: Rows) -> Table:
    rows = [
        Row(
            (
                row["made_on"],
                row["month"],
                row["projection_year_end"],
                row["projected_outturn"],
                row["projected_outturn_lower"],
                row["projected_outturn_upper"],
            ),
            key=(row["made_on"].isoformat(), row["month"].isoformat()),
        )
        for row in kept
        if row["projected_outturn"] is not None
    ]
    return Table(
        id="projections",
        caption="What the year was expected to come to, and on which day",
        columns=(
            Column("made_on", "Made on", "date"),
            Column("month", "From figures up to", "month"),
            Column("projection_year_end", "For the year to", "month"),
            Column("projected_outturn", "Expected", "figure", field="projected_outturn"),
            Column("projected_outturn_lower", "At least", "figure", field="projected_outturn_lower"),
            Column("projected_outturn_upper", "At most", "figure", field="projected_outturn_upper"),
        ),
        rows=tuple(rows[-24:]),
        source="marts.mart_projection",
        where={"authority_code": book.authority.code, "indicator_code": indicator.code},
        keys=("made_on", "month"),
        decimals=indicator.decimals,
    )
