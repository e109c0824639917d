"""The quarterly report: rating before and now, the way of the last years with the target ahead, neighbours, England and
place, the range that was expected, and what a reader must know about the data.

Belongs here: choosing quarters and laying them out. Does not belong here: arithmetic (`mart_indicator_quarterly`),
months (`compendium`, `board`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from orchestration.report.kinds.indicator import path_of
from orchestration.report.pages import Block, Facts, Link, Notice, Page, Section, Words
from orchestration.report.reading import VALUES, Book, Indicator, Rows
from orchestration.report.tables import (
    Cell,
    Column,
    Row,
    Table,
    cell_of,
    rating_cell,
    written_date,
    written_month,
    written_number,
)
from orchestration.report.words import (
    EXPECTED_POSITIONS,
    EXPECTED_SOURCES,
    PERFORMANCE_DIRECTIONS,
    POLARITIES,
    VALUE_DIRECTIONS,
    period_of,
    target_of,
    title_of,
    unit_of,
    worded,
)
from orchestration.statements.words import month_name

NAME = "quarterly"

QUARTERLY = "marts.mart_indicator_quarterly"
PRINTED = "marts.fct_reported_figure"
AVERAGE_RULES = {
    "mean_of_months": "mean of the months",
    "pooled": "sums of the months, divided",
    "one_month": "one month alone",
    "as_printed": "as printed",
}
# Breakdowns that say where in the authority a figure comes from.
AREAS = ("area", "district", "locality", "team")
# How many earlier quarters, or years, stand before those of the year.
EARLIER = 3

HOW_TO_READ = (
    (
        "Quarter",
        "Flows are added up over the quarter's months and shares are pooled over them; snapshots, running totals and "
        "rolling years stand as they were in the month that is named.",
    ),
    (
        "Rating",
        "Of the newest figure of the quarter, by the rule of its day. Green meets the target or the way to it; Amber "
        "misses it within the registered tolerance; Red beyond it. Without a registered tolerance a missed target is "
        "not rated; what the authority printed stands beside it.",
    ),
    (
        "Direction",
        "Against the quarter before; what is added up since April, and the first quarter of what runs from April, "
        "against the same month last year. The arrow says where the figure went, the words whether that is better.",
    ),
    (
        "Expected range",
        "Edges that the authority set, else the limits of the monthly control chart. The newest figure is held "
        "against it.",
    ),
    ("Place", "Among the authorities of England in the newest national year that had ended by then."),
)


def pages(book: Book, month: date | None) -> Iterator[Page]:
    """The report of the quarter that the report month lies in, if it has any figure."""
    of = book.report_month(month)
    if of is None:
        return
    start = quarter_start(of)
    by_indicator = {code: rows for code, rows in book.by_indicator(QUARTERLY).items() if code in book.reader.indicators}
    now = {
        code: row
        for code, rows in by_indicator.items()
        for row in rows
        if row["quarter_start"] == start and row["value_status"] != "not_due"
    }
    if not any(row["figure_value"] is not None for row in now.values()):
        return
    indicators = sorted(
        (book.reader.indicators[code] for code in now), key=lambda indicator: (indicator.theme, indicator.name)
    )
    aimed = [indicator for indicator in indicators if _has_aim(now[indicator.code])]
    others = [indicator for indicator in indicators if indicator not in aimed]
    sections = []
    if aimed:
        table = _summary(book, "summary-table", "Indicators with a target", aimed, now, start)
        sections.append(Section("summary", "Indicators with a target", (table,)))
    if others:
        table = _summary(book, "lead-table", "Lead indicators", others, now, start)
        sections.append(Section("lead-indicators", "Lead indicators, without a target", (table,)))
    sections += [
        Section(
            indicator.code.replace("_", "-"),
            indicator.name,
            tuple(_detail(book, indicator, by_indicator[indicator.code], now[indicator.code])),
        )
        for indicator in indicators
        if (indicator in aimed or _is_told_of(book, indicator, now[indicator.code]))
        and _has_figures(indicator, by_indicator[indicator.code], start)
    ]
    happened = _events(book, start)
    if happened:
        sections.append(Section("events", "What happened in the quarter", (Facts(happened),)))
    sections.append(Section("how-to-read", "How to read this report", (Facts(HOW_TO_READ),)))
    yield Page(
        path=f"{book.authority.folder}/quarterly.html",
        title="Quarterly report",
        lead=f"{quarter_name(start)}: {len(aimed)} indicators with a target, {len(others)} without.",
        sections=tuple(sections),
        landscape=True,
    )


def _events(book: Book, start: date) -> tuple[tuple[str, str | Link], ...]:
    """Registered events of the quarter, such as a change of system: figures on both sides of one are mixed."""
    end = start.replace(month=start.month + 2)
    return tuple(
        (
            written_date(event["event_date"])
            if event["date_precision"] == "day"
            else month_name(event["event_date"].replace(day=1)),
            event["title"],
        )
        for event in book.reader.events
        if event["authority_code"] in (None, book.authority.code)
        and start <= event["event_date"].replace(day=1) <= end
        and event["date_precision"] in ("day", "month")
    )


def quarter_start(month: date) -> date:
    """The first day of a month's quarter."""
    return date(month.year, (month.month - 1) // 3 * 3 + 1, 1)


def quarter_name(start: date) -> str:
    """Quarter 3 of 2013-14 (October to December 2013)."""
    year = start.year - (start.month < 4)
    number = (start.month - 4) % 12 // 3 + 1
    end = start.replace(month=start.month + 2)
    return f"Quarter {number} of {year}-{(year + 1) % 100:02d} ({month_name(start).split()[0]} to {month_name(end)})"


def direction_of(row: dict[str, Any]) -> str:
    """Arrow and meaning of a quarter: "▲ up, worsening (on the same month last year)"."""
    if row["value_direction"] not in VALUE_DIRECTIONS:
        return ""
    meaning = PERFORMANCE_DIRECTIONS.get(row["performance_direction"], "")
    said = ", ".join(part for part in (VALUE_DIRECTIONS[row["value_direction"]], meaning) if part)
    return f"{said} (on the same month last year)" if row["compared_with"] == "same_month_last_year" else said


def marks_of(row: dict[str, Any]) -> tuple[str, ...]:
    """What must be said beside a quarter's figure."""
    return tuple(
        mark
        for mark, is_so in (
            ("provisional", row["is_provisional"]),
            ("break", row["has_series_break"]),
            ("incomplete", row["value_status"] == "incomplete"),
            ("finding", row["open_findings"]),
        )
        if is_so
    )


def place_of(row: dict[str, Any]) -> str:
    """13 of 152 (March 2013); by size, where there is no good direction."""
    if row["rank"] is None:
        return ""
    by_size = ", by size" if row["rank_basis"] == "size" else ""
    return f"{row['rank']} of {row['n_ranked']}{by_size} ({written_month(row['rank_period_end'])})"


def _has_aim(row: dict[str, Any]) -> bool:
    return any(row[field] is not None for field in ("target", "target_lower", "target_upper"))


def _is_told_of(book: Book, indicator: Indicator, row: dict[str, Any]) -> bool:
    """Whether an indicator without a target has a part of its own: a key indicator, out of its range, or written of."""
    return (
        indicator.is_key_indicator
        or row["expected_position"] in ("above", "below")
        or bool(_said(book, indicator, row))
    )


def _has_figures(indicator: Indicator, rows: Rows, start: date) -> bool:
    """Whether any quarter shown has a figure: what has none stands in the summary alone."""
    shown = shown_quarters(indicator, rows, start)
    return any(row["value"] is not None and row["quarter_start"] <= start for row in shown)


def _summary(
    book: Book, name: str, caption: str, indicators: list[Indicator], now: dict[str, dict[str, Any]], start: date
) -> Table:
    rows = []
    for indicator in indicators:
        row = now[indicator.code]

        def written(value: float, decimals: int = indicator.decimals) -> str:
            return written_number(value, decimals)

        rows.append(
            Row(
                (
                    Cell(indicator.name, href=path_of(book, indicator.code)),
                    unit_of(indicator),
                    Cell(row["value"], status=row["value_status"], marks=marks_of(row)),
                    row["figure_month"],
                    target_of(row, written),
                    rating_cell(row["previous_rag"], row["previous_printed_rag"])
                    if row["previous_rag"]
                    else Cell(None, status="no_row"),
                    rating_cell(row["rag"], row["printed_rag"]),
                    direction_of(row),
                    worded(EXPECTED_POSITIONS, row["expected_position"]),
                    Cell(row["neighbour_value"], status="no_row"),
                    Cell(row["national_value"], status="no_row"),
                    place_of(row),
                ),
                key=(indicator.code,),
                decimals=indicator.decimals,
            )
        )
    columns = (
        Column("indicator", "Indicator"),
        Column("unit", "Unit"),
        Column("value", "Figure", "figure", field="value"),
        Column("as_at", "Up to", "month"),
        Column("target", "Target"),
        Column("previous_rag", "Previous rating", "rag"),
        Column("rag", "Rating", "rag"),
        Column("direction", "Direction"),
        Column("expected", "Against what was expected"),
        Column("neighbours", "Neighbours", "figure", field="neighbour_value"),
        Column("england", "England", "figure", field="national_value"),
        Column("place", "Place"),
    )
    # A column that is empty throughout says nothing.
    said = [
        number
        for number, column in enumerate(columns)
        if column.key in ("indicator", "value", "rag") or any(_says(row.cells[number]) for row in rows)
    ]
    return Table(
        id=name,
        caption=f"{caption}: {book.authority.name}, {quarter_name(start)}",
        columns=tuple(columns[number] for number in said),
        rows=tuple(replace(row, cells=tuple(row.cells[number] for number in said)) for row in rows),
        source=QUARTERLY,
        where={"authority_code": book.authority.code, "quarter_start": start.isoformat()},
        keys=("indicator_code",),
    )


def _says(cell: Any) -> bool:
    found = cell_of(cell)
    return bool(found.value) if isinstance(found.value, str) else found.value is not None or found.status != "no_row"


# --- one indicator


def _detail(book: Book, indicator: Indicator, rows: Rows, now: dict[str, Any]) -> Iterator[Block]:
    shown = shown_quarters(indicator, rows, now["quarter_start"])
    yield from _notices(now, book, indicator)
    yield _trend(book, indicator, shown, now)
    yield Facts(tuple(_facts(book, indicator, now)))
    printed = _printed(book, indicator, shown[0]["quarter_start"], shown[-1]["quarter_end"])
    if printed:
        yield _printed_table(book, indicator, printed)
    for row in _said(book, indicator, now):
        who = title_of(row["author_role"] or "author not named")
        yield Words(row["text"], from_sender=f"{who}, on {month_name(row['period_start'])}")
    notes = tuple(_data_notes(book, indicator, shown, now))
    if notes:
        yield Facts(notes)


def shown_quarters(indicator: Indicator, rows: Rows, start: date) -> Rows:
    """The quarters of the year that `start` lies in, and three before it. For what runs from April, or over twelve
    months, these are the ends of earlier years: its quarters of different years are no series."""
    year = date(start.year - (start.month < 4), 4, 1)
    of_year = [row for row in rows if year <= row["quarter_start"] < year.replace(year=year.year + 1)]
    earlier = [row for row in rows if row["quarter_start"] < year and row["value"] is not None]
    if indicator.time_basis in ("cumulative_ytd", "rolling_12m"):
        earlier = [row for row in earlier if row["quarter_start"].month == 1]
    return earlier[-EARLIER:] + of_year


def _trend(book: Book, indicator: Indicator, shown: Rows, now: dict[str, Any]) -> Table:
    known = [row for row in shown if row["quarter_start"] <= now["quarter_start"]]
    # A column that is empty throughout says nothing.
    optional = (
        ("target", "Target", "target"),
        ("lower", "Expected from", "expected_lower"),
        ("upper", "Expected to", "expected_upper"),
        ("neighbours", "Neighbours", "neighbour_value"),
        ("england", "England", "national_value"),
        ("average", "Average of its months", "average_value"),
        ("last_year", "A year before", "same_quarter_last_year_value"),
    )
    held = [
        (key, label, field)
        for key, label, field in optional
        if any(row[field] is not None for row in (shown if field == "target" else known))
    ]
    # The range is of the newest month's figure: beside a sum of three months it would mislead.
    if now["value_basis"] == "months" and indicator.kind in ("count", "rate_per_10000"):
        held = [part for part in held if part[0] not in ("lower", "upper")]
    made = []
    for row in shown:
        is_ahead = row["quarter_start"] > now["quarter_start"]
        # A report of an earlier quarter does not tell what came after it; the target that was set ahead it does.
        is_later = is_ahead and row["figure_value"] is not None
        cells: list[Any] = [row["quarter_end"], Cell(None, status="") if is_ahead else row["figure_month"]]
        cells.append(
            Cell(None, status="not_due")
            if is_later
            else Cell(row["value"], status=row["value_status"], marks=() if is_ahead else marks_of(row))
        )
        cells += [Cell(None if is_later and field != "target" else row[field], status="no_row") for _, _, field in held]
        cells += ["", "", ""] if is_ahead else [rating_cell(row["rag"], None), _printed_rag(row), direction_of(row)]
        made.append(Row(tuple(cells), key=(row["quarter_start"].isoformat(),)))
    return Table(
        id=f"{indicator.code.replace('_', '-')}-quarters",
        caption=f"{indicator.name}: {book.authority.name}, to {quarter_name(now['quarter_start'])}",
        columns=(
            Column("quarter", "Quarter to", "date"),
            Column("as_at", "Up to", "month"),
            Column("value", "Figure", "figure", field="value"),
            *(Column(key, label, "figure", field=field) for key, label, field in held),
            Column("rag", "Rating", "rag"),
            Column("printed_rag", "As printed"),
            Column("direction", "Direction"),
        ),
        rows=tuple(made),
        source=QUARTERLY,
        where={"authority_code": book.authority.code, "indicator_code": indicator.code},
        keys=("quarter_start",),
        decimals=indicator.decimals,
        # One figure is no way; what was set for it stands in the table.
        chart="expected_range" if sum(row["value"] is not None for row in known) > 1 else "",
        options={
            "unit": unit_of(indicator),
            "decimals": indicator.decimals,
            "name": indicator.name,
            "thresholds": now["expected_source"] == "registered",
        },
        summary=_trend_summary(indicator, known, now, any(key in ("lower", "upper") for key, _, _ in held)),
    )


def _printed_rag(row: dict[str, Any]) -> str:
    parts = ((row["printed_rag"] or "").capitalize(), row["printed_direction"] or "")
    return " ".join(part for part in parts if part)


def _trend_summary(indicator: Indicator, known: Rows, now: dict[str, Any], has_range: bool) -> str:
    figures = [row for row in known if row["value"] is not None]
    if not figures:
        return f"{indicator.name}: no quarter has a figure."

    def said(row: dict[str, Any]) -> str:
        return f"{written_number(row['value'], indicator.decimals)} ({written_month(row['figure_month'])})"

    parts = [f"From {said(figures[0])} to {said(figures[-1])}." if len(figures) > 1 else f"{said(figures[0])}."]
    if now["target"] is not None:
        parts.append(f"Target {target_of(now, lambda value: written_number(value, indicator.decimals))}.")
    if has_range and now["expected_source"] in EXPECTED_SOURCES:
        parts.append(f"The range is what was expected: {EXPECTED_SOURCES[now['expected_source']]}.")
    return " ".join(parts)


def _notices(now: dict[str, Any], book: Book, indicator: Indicator) -> Iterator[Block]:
    page = path_of(book, indicator.code)
    if now["has_series_break"]:
        yield Notice("The series breaks in this quarter: before and after cannot be compared.", f"{page}#definition")
    if now["open_findings"]:
        yield Notice("There are doubts about this figure.", f"{page}#findings")


def _facts(book: Book, indicator: Indicator, row: dict[str, Any]) -> Iterator[tuple[str, str | Link]]:
    def written(value: float) -> str:
        return written_number(value, indicator.decimals)

    target = target_of(row, written)
    if target:
        until = f", by {written_month(row['target_valid_to'])}" if row["trajectory"] is not None else ""
        per = f" a {row['target_per']}" if row["target_per"] and indicator.time_basis == "flow" else ""
        yield "Target", f"{target}{per}{until}"
    if row["trajectory"] is not None:
        yield f"On the way to it, {written_month(row['figure_month'])}", written(row["trajectory"])
    reason = row["rag_reason"]
    yield "Rating", f"{(row['rag'] or 'not_rated').replace('_', ' ').capitalize()}: {reason}"
    yield "Tolerance", tolerance_of(indicator, row, written)
    if row["expected_lower"] is not None or row["expected_upper"] is not None:
        edges = target_of(
            {
                "target": None,
                "target_bound": "band",
                "target_lower": row["expected_lower"],
                "target_upper": row["expected_upper"],
            },
            written,
        )
        position = worded(EXPECTED_POSITIONS, row["expected_position"]) or "no figure to hold against it"
        yield "Expected range", f"{edges} ({worded(EXPECTED_SOURCES, row['expected_source'])}): {position}"
    areas = sorted(
        {
            part["breakdown_dimension"]
            for part in book.of_indicator(VALUES, indicator.code)
            if part["breakdown_dimension"] in AREAS and row["quarter_start"] <= part["period_end"] <= row["quarter_end"]
        }
    )
    if areas:
        where = " and ".join(title_of(area).lower() for area in areas)
        yield "Where", Link(f"by {where}", f"{path_of(book, indicator.code)}#parts")
    if row["national_value"] is not None:
        yield f"England ({row['national_year']})", written(row["national_value"])
    if row["neighbour_value"] is not None:
        used = f"{row['neighbour_year']}, mean of {row['neighbour_n_used']}, edition {row['neighbour_vintage']}"
        yield f"Statistical neighbours ({used})", written(row["neighbour_value"])
    if row["rank"] is not None:
        yield "Place in England", Link(place_of(row), f"indicators/{indicator.code}.html")
    # The average of shares is the quarter's own figure, and one month alone is no average.
    if row["average_value"] is not None and row["average_rule"] != "one_month" and indicator.time_basis != "average":
        yield f"Average of the quarter ({worded(AVERAGE_RULES, row['average_rule'])})", written(row["average_value"])
    if row["same_quarter_last_year_value"] is not None:
        yield "The same time a year before", written(row["same_quarter_last_year_value"])
    if row["count_at_target"] is not None:
        yield (
            "The target rate as a number of children",
            f"{written_number(row['count_at_target'], 0)} of {written_number(row['population'], 0)}",
        )
    if row["count_at_neighbours"] is not None:
        yield (
            "The neighbours' rate as a number of children",
            f"{written_number(row['count_at_neighbours'], 0)} of {written_number(row['population'], 0)}",
        )


def tolerance_of(indicator: Indicator, row: dict[str, Any], written: Any) -> str:
    """Which way is good, and how far a figure may miss its target and still be Amber."""
    polarity = POLARITIES[indicator.polarity]
    if not _has_aim(row):
        return f"{polarity}."
    tolerance = row["target_tolerance"]
    if tolerance is None:
        return f"{polarity}. No tolerance is registered."
    if tolerance == 0:
        return f"{polarity}. The rule has no Amber: what misses the target is Red."
    return f"{polarity}. Up to {written(tolerance)} beyond the target is Amber."


def _printed(book: Book, indicator: Indicator, first: date, last: date) -> Rows:
    """What the authority printed beside its figures within the time shown: comparators, places, thresholds."""
    return [
        row
        for row in book.of_indicator(PRINTED, indicator.code)
        if row["role"] in ("benchmark", "rank", "threshold")
        and row["source_kind"] == "reported"
        and row["breakdown_dimension"] == "all"
        and row["value"] is not None
        and row["period_start"] is not None
        and row["period_end"] is not None
        and first <= row["period_end"] <= last
    ]


def _printed_table(book: Book, indicator: Indicator, printed: Rows) -> Table:
    return Table(
        id=f"{indicator.code.replace('_', '-')}-printed",
        caption="As the authority printed it",
        columns=(
            Column("role", "What"),
            Column("label", "In its words"),
            Column("period", "Period"),
            Column("value", "Figure", "figure", field="value"),
            Column("note", "Note", "long"),
        ),
        rows=tuple(
            Row(
                (
                    title_of(row["comparator"] or row["role"]),
                    row["printed_label"] or "",
                    period_of(row["period_basis"], row["period_start"], row["period_end"]),
                    Cell(row["value"], decimals=0 if row["role"] == "rank" else None),
                    row["note"] or "",
                ),
                key=(row["figure_id"],),
            )
            for row in printed
        ),
        source=PRINTED,
        where={"authority_code": book.authority.code, "indicator_code": indicator.code},
        keys=("figure_id",),
        decimals=indicator.decimals,
    )


def _said(book: Book, indicator: Indicator, row: dict[str, Any]) -> Rows:
    """What was written about the indicator for a time within the quarter."""
    return [
        said
        for said in book.of_indicator("marts.fct_commentary", indicator.code)
        if row["quarter_start"] <= said["period_start"] <= row["quarter_end"]
    ]


def _data_notes(book: Book, indicator: Indicator, shown: Rows, now: dict[str, Any]) -> Iterator[tuple[str, str | Link]]:
    versions = book.reader.versions.get(indicator.code, [])
    # A definition of its own that begins on the same day says it more nearly.
    own = {version["valid_from"] for version in versions if version["authority_code"] == book.authority.code}
    for version in versions:
        begins = version["valid_from"]
        is_of_them = version["authority_code"] == book.authority.code or (
            version["authority_code"] is None and begins not in own
        )
        if is_of_them and begins and shown[0]["quarter_start"] <= begins <= now["quarter_end"]:
            said = version["change_note"] or version["definition"] or ""
            apart = "" if version["comparable_with_previous"] else " Not comparable with what was before."
            yield f"Definition changed on {written_date(begins)}", f"{said}{apart}"
    if now["is_provisional"]:
        last = now["last_validated_month"]
        known = f"The last validated figure is that of {month_name(last)}." if last else "No figure is validated yet."
        yield "Not validated", f"The figure of {month_name(now['figure_month'])} may still be corrected. {known}"
    files = {row["submission_id"]: row["file_name"] for row in book.rows("quality.submission")}
    source = files.get(now["submission_id"])
    parts = [part for part in (indicator.source, f"file {source}" if source else "") if part]
    if parts:
        yield "Data source", "; ".join(parts)
