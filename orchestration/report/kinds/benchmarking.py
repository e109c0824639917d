"""One indicator, all authorities: who stands where, how sure that is, and whether it is more than chance.

Belongs here: which period is compared, and laying out what `mart_benchmark` has. Does not belong here: ranks, limits
and averages (the mart), sets of authorities (`clubs`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from orchestration.report.pages import Block, Facts, Link, Page, Section, Words
from orchestration.report.reading import Indicator, Reader, Rows, grouped
from orchestration.report.tables import Cell, Column, Row, Table, written_number
from orchestration.report.words import (
    BANDS,
    BASES,
    COMPARABILITIES,
    POLARITIES,
    SOURCE_KINDS,
    period_of,
    title_of,
    unit_of,
    worded,
)

NAME = "benchmarking"

BENCHMARK = "marts.mart_benchmark"
# Fewer than these are a conversation between two councils, not a comparison: a period with more of them goes before.
FEWEST = 5
PERIOD_KEYS = ("period_basis", "period_start", "period_end")
_BASIS_ORDER = {basis: number for number, basis in enumerate(("year", "snapshot", "rolling_12m", "ytd"))}


@dataclass(frozen=True)
class Period:
    """What figures are compared for."""

    basis: str
    start: date
    end: date

    @property
    def key(self) -> tuple[str, str, str]:
        """The values of PERIOD_KEYS."""
        return self.basis, self.start.isoformat(), self.end.isoformat()

    @property
    def name(self) -> str:
        """In words."""
        return period_of(self.basis, self.start, self.end)


def pages(reader: Reader, codes: tuple[str, ...], month: date | None) -> Iterator[Page]:
    """A page for each indicator that is compared."""
    for code, periods in periods_of(reader).items():
        if code in reader.indicators:
            yield page(reader, reader.indicators[code], newest(periods, month), set(codes))


def path_of(code: str) -> str:
    """Where the page of an indicator lies."""
    return f"indicators/{code}.html"


def newest(periods: Rows, month: date | None) -> Period | None:
    """Which period to compare, out of those of one indicator (with `n_figures`): the newest that enough authorities
    have, else the newest that two have; a year goes before a month of the same end. None after `month` is taken."""

    def over_by_then(period: dict[str, Any]) -> bool:
        end = period["period_end"]
        return month is None or (end.year, end.month) <= (month.year, month.month)

    def order(period: dict[str, Any]) -> tuple[bool, date, int, date]:
        basis = _BASIS_ORDER.get(period["period_basis"], len(_BASIS_ORDER))
        return period["n_figures"] >= FEWEST, period["period_end"], -basis, period["period_start"]

    compared = [period for period in periods if period["n_figures"] > 1 and over_by_then(period)]
    if not compared:
        return None
    chosen = max(compared, key=order)
    return Period(chosen["period_basis"], chosen["period_start"], chosen["period_end"])


def periods_of(reader: Reader, comparator_set: str = "england") -> dict[str, Rows]:
    """The periods that each indicator has figures of in a set, with how many authorities have one."""
    return grouped(
        reader.rows(
            f"""
            select indicator_code, period_basis, period_start, period_end, count(value) as n_figures
            from {BENCHMARK}
            where comparator_set = ?
            group by all
            order by all
            """,
            [comparator_set],
        )
    )


def rows_of(reader: Reader, periods: Mapping[str, Period], comparator_set: str = "england") -> dict[str, Rows]:
    """The rows of indicators, each of its period, in a set: an authority (and edition) a row, in order of code."""
    if not periods:
        return {}
    wanted = ", ".join("(?, ?, ?, ?)" for _ in periods)
    values = [value for code, period in periods.items() for value in (code, period.basis, period.start, period.end)]
    return grouped(
        reader.rows(
            f"""
            select * from {BENCHMARK}
            where comparator_set = ?
                and (indicator_code, period_basis, period_start, period_end) in ({wanted})
            order by indicator_code, authority_code, vintage
            """,
            [comparator_set, *values],
        )
    )


def page(reader: Reader, indicator: Indicator, period: Period | None, in_scope: set[str]) -> Page:
    """The page of one indicator; only authorities in scope have pages to link to."""
    if period is None:
        nothing = Words("There is no period for which two authorities have a figure.")
        sections: tuple[Section, ...] = (Section("compared", "Authorities", (nothing,)),)
    else:
        rows = rows_of(reader, {indicator.code: period})[indicator.code]
        sections = (
            Section("funnel", f"More than chance, {period.name}", tuple(_funnel(reader, indicator, period, rows))),
            Section("order", f"In order, {period.name}", tuple(_order(reader, indicator, period, rows))),
            Section(
                "authorities",
                f"All authorities, {period.name}",
                tuple(_compared(reader, indicator, period, rows, in_scope)),
            ),
            Section("years", "England over the years", tuple(_years(reader, indicator, period))),
            Section("means", "What it means", tuple(_means(indicator, rows))),
        )
    return Page(
        path=path_of(indicator.code),
        title=indicator.name,
        caption="Compared between authorities",
        lead=f"{title_of(indicator.theme)}, {unit_of(indicator)}. {POLARITIES[indicator.polarity]}.",
        sections=tuple(section for section in sections if section.blocks),
        trail=(Link("Overview", "index.html"), Link("Indicators", "indicators/index.html")),
        landscape=True,
    )


def _where(indicator: Indicator, period: Period) -> dict[str, str]:
    return {
        "indicator_code": indicator.code,
        "comparator_set": "england",
        **dict(zip(PERIOD_KEYS, period.key, strict=True)),
    }


def name_of(reader: Reader, code: str) -> str:
    """The name of an authority; its code where the publication has no page of it."""
    return reader.authorities[code].name if code in reader.authorities else code


def authority_cell(reader: Reader, code: str, indicator_code: str, in_scope: set[str]) -> Cell:
    """An authority's name, with the way to its page of the indicator where it has one."""
    authority = reader.authorities.get(code)
    href = f"{authority.folder}/indicators/{indicator_code}.html" if authority and code in in_scope else ""
    return Cell(name_of(reader, code), href=href)


