"""One file from bytes to tables: what it is, what is wrong with it, what can be loaded.

Belongs here: the order of the steps for one file, and the decision between accepted, accepted with warnings and
rejected. Does not belong here: writing anything (store.py), which files to look at (receive.py), or any single check.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.intake import files, workbook
from orchestration.intake.check import Checked, Facts, Resolve, check
from orchestration.intake.children.front import Grid
from orchestration.intake.children.parts import Part, front_sheets, list_of_csv, lists_of_sheets, lists_of_zip
from orchestration.intake.children.pseudonyms import Pseudonym
from orchestration.intake.children.read_xml import UnreadableXml, read_lists_of_xml
from orchestration.intake.children.reading import Around, read_lists
from orchestration.intake.contracts import Contract, Contracts
from orchestration.intake.identify import Match, NoMatch, identify
from orchestration.intake.outcome import UNIDENTIFIED, Outcome, OutcomeWord, Problem, Problems
from orchestration.intake.periods import period_in_file_name
from orchestration.intake.published import check_release, issue_date_of, long_form, release_of, releases
from orchestration.intake.read_csv import (
    Rows,
    SetAside,
    Text,
    UnreadableText,
    decode,
    first_record,
    header_cells,
    positions,
    read_rows,
)
from orchestration.intake.read_xlsx import UnreadableWorkbook, read_workbook
from orchestration.intake.sheets import Sheet, cell_name, column_letter
from orchestration.intake.tables import RAW_TABLES
from orchestration.intake.text import display, listing

if TYPE_CHECKING:
    import pyarrow as pa

HEADING_WITHIN = 10
GRID_LIMIT = 5 * 1024 * 1024
REGISTRY_RELEASES = Path("data/registry/releases.csv")


@dataclass(frozen=True, slots=True)
class Context:
    """What an examination needs to know beside the file."""

    project: Path
    contracts: Contracts
    resolve: Resolve
    received_at: datetime
    max_bytes: int
    pseudonyms: Callable[[], Pseudonym]
    child_authority: str | None = None

    def of_lists(self) -> list[Contract]:
        """The child-level returns."""
        return [contract for contract in self.contracts.values() if contract.layout == "lists"]

    @property
    def today(self) -> date:
        return self.received_at.date()


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file as it came: where its bytes are now, what it was called, its content's hash and size."""

    path: Path
    file_name: str
    sha256: str
    size: int


Tables = Callable[[str], "dict[str, pa.Table]"]


@dataclass(slots=True)
class Examination:
    """What was found. ``tables`` builds the raw tables once the submission has its name."""

    return_name: str = UNIDENTIFIED
    contract: Contract | None = None
    problems: Problems = field(default_factory=Problems)
    notes: list[str] = field(default_factory=list)
    facts: Facts = field(default_factory=Facts)
    rows_in_file: int = 0
    rows_loaded: int = 0
    set_aside: list[SetAside] = field(default_factory=list)
    heading: list[str] = field(default_factory=list)
    returned: dict[str, list[list[str]]] = field(default_factory=dict)
    rejected: bool = False
    tables: Tables = field(default=lambda _: {})

    def reject(self, problem: Problem) -> Examination:
        self.problems.add(problem)
        self.rejected = True
        return self


def submission_id(return_name: str, sha256: str) -> str:
    """The name of a submission: made of its return and content, so that the same file has the same name everywhere."""
    return f"{return_name}_{sha256[:12]}"


