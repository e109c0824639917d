"""One indicator of one authority: where it stands, its other periods, how others do, breakdowns, what was said, what is
doubtful, and what it means.

Belongs here: choosing and ordering what the marts hold. Does not belong here: its months (`series`) and arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from orchestration.report.kinds.series import is_expected, month_by_month
from orchestration.report.pages import Block, Facts, Link, Links, Notice, Page, Section, Words
from orchestration.report.reading import BENCHMARK, MONTHLY, VALUES, Book, Indicator, Rows, grouped
from orchestration.report.tables import Cell, Column, Row, Table, written_change, written_month, written_number
from orchestration.report.words import (
    BASES,
    COMPARABILITIES,
    POLARITIES,
    SIGNALS,
    SOURCE_KINDS,
    direction_of,
    period_of,
    set_name,
    target_of,
    title_of,
    unit_of,
    worded,
)

NAME = "indicator"

# Of a breakdown the newest period is shown, and no more parts than anybody reads.
PARTS_SHOWN = 60


def path_of(book: Book, code: str) -> str:
    """Where the page of an indicator lies."""
    return f"{book.authority.folder}/indicators/{code}.html"


def has_page(book: Book, code: str | None) -> bool:
    """Whether the authority has a figure of the indicator, or a reason why it has none: then there is a page of it."""
    return code in book.reader.indicators and (code in book.by_indicator(MONTHLY) or code in book.figures_by_indicator)


def pages(book: Book, month: date | None) -> Iterator[Page]:
    """A page for each indicator that has one."""
    for code in sorted({*book.by_indicator(MONTHLY), *book.figures_by_indicator}):
        if has_page(book, code):
            yield page(book, book.reader.indicators[code], month)


def page(book: Book, indicator: Indicator, month: date | None) -> Page:
    """The page of one indicator. Months after `month` are left out where one is given."""
    monthly = [row for row in book.of_indicator(MONTHLY, indicator.code) if month is None or row["month"] <= month]
    values = book.figures_by_indicator.get(indicator.code, [])
    whole = [row for row in values if row["breakdown_dimension"] == "all"]
    sections = [
        Section("now", "Where it stands", tuple(_now(book, indicator, monthly, whole))),
        Section("series", "Month by month", tuple(month_by_month(book, indicator, monthly))),
        Section("years", "Years and other periods", tuple(_periods(book, indicator, whole))),
        Section("comparison", "Compared with others", tuple(_others(book, indicator))),
        Section("parts", "Breakdowns", tuple(_parts(book, indicator, values))),
        Section("commentary", "What was said", tuple(_commentary(book, indicator))),
        Section("findings", "Doubts about these figures", tuple(_findings(book, indicator))),
        Section("definition", "What it means", tuple(_definition(book, indicator))),
    ]
    return Page(
        path=path_of(book, indicator.code),
        title=indicator.name,
        lead=f"{title_of(indicator.theme)}, {unit_of(indicator)}. {POLARITIES[indicator.polarity]}.",
        sections=tuple(section for section in sections if section.blocks),
    )


# --- where it stands


def _now(book: Book, indicator: Indicator, monthly: Rows, whole: Rows) -> Iterator[Block]:
    def written(value: float) -> str:
        return written_number(value, indicator.decimals)

    with_value = [row for row in monthly if row["value"] is not None]
    if not with_value:
        known = [row for row in whole if row["value"] is not None]
        if known:
            newest = max(known, key=lambda row: (row["period_end"], row["period_basis"] == "year"))
            period = period_of(newest["period_basis"], newest["period_start"], newest["period_end"])
            yield Facts((("Newest figure", f"{written(newest['value'])} ({period})"),))
        else:
            yield Words("There is no figure yet. The table below says why for each period.")
        return
    row = with_value[-1]
    facts: list[tuple[str, str | Link]] = [
        ("Newest month", f"{written(row['value'])} ({written_month(row['month'])})"),
    ]
    if row["change"] is not None:
        change = written_change(row["change"], indicator.decimals)
        facts.append(("Change on the month before", change))
    direction = direction_of(row)
    if direction:
        facts.append(("Direction", direction))
    target = target_of(row, written)
    if target:
        until = f", until {written_month(row['target_valid_to'])}" if row["target_valid_to"] else ""
        origin = f" ({row['target_origin'].replace('_', ' ')})" if row["target_origin"] else ""
        facts.append(("Target", f"{target}{until}{origin}"))
    if row["trajectory"] is not None:
        facts.append(("On the way to the target, this month", written(row["trajectory"])))
    rag = (row["rag"] or "not_rated").replace("_", " ").capitalize()
    facts.append(("Rating", f"{rag}: {row['rag_reason']}" if row["rag_reason"] else rag))
    if row["signal"]:
        facts.append(("Trend or chance", worded(SIGNALS, row["signal"])))
    for label, field, status in (
        ("Year to date", "ytd_value", "ytd_status"),
        ("Twelve months", "rolling_12m_value", "rolling_12m_status"),
        ("Quarter", "quarter_value", "quarter_status"),
    ):
        if row[field] is not None:
            part = " (months are missing)" if row[status] == "incomplete" else ""
            facts.append((label, f"{written(row[field])}{part}"))
    if is_expected(row):
        between = (
            f", between {written(row['projected_outturn_lower'])} and {written(row['projected_outturn_upper'])}"
            if row["projected_outturn_lower"] is not None and row["projected_outturn_upper"] is not None
            else ""
        )
        facts.append(
            (
                f"Expected for the year to {written_month(row['projection_year_end'])}",
                f"{written(row['projected_outturn'])}{between}",
            )
        )
    if row["national_value"] is not None:
        facts.append((f"England ({row['national_year']})", written(row["national_value"])))
    if row["neighbour_value"] is not None:
        used = f"mean of {row['neighbour_n_used']}"
        facts.append((f"Statistical neighbours ({row['neighbour_year']}, {used})", written(row["neighbour_value"])))
    yield Facts(tuple(facts))
    if row["has_series_break"]:
        yield Notice("The series breaks here: figures before and after cannot be compared.", "#definition")
    if row["open_findings"]:
        yield Notice("There are doubts about this figure.", "#findings")


# --- other periods, others, parts


def _periods(book: Book, indicator: Indicator, whole: Rows) -> Iterator[Block]:
    by_basis = grouped([row for row in whole if row["period_basis"] != "month"], "period_basis")
    sets = grouped(book.of_indicator(BENCHMARK, indicator.code), "comparator_set")
    for basis in (basis for basis in BASES if basis in by_basis):
        rows = sorted(by_basis[basis], key=lambda row: (row["period_end"], row["period_start"]))
        others = {
            name: {row["period_end"]: row for row in sets[name] if row["period_basis"] == basis}
            for name in ("england", "region")
            if name in sets
        }
        others = {name: found for name, found in others.items() if found}
        columns = [
            Column("period", "Period"),
            Column("period_end", "Until", "date"),
            Column("numerator", "Number", "count", field="numerator"),
            Column("denominator", "Out of", "count", field="denominator"),
            Column("value", "Figure", "figure", field="value"),
            Column("source", "From"),
        ]
        made = []
        for row in rows:
            marks = tuple(
                mark
                for mark, is_so in (
                    ("provisional", row["is_provisional"]),
                    ("low_reliability", row["value_status"] == "low_reliability"),
                )
                if is_so
            )
            made.append(
                Row(
                    (
                        period_of(basis, row["period_start"], row["period_end"]),
                        row["period_end"],
                        row["numerator"],
                        row["denominator"],
                        Cell(row["value"], status=row["value_status"], marks=marks),
                        worded(SOURCE_KINDS, row["source_kind"]),
                    ),
                    key=(row["period_start"].isoformat(), row["period_end"].isoformat(), row["source_kind"]),
                )
            )
        yield Table(
            id=f"periods-{basis.replace('_', '-')}",
            caption=f"{indicator.name}: {book.authority.name}, {BASES[basis]}",
            columns=tuple(columns),
            rows=tuple(made),
            source=VALUES,
            where={
                "authority_code": book.authority.code,
                "indicator_code": indicator.code,
                "period_basis": basis,
                "breakdown_dimension": "all",
                "breakdown_value": "all",
            },
            keys=("period_start", "period_end", "source_kind"),
            decimals=indicator.decimals,
            chart="periods" if len(made) > 2 else "",
            options={
                "unit": unit_of(indicator),
                "decimals": indicator.decimals,
                "others": {
                    set_name(name): [
                        [end, row["pooled"] if row["pooled"] is not None else row["mean"]] for end, row in found.items()
                    ]
                    for name, found in others.items()
                },
            },
            summary=_periods_summary(indicator, rows),
        )


def _periods_summary(indicator: Indicator, rows: Rows) -> str:
    known = [row for row in rows if row["value"] is not None]
    if not known:
        return f"{indicator.name}: no period has a figure."

    def said(row: Mapping[str, Any]) -> str:
        period = period_of(row["period_basis"], row["period_start"], row["period_end"])
        return f"{written_number(row['value'], indicator.decimals)} ({period})"

    return f"{indicator.name}: from {said(known[0])} to {said(known[-1])}."


def _others(book: Book, indicator: Indicator) -> Iterator[Block]:
    rows = book.of_indicator(BENCHMARK, indicator.code)
    if not rows:
        return
    newest: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        if row["value"] is not None:
            newest[(row["comparator_set"], row["vintage"])] = row
    made = [
        Row(
            (
                set_name(row["comparator_set"]) + (f" ({row['vintage']})" if row["vintage"] != "all" else ""),
                period_of(row["period_basis"], row["period_start"], row["period_end"]),
                row["value"],
                row["mean"],
                row["median"],
                row["pooled"],
                f"{row['rank']} of {row['n_ranked']}" if row["rank"] is not None else "",
                row["quartile"],
                row["n_used"],
                title_of(row["band"] or ""),
            ),
            key=(
                row["comparator_set"],
                row["vintage"],
                row["period_basis"],
                row["period_start"].isoformat(),
                row["period_end"].isoformat(),
            ),
        )
        for row in newest.values()
    ]
    yield Words(f"This indicator is {COMPARABILITIES[indicator.comparability]}.")
    yield Table(
        id="others",
        caption=f"{indicator.name}: {book.authority.name} and others, newest period with a figure",
        columns=(
            Column("set", "Compared with"),
            Column("period", "Period"),
            Column("value", "Own figure", "figure", field="value"),
            Column("mean", "Mean", "figure", field="mean"),
            Column("median", "Median", "figure", field="median"),
            Column("pooled", "All together", "figure", field="pooled"),
            Column("rank", "Rank"),
            Column("quartile", "Quartile", "count", field="quartile"),
            Column("n_used", "Authorities", "count", field="n_used"),
            Column("band", "Against the funnel"),
        ),
        rows=tuple(made),
        source=BENCHMARK,
        where={"authority_code": book.authority.code, "indicator_code": indicator.code},
        keys=("comparator_set", "vintage", "period_basis", "period_start", "period_end"),
        decimals=indicator.decimals,
        note="Mean and median are of the other authorities' figures; all together is the sum of their cases over the "
        "sum of their children.",
    )
    yield Links((Link(f"{indicator.name}: all authorities", f"indicators/{indicator.code}.html"),))


def _parts(book: Book, indicator: Indicator, values: Rows) -> Iterator[Block]:
    by_dimension = grouped([row for row in values if row["breakdown_dimension"] != "all"], "breakdown_dimension")
    for dimension, rows in by_dimension.items():
        newest = max((row["period_end"], row["period_start"], row["period_basis"]) for row in rows)
        end, start, basis = newest
        parts = [row for row in rows if (row["period_end"], row["period_start"], row["period_basis"]) == newest]
        made = [
            Row(
                (
                    title_of(row["breakdown_value"]).replace("|", ", "),
                    row["numerator"],
                    Cell(row["value"], status=row["value_status"]),
                ),
                key=(row["breakdown_value"], row["source_kind"]),
            )
            for row in parts[:PARTS_SHOWN]
        ]
        left = len(parts) - len(made)
        yield Table(
            id=f"parts-{dimension.replace('|', '-').replace('_', '-')}",
            caption=f"{indicator.name} by {title_of(dimension).lower().replace('|', ' and ')}, "
            f"{period_of(basis, start, end)}",
            columns=(
                Column("part", title_of(dimension).replace("|", ", ")),
                Column("numerator", "Number", "count", field="numerator"),
                Column("value", "Figure", "figure", field="value"),
            ),
            rows=tuple(made),
            source=VALUES,
            where={
                "authority_code": book.authority.code,
                "indicator_code": indicator.code,
                "period_basis": basis,
                "period_start": start.isoformat(),
                "period_end": end.isoformat(),
                "breakdown_dimension": dimension,
            },
            keys=("breakdown_value", "source_kind"),
            decimals=indicator.decimals,
            chart="bars",
            options={"unit": unit_of(indicator), "decimals": indicator.decimals, "label": "part", "value": "value"},
            summary=f"{len(parts)} parts; each with its figure in the table.",
            note=f"{left} further parts are in the publication." if left > 0 else "",
        )


# --- said, doubted, meant


def _commentary(book: Book, indicator: Indicator) -> Iterator[Block]:
    for row in book.of_indicator("marts.fct_commentary", indicator.code):
        who = title_of(row["author_role"] or "author not named")
        yield Words(row["text"], from_sender=f"{who}, on {written_month(row['period_start'])}")


def _findings(book: Book, indicator: Indicator) -> Iterator[Block]:
    page_of = f"{book.authority.folder}/quality.html"
    rows = [row for row in book.of_indicator("quality.finding", indicator.code) if row["status"] != "resolved"]
    doubts = [Link(row["message"], f"{page_of}#finding-{row['finding_id']}", row["severity"]) for row in rows]
    n_changed = len(book.of_indicator("marts.mart_restatement", indicator.code))
    if n_changed:
        figures = "figure was" if n_changed == 1 else "figures were"
        doubts.append(Link(f"{n_changed} {figures} changed after being first given", f"{page_of}#restated"))
    if doubts:
        yield Links(tuple(doubts))


def _definition(book: Book, indicator: Indicator) -> Iterator[Block]:
    yield Facts(
        (
            ("Code", indicator.code),
            ("In words", indicator.description or "Not written down yet."),
            ("Polarity", POLARITIES[indicator.polarity]),
            ("Comparing", title_of(COMPARABILITIES[indicator.comparability])),
            ("Owner", indicator.owner or "not registered"),
            ("Source", indicator.source or "not registered"),
        )
    )
    versions = [
        row
        for row in book.reader.versions.get(indicator.code, [])
        if row["authority_code"] in (None, book.authority.code)
    ]
    yield Table(
        id="versions",
        caption="Definitions and when they held",
        columns=(
            Column("definition_version", "Version"),
            Column("valid_from", "From", "date"),
            Column("valid_to", "Until", "date"),
            Column("definition", "Definition", "long"),
            Column("comparable", "Comparable with the one before", "yes"),
            Column("change_note", "Change", "long"),
        ),
        rows=tuple(
            Row(
                (
                    row["definition_version"],
                    Cell(row["valid_from"], status="from the beginning"),
                    Cell(row["valid_to"], status="still holds"),
                    row["definition"] or "",
                    Cell(row["comparable_with_previous"], status="first"),
                    row["change_note"] or "",
                )
            )
            for row in versions
        ),
        source="marts.dim_indicator_version",
        where={"indicator_code": indicator.code},
    )
