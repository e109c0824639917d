"""The cells of one worksheet's XML, in one pass of expat.

Belongs here: rows, coordinates, a cell's kind, its stored value and the formula in it. Does not belong here: what a
value looks like to a person (read_xlsx), shared strings and styles (openpyxl reads those). openpyxl's own reader gives
the same cells at a fraction of the speed; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.parsers import expat

# Kinds of cell that OOXML knows: n number, s shared string, str text of a formula, b boolean, e error, d ISO date.
INLINE = "inlineStr"
OnCell = Callable[[int, int, str, int, str | None, str | None], None]


def read_cells(xml: bytes, on_cell: OnCell, refuse: Callable[[], Exception]) -> None:
    """Calls ``on_cell`` with row, column (from 0), kind, style, stored value and formula of every cell that has either.

    Raises what ``refuse`` makes where the XML declares a document type, and ExpatError where it is none.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    columns: dict[str, int] = {}
    pieces: list[str] = []
    row, column, kind, style = -1, -1, "n", 0
    value: str | None = None
    formula: str | None = None
    phonetic = 0
    in_cell, in_row, in_value, in_text, in_formula, in_phonetic, in_data = "c", "row", "v", "t", "f", "rPh", "sheetData"

    def document_type(*_: Any) -> None:
        raise refuse()

    def outside(name: str, _: dict[str, str]) -> None:
        nonlocal in_cell, in_row, in_value, in_text, in_formula, in_phonetic, in_data
        prefix, colon, local = name.rpartition(":")
        if local == "sheetData":
            in_cell, in_row, in_value, in_text, in_formula, in_phonetic, in_data = (
                prefix + colon + one for one in ("c", "row", "v", "t", "f", "rPh", "sheetData")
            )
            parser.StartElementHandler, parser.EndElementHandler = start, end
            parser.CharacterDataHandler = pieces.append

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, kind, style, value, formula, phonetic
        if name == in_cell:
            if at := attributes.get("r"):
                letters = at.rstrip("0123456789")
                if (known := columns.get(letters)) is None:
                    known = columns[letters] = _number(letters)
                column = known
            else:
                column += 1
            kind = attributes.get("t", "n")
            style = int(attributes.get("s", 0))
            value = formula = None
        elif name == in_row:
            at = attributes.get("r")
            row = int(float(at)) - 1 if at else row + 1
            column = -1
        elif name == in_phonetic:
            phonetic += 1
        else:
            pieces.clear()

    def end(name: str) -> None:
        nonlocal value, formula, phonetic
        if name == in_cell:
            if value is not None or formula is not None:
                on_cell(row, column, kind, style, value, formula)
        elif name == in_value:
            if kind != INLINE:
                value = "".join(pieces) or None
        elif name == in_text:
            if not phonetic:
                value = (value or "") + "".join(pieces)
        elif name == in_formula:
            formula = "=" + "".join(pieces)
        elif name == in_phonetic:
            phonetic -= 1
        elif name == in_data:
            parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None

    parser.StartDoctypeDeclHandler = document_type
    parser.StartElementHandler = outside
    parser.Parse(xml, True)


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1
