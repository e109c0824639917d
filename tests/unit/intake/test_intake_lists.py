"""Child-level lists: every row loaded or returned, however the file is laid out, and no child in any message.

The children here are made up by the tests.
"""

from __future__ import annotations

import csv
import hmac
import io
import random
import stat
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from intake_files import Desk, codes, csv_bytes, resolve, workbook_bytes

from orchestration.intake import Outcome, check_file
from orchestration.intake.children import reading
from orchestration.intake.children.codes import load_code_lists
from orchestration.intake.children.contract import ChildList, ListColumn
from orchestration.intake.children.headings import match_headings
from orchestration.intake.contracts import load_contracts
from orchestration.intake.store import _safe
from orchestration.settings import PROJECT

KEY = bytes(range(32))
RECEIVED = datetime(2021, 4, 1, 9, 0, tzinfo=UTC)
CONTRACT = load_contracts(PROJECT / "data" / "contracts")["annex_a"]
CODES = load_code_lists(PROJECT / "data" / "registry" / "codes" / "annex_a")
PARTS = {part.name: part for part in CONTRACT.lists}
ROWS = 4
# Two ways of writing each of some codes.
SPELLINGS = {"gender": ("a) Male", "M"), "ethnicity": ("a) WBRI", "White - British"), "yes_no": ("b) No", "FALSE"),
             "contact_source": ("q) 6: Police", "police"), "need": ("N1 - Abuse or neglect", "Abuse / Neglect"),
             "abuse": ("a) Neglect", "NEG"), "legal_status": ("C2: FCO", "Full Care Order")}  # fmt: skip
SECRET = ("Zebedee", "CH9001", "2009-08-02", "02/08/2009")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A home whose secret is known, so that people have the same keys in all of them."""
    return Desk(tmp_path / "home", KEY)


def value(column: ListColumn, i: int, other: bool = False) -> Any:
    """A proper cell of the i-th child, in the template's writing or another."""
    if column.type == "date":
        day = date(2009, 8, 2) if column.name == "date_of_birth" else date(2020, 10, 13) + timedelta(days=i)
        return day.strftime("%d/%m/%Y") if other else datetime(day.year, day.month, day.day)  # noqa: DTZ001
    if column.type == "category":
        code_list = CODES[column.codes or ""]
        plain = next(iter(code_list.labels))
        return SPELLINGS.get(code_list.name, (plain, plain))[other]
    if column.name == "authority_code":
        return "Surrey"
    return {"identifier": f"CH900{i}", "number": 11.5, "whole": i, "postcode": "ZZ1 1ZZ"}.get(
        column.type, "Zebedee Team"
    )


def table(part: ChildList, other: bool = False) -> list[list[Any]]:
    columns = [c for c in part.columns if not c.extension or c.name == "authority_code"]
    return [[c.header for c in columns], *([value(c, i, other) for c in columns] for i in range(1, ROWS + 1))]


def whole_workbook() -> dict[str, list[list[Any]]]:
    return {f"List {part.number}": table(part) for part in CONTRACT.lists}


def column_of(sheet: list[list[Any]], part: str, name: str) -> int:
    return next(i for i, heading in enumerate(sheet[0]) if heading == PARTS[part].column(name).header)


def receive(desk: Desk, content: bytes, name: str = "return.xlsx") -> Outcome:
    outcome = desk.one(content, name, RECEIVED)
    assert outcome.rows_in_file == outcome.rows_loaded + outcome.rows_quarantined
    return outcome


def returned(desk: Desk, outcome: Outcome, name: str) -> list[list[str]]:
    path = desk.settings.quarantine / outcome.submission_id / name
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def conformed(desk: Desk, name: str) -> list[dict[str, Any]]:
    """The rows of a list with their codes, without the place they came from."""
    rows = []
    for row in desk.rows(f"annex_a_{name}"):
        kept = {}
        for column in (one for one in PARTS[name].columns if one.load):
            text = row[column.raw_name] or ""
            code = CODES[column.codes].code(text, authority_code=None, on=RECEIVED.date()) if column.codes else None
            kept[column.name] = code or text
        rows.append(kept)
    return sorted(rows, key=str)


