"""Bad files: each ends as one clear outcome, nothing is lost, nothing else stops."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from intake_files import (
    INDICATOR_HEADER,
    RECEIVED,
    Desk,
    codes,
    csv_bytes,
    indicator_csv,
    indicator_row,
    resolve,
    workbook_bytes,
)

from orchestration.intake import check_file, examine, note_to_sender, notes, pending, receive
from orchestration.intake.outcome import Outcome

CASES = Path(__file__).resolve().parents[2] / "cases" / "intake"


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def good_xlsx() -> bytes:
    return workbook_bytes({"Return": [INDICATOR_HEADER, indicator_row()]})


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as package:
        package.writestr(name, content)
    return buffer.getvalue()


def ole(stream: str) -> bytes:
    """An old compound file with one named stream."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + stream.encode("utf-16-le") + b"\0" * 600


REFUSED = {
    "empty": (b"", "x.csv", "empty"),
    "blanks only": (b"\n  \n", "x.csv", "empty"),
    "only a heading": (indicator_csv().split(b"\r\n")[0] + b"\r\n", "x.csv", "no_rows"),
    "empty workbook": (workbook_bytes({"Sheet1": []}), "x.xlsx", "empty"),
    "truncated workbook": (good_xlsx()[:3000], "x.xlsx", "truncated"),
    "damaged workbook": (zipped(xl__workbook_xml=b"").replace(b"workbook_xml", b"workbook.xml"), "x.xlsx", "truncated"),
    "password-protected workbook": (ole("EncryptedPackage"), "x.xlsx", "password_protected"),
    "old Excel workbook": (ole("Workbook"), "x.xls", "old_excel"),
    "other old Office file": (ole("WordDocument"), "x.doc", "wrong_kind"),
    "workbook with macros": (with_part(good_xlsx(), "xl/vbaProject.bin", b"macro"), "x.xlsm", "macros"),
    "binary workbook": (zipped(**{"xl__workbook.bin": b"x"}), "x.xlsb", "binary_workbook"),
    "zip archive": (zipped(**{"return.csv": b"a,b"}), "x.zip", "wrong_kind"),
    "OpenDocument": (zipped(**{"content.xml": b"x"}), "x.ods", "wrong_kind"),
    "PDF": (b"%PDF-1.4 \x00\x01", "x.csv", "wrong_kind"),
    "web page named xls": (b"<html><table><tr><td>1</td></tr></table></html>", "x.xls", "wrong_kind"),
    "binary rubbish": (bytes(range(32)) * 3 + b"\0" * 400, "x.csv", "wrong_kind"),
    "UTF-16": ("a,b\r\n1,2\r\n".encode("utf-16"), "x.csv", "encoding"),
    "not a return": (b"name,age\nA,1\n", "x.csv", "not_recognised"),
    "no headings": (b"1,2,3\n4,5,6\n", "x.csv", "not_recognised"),
    "NUL in the heading": (b"authority_code,mo\0nth,contacts\n1,2,3\n", "x.csv", "not_text"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(desk: Desk, case: str) -> None:
    content, name, code = REFUSED[case]
    outcome = desk.one(content, name)
    assert (outcome.outcome, codes(outcome)) == ("rejected", {code})
    assert all(p.message and p.what_to_do for p in outcome.problems)
    assert outcome.rows_loaded == 0
    assert outcome.archived_as and (desk.settings.archive / outcome.archived_as).read_bytes() == content
    note = (desk.settings.quarantine / outcome.submission_id / "note.txt").read_text(encoding="utf-8")
    assert outcome.problems[0].what_to_do in note
    assert not any(desk.settings.landing.iterdir())


def test_a_file_that_is_too_large_is_refused_unread(desk: Desk) -> None:
    path = desk.settings.landing / "huge.csv"
    size = (desk.settings.max_file_mb + 1) * 1024 * 1024
    with path.open("wb") as file:
        file.truncate(size)
    (outcome,) = desk.receive()
    assert (outcome.outcome, codes(outcome)) == ("rejected", {"too_large"})
    assert outcome.size_bytes == size
    assert outcome.archived_as and (desk.settings.archive / outcome.archived_as).stat().st_size == size


def test_a_zip_bomb_is_refused_before_it_is_opened(desk: Desk) -> None:
    bomb = zipped(**{"xl__workbook.xml": b"<x/>", "xl__worksheets__sheet1.xml": b"0" * 60_000_000})
    assert codes(desk.one(bomb, "small.xlsx")) == {"zip_bomb"}


def test_a_bomb_that_lies_about_its_size_does_no_harm(desk: Desk) -> None:
    bomb = zipped(**{"xl__workbook.xml": b"<x/>", "xl__worksheets__sheet1.xml": b"0" * 60_000_000})
    at = bomb.rindex(b"PK\x01\x02")
    lied = bomb[: at + 24] + struct.pack("<I", 100) + bomb[at + 28 :]
    assert desk.one(lied, "small.xlsx").outcome == "rejected"


def test_xml_entities_in_a_workbook_are_refused(desk: Desk) -> None:
    source = io.BytesIO(good_xlsx())
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename.endswith("sheet1.xml"):
                content = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + content
            new.writestr(item.filename, content)
    outcome = desk.one(target.getvalue(), "x.xlsx")
    assert (outcome.outcome, codes(outcome)) == ("rejected", {"truncated"})


# --- the content decides, not the name --------------------------------------------------------------


def test_the_wrong_ending_is_only_a_warning(desk: Desk) -> None:
    for content, name in ((indicator_csv(), "figures.xlsx"), (good_xlsx(), "figures.csv")):
        outcome = desk.one(content, name)
        assert (outcome.outcome, codes(outcome), outcome.rows_loaded) == ("accepted_with_warnings", {"wrong_ending"}, 1)


NAMES = [
    'it\'s "quoted", a;b.csv',
    "line\nbreak.csv",
    "..\\..\\evil.csv",
    "--rm -rf.csv",
    "ünï–cödé.csv",
    "a" * 200 + ".csv",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_name_never_becomes_a_path(desk: Desk, name: str) -> None:
    outcome = desk.one(indicator_csv(), name)
    assert outcome.outcome == "accepted"
    assert outcome.file_name == name
    kept = [p.relative_to(desk.settings.home).as_posix() for p in desk.settings.home.rglob("*") if p.is_file()]
    digest = outcome.content_sha256
    assert sorted(kept)[0] == f"archive/{digest[:2]}/{digest}.csv"
    assert not any("evil" in path or "rm -rf" in path for path in kept)


def test_paths_and_formulas_in_cells_stay_text(desk: Desk) -> None:
    rows = [
        indicator_row(indicator="../../etc/passwd"),
        indicator_row(indicator="=cmd|' /C calc'!A0", period_end="2017-01-99"),
    ]
    outcome = desk.one(indicator_csv(*rows))
    assert (outcome.rows_loaded, outcome.rows_quarantined) == (1, 1)
    assert desk.rows("indicator_return")[0]["indicator"] == "../../etc/passwd"
    refused = (desk.settings.quarantine / outcome.submission_id / "rows.csv").read_text(encoding="utf-8-sig")
    assert "'=cmd|" in refused


# --- headings ---------------------------------------------------------------------------------------


def test_a_near_miss_names_the_missing_column(desk: Desk) -> None:
    header = [h for h in INDICATOR_HEADER if h != "indicator"]
    outcome = desk.one(csv_bytes([header, ["E10000030", "month", "2017-01-01", "2017-01-31", "5"]]))
    (problem,) = outcome.problems
    assert (outcome.outcome, problem.code) == ("rejected", "near_miss")
    assert "indicator_return" in problem.message and "'indicator' is missing" in problem.message.replace("column ", "")


def test_a_missing_required_column_rejects_and_names_it(desk: Desk) -> None:
    header = [h for h in INDICATOR_HEADER if h != "authority_code"]
    outcome = desk.one(csv_bytes([header, ["month", "2017-01-01", "2017-01-31", "referrals", "5"]]))
    assert (outcome.return_name, outcome.outcome) == ("indicator_return", "rejected")
    assert [p.column for p in outcome.problems if p.code == "missing_column"] == ["authority_code"]
    assert outcome.rows_quarantined == outcome.rows_in_file == 1


def test_a_doubled_heading_rejects(desk: Desk) -> None:
    outcome = desk.one(csv_bytes([[*INDICATOR_HEADER, "Value"], [*indicator_row(), "7"]]))
    assert (outcome.outcome, codes(outcome)) == ("rejected", {"duplicate_heading"})


def test_headings_that_fit_two_returns_are_rejected_with_both_named(desk: Desk) -> None:
    header = ["authority_code", "month", "contacts", "dimension", "local_code", "conformed_code"]
    outcome = desk.one(csv_bytes([header, ["936", "2017-01", "4", "source", "POL", "police"]]))
    (problem,) = outcome.problems
    assert problem.code == "ambiguous"
    assert "contact_codes" in problem.message and "contact_return" in problem.message


def test_extra_columns_are_kept_beside_the_return_and_noted(desk: Desk) -> None:
    outcome = desk.one(csv_bytes([[*INDICATOR_HEADER, "Owner's name", "empty"], [*indicator_row(), 'A "B"', ""]]))
    assert outcome.outcome == "accepted"
    assert any("Owner's name" in note for note in outcome.notes) and not any("empty" in note for note in outcome.notes)
    assert desk.rows("indicator_return")[0]["extra"] == '{"Owner\'s name":"A \\"B\\""}'


def test_a_heading_row_further_down_is_pointed_to(desk: Desk) -> None:
    outcome = desk.one(csv_bytes([["Our return for January", *[""] * 5], INDICATOR_HEADER, indicator_row()]))
    (problem,) = outcome.problems
    assert (problem.code, problem.row) == ("heading_not_first", 2)


def test_a_second_heading_row_is_set_aside(desk: Desk) -> None:
    outcome = desk.one(indicator_csv(INDICATOR_HEADER, indicator_row(), INDICATOR_HEADER))
    assert (outcome.outcome, outcome.rows_loaded, outcome.rows_quarantined) == ("accepted_with_warnings", 1, 2)
    assert "repeated_heading" in codes(outcome)


def test_a_row_of_descriptions_under_the_heading_is_set_aside(desk: Desk) -> None:
    descriptions = ["nine-character code", "kind of period", "first day", "last day", "code", "number"]
    outcome = desk.one(indicator_csv(descriptions, indicator_row()))
    assert (outcome.rows_loaded, outcome.rows_quarantined) == (1, 1)


def test_shifted_columns_are_recognised(desk: Desk) -> None:
    shifted = [["", *indicator_row()[:-1]] for _ in range(5)]
    outcome = desk.one(indicator_csv(*shifted))
    assert outcome.outcome == "rejected"
    assert "shifted_columns" in codes(outcome)


def test_look_alike_letters_in_headings_are_folded_and_reported(desk: Desk) -> None:
    header = ["authority_code", "mоnth", "contacts"]  # the o is Cyrillic
    outcome = desk.one(csv_bytes([header, ["936", "2017-01", "5"]]))
    assert (outcome.return_name, outcome.outcome) == ("contact_return", "accepted_with_warnings")
    assert "lookalike_letters" in codes(outcome)


def test_look_alike_letters_in_a_local_code_are_reported_and_kept(desk: Desk) -> None:
    header = ["authority_code", "month", "contact_method", "contacts"]
    outcome = desk.one(csv_bytes([header, ["936", "2017-01", "СО", "16"], ["936", "2017-01", "CO", "16"]]))
    (problem,) = outcome.problems
    assert (problem.code, problem.severity, problem.row, problem.value) == ("lookalike_letters", "warning", 2, "СО")
    assert [r["contact_method"] for r in desk.rows("contact_return")] == ["СО", "CO"]


# --- cells ------------------------------------------------------------------------------------------

ROWS_SET_ASIDE = {
    "unknown authority": ({"authority_code": "Atlantis"}, "unknown_authority"),
    "authority in look-alike letters": ({"authority_code": "Е10000030"}, "unknown_authority"),
    "no authority": ({"authority_code": " "}, "missing_value"),
    "no indicator": ({"indicator": ""}, "missing_value"),
    "impossible date": ({"period_end": "2017-02-30"}, "impossible_date"),
    "British date": ({"period_end": "31/01/2017"}, "bad_date"),
    "words for a date": ({"period_end": "end of January"}, "bad_date"),
    "year typed wrongly": ({"period_start": "0217-01-01"}, "implausible_date"),
    "end before start": ({"period_end": "2016-12-31"}, "period_reversed"),
    "not yet begun": ({"period_start": "2017-05-01", "period_end": "2017-05-31"}, "future_date"),
    "far future": ({"period_end": "2217-01-31"}, "future_date"),
    "unknown basis": ({"period_basis": "fortnight"}, "unknown_code"),
}  # fmt: skip


@pytest.mark.parametrize("case", ROWS_SET_ASIDE)
def test_a_row_whose_keys_cannot_be_used_is_set_aside_and_the_rest_loads(desk: Desk, case: str) -> None:
    changes, code = ROWS_SET_ASIDE[case]
    outcome = desk.one(indicator_csv(indicator_row(), indicator_row(**changes)))
    assert (outcome.outcome, outcome.rows_loaded, outcome.rows_quarantined) == ("accepted_with_warnings", 1, 1)
    (problem,) = outcome.problems
    assert (problem.code, problem.severity, problem.row) == (code, "error", 3)
    assert problem.column and problem.what_to_do
    kept = (desk.settings.quarantine / outcome.submission_id / "rows.csv").read_text(encoding="utf-8-sig")
    assert len(kept.splitlines()) == 2


def test_all_problems_are_told_in_one_pass(desk: Desk) -> None:
    outcome = desk.one(indicator_csv(indicator_row(), *(indicator_row(**c) for c, _ in ROWS_SET_ASIDE.values())))
    assert codes(outcome) == {code for _, code in ROWS_SET_ASIDE.values()}
    assert outcome.rows_quarantined == len(ROWS_SET_ASIDE)


def test_a_file_without_one_usable_row_is_rejected(desk: Desk) -> None:
    outcome = desk.one(indicator_csv(indicator_row(authority_code="Atlantis")))
    assert outcome.outcome == "rejected"
    assert {"unknown_authority", "nothing_left"} <= codes(outcome)
    assert desk.rows("indicator_return") == []


def test_a_target_may_lie_in_the_future(desk: Desk) -> None:
    row = [*indicator_row(period_start="2018-04-01", period_end="2019-03-31", period_basis="year"), "target"]
    outcome = desk.one(csv_bytes([[*INDICATOR_HEADER, "role"], row]))
    assert outcome.outcome == "accepted"


SYMBOLS = [
    "1,423", "2.70%", "(31.4)", "-", "c", "x", ":", "..", ".", "z", "u", "low", "k", "~", "<5", "*", "tbc", "Av. Feb",
    "To be established", "", "24.3% (Aug 2016)", "18,893*", "£9.7m", "20-25%", "Between 15-20", "-3", ".5", "n/a",
    "8e5",
]  # fmt: skip


def test_symbols_and_numbers_as_people_write_them_are_no_problem(desk: Desk) -> None:
    outcome = desk.one(indicator_csv(*(indicator_row(value=v, indicator=f"i{n}") for n, v in enumerate(SYMBOLS))))
    assert outcome.outcome == "accepted", outcome.problems
    assert [r["value"] for r in desk.rows("indicator_return")] == SYMBOLS


def test_a_value_that_is_neither_number_nor_symbol_is_a_warning_and_kept(desk: Desk) -> None:
    outcome = desk.one(indicator_csv(indicator_row(value="ask Bob")))
    assert (outcome.outcome, codes(outcome), outcome.rows_loaded) == ("accepted_with_warnings", {"odd_value"}, 1)
    assert desk.rows("indicator_return")[0]["value"] == "ask Bob"


def test_many_problems_of_a_kind_are_counted_not_listed(desk: Desk) -> None:
    rows = [indicator_row(authority_code=f"Nowhere {i}") for i in range(1000)]
    outcome = desk.one(indicator_csv(indicator_row(), *rows))
    told = [p for p in outcome.problems if p.code == "unknown_authority"]
    assert len(told) == 201
    assert "800 more" in told[-1].message
    assert outcome.rows_quarantined == 1000


def test_blank_rows_are_neither_loaded_nor_set_aside(desk: Desk) -> None:
    blank = [""] * len(INDICATOR_HEADER)
    outcome = desk.one(indicator_csv(indicator_row(), blank, indicator_row(indicator="b"), blank, blank))
    assert (outcome.outcome, outcome.rows_in_file, outcome.rows_loaded) == ("accepted", 2, 2)
    assert [r["source_row"] for r in desk.rows("indicator_return")] == [2, 4]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_separators_where_the_contract_allows_them(desk: Desk, delimiter: str) -> None:
    assert desk.one(indicator_csv(delimiter=delimiter)).outcome == "accepted"


def test_a_separator_that_no_contract_states_is_not_sniffed(desk: Desk) -> None:
    assert desk.one(indicator_csv(delimiter="|")).outcome == "rejected"


def test_windows_encoding_is_read_and_noted(desk: Desk) -> None:
    outcome = desk.one(indicator_csv(indicator_row(indicator="Café – visits"), encoding="cp1252"))
    assert outcome.outcome == "accepted" and any("cp1252" in n for n in outcome.notes)
    assert desk.rows("indicator_return")[0]["indicator"] == "Café – visits"


# --- row-shaped workbooks ---------------------------------------------------------------------------


def test_a_return_as_the_first_sheet_of_a_workbook(desk: Desk) -> None:
    day = datetime(2017, 1, 1).date()  # noqa: DTZ001
    rows = [["January"], INDICATOR_HEADER, ["E10000030", "month", day, day.replace(day=31), "x", 0.241], [None] * 6]

    def percent(book: openpyxl.Workbook) -> None:
        book["Return"].cell(3, 6).number_format = "0.0%"
        book["Return"].sheet_state = "hidden"
        book.create_sheet("Front")

    outcome = desk.one(workbook_bytes({"Return": rows}, percent), "return.xlsx")
    assert outcome.outcome == "accepted", outcome.problems
    (row,) = desk.rows("indicator_return")
    assert (row["period_start"], row["period_end"], row["value"]) == ("2017-01-01", "2017-01-31", "24.1%")
    assert (row["source_sheet"], row["source_row"]) == ("Return", 3)
    assert any("hidden" in note for note in outcome.notes) and any("row 2" in note for note in outcome.notes)


def test_a_month_that_excel_made_a_date_is_still_a_month(desk: Desk) -> None:
    rows = [["authority_code", "month", "contacts"], [936, datetime(2017, 1, 1), 5]]  # noqa: DTZ001
    assert desk.one(workbook_bytes({"R": rows}), "r.xlsx").outcome == "accepted"
    assert desk.rows("contact_return")[0]["month"] == "2017-01"


def test_a_formula_without_a_result_sets_its_row_aside_and_names_the_cell(desk: Desk) -> None:
    outcome = desk.one(
        workbook_bytes({"R": [INDICATOR_HEADER, indicator_row(), indicator_row(value="=1+1")]}), "r.xlsx"
    )
    (problem,) = outcome.problems
    assert (problem.code, problem.sheet, problem.row, problem.column) == ("formula_without_value", "R", 3, "value")
    assert "F3" in problem.message
    assert (outcome.rows_loaded, outcome.rows_quarantined) == (1, 1)


# --- arrivals ---------------------------------------------------------------------------------------


def test_a_file_dropped_twice_or_renamed_is_a_duplicate_arrival(desk: Desk) -> None:
    first = desk.one(indicator_csv(), "a.csv")
    again = desk.one(indicator_csv(), "a.csv")
    renamed = desk.one(indicator_csv(), "b.csv")
    assert [o.is_duplicate for o in (first, again, renamed)] == [False, True, True]
    assert len(desk.rows("indicator_return")) == 1
    arrivals = [p.read_text(encoding="utf-8") for p in (desk.settings.raw / "_arrival").iterdir()]
    assert sorted('"duplicate": true' in text for text in arrivals) == [False, True, True]


def test_a_correction_and_a_broken_correction_stand_beside_the_first(desk: Desk) -> None:
    first = desk.one(indicator_csv())
    better = desk.one(indicator_csv(indicator_row(value="1019")))
    broken = desk.one(indicator_csv(indicator_row(authority_code="?")))
    assert len({o.submission_id for o in (first, better, broken)}) == 3
    assert sorted(r["value"] for r in desk.rows("indicator_return")) == ["1018", "1019"]


def test_unfinished_files_are_left_alone(desk: Desk) -> None:
    for name in ("~$return.xlsx", "a.csv.part", "b.tmp", "c.crdownload", "d.filepart", ".hidden.csv"):
        desk.drop(indicator_csv(), name)
    assert desk.receive() == [] and pending(desk.settings) == []
    assert len(list(desk.settings.landing.iterdir())) == 6


def test_a_file_that_is_still_young_waits(desk: Desk) -> None:
    desk.settings = desk.settings.model_copy(update={"stable_seconds": 3600.0})
    path = desk.drop(indicator_csv())
    assert desk.receive() == [] and pending(desk.settings) == []
    assert any("still being written" in note for note in notes(desk.settings))
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 7200))
    assert pending(desk.settings) == [path]
    assert [o.outcome for o in desk.receive()] == ["accepted"]


def test_links_and_folders_in_landing_are_ignored_with_a_note(desk: Desk, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_bytes(indicator_csv())
    (desk.settings.landing / "link.csv").symlink_to(secret)
    (desk.settings.landing / "folder").mkdir()
    assert desk.receive() == []
    assert {n.split("'")[1] for n in notes(desk.settings)} == {"link.csv", "folder"}
    assert secret.exists()


def test_read_only_inboxes_keep_their_files_and_their_own_list_of_what_is_no_return(desk: Desk, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    (inbox / "surrey").mkdir(parents=True)
    (inbox / "surrey" / "jan.csv").write_bytes(indicator_csv())
    (inbox / "neighbours.csv").write_bytes(b"vintage,authority_code\n")
    (inbox / "README.md").write_text("about")
    (inbox / ".intakeignore").write_text("# read by the registry\nneighbours.csv\n")
    desk.settings = desk.settings.model_copy(update={"inboxes": (inbox,)})
    assert [o.file_name for o in desk.receive()] == ["jan.csv"]
    assert (inbox / "surrey" / "jan.csv").exists()
    assert desk.receive() == [] and pending(desk.settings) == []
    assert not any('duplicate": true' in p.read_text() for p in (desk.settings.raw / "_arrival").iterdir())


# --- one failure stops nothing ----------------------------------------------------------------------


def test_a_fault_of_ours_keeps_the_file_and_the_others_go_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = examine.examine

    def fail(arrived: examine.Arrived, context: examine.Context) -> tuple[Outcome, examine.Examination]:
        if arrived.file_name == "a.csv":
            raise KeyError("oops")
        return real(arrived, context)

    monkeypatch.setattr(examine, "examine", fail)
    desk.drop(indicator_csv(), "a.csv")
    desk.drop(indicator_csv(indicator_row(value="2")), "b.csv")
    failed, good = desk.receive()
    assert (failed.outcome, good.outcome) == ("processing_error", "accepted")
    assert "oops" in failed.problems[0].message and failed.archived_as
    assert "fault on our side" in note_to_sender(failed)
    monkeypatch.setattr(examine, "examine", real)
    (mended,) = desk.receive()
    assert (mended.outcome, mended.file_name) == ("accepted", "a.csv")
    assert not (desk.settings.raw / "_outcome" / f"{failed.submission_id}.json").exists()


def test_checking_a_file_writes_nothing(desk: Desk) -> None:
    path = desk.drop(indicator_csv(indicator_row(authority_code="?")))
    outcome = check_file(path, desk.settings, received_at=RECEIVED, resolve=resolve)
    assert outcome.outcome == "rejected"
    assert [p.relative_to(desk.settings.home).as_posix() for p in desk.settings.home.rglob("*") if p.is_file()] == [
        "landing/return.csv"
    ]


def test_times_without_a_zone_are_refused(desk: Desk) -> None:
    with pytest.raises(ValueError, match="time zone"):
        receive(desk.settings, received_at=datetime(2017, 1, 1), resolve=resolve)  # noqa: DTZ001


@pytest.mark.parametrize("path", sorted(CASES.glob("*.csv")), ids=lambda p: p.stem)
def test_golden_cases(desk: Desk, path: Path) -> None:
    """Each file of tests/cases/intake begins its name with the outcome and the problem it must end in."""
    word, code, *_ = path.stem.split("--")
    outcome = desk.one(path.read_bytes(), path.name)
    assert outcome.outcome == word
    assert code == "none" or code in codes(outcome)
