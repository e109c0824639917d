"""Reading a CSV file as text: fast, in columns, and with every record accounted for.

Belongs here: encoding, the choice among the dialects that a contract states, records and their numbers, rows of the
wrong width. Does not belong here: recognising the return (identify.py) or judging cells (check.py). Nothing is
sniffed: a dialect is chosen because the heading row, read with it, is the contract's.

Records are counted twice by different means. A well-formed file is parsed by Arrow in parallel; when anything is
unusual (a row of the wrong width, blank lines, NUL bytes, old line ends, or the two counts differ) the whole file is
parsed again record by record, which knows the number of every row.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orchestration.intake.text import key

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

HEADER_LIMIT = 64 * 1024
_CHUNK = 16 * 1024 * 1024
_UTF8_MULTIBYTE = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


class UnreadableText(Exception):
    """The file cannot be read as a CSV; ``code``, the message and ``what_to_do`` are for the sender."""

    def __init__(self, code: str, message: str, what_to_do: str, row: int | None = None) -> None:
        super().__init__(message)
        self.code, self.what_to_do, self.row = code, what_to_do, row


@dataclass(slots=True)
class SetAside:
    """A row that is not loaded: its number as a spreadsheet shows it, its cells as they are, and why."""

    row: int
    cells: list[str]
    reason: str
    code: str = "bad_row"
    what_to_do: str = "check the row for a missing or doubled separator or quotation mark"
    column: str | None = None


@dataclass(slots=True)
class Rows:
    """The rows under a heading, as columns of text in file order, with the number of each row (the heading is row 1
    of a CSV)."""

    header: list[str]
    table: pa.Table
    numbers: np.ndarray
    set_aside: list[SetAside] = field(default_factory=list)
    blank_rows: int = 0
    records: int = 0
    sheet: str | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Text:
    """A file's text as UTF-8 bytes without byte order mark, and the encoding it came in."""

    data: bytes
    encoding: str


# --- encoding -------------------------------------------------------------------------------------


def decode(data: bytes, encodings: list[str]) -> Text:
    """The bytes as UTF-8. Raises UnreadableText when they are in none of the encodings allowed."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UnreadableText(
            "encoding", "the file is saved as UTF-16 ('Unicode text')", "save it again as 'CSV UTF-8 (comma delimited)'"
        )
    data = data.removeprefix(b"\xef\xbb\xbf")
    if data.isascii():
        return Text(data, "utf-8")
    try:
        data.decode("utf-8")
        return Text(data, "utf-8")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        if "cp1252" in encodings and not _UTF8_MULTIBYTE.search(data):
            try:
                return Text(data.decode("cp1252").encode("utf-8"), "cp1252")
            except UnicodeDecodeError as other:
                row = data.count(b"\n", 0, other.start) + 1
        raise UnreadableText(
            "encoding",
            f"row {row} holds characters that cannot be read; the file mixes encodings or is damaged",
            "open it in the program it came from and save it again as 'CSV UTF-8 (comma delimited)'",
            row,
        ) from error


# --- heading --------------------------------------------------------------------------------------


def first_record(data: bytes) -> tuple[bytes, int]:
    """The first record and the offset after its line end. A quoted line end belongs to the record."""
    head = data[:HEADER_LIMIT]
    inside = False
    for match in re.finditer(rb'["\r\n]', head):
        if match[0] == b'"':
            inside = not inside
        elif not inside:
            end = match.start()
            step = 2 if head[end : end + 2] == b"\r\n" else 1
            return data[:end], end + step
    if len(data) <= HEADER_LIMIT:
        return data, len(data)
    raise UnreadableText(
        "no_heading",
        "the first line is longer than 64,000 characters: it is not a heading row",
        "send a table with a heading row",
    )


def header_cells(record: bytes, delimiter: str) -> list[str]:
    """The cells of the heading record under one dialect. Raises UnreadableText on a NUL byte."""
    if b"\0" in record:
        raise UnreadableText(
            "not_text",
            "the heading row holds NUL bytes: this is not a text file",
            "send the CSV or XLSX that your system writes",
        )
    rows = list(csv.reader(io.StringIO(record.decode("utf-8", errors="replace"), newline=""), delimiter=delimiter))
    return [cell.strip() for cell in rows[0]] if rows else []


# --- records --------------------------------------------------------------------------------------


def count_records(data: bytes) -> tuple[int, bool]:
    """How many records the bytes hold, by counting line ends outside quotation marks; and whether a quotation mark
    stays open.

    Independent of the parsers: plain byte arithmetic, a chunk at a time.
    """
    import numpy as np

    if not data:
        return 0, False
    tail = 0 if data.endswith(b"\n") else 1
    if b'"' not in data:
        return data.count(b"\n") + tail, False
    count, open_quote = 0, 0
    for start in range(0, len(data), _CHUNK):
        chunk = data[start : start + _CHUNK]
        if not open_quote and b'"' not in chunk:
            count += chunk.count(b"\n")
            continue
        block = np.frombuffer(chunk, dtype=np.uint8)
        quotes = np.flatnonzero(block == 34)
        ends = np.flatnonzero(block == 10)
        # A line end counts when the number of quotation marks before it is even.
        before = np.searchsorted(quotes, ends) + open_quote
        count += int(np.count_nonzero(before % 2 == 0))
        open_quote = (open_quote + len(quotes)) % 2
    return count + tail, bool(open_quote)


def read_rows(text: Text, header: list[str], body: int, delimiter: str) -> Rows:
    """Every row under the heading, which ends at byte ``body``.

    Raises UnreadableText when a quotation mark is never closed.
    """
    data = text.data[body:]
    rows = _fast(data, header, delimiter)
    if rows is None:
        rows = _careful(data.decode("utf-8"), header, delimiter)
    if text.encoding != "utf-8":
        rows.notes.append(f"the file is encoded as {text.encoding}; UTF-8 is preferred")
    if delimiter != ",":
        rows.notes.append(f"the columns are separated by {_NAMES.get(delimiter, delimiter)}")
    return rows


_NAMES = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def _fast(data: bytes, header: list[str], delimiter: str) -> Rows | None:
    """All rows in one parallel parse, or None when the file is not so regular that this can be trusted."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    stripped = data.rstrip(b"\r\n")
    if not stripped:
        return Rows(
            header,
            pa.table({name: pa.array([], pa.string()).dictionary_encode() for name in positions(header)}),
            np.array([], np.int32),
        )
    if b"\0" in stripped or b"\n\n" in stripped or b"\n\r\n" in stripped or data[:1] in (b"\r", b"\n"):
        return None
    if b"\r" in stripped and stripped.count(b"\r") != stripped.count(b"\r\n"):
        return None
    records, open_quote = count_records(stripped + b"\n")
    if open_quote:
        return None
    wrong: list[int] = []

    def on_wrong_width(row: object) -> str:
        wrong.append(1)
        return "skip"

    names = positions(header)
    quoted_lines = records != stripped.count(b"\n") + 1
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(stripped),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=4 * 1024 * 1024),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=quoted_lines,
                ignore_empty_lines=False,
                invalid_row_handler=on_wrong_width,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string())),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
                null_values=[],
            ),
        )
    except pa.ArrowInvalid:
        return None
    if wrong or table.num_rows != records:
        return None
    return Rows(
        header, table.unify_dictionaries().combine_chunks(), np.arange(2, records + 2, dtype=np.int32), records=records
    )


