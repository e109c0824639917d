"""What a site or workbook is made from: rows of one publication, read whole for an authority and kept.

Belongs here: the only queries of the report that name tables of the publication. Does not belong here: what is shown.
Only a publication is read; nothing is worked out that a mart has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import duckdb

Rows: TypeAlias = list[dict[str, Any]]

# The tables that most pages read.
MONTHLY = "marts.mart_indicator_monthly"
VALUES = "marts.fct_indicator_value"
BENCHMARK = "marts.mart_benchmark"

# In which order rows come, so that the same publication gives the same page.
ORDERS = {
    MONTHLY: "indicator_code, month",
    "marts.mart_indicator_quarterly": "indicator_code, quarter_start",
    VALUES: "indicator_code, breakdown_dimension, breakdown_value, period_basis, period_end",
    "marts.fct_reported_figure": "indicator_code, role, comparator, period_end, period_start, figure_id",
    BENCHMARK: "indicator_code, period_basis, period_end, comparator_set, vintage",
    "marts.dim_comparator_member": "comparator_set, vintage, place nulls last, member_code, valid_from",
    "marts.dim_target": "indicator_code, valid_from desc nulls last, per, target",
    "marts.mart_projection": "indicator_code, month, made_on",
    "marts.mart_restatement": "indicator_code, period_basis, period_start, breakdown_dimension, breakdown_value",
    "marts.fct_commentary": "indicator_code, period_start desc, issue_date desc, text",
    "marts.mart_contact_flow": (
        "month, tabulation, team, contact_source, contact_method, contact_outcome, contact_class"
    ),
    "quality.incident": "rank, incident_id",
    "quality.finding": "indicator_code, period_start desc, finding_id",
}


# What names a figure, whichever source gives it.
FIGURE_KEY = ("indicator_code", "period_basis", "period_start", "period_end", "breakdown_dimension", "breakdown_value")


@dataclass(frozen=True)
class Authority:
    """An authority with the name its pages stand under."""

    code: str
    name: str
    slug: str
    region: str
    kind: str
    valid_to: date | None

    @property
    def folder(self) -> str:
        """Where its pages lie in the site."""
        return f"authorities/{self.slug}"


@dataclass(frozen=True)
class Indicator:
    """What an indicator is, as the publication describes it."""

    code: str
    name: str
    theme: str
    unit: str
    polarity: str
    kind: str
    time_basis: str
    decimals: int
    description: str
    owner: str
    source: str
    is_key_indicator: bool
    is_key_focus: bool
    is_annex_a: bool
    comparability: str
    lifecycle: str

    @property
    def flags(self) -> tuple[str, ...]:
        """Key indicator, key focus, child level: as a compendium marks its measures."""
        marks = (
            (self.is_key_indicator, "key indicator"),
            (self.is_key_focus, "key focus"),
            (self.is_annex_a, "child level"),
        )
        return tuple(name for is_so, name in marks if is_so)


class Reader:
    """One publication, opened read-only."""

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        import duckdb

        self.path = path
        self.connection: duckdb.DuckDBPyConnection = duckdb.connect(str(path), read_only=True)
        # Not in the connection's configuration: another reader of this file in this process would be refused.
        self.connection.execute(f"set threads = {threads}")

    def rows(self, query: str, parameters: Iterable[Any] = ()) -> Rows:
        """The rows of a query as dicts."""
        cursor = self.connection.execute(query, list(parameters))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def whole(self, table: str) -> Rows:
        """All rows of a small table in its order."""
        return self.rows(f"select * from {table} order by {ORDERS.get(table, 'all')}")

    @cached_property
    def publication(self) -> dict[str, Any]:
        """The certificate inside the file."""
        return self.rows("select * from about.publication")[0]

    @cached_property
    def authorities(self) -> dict[str, Authority]:
        """Those with a figure, a finding or a return, by code. A name held twice takes its code into its address."""
        rows = self.rows(
            """
            select * from marts.dim_authority
            where
                authority_code in (select authority_code from marts.fct_indicator_value)
                or authority_code in (select authority_code from quality.submission)
            order by name, authority_code
            """
        )
        taken: dict[str, int] = {}
        for row in rows:
            taken[slug_of(row["name"])] = taken.get(slug_of(row["name"]), 0) + 1
        found = {}
        for row in rows:
            slug = slug_of(row["name"])
            code = row["authority_code"]
            if not slug or taken[slug] > 1:
                slug = "-".join(part for part in (slug, code.lower()) if part)
            found[code] = Authority(
                code=code,
                name=row["name"],
                slug=slug,
                region=row["region_name"] or "",
                kind=row["authority_type"] or "",
                valid_to=row["valid_to"],
            )
        return found

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Every indicator by its code."""
        return {
            row["indicator_code"]: Indicator(
                code=row["indicator_code"],
                name=row["name"],
                theme=row["theme"],
                unit=row["unit"],
                polarity=row["polarity"],
                kind=row["kind"],
                time_basis=row["time_basis"],
                decimals=row["decimals"],
                description=row["description"] or "",
                owner=row["owner"] or "",
                source=row["source"] or "",
                is_key_indicator=bool(row["is_key_indicator"]),
                is_key_focus=bool(row["is_key_focus"]),
                is_annex_a=bool(row["is_annex_a"]),
                comparability=row["comparability"],
                lifecycle=row["lifecycle"],
            )
            for row in self.whole("marts.dim_indicator")
        }

    @cached_property
    def club_names(self) -> dict[str, str]:
        """The clubs by their code, as they are called."""
        rows = self.rows("select comparator_set, name from marts.dim_comparator_set where kind = 'club' order by all")
        return {row["comparator_set"]: row["name"] for row in rows}

    @cached_property
    def versions(self) -> dict[str, Rows]:
        """The dated definitions of each indicator, oldest first."""
        return grouped(
            self.rows(
                "select * from marts.dim_indicator_version "
                "order by indicator_code, valid_from nulls first, authority_code nulls first"
            )
        )

    @cached_property
    def events(self) -> Rows:
        """Registered events, by date."""
        return self.rows("select * from marts.dim_event order by event_date, title, authority_code nulls first")

    @cached_property
    def day(self) -> date:
        """The day of the data: what is late or overdue is so on this day."""
        day = self.publication["as_of"] or self.publication["data_as_at"]
        assert isinstance(day, date)
        return day

    def of(self, code: str) -> Book:
        """What the publication holds about one authority."""
        return Book(self, self.authorities[code])