# --- layouts --------------------------------------------------------------------------------------


def test_a_workbook_of_eleven_lists_loads_whole(desk: Desk) -> None:
    outcome = receive(desk, workbook_bytes(whole_workbook()))
    assert (outcome.outcome, outcome.return_name) == ("accepted", "annex_a"), outcome.problems
    assert outcome.rows_loaded == 11 * ROWS and outcome.authority_code == "E10000030"
    for part in CONTRACT.lists:
        rows = desk.rows(f"annex_a_{part.name}")
        assert [(r["source_sheet"], r["source_row"]) for r in rows] == [
            (f"List {part.number}", i + 2) for i in range(ROWS)
        ]
    accounts = desk.rows("child_list")
    assert {(a["rows_in_file"], a["rows_loaded"], a["rows_quarantined"]) for a in accounts} == {(ROWS, ROWS, 0)}
    assert [r["contact_date"] for r in desk.rows("annex_a_contacts")] == [f"2020-10-{14 + i}" for i in range(ROWS)]


def misspelt(heading: str) -> str:
    """Two letters changed about in the middle of the longest word."""
    longest = max(heading.split(), key=len)
    at = len(longest) // 2
    return heading.replace(longest, longest[:at] + longest[at + 1] + longest[at] + longest[at + 2 :])


@pytest.mark.parametrize("seed", range(5))
def test_a_reordered_reheaded_and_partly_misspelt_copy_loads_to_the_same_rows(
    desk: Desk, tmp_path: Any, seed: int
) -> None:
    plain = Desk(tmp_path / "plain", KEY)
    receive(plain, workbook_bytes(whole_workbook()))
    chance = random.Random(seed)
    sheets: dict[str, list[list[Any]]] = {"Front": [["Child-level data"]]}
    for part in CONTRACT.lists:
        rows = table(part, other=True)
        spelt_wrong = chance.choice([h for h in rows[0] if len(h) > 14])
        for i, heading in enumerate(rows[0]):
            known = next(c for c in part.columns if c.header == heading)
            new = chance.choice([heading, heading.upper(), f" {heading}* ", known.name, *known.aliases])
            rows[0][i] = misspelt(heading) if heading == spelt_wrong else new
        order = chance.sample(range(len(rows[0])), len(rows[0]))
        rows = [[*(row[i] for i in order), "Local remark" if n == 0 else "kept"] for n, row in enumerate(rows)]
        rows = [[f"List {part.number}: as at March"], [], rows[0], *chance.sample(rows[1:], ROWS)]
        sheets[
            chance.choice(
                [f"List_{part.number}", f"{part.number} - {part.title}"[:30].replace(":", ""), f"x{part.number}"]
            )
        ] = rows
    outcome = receive(desk, workbook_bytes(sheets))
    assert outcome.rows_loaded == 11 * ROWS, outcome.problems
    assert codes(outcome) == {"misspelt_heading"}
    for part in CONTRACT.lists:
        assert conformed(desk, part.name) == conformed(plain, part.name)
    assert sum("'Local remark'" in note for note in outcome.notes) == 11


def test_a_zip_of_csvs_and_the_csvs_alone_load_as_the_workbook_does(desk: Desk, tmp_path: Any) -> None:
    plain, alone = Desk(tmp_path / "plain", KEY), Desk(tmp_path / "alone", KEY)
    receive(plain, workbook_bytes(whole_workbook()))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for part in CONTRACT.lists:
            content = csv_bytes([[f"List {part.number}"], *table(part, other=True)])
            package.writestr(f"export/{part.number:02}.csv", content)
            alone.drop(content, f"{part.number}.csv")
    outcome = receive(desk, buffer.getvalue(), "lists.zip")
    assert outcome.outcome == "accepted" and outcome.rows_loaded == 11 * ROWS, outcome.problems
    assert sum(o.rows_loaded for o in alone.receive(RECEIVED)) == 11 * ROWS
    for part in CONTRACT.lists:
        assert conformed(desk, part.name) == conformed(alone, part.name) == conformed(plain, part.name)
    assert {r["source_row"] for r in desk.rows("annex_a_contacts")} == {3, 4, 5, 6}