def positions(header: list[str]) -> list[str]:
    """Names by position for a table whose headings may repeat or be empty: c0, c1, ..."""
    return [f"c{i}" for i in range(len(header))]


def record_pattern(delimiter: str) -> re.Pattern[str]:
    """One record: fields, quoted or plain, up to a line end.

    What follows a closing quotation mark belongs to the field.
    """
    d = re.escape(delimiter)
    one = rf'(?:"(?:[^"]++|"")*+"[^{d}\r\n]*+|[^"{d}\r\n][^{d}\r\n]*+|(?=[{d}\r\n]|\Z))'
    return re.compile(rf"{one}(?:{d}{one})*+(?:\r\n|\r|\n|\Z)")


def _careful(text: str, header: list[str], delimiter: str) -> Rows:
    """All rows, record by record; rows of the wrong width or with NUL bytes are set aside by number."""
    import numpy as np
    import pyarrow as pa

    expected = _count_by_pattern(text, delimiter)
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    width = len(header)
    columns: list[list[str]] = [[] for _ in range(width)]
    numbers: list[int] = []
    set_aside: list[SetAside] = []
    blank = seen = 0
    for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        seen += 1
        if not any(cell.strip() for cell in record):
            blank += 1
            continue
        if len(record) > width and not any(cell.strip() for cell in record[width:]):
            record = record[:width]
        if len(record) != width:
            set_aside.append(
                SetAside(seen + 1, record, f"the row has {len(record)} cells where the heading has {width}")
            )
        elif any("\0" in cell for cell in record):
            set_aside.append(SetAside(seen + 1, record, "the row holds NUL bytes"))
        else:
            numbers.append(seen + 1)
            for column, cell in zip(columns, record, strict=True):
                column.append(cell)
    if seen != expected:
        raise AssertionError(f"{seen} records parsed, {expected} counted: the two ways of counting disagree")
    table = pa.table(
        {
            name: pa.array(column, pa.string()).dictionary_encode()
            for name, column in zip(positions(header), columns, strict=True)
        }
    )
    return Rows(header, table, np.array(numbers, np.int32), set_aside=set_aside, blank_rows=blank, records=seen - blank)


def _count_by_pattern(text: str, delimiter: str) -> int:
    pattern = record_pattern(delimiter)
    count = at = 0
    while at < len(text):
        match = pattern.match(text, at)
        if match is None:
            raise UnreadableText(
                "open_quote",
                f"a quotation mark opened in row {count + 2} is never closed, so everything after it would be one cell",
                'close the quotation mark, or write a quotation mark inside a cell twice ("")',
                count + 2,
            )
        at, count = match.end(), count + 1
    return count


def repeated(header: list[str]) -> dict[str, list[int]]:
    """Headings that stand over more than one column, with the positions of their columns."""
    found: dict[str, list[int]] = {}
    for i, cell in enumerate(header):
        if cell:
            found.setdefault(key(cell), []).append(i)
    return {name: places for name, places in found.items() if len(places) > 1}
