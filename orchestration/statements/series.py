"""What the marts hold about one indicator of one authority, as statements need it.

Belongs here: reading a publication (only its marts, read-only). Does not belong here: words, judgements, any arithmetic
beyond finding a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from orchestration.statements.words import Unit, months_back

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Indicator:
    """One row of marts.dim_indicator."""

    code: str
    name: str
    unit: str
    polarity: str
    kind: str
    time_basis: str
    decimals: int

    @property
    def written(self) -> Unit:
        return Unit(self.unit, self.decimals, self.kind)


@dataclass(frozen=True)
class Month:
    """One row of marts.mart_indicator_monthly; `row[...]` gives its other columns, None where the mart has none."""

    month: date
    value: float | None
    status: str
    segment: int | None
    row: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.row.get(column)

    @property
    def source_ref(self) -> str | None:
        return self.row.get("source_ref")


@dataclass(frozen=True)
class Series:
    """An authority's months of one indicator, its comparisons, and other periods it was reported for."""

    authority_code: str
    authority_name: str
    indicator: Indicator
    months: Sequence[Month] = field(default=(), repr=False)
    benchmarks: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    # Printed beside the actual figures: targets, benchmarks, ranks (marts.fct_reported_figure).
    printed: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    # Whatever period a figure is for (marts.fct_indicator_value).
    periods: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    notes: Mapping[str, str] = field(default_factory=dict, repr=False)

    @cached_property
    def by_month(self) -> dict[date, Month]:
        return {one.month: one for one in self.months}

    def at(self, month: date) -> Month | None:
        return self.by_month.get(month.replace(day=1))

    def before(self, month: date, number: int = 1) -> Month | None:
        """The month `number` months earlier, if the mart has it."""
        return self.by_month.get(months_back(month, number))

    def last_with_figure(self) -> Month | None:
        return max((one for one in self.months if one.value is not None), key=lambda one: one.month, default=None)


@dataclass(frozen=True)
class Label:
    """What people call an indicator, in lower case; of a part the code is `code|dimension=value`."""

    text: str
    indicator_code: str
    is_own: bool


def load_indicator(connection: duckdb.DuckDBPyConnection, indicator_code: str) -> Indicator:
    """The registry's entry. Raises LookupError for a code the publication does not know."""
    rows = _rows(
        connection,
        """
        select indicator_code, name, unit, polarity, kind, time_basis, decimals
        from marts.dim_indicator where indicator_code = $code
        """,
        {"code": indicator_code},
    )
    if not rows:
        raise LookupError(f"The publication knows no indicator {indicator_code!r}.")
    one = rows[0]
    return Indicator(
        code=one["indicator_code"],
        name=one["name"],
        unit=one["unit"],
        polarity=one["polarity"],
        kind=one["kind"],
        time_basis=one["time_basis"],
        decimals=int(one["decimals"] or 0),
    )


def load_series(connection: duckdb.DuckDBPyConnection, indicator_code: str, authority_code: str) -> Series:
    """Everything the marts hold of an indicator and an authority. Raises LookupError for an unknown indicator."""
    key = {"indicator": indicator_code, "authority": authority_code}
    months = _rows(
        connection,
        """
        select * from marts.mart_indicator_monthly
        where indicator_code = $indicator and authority_code = $authority order by month
        """,
        key,
    )
    names = _rows(
        connection,
        "select name from marts.dim_authority where authority_code = $authority limit 1",
        {"authority": authority_code},
    )
    notes = _rows(
        connection,
        """
        select definition_version, change_note from marts.dim_indicator_version
        where indicator_code = $indicator and coalesce(authority_code, $authority) = $authority
            and change_note is not null
        """,
        key,
    )
    return Series(
        authority_code=authority_code,
        authority_name=names[0]["name"] if names else authority_code,
        indicator=load_indicator(connection, indicator_code),
        months=[as_month(row) for row in months],
        benchmarks=_rows(
            connection,
            """
            select * from marts.mart_benchmark
            where indicator_code = $indicator and authority_code = $authority
            order by period_end, comparator_set, vintage
            """,
            key,
        ),
        printed=_rows(
            connection,
            """
            select role, comparator, period_basis, period_start, period_end, value, value_text, source_ref
            from marts.fct_reported_figure
            where indicator_code = $indicator and authority_code = $authority and breakdown_dimension = 'all'
                and role in ('target', 'benchmark', 'rank') and value is not null
            order by period_end, role, source_ref
            """,
            key,
        ),
        periods=_rows(
            connection,
            """
            select period_basis, period_start, period_end, numerator, denominator, value, value_status, source_kind,
                source_ref
            from marts.fct_indicator_value
            where indicator_code = $indicator and authority_code = $authority and breakdown_dimension = 'all'
                and value is not null
            order by period_end, period_start, period_basis, source_ref
            """,
            key,
        ),
        notes={str(one["definition_version"]): one["change_note"] for one in notes},
    )


def load_part(connection: duckdb.DuckDBPyConnection, whole: Series, dimension: str, value: str) -> Series:
    """The months of a part of a whole, as reported: only values, for the marts compute nothing else of parts."""
    rows = _rows(
        connection,
        """
        select
            cast(date_trunc('month', period_end) as date) as month, value, value_status, source_ref, 1 as series_segment
        from marts.fct_indicator_value
        where indicator_code = $indicator and authority_code = $authority
            and breakdown_dimension = $dimension and breakdown_value = $value
            and period_basis in ('month', 'snapshot')
        order by period_end, source_kind, source_ref
        """,
        {
            "indicator": whole.indicator.code,
            "authority": whole.authority_code,
            "dimension": dimension,
            "value": value,
        },
    )
    return Series(whole.authority_code, whole.authority_name, whole.indicator, [as_month(row) for row in rows])


def load_labels(connection: duckdb.DuckDBPyConnection, authority_code: str) -> list[Label]:
    """What people of this authority call its indicators, longest first."""
    rows = _rows(
        connection,
        """
        select
            label,
            indicator_code || coalesce('|' || breakdown_dimension || '=' || breakdown_value, '') as indicator_code,
            bool_or(authority_code is not null) as is_own
        from marts.dim_indicator_label
        where coalesce(authority_code, $authority) = $authority
        group by all
        """,
        {"authority": authority_code},
    )
    labels = [Label(one["label"], one["indicator_code"], one["is_own"]) for one in rows]
    return sorted(labels, key=lambda one: (-len(one.text), one.text, one.indicator_code))


def as_month(row: Mapping[str, Any]) -> Month:
    """A row of the monthly mart."""
    value = row.get("value")
    return Month(
        month=row["month"],
        value=None if value is None else float(value),
        status=row.get("value_status") or "missing",
        segment=row.get("series_segment"),
        row=row,
    )


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    result = connection.execute(query, dict(parameters or {}))
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
