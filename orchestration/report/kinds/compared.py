"""An authority compared with others, indicator by indicator: England, region, neighbours, similar areas, its clubs.

Belongs here: its own rows of `mart_benchmark`, newest period by newest period. Does not belong here: others' figures
(`clubs`, `benchmarking`), months (`compendium`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from orchestration.report.kinds import benchmarking
from orchestration.report.kinds.benchmarking import BENCHMARK, FEWEST, PERIOD_KEYS, Period, marks_of
from orchestration.report.kinds.clubs import outside_table, path_of_view
from orchestration.report.pages import Link, Links, Page, Section, Words
from orchestration.report.reading import Book, Indicator, Rows
from orchestration.report.tables import Cell, Column, Row, Table
from orchestration.report.words import BANDS, set_name, unit_of, worded

NAME = "compared"

# In which order sets stand; clubs follow by code.
_ORDER = ("england", "region", "statistical_neighbours", "deprivation_alike")


def pages(book: Book, month: date | None) -> Iterator[Page]:
    """One page, if the authority has a figure that others have too."""
    chosen = _chosen(book, month)
    if not chosen:
        return
    sets = _sets(chosen)
    sections = [
        Section("figures", "Figures", (_table(book, chosen, sets),)),
        Section("out", "Where it stands out", tuple(_outside(book, chosen, sets))),
        Section("more", "More", (_links(book, sets),)),
    ]
    yield Page(
        path=f"{book.authority.folder}/compared.html",
        title="Compared with others",
        lead="Newest figures beside others'. Rates and percentages are compared; counts depend on size and are not.",
        sections=tuple(sections),
        landscape=True,
    )


def _chosen(book: Book, month: date | None) -> list[tuple[Indicator, Period, Rows]]:
    """Indicators that may be compared, each with its newest period and the authority's rows of that period."""
    found = []
    for code, rows in book.by_indicator(BENCHMARK).items():
        indicator = book.reader.indicators.get(code)
        if indicator is None or indicator.comparability == "different":
            continue
        periods = [
            {**{key: row[key] for key in PERIOD_KEYS}, "n_figures": row["n_used"]}
            for row in rows
            if row["comparator_set"] == "england" and row["value"] is not None
        ]
        period = benchmarking.newest(periods, month)
        if period:
            key = (period.basis, period.start, period.end)
            found.append((indicator, period, [row for row in rows if tuple(row[name] for name in PERIOD_KEYS) == key]))
    return sorted(found, key=lambda entry: (entry[0].theme, entry[0].name))


def _sets(chosen: list[tuple[Indicator, Period, Rows]]) -> list[tuple[str, str]]:
    """Sets and editions to show: of each set the newest edition."""
    editions: dict[str, str] = {}
    for _, _, rows in chosen:
        for row in rows:
            name = row["comparator_set"]
            editions[name] = max(editions.get(name, ""), row["vintage"])
    known = [name for name in _ORDER if name in editions]
    return [(name, editions[name]) for name in (*known, *sorted(set(editions) - set(known)))]


def _table(book: Book, chosen: list[tuple[Indicator, Period, Rows]], sets: list[tuple[str, str]]) -> Table:
    own = (("comparator_set", "england"), ("vintage", "all"))
    rows = []
    for indicator, period, found in chosen:
        by_set = {(row["comparator_set"], row["vintage"]): row for row in found}
        england = by_set[("england", "all")]
        cells: list[Any] = [
            Cell(indicator.name, href=benchmarking.path_of(indicator.code)),
            unit_of(indicator),
            period.name,
            Cell(england["value"], status=england["value_status"], marks=marks_of(england)),
        ]
        for key in sets:
            row = by_set.get(key)
            field = _field(key[0])
            cells.append(Cell(None, status="no_row") if row is None else Cell(row[field], status="not_available"))
            cells.append(f"{row['rank']} of {row['n_ranked']}" if row and row["rank"] is not None else "")
        cells += [
            worded(BANDS, england["band"]),
            worded({"same": "yes", "with_care": "with care", "different": "no"}, england["comparability"]),
        ]
        rows.append(Row(tuple(cells), key=(indicator.code, *period.key), decimals=indicator.decimals))
    columns = [
        Column("indicator", "Indicator"),
        Column("unit", "Unit"),
        Column("period", "Period"),
        Column("value", book.authority.name, "figure", field="value", key_part=own),
    ]
    for name, vintage in sets:
        part = (("comparator_set", name), ("vintage", vintage))
        label = _name(book, name) + (", mean" if _field(name) == "mean" else "")
        columns.append(Column(name, label, "figure", field=_field(name), key_part=part))
        columns.append(Column(f"{name}-place", "Place"))
    columns += [
        Column("band", "Against England's funnel", choose=True),
        Column("comparable", "Comparable", choose=True),
    ]
    return Table(
        id="compared",
        caption=f"{book.authority.name} compared with others",
        columns=tuple(columns),
        rows=tuple(rows),
        source=BENCHMARK,
        where={"authority_code": book.authority.code},
        keys=("indicator_code", *PERIOD_KEYS),
        note="Place 1 is best where there is a good direction, else the largest. England's and the region's figures "
        "are their own, as published or worked out from their published counts; a mean counts each authority the same.",
    )


def _name(book: Book, comparator_set: str) -> str:
    return book.reader.club_names.get(comparator_set) or set_name(comparator_set)


def _field(comparator_set: str) -> str:
    """Of nation and region their own figure; of a chosen few the mean, as such comparisons are printed."""
    return "published_value" if comparator_set in ("england", "region") else "mean"


def _outside(book: Book, chosen: list[tuple[Indicator, Period, Rows]], sets: list[tuple[str, str]]) -> Iterator[Any]:
    for name, vintage in sets:
        if name not in ("england", "deprivation_alike"):
            continue
        rows = [
            row
            for _, _, found in chosen
            for row in found
            if (row["comparator_set"], row["vintage"]) == (name, vintage) and row["n_used"] >= FEWEST
        ]
        yield outside_table(book.reader, f"out-{name.replace('_', '-')}", f"Beside {_name(book, name)}", name, rows)
    if "deprivation_alike" not in dict(sets):
        yield Words("No deprivation scores have been entered: areas with similar deprivation cannot be named.")


def _links(book: Book, sets: list[tuple[str, str]]) -> Links:
    slug = book.authority.slug
    links = []
    held = {
        row["comparator_set"]
        for row in book.rows("marts.dim_comparator_member")
        if (row["valid_from"] or date.min) <= book.reader.day <= (row["valid_to"] or date.max)
    }
    for name in ("statistical_neighbours", "deprivation_alike"):
        if name in held:
            links.append(Link(f"{_name(book, name)}, one by one", path_of_view(name, slug)))
    links += [Link(_name(book, name), f"clubs/{name}.html") for name, _ in sets if name not in _ORDER and name in held]
    return Links((*links, Link("All sets", "clubs/index.html")))