def test_a_zip_without_lists_is_refused(desk: Desk) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("a.csv", b"one,two,three\n1,2,3\n")
    assert codes(desk.one(buffer.getvalue(), "a.zip", RECEIVED)) == {"wrong_kind"}


def test_a_template_without_rows_is_taken_and_said_to_be_empty(desk: Desk) -> None:
    empty = {name: rows[:1] for name, rows in whole_workbook().items()}
    outcome = receive(desk, workbook_bytes({"Front": [["Authority", "Surrey"], ["As at", "31/03/2021"]], **empty}))
    assert {(r["as_at"], r["window_from"]) for r in desk.rows("child_list")} == {(None, None)}
    assert outcome.loaded and outcome.rows_in_file == 0 and "no_rows" in codes(outcome)


def test_each_list_is_known_by_its_own_headings_alone() -> None:
    for part in CONTRACT.lists:
        headings = match_headings([c.header for c in part.columns], CONTRACT.lists)
        assert headings and headings.part is part and not headings.missing()
    assert match_headings(["Gender", "Ethnicity", "Eligibility Category", "LA In Touch"], CONTRACT.lists) is None


def test_stage_one_is_no_misspelling_of_stage_two() -> None:
    header = [c.header for c in PARTS["adopters"].columns if c.name != "stage_2_start_date"]
    third = match_headings([*header, "Date Stage 3 started"], CONTRACT.lists)
    assert third and not third.misspelt
    header[header.index("Date Stage 1 started")] = "Date Stage 1 startde"
    headings = match_headings(header, CONTRACT.lists)
    assert headings and {c.name for c in headings.misspelt.values()} == {"stage_1_start_date"}
    assert [c.name for c in headings.missing()] == ["stage_2_start_date"]


def test_the_front_sheet_says_whose_lists_they_are(desk: Desk) -> None:
    rows = [row[1:] for row in table(PARTS["contacts"])]
    outcome = receive(desk, workbook_bytes({"Front": [["Local authority", "Kent"]], "List 1": rows}))
    assert outcome.authority_code == "E10000016"


@pytest.mark.parametrize("kind", ["workbook", "zip"])
def test_a_list_that_is_nearly_known_is_not_left_out_in_silence(desk: Desk, kind: str) -> None:
    """Without the one column that tells it from others a list is none; its sender hears of it."""
    sheets = {"Front": [["Authority", "Surrey"], ["As at", "31/12/2020"]], **whole_workbook()}
    sheets["List 1"][0][column_of(sheets["List 1"], "contacts", "contact_source")] = "Where from"
    if kind == "zip":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as package:
            for name, rows in sheets.items():
                package.writestr(f"{name}.csv", csv_bytes(rows))
        outcome = receive(desk, buffer.getvalue(), "lists.zip")
    else:
        outcome = receive(desk, workbook_bytes(sheets))
    told = [problem for problem in outcome.problems if problem.code == "list_not_recognised"]
    assert [problem.severity for problem in told] == ["warning"]
    assert "list 1 (contacts) has no column 'Contact Source'; its 4 row(s) were not read" in told[0].message
    assert outcome.rows_loaded == 10 * ROWS


def test_further_columns_are_told_each_by_its_heading_and_loaded_nowhere(desk: Desk) -> None:
    rows = [
        [*row, *(["Hub", "", "Hub"] if n == 0 else ["one", "lost", "two"])]
        for n, row in enumerate(table(PARTS["contacts"]))
    ]
    at = len(rows[0]) - 3
    outcome = receive(desk, workbook_bytes({"List 1": rows}))
    letters = [chr(65 + at), chr(67 + at)]
    assert [note for note in outcome.notes if f"'Hub ({letters[0]})', 'Hub ({letters[1]})'" in note]
    assert not {"one", "two", "lost"} & {v for r in desk.rows("annex_a_contacts") for v in r.values()}
    assert codes(outcome) == {"no_heading"} and outcome.rows_loaded == ROWS


