"""The first page of an authority: headline figures, this month's indicators, its newest yearly figures, and the way on.

Belongs here: what a director opens first. Does not belong here: thirteen months (`compendium`) and one indicator
(`indicator`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from orchestration.report.kinds.indicator import path_of
from orchestration.report.kinds.series import marks_of
from orchestration.report.pages import Block, Card, Cards, Link, Links, Page, Section, tone_of
from orchestration.report.reading import BENCHMARK, MONTHLY, VALUES, Book, Indicator
from orchestration.report.tables import (
    ANY,
    RATINGS,
    Cell,
    Column,
    Row,
    Table,
    rating_cell,
    written_change,
    written_number,
)
from orchestration.report.words import SIGNALS, direction_of, period_of, target_of, title_of, unit_of, worded
from orchestration.statements.words import month_name

NAME = "authority"
CARDS = 8
# Figures of a year, or of the day at its end: what national statistics and year ends give.
YEARLY = ("year", "snapshot")
OF_ALL = (("breakdown_dimension", "all"), ("breakdown_value", "all"))
# The comparison has chosen its own source.
ENGLAND = (("comparator_set", "england"), ("source_kind", ANY), ("vintage", "all"))


def pages(book: Book, month: date | None) -> Iterator[Page]:
    """One page."""
    of = book.report_month(month)
    monthly = book.of_month(of) if of else {}
    yearly = newest_years(book)
    sections = [
        Section("headlines", "Headlines", tuple(_headlines(book, monthly, yearly, of))),
        Section(
            "month",
            f"Indicators in {month_name(of)}" if of else "Indicators by month",
            tuple(_month(book, monthly, of)),
        ),
        Section("years", "Newest yearly figures", tuple(_years(book, yearly))),
        Section("incidents", "Doubts about the figures", tuple(_incidents(book))),
    ]
    yield Page(
        path=f"{book.authority.folder}/index.html",
        title=book.authority.name,
        lead=_lead(book, of, len(monthly), len(yearly)),
        sections=tuple(section for section in sections if section.blocks),
    )


def _lead(book: Book, of: date | None, n_monthly: int, n_yearly: int) -> str:
    parts = []
    if of:
        parts.append(f"{n_monthly} {'indicator' if n_monthly == 1 else 'indicators'} for {month_name(of)}")
    if n_yearly:
        parts.append(f"{n_yearly} yearly figures")
    said = " and ".join(parts) or "no figures yet"
    where = f" {book.authority.region}." if book.authority.region else ""
    ended = f" The authority ended on {book.authority.valid_to}." if book.authority.valid_to else ""
    return f"{said[:1].upper()}{said[1:]}.{where}{ended}"


def newest_years(book: Book) -> dict[str, dict[str, Any]]:
    """The newest figure of a year, or of a day at a year's end, for each indicator."""
    found: dict[str, dict[str, Any]] = {}
    for row in book.figures:
        if row["breakdown_dimension"] != "all" or row["period_basis"] not in YEARLY or row["value"] is None:
            continue
        held = found.get(row["indicator_code"])
        if held is None or (row["period_end"], row["period_basis"] == "year") >= (
            held["period_end"],
            held["period_basis"] == "year",
        ):
            found[row["indicator_code"]] = row
    return {code: row for code, row in found.items() if code in book.reader.indicators}


def _headlines(
    book: Book, monthly: dict[str, dict[str, Any]], yearly: dict[str, dict[str, Any]], of: date | None
) -> Iterator[Block]:
    def weight(indicator: Indicator) -> tuple[Any, ...]:
        return (
            not indicator.is_key_indicator,
            not indicator.is_key_focus,
            indicator.comparability != "same",
            indicator.polarity == "none",
            indicator.theme,
            indicator.name,
        )

    def known(code: str) -> bool:
        return monthly.get(code, {}).get("value") is not None

    indicators = sorted(
        (book.reader.indicators[code] for code in {*monthly, *yearly} if code in book.reader.indicators), key=weight
    )
    # This month's figures first: a card of last year's beside them would be read as this month's.
    chosen = [indicator for indicator in indicators if known(indicator.code)][:CARDS]
    chosen += [one for one in indicators if not known(one.code) and one.code in yearly][: max(0, 4 - len(chosen))]
    cards = [
        _month_card(book, indicator, monthly[indicator.code])
        if known(indicator.code)
        else _year_card(book, indicator, yearly[indicator.code])
        for indicator in chosen
    ]
    if cards:
        yield Cards(tuple(cards))


def _month_card(book: Book, indicator: Indicator, row: dict[str, Any]) -> Card:
    def written(value: float) -> str:
        return written_number(value, indicator.decimals)

    target = target_of(row, written)
    change = ""
    if row["change"] is not None:
        change = f"{written_change(row['change'], indicator.decimals)} since the month before"
    direction = direction_of(row)
    rag = row["rag"] if row["rag"] in RATINGS else ""
    return Card(
        heading=indicator.name,
        figure=_with_unit(written(row["value"]), indicator),
        detail=". ".join(
            part for part in (month_name(row["month"]), f"Target {target}" if target else "", direction or "") if part
        ),
        href=path_of(book, indicator.code),
        tag=rag.capitalize(),
        tone=tone_of(rag) if rag else "",
        change=change,
    )