def examine(arrived: Arrived, context: Context) -> tuple[Outcome, Examination]:
    """Everything about one file; writes nothing.

    Faults of the file are problems in the outcome, faults of ours raise.
    """
    found = files.kind(arrived.path, arrived.size, context.max_bytes)
    if isinstance(found, files.Refusal):
        result = Examination()
        result.reject(Problem(found.code, "error", found.message, found.what_to_do))
    else:
        readers = {files.XLSX: _examine_xlsx, files.ZIP: _examine_zip, files.CSV: _examine_csv, files.XML: _examine_xml}
        result = readers[found](arrived, context)
        if files.wrong_ending(found, Path(arrived.file_name)):
            result.problems.add(
                Problem(
                    "wrong_ending",
                    "warning",
                    f"the file's name ends in '{display(Path(arrived.file_name).suffix)}' and its content is "
                    f"{found.upper()}; it was read by its content",
                    f"name it .{found}",
                    value=display(arrived.file_name, 200),
                )
            )
    # An empty list is an answer (no adopters in twelve months); an empty table of figures is not.
    may_be_empty = result.contract is not None and result.contract.layout == "lists" and result.rows_in_file == 0
    if not result.rejected and result.rows_loaded == 0 and not may_be_empty:
        result.reject(
            Problem(
                "nothing_left" if result.rows_in_file else "no_rows",
                "error",
                "no row can be used" if result.rows_in_file else "there is a heading and nothing under it",
                "put the points below right and send the file again"
                if result.rows_in_file
                else "send the file with its rows",
            )
        )
    return _outcome(arrived, context, result), result


def _outcome(arrived: Arrived, context: Context, result: Examination) -> Outcome:
    listed = result.problems.as_list()
    word: OutcomeWord = "rejected" if result.rejected else "accepted_with_warnings" if listed else "accepted"
    facts = result.facts
    loaded = 0 if result.rejected else result.rows_loaded
    return Outcome(
        submission_id=submission_id(result.return_name, arrived.sha256),
        return_name=result.return_name,
        content_sha256=arrived.sha256,
        file_name=arrived.file_name,
        size_bytes=arrived.size,
        received_at=context.received_at,
        outcome=word,
        contract_version=result.contract.version if result.contract else None,
        authority_code=next(iter(facts.authorities)) if len(facts.authorities) == 1 else None,
        n_authorities=len(facts.authorities),
        period_from=facts.period_from,
        period_to=facts.period_to,
        issue_date=facts.issue_date,
        rows_in_file=result.rows_in_file,
        rows_loaded=loaded,
        rows_quarantined=result.rows_in_file - loaded,
        problems=listed,
        notes=result.notes,
    )


# --- CSV ------------------------------------------------------------------------------------------


def _examine_csv(arrived: Arrived, context: Context) -> Examination:
    result = Examination()
    dialects = [c.formats.csv for c in context.contracts.values() if c.formats.csv]
    encodings: list[str] = sorted({e for d in dialects for e in d.encodings}, reverse=True)
    delimiters = list(dict.fromkeys(x for d in dialects for x in d.delimiters))
    try:
        text = decode(arrived.path.read_bytes(), encodings)
        found = _csv_heading(text, delimiters, context)
        if isinstance(found, NoMatch):
            if part := list_of_csv(arrived.path.read_bytes(), context.of_lists()):
                return _examine_lists([part], [], arrived, result, context)
            return _examine_grid(text, delimiters, found, arrived, context)
        match, header, body, delimiter = found
        result.return_name, result.contract = match.contract.name, match.contract
        allowed = match.contract.formats.csv
        if allowed and text.encoding not in allowed.encodings:
            raise UnreadableText(
                "encoding", f"the file is encoded as {text.encoding}", "save it as 'CSV UTF-8 (comma delimited)'"
            )
        rows = read_rows(text, header, body, delimiter)
    except UnreadableText as error:
        return result.reject(Problem(error.code, "error", str(error), error.what_to_do, row=error.row))
    return _examine_rows([(rows, match)], result, context)