# --- bad rows -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("child_id", "", "missing_value"),
        ("child_id", "#N/A", "missing_value"),
        ("referral_date", None, "missing_value"),
        ("referral_date", "31/02/2020", "impossible_date"),
        ("referral_date", "01/02/20", "ambiguous_date"),
        ("referral_date", "soon", "bad_date"),
        ("referral_date", "14/10/2202", "impossible_date"),
        ("referral_date", "14/10/2032", "future_date"),
        ("date_of_birth", "30/02/2009", "impossible_date"),
    ],
)
def test_a_row_that_breaks_a_rule_goes_back_with_its_reason_and_the_rest_loads(
    desk: Desk, column: str, cell: str | None, code: str
) -> None:
    sheets = whole_workbook()
    at = column_of(sheets["List 3"], "referrals", column)
    sheets["List 3"][2][at] = cell
    outcome = receive(desk, workbook_bytes(sheets))
    assert (outcome.rows_loaded, outcome.rows_quarantined) == (11 * ROWS - 1, 1)
    (problem,) = [p for p in outcome.problems if p.severity == "error"]
    assert (problem.code, problem.sheet, problem.row, problem.column) == (code, "List 3", 3, sheets["List 3"][0][at])
    heading, row = returned(desk, outcome, "rows_referrals.csv")
    assert heading[:3] == ["sheet", "row", "reason"] and heading[3:] == sheets["List 3"][0]
    assert row[:2] == ["List 3", "3"] and row[2] == problem.message and row[3 + at] == (cell or "")
    assert [r["source_row"] for r in desk.rows("annex_a_referrals")] == [2, 4, 5]


def test_a_column_with_the_month_in_front_has_its_doubtful_days_refused(desk: Desk) -> None:
    rows = table(PARTS["contacts"], other=True)
    at = column_of(rows, "contacts", "contact_date")
    for row, text in zip(rows[1:], ["10/31/2020", "03/04/2020", "04/04/2020", "25/12/2020"], strict=True):
        row[at] = text
    outcome = receive(desk, csv_bytes(rows), "contacts.csv")
    found = [(p.row, p.code) for p in outcome.problems if p.severity == "error"]
    assert found == [(2, "impossible_date"), (3, "ambiguous_date")]
    assert [r["contact_date"] for r in desk.rows("annex_a_contacts")] == ["2020-04-04", "2020-12-25"]


def test_odd_rows_of_a_csv_are_set_aside_and_blank_lines_are_no_rows(desk: Desk) -> None:
    rows = table(PARTS["contacts"], other=True)
    broken = [rows[0], rows[1], [""] * len(rows[0]), rows[2][:3], rows[0], rows[3], [*rows[4], "beyond"]]
    outcome = receive(desk, csv_bytes(broken), "contacts.csv")
    assert (outcome.rows_in_file, outcome.rows_loaded) == (5, 2)
    assert {(p.row, p.code) for p in outcome.problems if p.severity == "error"} == {
        (4, "bad_row"), (5, "repeated_heading"), (7, "bad_row")
    }  # fmt: skip


def test_formulas_without_results_and_cells_beyond_the_headings_are_set_aside(desk: Desk) -> None:
    rows = table(PARTS["contacts"])
    rows[1][1] = '="CH" & "9001"'
    rows[2] = [*rows[2], "beyond"]
    outcome = receive(desk, workbook_bytes({"List 1": rows}))
    assert {(p.row, p.code) for p in outcome.problems if p.severity == "error"} == {
        (2, "formula_without_value"), (3, "bad_row")
    }  # fmt: skip
    assert outcome.rows_loaded == ROWS - 2