def by_place(rows: Rows) -> Rows:
    """In order of rank; who has no figure stands last."""
    return sorted(rows, key=lambda row: (row["rank"] is None, row["rank"] or 0, row["authority_code"]))


def _compared(reader: Reader, indicator: Indicator, period: Period, rows: Rows, in_scope: set[str]) -> Iterator[Block]:
    known = [row for row in rows if row["value"] is not None]
    yield Words(
        f"{len(known)} authorities have a figure. This indicator is {COMPARABILITIES[indicator.comparability]}. "
        + ("Place 1 is best." if _is_by_performance(known) else "Places are by size: first is largest, not best.")
    )
    notes = {row["comparison_note"] for row in known}
    if len(notes) == 1 and (said := notes.pop()):
        yield Words(said)
    made = []
    for row in by_place(rows):
        code = row["authority_code"]
        made.append(
            Row(
                (
                    authority_cell(reader, code, indicator.code, in_scope),
                    reader.authorities[code].region if code in reader.authorities else "",
                    Cell(row["value"], status=row["value_status"], marks=marks_of(row)),
                    Cell(row["rank"], status="not ranked"),
                    Cell(row["quartile"], status="none"),
                    worded(BANDS, row["band"]),
                    worded({"same": "yes", "with_care": "with care", "different": "no"}, row["comparability"]),
                    worded(SOURCE_KINDS, row["source_kind"]),
                    *((row["comparison_note"] or "",) if notes else ()),
                ),
                key=(code,),
            )
        )
    yield Table(
        id="compared",
        caption=f"{indicator.name}, {period.name}: authorities of England",
        columns=(
            Column("authority", "Authority"),
            Column("region", "Region", choose=True),
            Column("value", "Figure", "figure", field="value"),
            Column("rank", f"Place of {known[0]['n_ranked']}", "count", field="rank"),
            Column("quartile", "Quarter", "count", field="quartile", note="1 is best"),
            Column("band", "Against the funnel", choose=True),
            Column("comparability", "Comparable", choose=True),
            Column("source", "From"),
            *((Column("note", "Note", "long"),) if notes else ()),
        ),
        rows=tuple(made),
        source=BENCHMARK,
        where=_where(indicator, period),
        keys=("authority_code",),
        decimals=indicator.decimals,
        note="Equal figures share a place. Where neither high nor low is good there is no quarter.",
    )