def _csv_heading(text: Text, delimiters: list[str], context: Context) -> tuple[Match, list[str], int, str] | NoMatch:
    """The heading row under the dialect in which it is a contract's, where the rows begin, and the delimiter."""
    record, body = first_record(text.data)
    closest: NoMatch | None = None
    for delimiter in delimiters:
        header = header_cells(record, delimiter)
        contracts = {
            n: c for n, c in context.contracts.items() if c.formats.csv and delimiter in c.formats.csv.delimiters
        }
        found = identify(header, contracts, on=context.today)
        if isinstance(found, Match):
            return found, header, body, delimiter
        if closest is None or found.likeness > closest.likeness:
            closest = found
    assert closest is not None, "no contract allows CSV"
    return closest


def _examine_grid(text: Text, delimiters: list[str], near: NoMatch, arrived: Arrived, context: Context) -> Examination:
    """A CSV that is laid out like a sheet: a contact matrix, or a table whose heading is not in its first row."""
    result = Examination()
    if len(text.data) > GRID_LIMIT or near.likeness >= 0.75:
        return result.reject(near.problem)
    for delimiter in delimiters:
        grid = [
            list(row) for row in csv.reader(io.StringIO(text.data.decode("utf-8"), newline=""), delimiter=delimiter)
        ]
        sheet = Sheet(None, grid)
        for number, row in enumerate(grid[1:HEADING_WITHIN], start=2):
            found = identify([c.strip() for c in row], context.contracts, on=context.today)
            if isinstance(found, Match):
                result.return_name, result.contract = found.contract.name, found.contract
                return result.reject(
                    Problem(
                        "heading_not_first",
                        "error",
                        f"the heading row stands in row {number}; {number - 1} row(s) stand above it",
                        "delete the rows above the heading row",
                        row=number,
                    )
                )
        terms = workbook.Terms.of(context.contracts["contact_matrix"].terms)
        tables, matrices = workbook.looks_like([sheet], terms)
        if matrices:
            return _examine_workbook([sheet], "contact_matrix", arrived, context)
        if tables:
            return result.reject(
                Problem(
                    "wrong_kind",
                    "error",
                    "it looks like a performance workbook, which is taken as a workbook only",
                    "save it as 'Excel workbook (*.xlsx)'",
                )
            )
    return result.reject(near.problem)


# --- XLSX -----------------------------------------------------------------------------------------


def _examine_xlsx(arrived: Arrived, context: Context) -> Examination:
    result = Examination()
    try:
        sheets = read_workbook(arrived.path)
    except UnreadableWorkbook as error:
        return result.reject(
            Problem(
                "truncated",
                "error",
                f"the workbook is incomplete or damaged ({display(str(error), 200)})",
                "open it in a spreadsheet program, save it again and send that",
            )
        )
    if all(not any(True for _ in sheet.cells()) for sheet in sheets):
        return result.reject(Problem("empty", "error", "the workbook holds nothing", "send it with its figures"))
    contracts = {n: c for n, c in context.contracts.items() if c.formats.xlsx}
    matched: list[tuple[Sheet, int, Match]] = []
    closest: NoMatch | None = None
    for sheet in sheets:
        found = _sheet_heading(sheet, contracts, context)
        if isinstance(found, NoMatch):
            closest = found if closest is None or found.likeness > closest.likeness else closest
        elif found:
            matched.append((sheet, *found))
    if not matched and (parts := lists_of_sheets(sheets, [c for c in context.of_lists() if c.formats.xlsx])):
        return _examine_lists(parts, front_sheets(sheets, parts), arrived, result, context)
    if matched:
        return _examine_sheets(matched, sheets, result, context)
    terms = workbook.Terms.of(contracts["performance_workbook"].terms)
    tables, matrices = workbook.looks_like(sheets, terms)
    if (tables or matrices) and not (closest and closest.likeness >= 0.75):
        return _examine_workbook(sheets, "performance_workbook" if tables else "contact_matrix", arrived, context)
    assert closest is not None, "a workbook with content has a closest return"
    return result.reject(closest.problem)