def test_a_list_that_stands_twice_or_lacks_its_key_is_set_aside_whole_and_the_others_load(desk: Desk) -> None:
    sheets = whole_workbook()
    sheets["List 1 (2)"] = sheets["List 1"]
    sheets["List 3"] = [[c for i, c in enumerate(row) if i != 1] for row in sheets["List 3"]]
    doubled = sheets["List 7"]
    sheets["List 7"] = [[*row, row[column_of(doubled, "child_protection", "gender")]] for row in doubled]
    outcome = receive(desk, workbook_bytes(sheets))
    assert {p.code for p in outcome.problems if p.severity == "error"} == {
        "list_twice", "missing_column", "duplicate_heading"
    }  # fmt: skip
    assert (outcome.rows_loaded, outcome.rows_quarantined) == (9 * ROWS, 3 * ROWS)


def test_what_is_odd_and_no_key_is_loaded_as_sent_and_counted(desk: Desk) -> None:
    sheets = whole_workbook()
    for name, cell in {"ethnicity": "", "placement_postcode": "nope", "placements_last_12_months": "many"}.items():
        for row in sheets["List 8"][2:4]:
            row[column_of(sheets["List 8"], "looked_after", name)] = cell
    outcome = receive(desk, workbook_bytes(sheets))
    assert outcome.rows_quarantined == 0
    found = {p.code: (p.row, "2 row(s)" in p.message) for p in outcome.problems}
    assert found == {"missing_value": (3, True), "bad_postcode": (3, True), "bad_number": (3, True)}
    assert [r["placements_last_12_months"] for r in desk.rows("annex_a_looked_after")] == ["1", "many", "many", "4"]


def test_a_spelling_that_no_code_list_has_is_counted_kept_and_listed_for_its_sender(desk: Desk) -> None:
    sheets = whole_workbook()
    at = column_of(sheets["List 1"], "contacts", "contact_source")
    for row in sheets["List 1"][1:3]:
        row[at] = "Zebedee's aunt"
    outcome = receive(desk, workbook_bytes(sheets))
    (problem,) = outcome.problems
    assert (problem.code, problem.row, problem.value) == ("unmapped", 2, None)
    assert problem.message.startswith("2 row(s) in 1 spelling(s)") and "Zebedee" not in problem.message
    assert returned(desk, outcome, "unmapped.csv")[1:] == [
        ["List 1", "Contact Source", "contact_source", "Zebedee's aunt", "2"]
    ]
    assert [r["contact_source"] for r in desk.rows("annex_a_contacts")][:2] == ["Zebedee's aunt"] * 2
    said = [r for r in desk.rows("child_spelling") if r["column_name"] == "contact_source"]
    assert [(r["list"], r["as_sent"], r["spelling"], r["n_rows"]) for r in said if r["list"] == "contacts"] == [
        ("contacts", "Zebedee's aunt", "zebedee s aunt", 2),
        ("contacts", "q) 6: Police", "6 police", 2),
    ]


# --- whose lists, of which day --------------------------------------------------------------------


def without_authority(name: str = "contacts") -> list[list[Any]]:
    return [row[1:] for row in table(PARTS[name], other=True)]


def accounts(desk: Desk) -> dict[str, tuple[str, str, str]]:
    return {r["list"]: (r["authority_code"], r["as_at"], r["window_from"]) for r in desk.rows("child_list")}


@pytest.mark.parametrize(
    "front",
    [
        [["Authority", "Kent"], ["As at", "31/12/2020"], ["Period from", "01/07/2020"]],
        [["Authority: Kent"], ["As at 31 December 2020"], ["Period from: 01/07/2020"]],
        [["Authority", "As at", "Period from"], ["Kent", "2020-12-31", "1 July 2020"]],
        [
            ["", "Local authority", "886"],
            [],
            ["", "Extract date", "31-Dec-2020"],
            ["", "Inspection date", "29/01/2021"],
        ],
    ],
)
def test_the_front_sheet_says_whose_lists_they_are_and_of_which_day(desk: Desk, front: list[list[Any]]) -> None:
    outcome = receive(desk, workbook_bytes({"Front": front, "List 1": without_authority()}))
    assert accounts(desk) == {"contacts": ("E10000016", "2020-12-31", "2020-07-01")}
    assert outcome.authority_code == "E10000016"
    assert (outcome.period_from, outcome.period_to, outcome.issue_date) == (
        date(2020, 7, 1), date(2020, 12, 31), date(2020, 12, 31)
    )  # fmt: skip


