"""Worked queries in the documentation: finding them, running them, writing what they gave.

A query is a block of SQL in a Markdown file; the table after it is its result on the shipped data.

Run as a script (`BELLWETHER_TEST_HOME=... python -m tests.integration.worked`) it writes the tables anew. The page on
child-level lists stands on a home of its own (tests/integration/children).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.publish import current
from orchestration.settings import load_settings

DOCS = Path(__file__).resolve().parents[2] / "docs"
CHILD_LEVEL = DOCS / "child-level.md"
_BLOCK = re.compile(r"```sql\n(?P<query>.*?)\n```\n(?P<shown>(?:\n\|[^\n]*(?:\n\|[^\n]*)*\n)?)", re.DOTALL)


@dataclass(frozen=True)
class Worked:
    """One query of a page, under its heading, with the table shown after it ('' where there is none yet)."""

    page: str
    heading: str
    query: str
    shown: str


def pages() -> list[Path]:
    """The pages whose queries run on the shipped data."""
    return sorted(page for page in DOCS.glob("*.md") if page != CHILD_LEVEL)


def worked_queries(page: Path) -> Iterator[Worked]:
    """The queries of a page, in order."""
    text = page.read_text(encoding="utf-8")
    for block in _BLOCK.finditer(text):
        headings = re.findall(r"^## (.+)$", text[: block.start()], re.MULTILINE)
        yield Worked(page.name, headings[-1], block["query"], block["shown"].strip())


def as_table(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """The result as a Markdown table; a NULL is an empty cell, a whole number has no decimals."""
    found = connection.execute(query)
    columns = [column[0] for column in found.description or []]
    lines = [columns, ["---"] * len(columns), *([_cell(value) for value in row] for row in found.fetchall())]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("|", "\\|").replace("\n", " ")


def write_tables(
    page: Path, connection: duckdb.DuckDBPyConnection, which: Callable[[str], bool] = lambda query: True
) -> None:
    """Puts the result of each query of a page (or of those that are meant) after it."""

    def with_result(block: re.Match[str]) -> str:
        if not which(block["query"]):
            return block[0]
        return f"```sql\n{block['query']}\n```\n\n{as_table(connection, block['query'])}\n"

    page.write_text(_BLOCK.sub(with_result, page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    publication = current(load_settings(Path(os.environ["BELLWETHER_TEST_HOME"])))
    if publication is None:
        raise SystemExit("BELLWETHER_TEST_HOME holds no publication: run `bellwether run --home ...` first.")
    with duckdb.connect(str(publication.path), read_only=True) as opened:
        for each in pages():
            write_tables(each, opened)
