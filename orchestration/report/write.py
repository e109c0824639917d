"""How a page becomes HTML: one template for all pages, and tables, which are written here for speed.

Belongs here: markup, escaping, relative links. Does not belong here: what stands on a page (`kinds`) and where files go
(`site`). Everything that comes from the publication is escaped; a page needs no network and no script of its own.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from orchestration.report.pages import Cards, Facts, Links, Notice, Page, Words, tone_of
from orchestration.report.tables import (
    MARKS,
    SYMBOLS,
    Cell,
    Column,
    Row,
    Table,
    cell_of,
    decimals_of,
    symbols_used,
    written,
)

if TYPE_CHECKING:
    import jinja2

TEMPLATES = Path(__file__).resolve().parent / "templates"
# Rows beyond these stand in the page but are opened in pieces, so that a long table does not slow it.
ROWS_AT_ONCE = 500
# From this many columns the first stays in sight while the others are scrolled.
WIDE = 12
# Above this many rows a table can be searched and is worth sorting.
ROWS_TO_SEARCH = 12

# Between the parts of a key; breakdowns hold the bar.
BETWEEN = "\t"

_BLOCKS = {Words: "words", Notice: "notice", Facts: "facts", Links: "links", Cards: "cards", Table: "table"}


def render(page: Page) -> str:
    """The page as HTML text. Pure: the same page gives the same text."""
    template = _environment().get_template("page.html")
    return template.render(
        page=page,
        link=lambda href: relative(page.path, href),
        block_kind=lambda block: _BLOCKS[type(block)],
        table=lambda table: render_table(table, page.path),
        root="../" * page.path.count("/"),
        charts=any(isinstance(block, Table) and block.chart for part in page.sections for block in part.blocks),
    )


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def relative(from_path: str, href: str) -> str:
    """A path of the site as seen from a page: quality/index.html is ../quality/index.html from indicators/x.html."""
    if href.startswith("#"):
        return href
    here, there = from_path.split("/")[:-1], href.split("/")
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    return "../" * (len(here) - shared) + "/".join(there[shared:])


def render_table(table: Table, page_path: str) -> Markup:
    """A table: caption, headings, rows in pieces of 500, its legend. With a chart, the table is the chart's figures."""
    if not table.rows:
        return Markup(f'<p class="empty" id="{escape(table.id)}">{escape(table.empty)}</p>')
    head = "".join(_heading(column) for column in table.columns)
    pieces = []
    for start in range(0, len(table.rows), ROWS_AT_ONCE):
        rows = "".join(_row(row, table, page_path) for row in table.rows[start : start + ROWS_AT_ONCE])
        pieces.append(f"<tbody{' hidden' if start else ''}>{rows}</tbody>")
    legend = "".join(
        f"<div><dt>{escape(symbol)}</dt><dd>{escape(meaning)}</dd></div>" for symbol, meaning in symbols_used(table)
    )
    html = (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(table.caption)}">'
        f"<table{_attributes(table)}><caption>{escape(table.caption)}</caption>"
        f"<thead><tr>{head}</tr></thead>{''.join(pieces)}</table></div>"
        + (f'<dl class="legend" aria-label="Symbols in this table">{legend}</dl>' if legend else "")
        + (f'<p class="note">{escape(table.note)}</p>' if table.note else "")
    )
    if not table.chart:
        return Markup(html)
    options = escape(json.dumps(table.options, default=str, sort_keys=True))
    summary = escape(table.summary or table.caption)
    return Markup(
        f'<figure class="chart"><div class="drawing" data-chart="{escape(table.chart)}" data-table="{escape(table.id)}"'
        f' data-options="{options}" aria-hidden="true"></div><figcaption>{summary}</figcaption></figure>'
        f"<details><summary>Figures behind this chart: {escape(table.caption)}</summary>{html}</details>"
    )


def _attributes(table: Table) -> str:
    parts = [f' id="{escape(table.id)}"']
    if table.source:
        parts.append(f' data-source="{escape(table.source)}"')
    if table.where:
        parts.append(f' data-where="{escape(json.dumps(dict(table.where), sort_keys=True))}"')
    if table.keys:
        parts.append(f' data-keys="{escape(BETWEEN.join(table.keys))}"')
    if len(table.columns) >= WIDE:
        parts.append(" data-wide")
    if len(table.rows) > ROWS_TO_SEARCH:
        parts.append(" data-search")
    return "".join(parts)


def _heading(column: Column) -> str:
    parts = [f' data-k="{escape(column.key)}" data-kind="{column.kind}"']
    if column.is_numeric:
        parts.append(' class="n"')
    if column.field:
        parts.append(f' data-field="{escape(column.field)}"')
    if column.source:
        parts.append(f' data-source="{escape(column.source)}"')
    if column.key_part:
        parts.append(f' data-key="{escape(BETWEEN.join(f"{name}={value}" for name, value in column.key_part))}"')
    if column.choose:
        parts.append(" data-choose")
    note = f' <span class="hint">{escape(column.note)}</span>' if column.note else ""
    return f'<th scope="col"{"".join(parts)}>{escape(column.label)}{note}</th>'


def _row(row: Row, table: Table, page_path: str) -> str:
    parts = []
    for number, (value, column) in enumerate(zip(row.cells, table.columns, strict=True)):
        heading = table.row_headings and number == 0
        parts.append(_cell(cell_of(value), row, column, table, page_path, "th" if heading else "td"))
    attributes = f' id="{escape(row.anchor)}"' if row.anchor else ""
    if row.key:
        attributes += f' data-key="{escape(BETWEEN.join(row.key))}"'
    return f"<tr{attributes}>{''.join(parts)}</tr>"


def _cell(cell: Cell, row: Row, column: Column, table: Table, page_path: str, tag: str) -> str:
    value = cell.value
    text = str(escape(written(cell, column.kind, decimals_of(cell, row, column, table))))
    attributes = ' scope="row"' if tag == "th" else ""
    if column.is_numeric:
        attributes += ' class="n"'
    elif column.kind == "long" and tag == "td":
        attributes += ' class="long"'
    if value is None:
        if cell.status:
            attributes += f' data-s="{escape(cell.status)}"'
            symbol = SYMBOLS.get(cell.status)
            if symbol:
                text = f'<abbr title="{escape(symbol[1])}">{text}</abbr>'
    elif column.is_numeric:
        attributes += f' data-v="{value!r}"'
    elif isinstance(value, datetime | date):
        attributes += f' data-v="{value.isoformat()[:10]}"'
    elif column.kind in ("rag", "tag"):
        tone = tone_of(str(value)) if column.kind == "rag" else "grey"
        text = f'<span class="tag {tone}">{text.capitalize() if column.kind == "rag" else text}</span>'
        attributes += f' data-v="{escape(value)}"'
    if cell.marks:
        marks = " ".join(cell.marks)
        attributes += f' data-m="{marks}"'
        text += "".join(f' <abbr class="mark" title="{MARKS[mark][1]}">{MARKS[mark][0]}</abbr>' for mark in cell.marks)
    if cell.href:
        text = f'<a href="{escape(relative(page_path, cell.href))}">{text}</a>'
    return f"<{tag}{attributes}>{text}</{tag}>"