def marks_of(row: dict[str, Any]) -> tuple[str, ...]:
    """What must be said beside a compared figure."""
    marks = []
    if row["value_status"] == "low_reliability":
        marks.append("low_reliability")
    if row["source_kind"] == "derived":
        marks.append("derived")
    if row["comparability"] == "different":
        marks.append("different")
    return tuple(marks)


def _is_by_performance(rows: Rows) -> bool:
    return any(row["rank_basis"] == "performance" for row in rows)


def _funnel(reader: Reader, indicator: Indicator, period: Period, rows: Rows) -> Iterator[Block]:
    judged = [row for row in rows if row["funnel_lower_95"] is not None and row["value"] is not None]
    if not judged:
        yield Words(
            "There is no funnel: it needs the counts behind the figures, and at least five authorities that have them."
        )
        return
    outside = {band: [row for row in judged if row["band"] == band] for band in BANDS}
    beyond = len(outside["above_998"]) + len(outside["below_998"])
    near = len(outside["above_95"]) + len(outside["below_95"])
    yield Words(
        "Small authorities differ by chance more than large ones do. The limits say how far a figure may lie from "
        "England's before chance and the usual spread between authorities stop being the likely reason."
    )
    yield Table(
        id="limits",
        caption=f"{indicator.name}, {period.name}: figures against the limits of chance",
        columns=(
            Column("authority", "Authority"),
            Column("denominator", "Out of", "count", field="denominator"),
            Column("value", "Figure", "figure", field="value"),
            Column("lower_998", "99.8% from", "figure", field="funnel_lower_998"),
            Column("lower_95", "95% from", "figure", field="funnel_lower_95"),
            Column("baseline", "All together", "figure", field="funnel_baseline"),
            Column("upper_95", "95% to", "figure", field="funnel_upper_95"),
            Column("upper_998", "99.8% to", "figure", field="funnel_upper_998"),
            Column("band", "Against the funnel"),
        ),
        rows=tuple(
            Row(
                (
                    name_of(reader, row["authority_code"]),
                    row["denominator"],
                    row["value"],
                    row["funnel_lower_998"],
                    row["funnel_lower_95"],
                    row["funnel_baseline"],
                    row["funnel_upper_95"],
                    row["funnel_upper_998"],
                    worded(BANDS, row["band"]),
                ),
                key=(row["authority_code"],),
            )
            for row in sorted(judged, key=lambda row: (row["denominator"], row["authority_code"]))
        ),
        source=BENCHMARK,
        where=_where(indicator, period),
        keys=("authority_code",),
        decimals=indicator.decimals + 1,
        chart="funnel",
        options={"unit": unit_of(indicator), "decimals": indicator.decimals, "name": indicator.name},
        summary=(
            f"{len(judged)} authorities: {len(outside['within'])} lie within the limits, {near} outside the 95% limits "
            f"and {beyond} outside the 99.8% limits."
        ),
        note="Limits allow for the spread that authorities have beyond chance (over-dispersion, Spiegelhalter 2005).",
    )


