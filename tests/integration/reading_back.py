"""Reads the numbers of a page back and looks each up in the publication, by what the page itself says of its origin.

Belongs here: from HTML to (where, what is said, how it is written). Does not belong here: expected figures.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
from lxml import html

from orchestration.report.tables import ANY
from orchestration.report.write import BETWEEN

NUMERIC = {"figure", "change", "count"}


@dataclass(frozen=True)
class Number:
    """A number on a page: the row of which table it claims to stand in, the field, its value and its text."""

    page: str
    table: str
    source: str
    key: tuple[tuple[str, str], ...]
    field: str
    kind: str
    value: str | None
    text: str


def numbers(path: Path, page: str) -> Iterator[Number]:
    """All numbers of a page that name their field; those without a value too, with value None."""
    document = html.parse(str(path / page), html.HTMLParser(encoding="utf-8")).getroot()
    for table in document.iter("table"):
        if not table.get("data-source"):
            continue
        where = json.loads(table.get("data-where", "{}"))
        keys = table.get("data-keys", "").split(BETWEEN)
        heads = list(table.find("thead").find("tr"))
        for row in table.iterfind("tbody/tr"):
            own = dict(zip(keys, row.get("data-key", "").split(BETWEEN), strict=False)) if row.get("data-key") else {}
            for head, cell in zip(heads, row, strict=True):
                if head.get("data-kind") not in NUMERIC or not head.get("data-field"):
                    continue
                part = dict(entry.split("=", 1) for entry in head.get("data-key", "").split(BETWEEN) if entry)
                yield Number(
                    page=page,
                    table=table.get("id"),
                    source=head.get("data-source") or table.get("data-source"),
                    key=tuple(sorted({**where, **own, **part}.items())),
                    field=head.get("data-field"),
                    kind=head.get("data-kind"),
                    value=cell.get("data-v"),
                    text=cell.xpath("string(.)"),
                )


def looked_up(connection: duckdb.DuckDBPyConnection, number: Number) -> list[Any]:
    """The values of the field in the rows that the number says it stands in: one, unless the page is wrong."""
    key = [(name, value) for name, value in number.key if value != ANY]
    conditions = " and ".join(f"{name}::varchar is not distinct from ?" for name, _ in key)
    query = f"select {number.field} from {number.source} where {conditions or 'true'}"
    return [row[0] for row in connection.execute(query, [value for _, value in key]).fetchall()]


def written(text: str) -> Decimal:
    """The number that a reader sees: without thousands, signs as printed, marks left out."""
    return Decimal(text.split()[0].replace(",", "").replace("−", "-").replace("+", ""))


def rounds_to(value: float, shown: Decimal) -> bool:
    """Whether what is shown is the value, rounded half up at the decimals that are shown."""
    exponent = shown.as_tuple().exponent
    assert isinstance(exponent, int)
    exact = Decimal(f"{value:.12g}")
    return exact.quantize(Decimal(1).scaleb(exponent), rounding=ROUND_HALF_UP) == shown