def test_a_file_of_a_zip_or_the_lines_above_a_heading_may_be_the_front_sheet(desk: Desk) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("a.csv", csv_bytes([["Authority", "As at"], ["Kent", "31/12/2020"]]))
        package.writestr("b.csv", csv_bytes(without_authority()))
    receive(desk, buffer.getvalue(), "lists.zip")
    above = [["Authority", "Surrey"], ["As at", "30/11/2020"]]
    receive(desk, csv_bytes([*above, *without_authority("referrals")]), "referrals.csv")
    assert accounts(desk) == {
        "contacts": ("E10000016", "2020-12-31", "2020-07-01"),
        "referrals": ("E10000030", "2020-11-30", "2020-05-31"),
    }


def test_a_list_of_twelve_months_is_whole_for_twelve(desk: Desk) -> None:
    front = [["Authority", "Kent"], ["As at", "31/12/2020"], ["Period from", "01/07/2020"]]
    receive(desk, workbook_bytes({"Front": front, **whole_workbook()}))
    assert accounts(desk) == {}
    kent = {name: [row[1:] for row in rows] for name, rows in whole_workbook().items()}
    receive(desk, workbook_bytes({"Front": front, **kent}))
    started = {name: window for name, (_, _, window) in accounts(desk).items()}
    assert started == {part.name: "2020-07-01" for part in CONTRACT.lists} | {
        "adoption": "2020-01-01", "adopters": "2020-01-01"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Kent Annex A 2020-12-31.csv", ("E10000016", "2020-12-31", "2020-07-01")),
        ("Summary_Annex_A_Kent_2020_Nov.csv", ("E10000016", "2020-11-30", "2020-05-31")),
        ("886_contacts.csv", ("E10000016", "2020-10-17", "2020-04-18")),
        ("Surrey contacts Nov 2021.csv", ("E10000030", "2020-10-17", "2020-04-18")),
    ],
)
def test_else_the_name_of_the_file_says_it_and_else_the_newest_event(desk: Desk, name: str, said: object) -> None:
    """A month that has not come when the file is received is not the day of its lists."""
    receive(desk, csv_bytes(without_authority()), name)
    assert accounts(desk) == {"contacts": said}


def test_the_deployment_may_say_whose_lists_arrive(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "home")
    desk.settings.child_authority = "Surrey"
    outcome = receive(desk, csv_bytes(without_authority()), "contacts.csv")
    assert outcome.authority_code == "E10000030" and any("taken as the lists of E10000030" in n for n in outcome.notes)


@pytest.mark.parametrize(
    ("front", "name", "code"),
    [
        ([], "contacts.csv", "authority_missing"),
        ([], "Kent and Surrey.csv", "authority_missing"),
        ([["Authority", "Atlantis"]], "Surrey.csv", "unknown_authority"),
        ([["Authority", "Surrey"], ["Authority", "Kent"]], "contacts.csv", "several_authorities"),
    ],
)
def test_lists_that_are_nobodys_or_of_two_are_refused(desk: Desk, front: list[list[Any]], name: str, code: str) -> None:
    outcome = receive(desk, csv_bytes([*front, *without_authority()]), name)
    assert outcome.outcome == "rejected" and code in codes(outcome)
    assert outcome.rows_quarantined == ROWS and desk.rows("annex_a_contacts") == []


# --- people as keys -------------------------------------------------------------------------------


def keyed(kind: str, text: str, authority: str = "E10000030") -> str:
    """Worked out beside the product."""
    return hmac.new(KEY, f"{authority}\0{kind}\0{text}".encode(), "sha256").hexdigest()[:32]


