"""The compendium of a month: a measure's thirteen months, its three-year average, England, target, rating, direction.

Belongs here: one row a measure, one table a theme. Does not belong here: the single measure (`indicator`), quarters and
boards (`quarterly`, `board`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from orchestration.report.kinds.indicator import path_of
from orchestration.report.kinds.series import marks_of
from orchestration.report.pages import Block, Facts, Page, Section, Words
from orchestration.report.reading import MONTHLY, Book, Indicator
from orchestration.report.tables import Cell, Column, Row, Table, rating_cell, written_month, written_number
from orchestration.report.words import SIGNALS, direction_of, target_of, title_of, unit_of, worded
from orchestration.statements.words import month_name, months_back

NAME = "compendium"
MONTHS_SHOWN = 13

HOW_TO_READ = (
    (
        "Rating",
        "Green meets the target or the way to it; Amber misses it within the registered tolerance; Red beyond it.",
    ),
    (
        "Direction",
        "The arrow says where the figure went since the month before (or the last figure within a quarter; a running "
        "total since the same month last year). The words after it say whether that is better or worse.",
    ),
    ("Trend or chance", "Whether a control chart of the whole series takes this month for more than chance."),
    (
        "Flags",
        "Key indicator: for the improvement board. Key focus: followed weekly. Child level: lists are kept.",
    ),
)


def pages(book: Book, month: date | None) -> Iterator[Page]:
    """The compendium of the report month, if there is any."""
    of = book.report_month(month)
    if of is None:
        return
    by_indicator = book.by_indicator(MONTHLY)
    first = months_back(of, MONTHS_SHOWN - 1)
    held = [
        book.reader.indicators[code]
        for code, rows in by_indicator.items()
        if code in book.reader.indicators and any(first <= row["month"] <= of for row in rows)
    ]
    if not held:
        return
    themes: dict[str, list[Indicator]] = {}
    for indicator in sorted(held, key=lambda indicator: (indicator.theme, indicator.name)):
        themes.setdefault(indicator.theme, []).append(indicator)
    sections = [
        Section(theme.replace("_", "-"), title_of(theme), tuple(_theme(book, theme, indicators, of)))
        for theme, indicators in themes.items()
    ]
    focus = [indicator for indicator in held if indicator.is_key_focus]
    if focus:
        words = Words("Measures that are followed more closely; what was said about them stands with the figure.")
        sections.insert(
            0, Section("key-focus", "Key focus", (words, _table(book, "key-focus-months", "Key focus", focus, of)))
        )
    sections.append(Section("how-to-read", "How to read these tables", (Facts(HOW_TO_READ),)))
    yield Page(
        path=f"{book.authority.folder}/compendium.html",
        title="Compendium",
        lead=f"{month_name(of)}: thirteen months of {len(held)} measures, with targets, ratings and directions.",
        sections=tuple(sections),
        landscape=True,
    )


def _theme(book: Book, theme: str, indicators: list[Indicator], of: date) -> Iterator[Block]:
    yield _table(book, f"{theme.replace('_', '-')}-months", title_of(theme), indicators, of)
    said = book.by_indicator("marts.fct_commentary")
    for indicator in indicators:
        for row in said.get(indicator.code, []):
            if row["period_start"] == of:
                yield Words(
                    f"{indicator.name}: {row['text']}", from_sender=title_of(row["author_role"] or "author not named")
                )


def _table(book: Book, name: str, caption: str, indicators: list[Indicator], of: date) -> Table:
    months = [months_back(of, back) for back in range(MONTHS_SHOWN - 1, -1, -1)]
    current = (("month", of.isoformat()),)
    columns = (
        Column("measure", "Measure"),
        Column("unit", "Unit"),
        Column("flags", "Flags"),
        *(
            Column(
                month.isoformat()[:7],
                written_month(month),
                "figure",
                field="value",
                key_part=(("month", month.isoformat()),),
            )
            for month in months
        ),
        Column(
            "three_years",
            f"Three-year average ({written_month(of)[:3]})",
            "figure",
            field="three_year_average_value",
            key_part=current,
        ),
        Column("national", "England", "figure", field="national_value", key_part=current),
        Column("national_year", "England of"),
        Column("target", "Target"),
        Column("rag", "Rating", "rag", field="rag", key_part=current),
        Column("direction", "Direction"),
        Column("signal", "Trend or chance"),
    )
    rows = []
    for indicator in indicators:
        by_month = {row["month"]: row for row in book.of_indicator(MONTHLY, indicator.code)}
        rows.append(
            Row(
                (
                    Cell(indicator.name, href=path_of(book, indicator.code)),
                    unit_of(indicator),
                    ", ".join(indicator.flags),
                    *(_figure(by_month.get(month)) for month in months),
                    *_now(by_month.get(of), indicator),
                ),
                key=(indicator.code,),
                decimals=indicator.decimals,
            )
        )
    return Table(
        id=name,
        caption=f"{caption}: {book.authority.name}, {month_name(months[0])} to {month_name(of)}",
        columns=columns,
        rows=tuple(rows),
        source=MONTHLY,
        where={"authority_code": book.authority.code},
        keys=("indicator_code",),
    )


def _figure(row: dict[str, Any] | None) -> Cell:
    if row is None:
        return Cell(None, status="no_row")
    return Cell(row["value"], status=row["value_status"], marks=marks_of(row))


def _now(row: dict[str, Any] | None, indicator: Indicator) -> tuple[Any, ...]:
    """Three-year average, England and its year, target, rating, direction and trend of the month."""
    if row is None:
        return (Cell(None, status="no_row"), Cell(None, status="no_row"), "", "", Cell(None, status="no_row"), "", "")

    def written(value: float) -> str:
        return written_number(value, indicator.decimals)

    return (
        Cell(
            row["three_year_average_value"],
            status=row["three_year_average_status"] or "",
            marks=("incomplete",) if row["three_year_average_status"] == "incomplete" else (),
        ),
        Cell(row["national_value"], status="no_row"),
        str(row["national_year"] or ""),
        target_of(row, written),
        rating_cell(row["rag"]),
        direction_of(row) or "",
        worded(SIGNALS, row["signal"]),
    )
