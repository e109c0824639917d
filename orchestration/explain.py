"""Where a figure comes from: from its value in the publication back to the cell it was read from.

Belongs here: finding the figure a person means and collecting its ancestry. Does not belong here: how it is shown
(`cli`), and any source but the publication.
"""

from __future__ import annotations

import difflib
import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


class NotFoundError(Exception):
    """There is no such indicator, authority, period or figure; the message names the nearest there are."""


@dataclass(frozen=True)
class Period:
    """What a person means by 2017-01, 2016/17, 2016-Q3 or 2017-01-31."""

    start: date
    end: date
    text: str


@dataclass
class Explanation:
    """One figure with its ancestry; records are rows of the publication by column name."""

    indicator: dict[str, Any]
    authority: dict[str, Any]
    figure: dict[str, Any]
    definition: dict[str, Any] | None = None
    submission: dict[str, Any] | None = None
    place: dict[str, str] = field(default_factory=dict)
    versions: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)


def parse_period(text: str) -> Period:
    """A month 2017-01, a day 2017-01-31, a financial year 2016/17, or a quarter of the financial year 2016-Q3 (October
    to December 2016).

    Raises NotFoundError for anything else.
    """
    cleaned = text.strip()
    if found := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", cleaned):
        year, month, day = (int(part) for part in found.groups())
        return _checked(text, (year, month, day), (year, month, day))
    if found := re.fullmatch(r"(\d{4})-(\d{2})", cleaned):
        year, month = int(found[1]), int(found[2])
        if 1 <= month <= 12:
            return _checked(text, (year, month, 1), (year, month, monthrange(year, month)[1]))
        # 2016-17 is the financial year, as people write it.
        if month == (year + 1) % 100:
            return _checked(text, (year, 4, 1), (year + 1, 3, 31))
    if (found := re.fullmatch(r"(\d{4})/(\d{2}|\d{4})", cleaned)) and int(found[2]) % 100 == (int(found[1]) + 1) % 100:
        return _checked(text, (int(found[1]), 4, 1), (int(found[1]) + 1, 3, 31))
    if found := re.fullmatch(r"(?:(\d{4})(?:/\d{2})?[- ]?[Qq]([1-4])|[Qq]([1-4])[- ]?(\d{4})(?:/\d{2})?)", cleaned):
        year, quarter = int(found[1] or found[4]), int(found[2] or found[3])
        first = 3 * quarter + 1
        year, first = (year, first) if first <= 12 else (year + 1, 1)
        return _checked(text, (year, first, 1), (year, first + 2, monthrange(year, first + 2)[1]))
    raise NotFoundError(
        f"{text!r} is not a period. Write a month 2017-01, a day 2017-01-31, a financial year 2016/17 "
        "or a quarter of it 2016-Q3."
    )


def explain(
    connection: duckdb.DuckDBPyConnection,
    indicator: str,
    authority: str,
    period: str,
    *,
    breakdown: str | None = None,
) -> list[Explanation]:
    """Every figure of the publication that an indicator, an authority and a period name, with its ancestry.

    `breakdown` is a dimension, or dimension=value; without it only the whole is explained. Raises NotFoundError.
    """
    indicator_row = find_indicator(connection, indicator)
    authority_row = find_authority(connection, authority)
    asked = parse_period(period)
    figures = _figures(connection, indicator_row["indicator_code"], authority_row["authority_code"], asked, breakdown)
    if not figures:
        raise NotFoundError(_nearest_periods(connection, indicator_row, authority_row, asked, breakdown))
    return [_ancestry(connection, indicator_row, authority_row, figure) for figure in figures]


def find_indicator(connection: duckdb.DuckDBPyConnection, text: str) -> dict[str, Any]:
    """The indicator of a code or name. Raises NotFoundError naming the nearest ones."""
    there = _records(connection, "select * from marts.dim_indicator order by indicator_code")
    return _find("indicator", text, there, ("indicator_code", "name"))


def find_authority(connection: duckdb.DuckDBPyConnection, text: str) -> dict[str, Any]:
    """The authority of a code (nine characters or three digits) or name. Raises NotFoundError naming the nearest."""
    there = _records(connection, "select * from marts.dim_authority order by valid_to nulls first, authority_code")
    return _find("authority", text, there, ("authority_code", "dfe_code", "name"))


def _find(kind: str, text: str, there: list[dict[str, Any]], fields: tuple[str, ...]) -> dict[str, Any]:
    wanted = _simple(text)
    for name in fields:
        for record in there:
            if _simple(str(record[name] or "")) == wanted:
                return record
    # One that contains what was typed is as good as meant, if it is the only one.
    containing = [record for record in there if any(wanted in _simple(str(record[name] or "")) for name in fields)]
    if len(containing) == 1:
        return containing[0]
    spoken = {_simple(str(record[name])): record for record in there for name in fields if record[name]}
    close = [spoken[name] for name in difflib.get_close_matches(wanted, spoken, n=5, cutoff=0.5)]
    names = [f"{record['name']} ({record[fields[0]]})" for record in _unique([*containing, *close], fields[0])[:6]]
    hint = f" Did you mean: {'; '.join(names)}?" if names else ""
    raise NotFoundError(f"There is no {kind} {text!r} in the publication.{hint}")