def _sheet_heading(sheet: Sheet, contracts: Contracts, context: Context) -> tuple[int, Match] | NoMatch | None:
    """The heading row of a sheet that is a table (titles may stand above it), or the nearest miss.

    None for an empty sheet.
    """
    closest: NoMatch | None = None
    looked = 0
    for r in range(len(sheet.rows)):
        if sheet.is_blank(r):
            continue
        header = [sheet.at(r, c).strip() for c in range(len(sheet.rows[r]))]
        found = identify(header, contracts, on=context.today, sheet=sheet.name, row=r + 1)
        if isinstance(found, Match):
            return r, found
        closest = found if closest is None or found.likeness > closest.likeness else closest
        looked += 1
        if looked == HEADING_WITHIN:
            break
    return closest


def _examine_sheets(
    matched: list[tuple[Sheet, int, Match]], sheets: list[Sheet], result: Examination, context: Context
) -> Examination:
    """Every sheet that is the same return as the first one that is any."""
    contract = matched[0][2].contract
    result.return_name, result.contract = contract.name, contract
    parts: list[tuple[Rows, Match]] = []
    for sheet, row, match in matched:
        if match.contract.name != contract.name:
            result.problems.add(
                Problem(
                    "second_return",
                    "warning",
                    f"the sheet looks like the return '{match.contract.name}'; only '{contract.name}' was read",
                    "send it as a file of its own",
                    sheet.name,
                    row + 1,
                )
            )
            continue
        if sheet.hidden:
            result.notes.append(f"sheet '{sheet.name}' is hidden; it was read all the same")
        if row:
            result.notes.append(
                f"sheet '{sheet.name}': the heading row is row {row + 1}; what stands above it was not read"
            )
        parts.append((_rows_of(sheet, row, match, result.problems), match))
    read = {sheet.name for sheet, _, _ in matched}
    for sheet in sheets:
        if sheet.name not in read and any(True for _ in sheet.cells()):
            result.notes.append(f"sheet '{sheet.name}' is no such table and was not read")
    return _examine_rows(parts, result, context)


def _rows_of(sheet: Sheet, heading: int, match: Match, problems: Problems) -> Rows:
    """A sheet's rows under its heading as columns of text."""
    import numpy as np
    import pyarrow as pa

    header = [sheet.at(heading, c).strip() for c in range(len(sheet.rows[heading]))]
    width = len(header)
    months = {i for i, column in match.columns.items() if column.type == "month"}
    uncalculated = {r: (c, formula) for r, c, formula in sheet.unread_formulas if r > heading}
    rows = Rows(header, pa.table({}), np.array([], np.int32), sheet=sheet.name)
    columns: list[list[str]] = [[] for _ in range(width)]
    numbers: list[int] = []
    for r in range(heading + 1, len(sheet.rows)):
        cells = [sheet.shown(r, c) for c in range(max(width, len(sheet.rows[r])))]
        if not any(c.strip() for c in cells) and r not in uncalculated:
            rows.blank_rows += 1
            continue
        rows.records += 1
        beyond = [cell_name(r, c) for c in range(width, len(cells)) if cells[c].strip()]
        if r in uncalculated:
            c, formula = uncalculated[r]
            reason = f"cell {cell_name(r, c)} holds the formula {display(formula)} and no calculated result"
            rows.set_aside.append(
                SetAside(
                    r + 1,
                    cells,
                    reason,
                    "formula_without_value",
                    "open the file in a spreadsheet program, let it calculate, and save; or paste values",
                    header[c] if c < width else column_letter(c),
                )
            )
        elif beyond:
            reason = f"the row goes on beyond the headings, in {beyond[0]}"
            rows.set_aside.append(
                SetAside(r + 1, cells, reason, "bad_row", "give the column a heading, or empty the cell")
            )
        else:
            numbers.append(r + 1)
            for i, column in enumerate(columns):
                column.append(cells[i][:7] if i in months and re.fullmatch(r"\d{4}-\d\d-01", cells[i]) else cells[i])
    for r, c, value in sheet.error_cells:
        problems.add(
            Problem(
                "error_value",
                "warning",
                f"cell {cell_name(r, c)} shows the error {value}",
                "put the formula right and save again",
                sheet.name,
                r + 1,
                header[c] if c < width else column_letter(c),
                value,
            )
        )
    rows.table = pa.table(
        {name: pa.array(c, pa.string()).dictionary_encode() for name, c in zip(positions(header), columns, strict=True)}
    )
    rows.numbers = np.array(numbers, np.int32)
    return rows