def _order(reader: Reader, indicator: Indicator, period: Period, rows: Rows) -> Iterator[Block]:
    known = [row for row in by_place(rows) if row["value"] is not None]
    together = next((row for row in known if row["published_value"] is not None), known[0])
    england = together["published_value"] if together["published_value"] is not None else together["pooled"]
    options: dict[str, Any] = {"unit": unit_of(indicator), "decimals": indicator.decimals}
    if england is not None:
        options |= {"line": england, "line_name": f"England {written_number(england, indicator.decimals)}"}
    lowest, highest = min(known, key=_value), max(known, key=_value)

    def said(row: dict[str, Any]) -> str:
        return f"{name_of(reader, row['authority_code'])} ({written_number(row['value'], indicator.decimals)})"

    yield Table(
        id="places",
        caption=f"{indicator.name}, {period.name}: in order, with 95% confidence intervals",
        columns=(
            Column("authority", "Authority"),
            Column("value", "Figure", "figure", field="value"),
            Column("lower", "From", "figure", field="confidence_lower_95"),
            Column("upper", "To", "figure", field="confidence_upper_95"),
            Column("band", "Against the funnel"),
        ),
        rows=tuple(
            Row(
                (
                    name_of(reader, row["authority_code"]),
                    row["value"],
                    Cell(row["confidence_lower_95"], status="not_applicable"),
                    Cell(row["confidence_upper_95"], status="not_applicable"),
                    worded(BANDS, row["band"]),
                ),
                key=(row["authority_code"],),
            )
            for row in known
        ),
        source=BENCHMARK,
        where=_where(indicator, period),
        keys=("authority_code",),
        decimals=indicator.decimals,
        chart="ranked",
        options=options,
        summary=f"Lowest: {said(lowest)}; highest: {said(highest)}. Where intervals overlap a place says little.",
    )


def _value(row: dict[str, Any]) -> float:
    value: float = row["value"]
    return value


def _years(reader: Reader, indicator: Indicator, period: Period) -> Iterator[Block]:
    """England's averages in each period of the same kind: they are the same in the rows of all its authorities."""
    chosen = reader.rows(
        f"""
        select * from {BENCHMARK}
        where indicator_code = ? and comparator_set = 'england' and period_basis = ? and n_used >= ? and period_end <= ?
            -- Of a year that ends in March and one that ends in September only one is this indicator's.
            and (period_basis = 'month' or month(period_end) = month(?))
        qualify row_number() over (partition by period_start, period_end order by comparability, authority_code) = 1
        order by period_end
        """,
        [indicator.code, period.basis, FEWEST, period.end, period.end],
    )
    if len(chosen) < 2:
        return
    yield Table(
        id="england",
        caption=f"{indicator.name}: England, {BASES[period.basis]} by {BASES[period.basis]}",
        columns=(
            Column("period", "Period"),
            Column("period_end", "Until", "date"),
            Column("value", "England, as published", "figure", field="published_value"),
            Column("pooled", "All together", "figure", field="pooled"),
            Column("mean", "Mean", "figure", field="mean"),
            Column("median", "Median", "figure", field="median"),
            Column("n_used", "Authorities", "count", field="n_used"),
        ),
        rows=tuple(
            Row(
                (
                    period_of(row["period_basis"], row["period_start"], row["period_end"]),
                    row["period_end"],
                    Cell(row["published_value"], status=row["published_value_status"]),
                    Cell(row["pooled"], status=row["pooled_status"]),
                    row["mean"],
                    row["median"],
                    row["n_used"],
                ),
                key=(row["authority_code"], row["period_start"].isoformat(), row["period_end"].isoformat()),
            )
            for row in chosen
        ),
        source=BENCHMARK,
        where={"indicator_code": indicator.code, "comparator_set": "england", "period_basis": period.basis},
        keys=("authority_code", "period_start", "period_end"),
        decimals=indicator.decimals,
        note="All together is the sum of the cases over the sum of what they are out of; mean and median count each "
        "authority the same.",
    )


def _means(indicator: Indicator, rows: Rows) -> Iterator[Block]:
    row = next(row for row in rows if row["value"] is not None)
    intervals = {
        "wilson": "Wilson's score interval",
        "byar": "Byar's approximation for a count",
        "exact": "exact limits of a count",
        "none": "none: the counts behind the figures are not published",
    }
    yield Facts(
        (
            ("Code", indicator.code),
            ("In words", indicator.description or "Not written down yet."),
            ("Comparing", title_of(COMPARABILITIES[indicator.comparability])),
            ("Definition used", row["definition_version"] or "not known"),
            ("Confidence intervals", worded(intervals, row["confidence_method"])),
            ("Source", indicator.source or "not registered"),
        )
    )