def _figures(
    connection: duckdb.DuckDBPyConnection, indicator: str, authority: str, asked: Period, breakdown: str | None
) -> list[dict[str, Any]]:
    dimension, _, value = (breakdown or "all=all").partition("=")
    return _records(
        connection,
        """
        select * from marts.fct_indicator_value
        where indicator_code = $indicator and authority_code = $authority
            and period_end between $start and $end
            and (
                period_start >= $start
                -- What runs up to the end of the period asked for: year to date, rolling year, average of three years.
                or (period_end = $end and period_basis in ('ytd', 'rolling_12m', 'three_year_average'))
            )
            -- A year or a quarter asked for is that period or the day at its end, not each month in it.
            and (period_end = $end or period_basis in ('snapshot', 'week') and $start >= $end - interval 31 day)
            and (period_start = $start or period_basis not in ('month', 'quarter', 'half_year', 'year'))
            and breakdown_dimension = $dimension and ($value = '' or breakdown_value = $value)
        order by
            period_start <> $start, period_basis, breakdown_value,
            case source_kind when 'reported' then 0 when 'published' then 1 else 2 end, period_end desc
        """,
        {
            "indicator": indicator,
            "authority": authority,
            "start": asked.start,
            "end": asked.end,
            "dimension": dimension,
            "value": value,
        },
    )


def _ancestry(
    connection: duckdb.DuckDBPyConnection, indicator: dict[str, Any], authority: dict[str, Any], figure: dict[str, Any]
) -> Explanation:
    key = {
        name: figure[name]
        for name in (
            "authority_code",
            "indicator_code",
            "period_basis",
            "period_start",
            "period_end",
            "breakdown_dimension",
            "breakdown_value",
            "source_kind",
        )
    }
    same = " and ".join(f"{name} = ${name}" for name in key)
    definitions = _records(
        connection,
        """
        select * from marts.dim_indicator_version where indicator_code = $code and definition_version = $version
        """,
        {"code": figure["indicator_code"], "version": figure["definition_version"]},
    )
    submissions = _records(
        connection, "select * from quality.submission where submission_id = $id", {"id": figure["submission_id"]}
    )
    findings = _records(
        connection,
        """
        select * from quality.finding
        where authority_code = $authority and indicator_code = $indicator
            and (period_start is null or period_start between $start and $end)
        order by case severity when 'critical' then 0 when 'warning' then 1 else 2 end, rule_id, subject
        """,
        {
            "authority": figure["authority_code"],
            "indicator": figure["indicator_code"],
            "start": figure["period_start"],
            "end": figure["period_end"],
        },
    )
    return Explanation(
        indicator=indicator,
        authority=authority,
        figure=figure,
        definition=definitions[0] if definitions else None,
        submission=submissions[0] if submissions else None,
        place=place_of(figure["source_ref"]),
        versions=_records(
            connection, f"select * from marts.fct_indicator_version_history where {same} order by known_from", key
        ),
        findings=findings,
    )


def place_of(source_ref: str | None) -> dict[str, str]:
    """File, sheet, row, column and cell of a source reference: `book.xlsx#Sheet 1!C7` or `figures.csv#row 12,
    value`; file and list of what was counted: `lists.xlsx#list referrals`.
    """
    if not source_ref:
        return {}
    file_name, _, where = source_ref.rpartition("#")
    if found := re.fullmatch(r"(.*)!([A-Z]*)(\d+)", where, re.DOTALL):
        place = {"file": file_name, "sheet": found[1], "row": found[3]}
        return place | ({"column": found[2], "cell": found[2] + found[3]} if found[2] else {})
    if found := re.fullmatch(r"row (\d+)(?:, (.*))?", where, re.DOTALL):
        return {"file": file_name, "row": found[1]} | ({"column": found[2]} if found[2] else {})
    if found := re.fullmatch(r"list (.*)", where, re.DOTALL):
        return {"file": file_name, "list": found[1]}
    return {"file": source_ref}


def _nearest_periods(
    connection: duckdb.DuckDBPyConnection,
    indicator: dict[str, Any],
    authority: dict[str, Any],
    asked: Period,
    breakdown: str | None,
) -> str:
    what = f"{indicator['name']} ({indicator['indicator_code']}) of {authority['name']}"
    near = _records(
        connection,
        """
        select distinct
            period_basis, period_start, period_end, breakdown_dimension,
            breakdown_dimension <> 'all' as is_part, abs(date_diff('day', period_end, $end)) as distance
        from marts.fct_indicator_value
        where indicator_code = $indicator and authority_code = $authority
        order by is_part, distance, period_basis, breakdown_dimension, period_start
        limit 6
        """,
        {"indicator": indicator["indicator_code"], "authority": authority["authority_code"], "end": asked.end},
    )
    if not near:
        return f"The publication holds no figure for {what}."
    spoken = "; ".join(
        f"{row['period_basis']} {row['period_start']} to {row['period_end']}"
        + ("" if row["breakdown_dimension"] == "all" else f" by {row['breakdown_dimension']}")
        for row in near
    )
    asked_for = asked.text + (f" by {breakdown}" if breakdown else "")
    return f"The publication holds no figure for {what} in {asked_for}. The nearest it holds: {spoken}."


def _records(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    result = connection.execute(query, parameters or {})
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _checked(text: str, start: tuple[int, int, int], end: tuple[int, int, int]) -> Period:
    try:
        return Period(date(*start), date(*end), text)
    except ValueError as error:
        raise NotFoundError(f"{text!r} is not a period: {error}.") from error


def _simple(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.casefold()).strip()


def _unique(records: Iterable[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    return list({record[key]: record for record in records}.values())