def test_people_stand_in_raw_as_keys_of_their_authority(desk: Desk) -> None:
    sheets = whole_workbook()
    sheets["List 10"][1][column_of(sheets["List 10"], "adoption", "child_id")] = " CH9003 "
    receive(desk, workbook_bytes(sheets))
    for part in CONTRACT.lists:
        kind = "adopter" if part.name == "adopters" else "child"
        keys = [r[f"{kind}_key"] for r in desk.rows(f"annex_a_{part.name}")]
        people = ["CH9003" if part.name == "adoption" else "CH9001", "CH9002", "CH9003", "CH9004"]
        assert keys == [keyed(kind, one) for one in people]
    assert {r["worker_key"] for r in desk.rows("annex_a_referrals")} == {keyed("worker", "Zebedee Team")}
    leavers = desk.rows("annex_a_care_leavers")
    assert {r["personal_adviser_key"] for r in leavers} == {keyed("personal_adviser", "Zebedee Team")}
    assert {r["family_key"] for r in desk.rows("annex_a_adoption")} == {keyed("family", "Zebedee Team")}


def test_no_identifier_and_no_worker_is_in_raw(desk: Desk) -> None:
    sheets = {
        name: [[*row, "Next of kin" if n == 0 else "Ermintrude"] for n, row in enumerate(rows)]
        for name, rows in whole_workbook().items()
    }
    for number, part in enumerate(CONTRACT.lists, start=1):
        for column in part.columns:
            if column.key and column.key != "child" and not column.extension:
                at = column_of(sheets[f"List {number}"], part.name, column.name)
                for row in sheets[f"List {number}"][1:]:
                    row[at] = "Florence"
    receive(desk, workbook_bytes(sheets))
    files = list(desk.settings.raw.rglob("*"))
    held = [
        str(v)
        for t in {p.parent.name for p in files if p.suffix == ".parquet"}
        for r in desk.rows(t)
        for v in r.values()
    ]
    held += [p.read_text(encoding="utf-8") for p in files if p.suffix == ".json"]
    assert not [text for text in held for name in ("CH900", "Florence", "Ermintrude") if name in text]


@pytest.mark.parametrize("cell", ["", "Unallocated", "not allocated", "NO WORKER", "- Unallocated -", "n/a"])
def test_a_worker_that_is_nobody_is_said_to_be_unallocated(desk: Desk, cell: str) -> None:
    rows = table(PARTS["referrals"], other=True)
    rows[1][column_of(rows, "referrals", "worker")] = cell
    receive(desk, csv_bytes(rows), "referrals.csv")
    assert [r["worker_key"] == "unallocated" for r in desk.rows("annex_a_referrals")] == [True, False, False, False]


def test_the_secret_is_made_once_for_its_owner_and_another_home_has_other_keys(tmp_path: Path) -> None:
    found = []
    for home in ("one", "two"):
        desk = Desk(tmp_path / home)
        check_file(desk.drop(csv_bytes(table(PARTS["contacts"])), "a.csv"), desk.settings, resolve=resolve)
        assert not desk.settings.child_key.exists()
        desk.receive(RECEIVED)
        receive(desk, csv_bytes(table(PARTS["contacts"], other=True)), "b.csv")
        assert stat.S_IMODE(desk.settings.child_key.stat().st_mode) == 0o600
        found.append({r["child_key"] for r in desk.rows("annex_a_contacts")})
    assert len(found[0]) == len(found[1]) == ROWS and not found[0] & found[1]


def test_a_lost_secret_is_not_made_anew_over_keys_that_are_held(desk: Desk) -> None:
    """The file waits, and is loaded with the same keys once the secret is back."""
    receive(desk, csv_bytes(table(PARTS["contacts"])), "a.csv")
    desk.settings.child_key.unlink()
    outcome = desk.one(csv_bytes(table(PARTS["contacts"], other=True)), "b.csv", RECEIVED)
    assert outcome.outcome == "processing_error" and not desk.settings.child_key.exists()
    desk.settings.child_key.write_bytes(KEY)
    (outcome,) = desk.receive(RECEIVED)
    assert outcome.loaded and len({r["child_key"] for r in desk.rows("annex_a_contacts")}) == ROWS