# --- child-level lists ----------------------------------------------------------------------------


def _examine_zip(arrived: Arrived, context: Context) -> Examination:
    """A ZIP of CSVs: the lists among them."""
    result = Examination()
    parts, fronts = lists_of_zip(arrived.path, context.of_lists(), result.problems, result.notes)
    if not parts:
        return result.reject(
            Problem(
                "wrong_kind",
                "error",
                "the file is a ZIP archive and none of the files in it is a child-level list",
                "send the files in it one by one, unpacked",
            )
        )
    return _examine_lists(parts, fronts, arrived, result, context)


def _examine_xml(arrived: Arrived, context: Context) -> Examination:
    """A statutory return in XML. Whatever is wrong with it, it may hold children and is for its owner alone."""
    known = [contract for contract in context.of_lists() if contract.formats.xml]
    result = Examination(contract=known[0])
    refused: UnreadableXml | None = None
    for contract in known:
        try:
            parts, header, unread = read_lists_of_xml(arrived.path, contract)
            break
        except UnreadableXml as error:
            refused = error
    else:
        assert refused is not None, "a return comes in XML"
        return result.reject(Problem(refused.code, "error", str(refused), refused.what_to_do, row=refused.line))
    result.notes.append("the row of a list is the line of the file on which its element begins")
    if unread:
        result.notes.append(f"elements that the return does not have were not read: {listing(unread)}")
    return _examine_lists(parts, [header], arrived, result, context)


def _examine_lists(
    parts: list[Part], fronts: list[Grid], arrived: Arrived, result: Examination, context: Context
) -> Examination:
    """Child-level lists of one file, whatever kind of file it is: of the return that most of them belong to."""
    contract = context.contracts[Counter(part.return_name for part in parts).most_common(1)[0][0]]
    result.return_name, result.contract = contract.name, contract
    around = Around(
        context.project,
        context.today,
        context.resolve,
        context.pseudonyms,
        arrived.file_name,
        fronts,
        context.child_authority,
    )
    reading = read_lists(parts, contract, around, problems=result.problems, notes=result.notes)
    result.rejected = reading.rejected
    result.facts, result.returned = reading.facts, reading.returned
    result.rows_in_file, result.rows_loaded = reading.rows_in_file, reading.rows_loaded
    result.tables = reading.tables
    return result


# --- row-shaped returns -------------------------------------------------------------------------


def _examine_rows(parts: list[tuple[Rows, Match]], result: Examination, context: Context) -> Examination:
    """Check all parts and remember how to build their table."""
    judged: list[tuple[Rows, Match, Checked]] = []
    for rows, match in parts:
        for problem in match.problems:
            result.problems.add(problem)
        result.rejected = result.rejected or match.rejected
        checked = check(rows, match, result.problems, context.resolve, context.today)
        loaded = int(checked.keep.sum())
        in_file = rows.records - checked.blank_rows
        if loaded + len(checked.set_aside) != in_file:
            raise AssertionError(f"{in_file} rows counted, {loaded} loaded and {len(checked.set_aside)} set aside")
        result.rows_in_file += in_file
        result.rows_loaded += loaded
        result.set_aside += checked.set_aside
        result.heading = result.heading or rows.header
        result.notes += rows.notes
        extra = {i: h for i, h in match.extra.items() if _has_content(rows, i)}
        match.extra = extra
        if extra:
            names = ", ".join(f"'{display(h)}'" for h in extra.values())
            result.notes.append(f"columns that the return does not have were kept beside it: {names}")
        _unheaded(rows, result.problems)
        result.facts.add(checked.facts)
        judged.append((rows, match, checked))
    if judged[0][1].contract.layout == "statistics":
        _examine_statistics(judged, result, context)
    elif not result.rejected:
        result.tables = lambda name: {
            result.return_name: _concatenated([_row_table(r, m, c, name) for r, m, c in judged])
        }
    return result


