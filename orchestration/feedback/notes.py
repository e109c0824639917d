"""A note for each submission: what was accepted, what must change, what should be looked at, cell by cell.

Belongs here: reading the publication, the words, two files a submission under `reports/notes` and an index. A note
whose content has not changed is not written again. Does not belong here: judging.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from expectations.findings import readable
from orchestration.intake.outcome import SAID

TEMPLATES = Path(__file__).resolve().parent / "templates"
FOLDER = "notes"
# A person corrects what they can read; above this many of one kind the rest is counted.
LISTED = 50
NOT_FOR_SENDERS = "data_engineer"


@dataclass(frozen=True)
class Cell:
    """A cell to look at: where, what it is, what it says."""

    where: str
    what: str
    value: str


@dataclass(frozen=True)
class Point:
    """One thing to change or to look at. `should_be`: the figure that arithmetic gives, where it gives one."""

    message: str
    cells: tuple[Cell, ...]
    should_be: str | None = None
    explained_by: str | None = None


@dataclass(frozen=True)
class Topic:
    """Points of one kind, with what to do about them."""

    title: str
    what_to_do: str
    points: tuple[Point, ...]
    n_more: int = 0

    @property
    def n(self) -> int:
        return len(self.points) + self.n_more


@dataclass(frozen=True)
class Note:
    """What a sender is told about one file."""

    submission_id: str
    file_name: str
    title: str
    authority: str
    received: str
    opening: str
    accepted: tuple[str, ...]
    must_change: tuple[Topic, ...]
    look_at: tuple[Topic, ...]
    settled: int
    is_loaded: bool

    @property
    def n_must_change(self) -> int:
        return sum(topic.n for topic in self.must_change)

    @property
    def n_look_at(self) -> int:
        return sum(topic.n for topic in self.look_at)


@dataclass(frozen=True)
class Written:
    """Where the notes lie, how many there are and how many of them are new or changed."""

    index: Path
    n_notes: int
    n_new: int


def write_notes(publication_path: Path, reports: Path) -> Written:
    """Writes `notes/<submission>.{html,txt}` and `notes/index.html` from a publication."""
    made = read_notes(publication_path)
    folder = reports / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    n_new = 0
    for note in made:
        n_new += _write(folder / f"{note.submission_id}.html", html_of(note))
        _write(folder / f"{note.submission_id}.txt", text_of(note))
    _write(folder / "index.html", _template("index.html").render(notes=made))
    return Written(folder / "index.html", len(made), n_new)


def read_notes(publication_path: Path, submission: str | None = None) -> list[Note]:
    """The notes of a publication, newest submission first; of one submission where its id or file name is given."""
    import duckdb

    with duckdb.connect(str(publication_path), read_only=True) as connection:
        submissions = _rows(
            connection,
            """
            select submission.*, names.name as authority_name
            from quality.submission as submission
            left join (
                select authority_code, any_value(name order by valid_from) as name from marts.dim_authority group by all
            ) as names on submission.authority_code = names.authority_code
            where $submission is null or submission_id = $submission or file_name = $submission
            order by received_at desc, file_name, submission_id
            """,
            {"submission": submission},
        )
        findings = _grouped(
            connection,
            """
            select
                finding.*, rule.title, rule.what_to_do, rule.corrects,
            from quality.finding as finding
            inner join quality.rule as rule on finding.rule_id = rule.rule_id
            where rule.owner <> $not_for_senders and finding.submission_id is not null
            order by finding.rule_id, finding.period_start, finding.source_ref, finding.subject, finding.finding_id
            """,
            {"not_for_senders": NOT_FOR_SENDERS},
        )
        problems = _grouped(
            connection,
            "select * from quality.submission_problem order by code, sheet, row_number, column_name, message",
            {},
        )
        figures = _grouped(
            connection,
            """
            select
                submission_id,
                count(*) as n_figures,
                count(distinct indicator_code) as n_indicators,
                count(distinct authority_code) as n_authorities,
                min(period_start) as first_period,
                max(period_end) as last_period,
            from marts.fct_indicator_version_history
            where source_kind <> 'derived'
            group by all
            """,
            {},
        )
    return [
        make_note(
            row,
            findings.get(row["submission_id"], []),
            problems.get(row["submission_id"], []),
            next(iter(figures.get(row["submission_id"], [])), None),
        )
        for row in submissions
    ]


def make_note(
    submission: Mapping[str, Any],
    findings: Sequence[Mapping[str, Any]],
    problems: Sequence[Mapping[str, Any]],
    figures: Mapping[str, Any] | None,
) -> Note:
    """The note on one submission. Pure."""
    standing = [row for row in findings if row["status"] != "resolved"]
    is_loaded = str(submission["outcome"]).startswith("accepted")
    is_held_back = submission["verdict"] == "held_back"
    errors = [row for row in problems if row["severity"] == "error"]
    return Note(
        submission_id=submission["submission_id"],
        file_name=_line(submission["file_name"]),
        title=_title(submission),
        authority=submission.get("authority_name") or submission["authority_code"] or "several authorities",
        received=_moment(submission["received_at"]),
        opening=_opening(submission, is_held_back=is_held_back),
        accepted=tuple(_accepted(submission, figures, is_loaded=is_loaded, is_held_back=is_held_back)),
        must_change=(
            *_problem_topics(errors),
            *_finding_topics(row for row in standing if row["severity"] == "critical"),
        ),
        look_at=(
            *_problem_topics(row for row in problems if row["severity"] != "error"),
            *_finding_topics(row for row in standing if row["severity"] != "critical"),
        ),
        settled=len(findings) - len(standing),
        is_loaded=is_loaded and not is_held_back,
    )


def text_of(note: Note) -> str:
    """The note as plain text."""
    return str(_template("note.txt").render(note=note, listed=LISTED))


def html_of(note: Note) -> str:
    """The note as a page."""
    return str(_template("note.html").render(note=note, listed=LISTED))


def _title(submission: Mapping[str, Any]) -> str:
    name = str(submission["return_name"] or "file").replace("_", " ")
    month = submission["reporting_month"]
    said = f" of {date.fromisoformat(month + '-01'):%B %Y}" if month else ""
    return f"Your {name}{said}" if name != "unidentified" else "Your file"


def _opening(submission: Mapping[str, Any], *, is_held_back: bool) -> str:
    file = f"Your file '{_line(submission['file_name'])}'"
    if is_held_back:
        return (
            f"Thank you for sending this. {file} was read, and is held back for now: something in it would make its "
            "figures wrong for every reader. What was held before stays in use until you send it again."
        )
    outcome = str(submission["outcome"])
    kind = "Thank you for sending this." if outcome != "processing_error" else "Thank you, and we are sorry."
    return f"{kind} {file} {SAID.get(outcome, outcome)}."


def _accepted(
    submission: Mapping[str, Any], figures: Mapping[str, Any] | None, *, is_loaded: bool, is_held_back: bool
) -> list[str]:
    if not is_loaded:
        return ["Nothing of it is in the figures."]
    loaded, in_file = submission["rows_loaded"] or 0, submission["rows_in_file"] or 0
    lines = [f"{loaded:,} of {in_file:,} rows were read."]
    if submission["rows_quarantined"]:
        lines.append(f"{submission['rows_quarantined']:,} rows were set aside; why stands below.")
    if is_held_back:
        lines.append("None of them is in the figures yet.")
    elif figures is not None:
        authorities = f" of {figures['n_authorities']:,} authorities" if figures["n_authorities"] > 1 else ""
        lines.append(
            f"They give {_many(figures['n_figures'], 'figure')} of {_many(figures['n_indicators'], 'indicator')}"
            f"{authorities}, {_period(figures['first_period'], figures['last_period'])}."
        )
    return lines


def _problem_topics(problems: Iterable[Mapping[str, Any]]) -> list[Topic]:
    """What intake said, a topic a thing to do."""
    by_remedy: dict[str, list[Mapping[str, Any]]] = {}
    for row in problems:
        by_remedy.setdefault(row["what_to_do"] or "", []).append(row)
    return [
        _topic(str(rows[0]["code"] or "").replace("_", " ").capitalize(), remedy, [_problem_point(row) for row in rows])
        for remedy, rows in by_remedy.items()
    ]


def _problem_point(row: Mapping[str, Any]) -> Point:
    parts = [
        f"sheet '{row['sheet']}'" if row["sheet"] else "",
        f"row {row['row_number']}" if row["row_number"] is not None else "",
        f"column '{row['column_name']}'" if row["column_name"] else "",
    ]
    where = ", ".join(part for part in parts if part)
    cells = (Cell(_line(where), "", _line(row["value"])),) if where or row["value"] else ()
    return Point(_line(row["message"]), cells)


def _finding_topics(findings: Iterable[Mapping[str, Any]]) -> list[Topic]:
    """Findings, a topic a rule."""
    by_rule: dict[str, list[Mapping[str, Any]]] = {}
    for row in findings:
        by_rule.setdefault(row["rule_id"], []).append(row)
    return [
        _topic(rows[0]["title"], rows[0]["what_to_do"], [_finding_point(row) for row in rows])
        for rows in by_rule.values()
    ]


def _finding_point(row: Mapping[str, Any]) -> Point:
    expected = row["expected"]
    return Point(
        message=_line(row["message"]),
        cells=tuple(_cells(row["evidence"], row["source_ref"])),
        should_be=readable(expected) if row["corrects"] and expected is not None else None,
        explained_by=_line(row["explained_by"]) or None,
    )


def _cells(evidence: str | None, source_ref: str | None) -> list[Cell]:
    try:
        listed = json.loads(evidence or "[]")
    except ValueError:
        listed = []
    cells = [
        Cell(_place(one.get("where")), _line(one.get("what")), _line(one.get("value")))
        for one in listed
        if isinstance(one, dict)
    ]
    # Parts of one cell that were judged apart are one cell to look at.
    cells = list(dict.fromkeys(cells))
    return cells or ([Cell(_place(source_ref), "", "")] if source_ref else [])


def _topic(title: str, what_to_do: str, points: list[Point]) -> Topic:
    return Topic(title, _line(what_to_do), tuple(points[:LISTED]), max(0, len(points) - LISTED))


def _place(where: Any) -> str:
    """file.xlsx#Sheet!B7 as a person says it; the file is the one the note is about."""
    text = _line(where)
    _, _, place = text.partition("#")
    if not place:
        return text
    sheet, mark, cell = place.rpartition("!")
    return f"sheet '{sheet}', cell {cell}" if mark else place


def _period(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return "of no stated period"
    begins, ends = f"{first:%B %Y}", f"{last:%B %Y}"
    return f"for {begins}" if begins == ends else f"from {begins} to {ends}"


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'s' if count != 1 else ''}"


def _moment(moment: datetime | None) -> str:
    return f"{moment:%d %B %Y}" if moment else ""


def _line(value: Any) -> str:
    """Text of a sender on one line, without signs that move the cursor."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in str(value or "")).split())


def _rows(connection: Any, query: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    cursor = connection.execute(query, dict(values))
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _grouped(connection: Any, query: str, values: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(connection, query, values):
        found.setdefault(row["submission_id"], []).append(row)
    return found


def _write(path: Path, text: str) -> bool:
    """Writes the file unless it says so already. Did it change?"""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
    return True


@cache
def _template(name: str) -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)