def test_a_secret_that_is_none_is_a_fault_of_ours_and_loads_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "home", b"short")
    outcome = desk.one(csv_bytes(table(PARTS["contacts"])), "a.csv", RECEIVED)
    assert outcome.outcome == "processing_error" and "32 bytes" in outcome.problems[0].message
    assert desk.rows("annex_a_contacts") == []


# --- personal data --------------------------------------------------------------------------------


def broken_everywhere() -> bytes:
    sheets = whole_workbook()
    for name, rows in sheets.items():
        for n, cell in enumerate(["Zebedee", "02/08/09", "31/02/2009"], start=1):
            for i, known in enumerate(rows[n]):
                rows[n][i] = cell if isinstance(known, datetime) else "Zebedee" if name == "List 8" else known
        rows[4][2] = "Zebedee"
    sheets["Notes"] = [["Zebedee CH9001", "02/08/2009"]]
    return workbook_bytes(sheets)


def test_no_child_is_in_a_problem_a_note_or_an_outcome(desk: Desk) -> None:
    outcome = receive(desk, broken_everywhere())
    assert outcome.rows_quarantined >= 30 and any(p.code == "unmapped" for p in outcome.problems)
    folder = desk.settings.quarantine / outcome.submission_id
    for text in (outcome.to_json(), *((folder / n).read_text(encoding="utf-8") for n in ("note.txt", "note.json"))):
        assert not [secret for secret in SECRET if secret in text]
    assert any("Zebedee" in path.read_text(encoding="utf-8-sig") for path in folder.glob("*.csv"))


def test_a_list_without_its_heading_row_is_refused_without_showing_its_first_child(desk: Desk) -> None:
    rows = table(PARTS["contacts"], other=True)[1:]
    for content, name in ((csv_bytes(rows), "a.csv"), (workbook_bytes({"List 1": rows}), "a.xlsx")):
        outcome = desk.one(content, name, RECEIVED)
        assert outcome.outcome == "rejected"
        assert not [secret for secret in SECRET if secret in outcome.to_json()]


def test_a_fault_of_ours_says_where_it_is_and_not_what_was_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("cannot read Zebedee, born 02/08/2009")

    monkeypatch.setattr(reading, "_as_at", fail)
    outcome = desk.one(workbook_bytes(whole_workbook()), "a.xlsx", RECEIVED)
    assert outcome.outcome == "processing_error" and "ValueError" in outcome.to_json()
    assert not [secret for secret in SECRET if secret in outcome.to_json()]


def test_rows_of_children_are_readable_by_their_owner_alone(desk: Desk) -> None:
    outcome = receive(desk, broken_everywhere())
    folder = desk.settings.quarantine / outcome.submission_id
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    kept = [
        *folder.glob("*.csv"),
        *desk.settings.raw.glob("annex_a_*/*.parquet"),
        *desk.settings.archive.rglob("*.xlsx"),
    ]
    assert len(kept) > 10 and {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-cmd", "\t=1", " =1", "\n=1", "＝1"])
def test_a_returned_cell_is_never_a_formula(desk: Desk, cell: str) -> None:
    rows = table(PARTS["contacts"], other=True)
    rows[1][column_of(rows, "contacts", "contact_date")] = ""
    rows[1][2] = cell
    rows[0].append(cell)
    rows[1:] = [[*row, "x"] for row in rows[1:]]
    outcome = receive(desk, csv_bytes(rows), "contacts.csv")
    heading, row = returned(desk, outcome, "rows_contacts.csv")
    assert row[3 + 2].startswith("'") and heading[-1].startswith("'")


def test_numbers_stay_numbers_in_what_is_returned() -> None:
    assert [_safe(cell) for cell in ("-5", "+1,000.5", "-", "12", "")] == ["-5", "+1,000.5", "-", "12", ""]