def _year_card(book: Book, indicator: Indicator, row: dict[str, Any]) -> Card:
    return Card(
        heading=indicator.name,
        figure=_with_unit(written_number(row["value"], indicator.decimals), indicator),
        detail=period_of(row["period_basis"], row["period_start"], row["period_end"]),
        href=path_of(book, indicator.code),
    )


def _with_unit(number: str, indicator: Indicator) -> str:
    return {"percent": f"{number}%", "gbp": f"£{number}"}.get(indicator.unit, number)


def _month(book: Book, monthly: dict[str, dict[str, Any]], of: date | None) -> Iterator[Block]:
    if not of:
        return
    indicators = sorted(
        (book.reader.indicators[code] for code in monthly if code in book.reader.indicators),
        key=lambda indicator: (indicator.theme, indicator.name),
    )
    rows = []
    for indicator in indicators:
        row = monthly[indicator.code]

        def written(value: float, decimals: int = indicator.decimals) -> str:
            return written_number(value, decimals)

        rows.append(
            Row(
                (
                    Cell(indicator.name, href=path_of(book, indicator.code)),
                    title_of(indicator.theme),
                    unit_of(indicator),
                    Cell(row["value"], status=row["value_status"], marks=marks_of(row)),
                    Cell(row["change"], status="no_row"),
                    Cell(row["same_month_last_year_value"], status="no_row"),
                    target_of(row, written),
                    rating_cell(row["rag"]),
                    direction_of(row) or "",
                    worded(SIGNALS, row["signal"]),
                    ", ".join(indicator.flags),
                ),
                key=(indicator.code,),
                decimals=indicator.decimals,
            )
        )
    yield Table(
        id="indicators",
        caption=f"{book.authority.name}: indicators in {month_name(of)}",
        columns=(
            Column("indicator", "Indicator"),
            Column("theme", "Theme", choose=True),
            Column("unit", "Unit"),
            Column("value", "Figure", "figure", field="value"),
            Column("change", "Change on month", "change", field="change"),
            Column("last_year", "Same month last year", "figure", field="same_month_last_year_value"),
            Column("target", "Target"),
            Column("rag", "Rating", "rag", field="rag", choose=True),
            Column("direction", "Direction"),
            Column("signal", "Trend or chance", choose=True),
            Column("flags", "Flags", choose=True),
        ),
        rows=tuple(rows),
        source=MONTHLY,
        where={"authority_code": book.authority.code, "month": of.isoformat()},
        keys=("indicator_code",),
    )


def _years(book: Book, yearly: dict[str, dict[str, Any]]) -> Iterator[Block]:
    if not yearly:
        return
    england = {
        (row["indicator_code"], row["period_basis"], row["period_end"]): row
        for row in book.rows(BENCHMARK)
        if row["comparator_set"] == "england"
    }
    rows = []
    for code in sorted(
        yearly, key=lambda code: (book.reader.indicators[code].theme, book.reader.indicators[code].name)
    ):
        row, indicator = yearly[code], book.reader.indicators[code]
        other = england.get((code, row["period_basis"], row["period_end"]), {})
        ranked = other.get("rank") is not None
        rows.append(
            Row(
                (
                    Cell(indicator.name, href=path_of(book, code)),
                    title_of(indicator.theme),
                    unit_of(indicator),
                    period_of(row["period_basis"], row["period_start"], row["period_end"]),
                    Cell(
                        row["value"],
                        status=row["value_status"],
                        marks=("provisional",) if row["is_provisional"] else (),
                    ),
                    Cell(other.get("pooled"), status="no_row"),
                    Cell(other.get("median"), status="no_row"),
                    f"{other['rank']} of {other['n_ranked']}" if ranked else "",
                    title_of(other.get("band") or ""),
                ),
                key=(
                    code,
                    row["period_basis"],
                    row["period_start"].isoformat(),
                    row["period_end"].isoformat(),
                    row["source_kind"],
                ),
                decimals=indicator.decimals,
            )
        )
    yield Table(
        id="yearly",
        caption=f"{book.authority.name}: newest yearly figures, and England's of the same period",
        columns=(
            Column("indicator", "Indicator"),
            Column("theme", "Theme", choose=True),
            Column("unit", "Unit"),
            Column("period", "Period", choose=True),
            Column("value", "Figure", "figure", field="value", key_part=OF_ALL),
            Column("england", "England", "figure", field="pooled", source=BENCHMARK, key_part=ENGLAND),
            Column("median", "Median of authorities", "figure", field="median", source=BENCHMARK, key_part=ENGLAND),
            Column("rank", "Rank"),
            Column("band", "Against the funnel", choose=True),
        ),
        rows=tuple(rows),
        source=VALUES,
        where={"authority_code": book.authority.code},
        keys=("indicator_code", "period_basis", "period_start", "period_end", "source_kind"),
        note="England is the sum of cases over the sum of children of all authorities. Counts are not compared.",
    )


def _incidents(book: Book) -> Iterator[Block]:
    opened = [row for row in book.rows("quality.incident") if row["status"] != "resolved"]
    if not opened:
        return
    yield Links(
        tuple(
            Link(row["title"], f"{book.authority.folder}/quality.html#incident-{row['incident_id']}", row["message"])
            for row in opened[:5]
        )
    )
    if len(opened) > 5:
        yield Links((Link(f"All {len(opened)} incidents", f"{book.authority.folder}/quality.html"),))
