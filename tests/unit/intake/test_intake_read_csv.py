"""CSV files: every cell comes back as it was written, and every record is loaded or set aside."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_files import csv_bytes

from orchestration.intake import read_csv
from orchestration.intake.read_csv import (
    Text,
    UnreadableText,
    count_records,
    decode,
    first_record,
    header_cells,
    read_rows,
)

LETTERS = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
CELLS = st.text(alphabet=st.one_of(st.sampled_from(list('",;\t\n\r ab1é–')), LETTERS), max_size=8)


def read(data: bytes, delimiter: str = ",") -> read_csv.Rows:
    text = decode(data, ["utf-8", "cp1252"])
    record, body = first_record(text.data)
    return read_rows(text, header_cells(record, delimiter), body, delimiter)


def cells(rows: read_csv.Rows) -> list[list[str]]:
    columns: list[list[Any]] = [rows.table.column(i).to_pylist() for i in range(rows.table.num_columns)]
    return [list(row) for row in zip(*columns, strict=True)]


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6), delimiter=st.sampled_from([",", ";", "\t"]))
def test_any_text_comes_back_as_it_was_written(rows: list[list[str]], delimiter: str) -> None:
    found = read(csv_bytes([["a", "b", "c"], *rows], delimiter=delimiter), delimiter)
    assert cells(found) == [row for row in rows if any(c.strip() for c in row)] or cells(found) == rows
    assert len(found.numbers) + len(found.set_aside) == found.records


@settings(max_examples=300, deadline=None)
@given(body=st.text(alphabet='"ab,\n\r é', max_size=40))
def test_the_fast_parse_and_the_careful_one_agree_on_anything(body: str) -> None:
    data = body.encode()
    try:
        careful = read_csv._careful(body, ["a", "b"], ",")
    except UnreadableText as error:
        assert error.code == "open_quote"
        assert read_csv._fast(data, ["a", "b"], ",") is None or body.count('"') % 2 == 0
        return
    fast = read_csv._fast(data, ["a", "b"], ",")
    if fast is not None:
        kept = [row for row in cells(fast) if any(c.strip() for c in row)]
        assert kept == cells(careful)
        assert not careful.set_aside
    assert len(careful.numbers) + len(careful.set_aside) == careful.records


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(st.lists(CELLS.filter(lambda t: "\r" not in t), min_size=2, max_size=4), min_size=1, max_size=6))
def test_records_counted_in_bytes_are_the_records_written(rows: list[list[str]]) -> None:
    assert count_records(csv_bytes(rows)) == (len(rows), False)


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=8))
def test_rows_of_any_width_are_loaded_or_set_aside(rows: list[list[str]]) -> None:
    found = read(csv_bytes([["a", "b", "c"], *rows]))
    filled = [row for row in rows if any(c.strip() for c in row)]
    assert found.records >= len(filled)
    assert len(found.numbers) + len(found.set_aside) == found.records


def test_a_row_of_the_wrong_width_is_set_aside_with_its_number() -> None:
    found = read(b"a,b\n1,2\n1,2,3\n\n5\n6,7\n8,9,,\n")
    assert [(r.row, r.reason) for r in found.set_aside] == [
        (3, "the row has 3 cells where the heading has 2"),
        (5, "the row has 1 cells where the heading has 2"),
    ]
    assert found.numbers.tolist() == [2, 6, 7]
    assert (found.records, found.blank_rows) == (5, 1)


def test_a_file_whose_width_changes_part_way_loses_no_row() -> None:
    lines = ["a,b,c", *["1,2,3"] * 1000, *["1,2,3,4"] * 1000]
    found = read("\n".join(lines).encode())
    assert (len(found.numbers), len(found.set_aside), found.records) == (1000, 1000, 2000)


def test_later_text_in_a_column_of_numbers_is_kept() -> None:
    found = read(("a,b\n" + "1,2\n" * 5000 + "1,tbc\n").encode())
    assert cells(found)[-1] == ["1", "tbc"]


def test_quoted_line_ends_count_as_one_record() -> None:
    found = read(b'a,b\n"one\ntwo",2\n3,"x ""y"" z"\n')
    assert cells(found) == [["one\ntwo", "2"], ["3", 'x "y" z']]
    assert found.numbers.tolist() == [2, 3]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_line_ends_of_every_system(end: bytes) -> None:
    assert cells(read(end.join([b"a,b", b"1,2", b"3,4"]))) == [["1", "2"], ["3", "4"]]


def test_nul_bytes_set_their_row_aside() -> None:
    found = read(b"a,b\n1,2\n3,\x004\n")
    assert (len(found.numbers), [r.row for r in found.set_aside]) == (1, [3])


def test_an_open_quotation_mark_names_its_row() -> None:
    with pytest.raises(UnreadableText, match="row 3") as caught:
        read(b'a,b\n1,2\n"3,4\n5,6\n')
    assert caught.value.code == "open_quote"


def test_byte_order_mark_and_windows_encoding() -> None:
    assert cells(read("\ufeffa,b\ncafé,–\n".encode())) == [["café", "–"]]
    rows = read("a,b\ncafé,–\n".encode("cp1252"))
    assert cells(rows) == [["café", "–"]]
    assert any("cp1252" in note for note in rows.notes)


@pytest.mark.parametrize("data", ["a,b\n1,2".encode("utf-16"), b"a,b\n\xc3\xa9,\xe9\n", b"a,b\n\x81,2\n"])
def test_other_and_mixed_encodings_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableText) as caught:
        decode(data, ["utf-8", "cp1252"])
    assert caught.value.code == "encoding"


def test_large_and_small_chunks_count_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["a\nb", 'c"d', str(i)] for i in range(200)])
    data = buffer.getvalue().encode()
    monkeypatch.setattr(read_csv, "_CHUNK", 7)
    assert count_records(data) == (200, False)
    assert Text(data, "utf-8").encoding == "utf-8"