def _has_content(rows: Rows, position: int) -> bool:
    return any(text.strip() for text in rows.table.column(position).combine_chunks().dictionary.to_pylist())


def _unheaded(rows: Rows, problems: Problems) -> None:
    """Columns with figures and no heading: nobody can say what they are; they stay in the archived file only."""
    for i, cell in enumerate(rows.header):
        if not cell and len(rows.numbers) and _has_content(rows, i):
            problems.add(
                Problem(
                    "no_heading",
                    "warning",
                    f"column {column_letter(i)} has values and no heading; it was not read",
                    "give the column a heading, or leave it out",
                    rows.sheet,
                    1,
                    column_letter(i),
                )
            )


def _concatenated(tables: list[pa.Table]) -> pa.Table:
    import pyarrow as pa

    return tables[0] if len(tables) == 1 else pa.concat_tables([_plain(t) for t in tables])


def _plain(table: pa.Table) -> pa.Table:
    """The table with its dictionary columns as plain text (tables of several sheets have dictionaries of their own)."""
    import pyarrow as pa

    return table.cast(
        pa.schema([(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in table.schema])
    )


def _row_table(rows: Rows, match: Match, checked: Checked, name: str) -> pa.Table:
    """The raw table of one part: the contract's columns, extra columns as JSON, lineage."""
    import numpy as np
    import pyarrow as pa

    everything = bool(checked.keep.all())
    kept = pa.array(checked.keep)
    n = int(checked.keep.sum())

    def taken(position: int) -> Any:
        column = rows.table.column(position).combine_chunks()
        return column if everything else column.filter(kept)

    def constant(text: str | None) -> Any:
        return (
            pa.nulls(n, pa.string()) if text is None else pa.DictionaryArray.from_arrays(np.zeros(n, np.int32), [text])
        )

    columns: dict[str, Any] = {
        "submission_id": constant(name),
        "source_sheet": constant(rows.sheet),
        "source_row": pa.array(rows.numbers[checked.keep], pa.int32()),
        "source_column": constant(None),
        "extra": _json(rows, match.extra, taken) if match.extra else constant(None),
    }
    for column, _ in RAW_TABLES[match.contract.name]:
        if column not in columns:
            position = match.position(column)
            columns[column] = constant(None) if position is None else taken(position)
    return pa.table({column: columns[column] for column, _ in RAW_TABLES[match.contract.name]})


def _json(rows: Rows, extra: dict[int, str], taken: Callable[[int], Any]) -> Any:
    """One JSON object a row of the columns that the contract does not know."""
    import duckdb
    import pyarrow as pa

    table = pa.table({f"e{i}": taken(i).cast(pa.string()) for i in extra})
    pairs = ", ".join(f"'{heading.replace(chr(39), chr(39) * 2)}', e{i}" for i, heading in extra.items())
    with duckdb.connect() as connection:
        connection.execute("set threads to 1")
        return (
            connection.from_arrow(table)
            .project(f"cast(json_object({pairs}) as varchar) as extra")
            .to_arrow_table()
            .column(0)
        )


def _examine_statistics(judged: list[tuple[Rows, Match, Checked]], result: Examination, context: Context) -> None:
    """Release and period of published tables, and their long form."""
    known = releases(context.project / REGISTRY_RELEASES)
    plans: list[tuple[Rows, Match, Checked, str, date | None]] = []
    for rows, match, checked in judged:
        release = release_of(checked)
        if release is None or match.dataset is None:
            continue
        check_release(match, rows, release, result.problems)
        stated = checked.values.get("dataset")
        named = {t.strip() for t in stated.texts if t.strip()} if stated else set()
        if named - {match.dataset}:
            result.reject(
                Problem(
                    "wrong_dataset",
                    "error",
                    f"the file says that it is {', '.join(sorted(named))}; its measures are those of '{match.dataset}'",
                    "put one published table in a file, under its own name",
                    rows.sheet,
                    column="dataset",
                )
            )
        issued = issue_date_of(checked, match.dataset, release, known)
        years = checked.values["time_period"]
        present = {int(t) for t in years.texts if re.fullmatch(r"\d{4}", t.strip())}
        facts = Facts(issue_date=issued)
        if present:
            facts.period_from, facts.period_to = date(min(present) - 1, 4, 1), date(max(present), 3, 31)
        codes = checked.values.get("new_la_code")
        facts.authorities = {t.strip() for t in codes.texts if t.strip()} if codes else set()
        result.facts.add(facts)
        plans.append((rows, match, checked, release, issued))
    if not result.rejected:
        result.tables = lambda name: {
            result.return_name: _concatenated(
                [
                    long_form(r, m, c, release=release, issue_date=issued, submission_id=name)
                    for r, m, c, release, issued in plans
                ]
            )
        }


# --- workbooks ------------------------------------------------------------------------------------

_STRUCTURAL = frozenset({"authority_missing", "month_missing", "unknown_authority"})


def _examine_workbook(sheets: list[Sheet], name: str, arrived: Arrived, context: Context) -> Examination:
    """A performance workbook or contact matrix: its cells are its rows."""
    contract = context.contracts[name]
    result = Examination(return_name=name, contract=contract)
    suggested = period_in_file_name(arrived.file_name)
    hint = f"{suggested.end:%B %Y}" if suggested and suggested.end and suggested.basis in ("month", "day") else ""
    reading = workbook.read(sheets, workbook.Terms.of(contract.terms), result.problems, hint)
    result.notes += reading.notes
    for authority in reading.authorities:
        if code := context.resolve(authority, reading.last_day) or context.resolve(authority, None):
            result.facts.authorities.add(code)
        else:
            result.problems.add(
                Problem(
                    "unknown_authority",
                    "error",
                    f"'{display(authority)}' is no authority that is known",
                    "write the authority's name or code as registered in the row 'Authority'",
                    value=display(authority),
                )
            )
    result.rejected = any(p.code in _STRUCTURAL and p.severity == "error" for p in result.problems.as_list())
    result.rows_in_file = reading.cells
    result.rows_loaded = len(reading.performance) + len(reading.matrix)
    result.heading = ["sheet", "cell", "row_label", "column_label", "value_text"]
    result.set_aside = [
        SetAside(
            int(str(c["source_row"])),
            [
                str(c.get("source_sheet") or ""),
                f"{c['source_column']}{c['source_row']}",
                str(c["row_label"] or ""),
                str(c["column_label"]),
                str(c["value_text"]),
            ],
            str(c["reason"]),
        )
        for c in reading.set_aside
    ]
    result.facts.period_from, result.facts.period_to = reading.first_day, reading.last_day
    result.facts.issue_date = reading.issue_date
    if not result.rejected:
        filled = {"performance_workbook": reading.performance, "contact_matrix": reading.matrix}
        result.tables = lambda submission: {
            table: _cell_table(table, rows, submission) for table, rows in filled.items() if rows
        }
    return result


def _cell_table(table: str, rows: list[workbook.Row], submission: str) -> pa.Table:
    import pyarrow as pa

    types = {"VARCHAR": pa.string(), "INTEGER": pa.int32()}
    return pa.table(
        {
            name: pa.array([submission if name == "submission_id" else row.get(name) for row in rows], types[kind])
            for name, kind in RAW_TABLES[table]
        }
    )