class Book:
    """The rows about one authority, read when first asked for."""

    def __init__(self, reader: Reader, authority: Authority) -> None:
        self.reader = reader
        self.authority = authority
        self._rows: dict[str, Rows] = {}
        self._grouped: dict[str, dict[str, Rows]] = {}

    def rows(self, table: str) -> Rows:
        """All its rows of a table, in the order of that table."""
        if table not in self._rows:
            self._rows[table] = self.reader.rows(
                f"select * from {table} where authority_code = ? order by {ORDERS.get(table, 'all')}",
                [self.authority.code],
            )
        return self._rows[table]

    def by_indicator(self, table: str) -> dict[str, Rows]:
        """Its rows of a table, by indicator."""
        if table not in self._grouped:
            self._grouped[table] = grouped(self.rows(table))
        return self._grouped[table]

    @cached_property
    def figures(self) -> Rows:
        """The figures of all periods and breakdowns, one each: a number before a blank, then the authority's own, then
        what the national statistics print, then what is worked out here. In the order of the table."""
        order = {"reported": 0, "published": 1, "derived": 2}
        chosen: dict[tuple[Any, ...], dict[str, Any]] = {}
        for row in self.rows(VALUES):
            key = tuple(row[name] for name in FIGURE_KEY)
            held = chosen.get(key)
            if held is None or _rank(row, order) < _rank(held, order):
                chosen[key] = row
        return list(chosen.values())

    @cached_property
    def figures_by_indicator(self) -> dict[str, Rows]:
        """`figures`, by indicator."""
        return grouped(self.figures)

    def report_month(self, month: date | None) -> date | None:
        """The month of its monthly pages: the one asked for, else the newest of its own returns, else the newest."""
        if month is not None:
            return month
        known = [row for row in self.rows(MONTHLY) if row["value"] is not None]
        own = [row["month"] for row in known if row["source_kind"] == "reported"]
        return max(own or [row["month"] for row in known], default=None)

    def of_month(self, month: date) -> dict[str, dict[str, Any]]:
        """The monthly rows of one month, by indicator."""
        rows = self.rows(MONTHLY)
        return {row["indicator_code"]: row for row in rows if row["month"] == month}

    def of_indicator(self, table: str, code: str) -> Rows:
        """Its rows of a table about one indicator."""
        return self.by_indicator(table).get(code, [])


def _rank(row: dict[str, Any], order: dict[str, int]) -> tuple[bool, int]:
    return row["value"] is None, order.get(row["source_kind"], 9)


def grouped(rows: Rows, by: str = "indicator_code") -> dict[str, Rows]:
    """Rows by a column; those without it are left out."""
    found: dict[str, Rows] = {}
    for row in rows:
        if row[by] is not None:
            found.setdefault(row[by], []).append(row)
    return found


def slug_of(name: str) -> str:
    """A name as a folder: lower case, letters and figures, hyphens between."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
