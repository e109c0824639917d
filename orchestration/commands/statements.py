"""Statements and checked texts as people read them, and as JSON. What is said and judged is `statements`'s."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration.explain import NotFoundError, find_authority, find_indicator, parse_period
from orchestration.statements import (
    AGREES,
    CONTRADICTED,
    Checked,
    PublicationBook,
    Series,
    Statement,
    as_records,
    check_text,
    count_verdicts,
    load_series,
    statements,
)

if TYPE_CHECKING:
    import duckdb

_COLOURS = {AGREES: "green", CONTRADICTED: "red"}


def parse_month(text: str | None) -> date | None:
    """The first day of a month written 2017-01. Raises NotFoundError for anything that is not one month."""
    if text is None:
        return None
    period = parse_period(text)
    if (period.start.year, period.start.month) != (period.end.year, period.end.month):
        raise NotFoundError(f"{text!r} is not a month. Write it as 2017-01.")
    return period.start.replace(day=1)


def said(
    connection: duckdb.DuckDBPyConnection, indicator: str, authority: str, month: str | None
) -> tuple[Series, list[Statement]]:
    """What can be said of a figure. Raises NotFoundError for an unknown name, or where there is nothing to say."""
    indicator_row = find_indicator(connection, indicator)
    authority_row = find_authority(connection, authority)
    series = load_series(connection, indicator_row["indicator_code"], authority_row["authority_code"])
    try:
        return series, statements(series, parse_month(month))
    except LookupError as none:
        held = [one.month for one in series.months]
        hint = f" The publication has months from {held[0]:%Y-%m} to {held[-1]:%Y-%m}." if held else ""
        raise NotFoundError(f"{none.args[0]}{hint}") from none


def statements_text(series: Series, written: Sequence[Statement]) -> str:
    """The sentences, one a line, under the authority's name."""
    lines = [f"{series.authority_name} ({series.authority_code}), {series.indicator.code}", ""]
    return "\n".join([*lines, *(f"- {one.text}" for one in written)]) + "\n"


def statements_json(series: Series, written: Sequence[Statement]) -> str:
    """The sentences with the figures they stand on."""
    found = {
        "authority_code": series.authority_code,
        "indicator_code": series.indicator.code,
        "statements": [asdict(one) for one in written],
    }
    return json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"


def read_text(path: Path | None) -> str:
    """The text of a file, or of standard input. Raises ClickException for what is no text."""
    try:
        content: bytes = sys.stdin.buffer.read() if path is None else path.read_bytes()
    except OSError as fault:
        raise click.ClickException(f"{path} cannot be read: {fault.strerror}.") from fault
    if content[:4] in (b"PK\x03\x04", b"%PDF") or b"\x00" in content[:2000]:
        raise click.ClickException("This is not plain text. Save the report as text, or paste its sentences.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if not text.strip():
        raise click.ClickException("There is no text to check.")
    return text


def checked_text(
    connection: duckdb.DuckDBPyConnection, text: str, authority: str, indicator: str | None, month: str | None
) -> list[Checked]:
    """The sentences of a text, held against the figures of an authority."""
    authority_row = find_authority(connection, authority)
    code = find_indicator(connection, indicator)["indicator_code"] if indicator else None
    book = PublicationBook(connection, authority_row["authority_code"], authority_row["name"])
    return check_text(book, text, indicator=code, month=parse_month(month))


def checked_commentary(
    connection: duckdb.DuckDBPyConnection, authority: str | None, indicator: str | None, month: str | None
) -> list[tuple[dict[str, Any], list[Checked]]]:
    """Every commentary of the publication (of one authority, indicator or month, if named), each with its sentences."""
    wanted: dict[str, Any] = {}
    if authority:
        wanted["authority_code"] = find_authority(connection, authority)["authority_code"]
    if indicator:
        wanted["indicator_code"] = find_indicator(connection, indicator)["indicator_code"]
    if month:
        wanted["period_start"] = parse_month(month)
    conditions = " and ".join(f"commentary.{name} = ${name}" for name in wanted) or "true"
    result = connection.execute(
        f"""
        select commentary.*, coalesce(names.name, commentary.authority_code) as authority
        from marts.fct_commentary as commentary
        left join (select authority_code, any_value(name) as name from marts.dim_authority group by all) as names
            on commentary.authority_code = names.authority_code
        where {conditions}
        order by authority, commentary.period_start, commentary.indicator_label, commentary.text
        """,
        wanted,
    )
    columns = [column[0] for column in result.description or []]
    found: list[tuple[dict[str, Any], list[Checked]]] = []
    books: dict[str, PublicationBook] = {}
    for row in result.fetchall():
        comment = dict(zip(columns, row, strict=True))
        code = comment["authority_code"]
        book = books.setdefault(code, PublicationBook(connection, code, comment["authority"]))
        about = {"indicator": comment["indicator_code"], "month": comment["period_start"]}
        found.append((comment, check_text(book, comment["text"], **about)))
    return found


def checked_lines(checked: Sequence[Checked], *, everything: bool = False) -> str:
    """The sentences that claim something, each with its verdicts; `everything` shows the others too."""
    lines: list[str] = []
    for one in checked:
        if not one.claims and not everything:
            continue
        verdict = one.verdict if one.claims else "no claim"
        lines.append(f"{click.style(verdict.replace('_', ' '), fg=_COLOURS.get(verdict), bold=True)}: {one.text}")
        for claim in one.claims:
            mark = click.style(claim.verdict.replace("_", " "), fg=_COLOURS.get(claim.verdict))
            places = "; ".join(dict.fromkeys(figure.source_ref for figure in claim.stored if figure.source_ref))
            lines.append(f'    {mark}: "{claim.words}" - {claim.reason}{f" [{places}]" if places else ""}')
    return "\n".join(lines) + ("\n" if lines else "")


def counted_line(checked: Sequence[Checked]) -> str:
    """How many sentences have which verdict."""
    counts = count_verdicts(checked)
    claims = sum(counts.values()) - counts["no_claim"]
    return (
        f"{len(checked)} sentence{'' if len(checked) == 1 else 's'}, {claims} with a claim: "
        f"{counts['contradicted']} contradicted, "
        f"{counts['agrees']} agree, {counts['not_checkable']} not checkable.\n"
    )


def checked_json(checked: Sequence[Checked]) -> str:
    """Sentences, claims and stored figures."""
    found = {"counts": count_verdicts(checked), "sentences": as_records(checked)}
    return json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"


def commentary_json(found: Sequence[tuple[dict[str, Any], list[Checked]]]) -> str:
    """Each commentary with its sentences."""
    records = [{**comment, "sentences": as_records(checked)} for comment, checked in found]
    counts = count_verdicts([one for _, checked in found for one in checked])
    return json.dumps({"counts": counts, "commentary": records}, ensure_ascii=False, indent=1, default=str) + "\n"
