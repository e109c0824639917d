"""Registers of one authority: the actions it said it would take and what became of them; its case audits.

Belongs here: which actions need a word, and how audits are laid out by type, area and grade. Does not belong here: what
an action or audit is (the marts). What is past its day is so on the day of the data, never by a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from orchestration.report.kinds import indicator
from orchestration.report.pages import Block, Facts, Notice, Page, Section, Words
from orchestration.report.reading import Book, Rows
from orchestration.report.tables import Cell, Column, Row, Table, written_date, written_month
from orchestration.report.words import title_of

NAME = "registers"

ACTIONS = "marts.fct_action"
ACTION_HISTORY = "marts.fct_action_history"
AUDITS = "marts.fct_audit"
# A register older than this says little about today.
STALE_DAYS = 100

_ACTION_COLUMNS = (
    Column("action", "Action", "long", field="action"),
    Column("owner", "Who", field="owner", choose=True),
    Column("raised_in", "Agreed in", "month", field="raised_in"),
    Column("due_date", "Due", "date", field="due_date", note="of a month its last day"),
    Column("days_past", "Days past", "count"),
    Column("status", "Status", "status", field="status", choose=True),
    Column("n_put_off", "Put off", "count", field="n_put_off", note="times"),
    Column("what_was_done", "What was done", "long", field="what_was_done"),
    Column("indicator", "Figure it is to move"),
    Column("known_from", "Last told", "date", field="known_from"),
)


def pages(book: Book, month: date | None) -> Iterator[Page]:
    """One page, where the authority sent either register. Nothing told or counted after `month` is on it."""
    until = None if month is None else _month_end(month)
    actions = [row for row in book.rows(ACTIONS) if until is None or row["raised_in"] <= until]
    audits = [row for row in book.rows(AUDITS) if until is None or row["period_end"] <= until]
    if not actions and not audits:
        return
    sections = [
        Section("actions", "Actions", tuple(_actions(book, actions))),
        Section("put-off", "Actions that were put off", tuple(_put_off(book, actions))),
        Section("audits", "Case audits", tuple(_audits(book, audits))),
        Section("grades", "Grades of audits", tuple(_grades(book, audits))),
    ]
    yield Page(
        path=f"{book.authority.folder}/registers.html",
        title="Actions and audits",
        lead="What the council said it would do about its figures, and the case audits it counted.",
        sections=tuple(section for section in sections if section.blocks),
        landscape=True,
    )


# --- actions


def days_past(row: dict[str, Any], day: date) -> int | None:
    """How many days an open action is past its day; None where it is not."""
    if row["is_closed"] or row["due_date"] is None or row["due_date"] >= day:
        return None
    days: int = (day - row["due_date"]).days
    return days


def _actions(book: Book, actions: Rows) -> Iterator[Block]:
    if not actions:
        return
    day = book.reader.day
    standing = [row for row in actions if not row["is_closed"]]
    past = [row for row in standing if days_past(row, day) is not None]
    dropped = [row for row in standing if not row["is_in_newest_issue"]]
    newest = max(row["known_from"] for row in actions)
    yield Facts(
        (
            ("Actions told of", f"{len(actions):,}"),
            ("Not said to be done", f"{len(standing):,}"),
            (f"Of these past their day on {written_date(day)}", f"{len(past):,}"),
            ("Put off at least once", f"{sum(row['n_put_off'] > 0 for row in actions):,}"),
            ("Register last sent", written_date(newest)),
        )
    )
    if (day - newest).days > STALE_DAYS:
        yield Notice(
            f"The register was last sent on {written_date(newest)}. What was done since is not known here, so an "
            "action past its day may have been done."
        )
    if dropped:
        yield Notice(
            f"{_number_of(dropped, 'action')} not said to be done {_is_are(dropped)} missing from the newest register."
        )
    # What is past its day first, the longest first; then what is to come; then what is closed.
    ordered = sorted(
        actions,
        key=lambda row: (row["is_closed"], row["due_date"] or date.max, row["raised_in"], row["action_id"]),
    )
    yield Table(
        id="action-list",
        caption=f"Actions of {book.authority.name}",
        columns=_ACTION_COLUMNS,
        rows=tuple(_action(book, row, day) for row in ordered),
        source=ACTIONS,
        where={"authority_code": book.authority.code},
        keys=("action_id",),
        note="Status is the council's own word; “not stated” where its report does not say how an action stands. "
        "Owners are roles and groups.",
    )


def _action(book: Book, row: dict[str, Any], day: date) -> Row:
    code = row["indicator_code"] or ""
    named = book.reader.indicators.get(code)
    past = days_past(row, day)
    return Row(
        (
            row["action"],
            Cell(row["owner"], status="not stated"),
            row["raised_in"],
            Cell(row["due_date"], status="no day given"),
            Cell(past, status="done or cancelled" if row["is_closed"] else "no"),
            row["status"],
            row["n_put_off"],
            Cell(row["what_was_done"], status="nothing said"),
            Cell(named.name, href=indicator.path_of(book, code) if indicator.has_page(book, code) else "")
            if named
            else Cell(row["indicator_label"], status="none in particular"),
            row["known_from"],
        ),
        key=(row["action_id"],),
        anchor=f"action-{row['action_id']}",
    )


def _put_off(book: Book, actions: Rows) -> Iterator[Block]:
    """Every issue of the actions whose day moved, so that a reader sees how often and how far."""
    moved = {row["action_id"] for row in actions if row["is_carried_forward"]}
    if not moved:
        return
    issues = [row for row in book.rows(ACTION_HISTORY) if row["action_id"] in moved]
    issues.sort(key=lambda row: (row["raised_in"], row["action_id"], row["known_from"]))
    yield Table(
        id="put-off-issues",
        caption="What each register said of them",
        columns=(
            Column("action", "Action", "long", field="action"),
            Column("known_from", "Told on", "date"),
            Column("due_date", "Due", "date", field="due_date"),
            Column("was_put_off", "Later than before", "yes", field="was_put_off"),
            Column("status", "Status", "status", field="status"),
            Column("what_was_done", "What was done", "long", field="what_was_done"),
        ),
        rows=tuple(
            Row(
                (
                    Cell(row["action"], href=f"#action-{row['action_id']}"),
                    row["known_from"],
                    Cell(row["due_date"], status="no day given"),
                    row["was_put_off"],
                    row["status"],
                    Cell(row["what_was_done"], status="nothing said"),
                ),
                key=(row["action_id"], row["known_from"].isoformat()),
            )
            for row in issues
        ),
        source=ACTION_HISTORY,
        where={"authority_code": book.authority.code},
        keys=("action_id", "known_from"),
    )


# --- audits


def _audits(book: Book, audits: Rows) -> Iterator[Block]:
    """Type by area for the newest month and the newest cumulative period; ranges; totals by month."""
    counted = [row for row in audits if row["grade"] == "all" and row["bound"] == "exact"]
    for basis in ("month", "cumulative"):
        of_basis = [row for row in counted if row["period_basis"] == basis]
        if of_basis:
            newest = max((row["period_end"], row["period_start"]) for row in of_basis)
            yield _matrix(book, [row for row in of_basis if (row["period_end"], row["period_start"]) == newest])
    ranges = [row for row in audits if row["grade"] == "all" and row["bound"] != "exact"]
    if ranges:
        yield _ranges(book, ranges)
    totals = [
        row for row in counted if row["period_basis"] == "month" and row["audit_type"] == "all" and row["area"] == "all"
    ]
    if len(totals) > 1:
        yield _totals(book, totals)


def _matrix(book: Book, audits: Rows) -> Table:
    first = audits[0]
    basis, start, end = first["period_basis"], first["period_start"], first["period_end"]
    types, areas = _in_order(row["audit_type"] for row in audits), _in_order(row["area"] for row in audits)
    cells = {(row["audit_type"], row["area"]): row for row in audits}
    first_month, last_month = written_month(start), written_month(end)
    period = first_month if basis == "month" else f"{first_month} to {last_month} together"
    notes = sorted({row["note"] for row in audits if row["note"]})
    return Table(
        id=f"audits-{basis}",
        caption=f"Audits by type and area, {period}",
        columns=(
            Column("audit_type", "Type"),
            *(
                Column(
                    f"area-{number}",
                    _named(area, "All areas"),
                    "count",
                    field="audits",
                    key_part=(("area", area),),
                )
                for number, area in enumerate(areas)
            ),
        ),
        rows=tuple(
            Row(
                (_named(kind, "All types"), *(_audit_cell(cells.get((kind, area))) for area in areas)),
                key=(kind,),
            )
            for kind in types
        ),
        source=AUDITS,
        where={
            "authority_code": book.authority.code,
            "period_basis": basis,
            "period_start": start.isoformat(),
            "period_end": end.isoformat(),
            "grade": "all",
            "bound": "exact",
        },
        keys=("audit_type",),
        note="Types and areas are the council's own." + (f" Its sender notes: {'; '.join(notes)}." if notes else ""),
    )


def _ranges(book: Book, ranges: Rows) -> Table:
    """Where the council says "between 20 and 25": both ends beside each other, a row a month and type."""
    lines: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in ranges:
        key = (row["period_end"], row["period_basis"], row["period_start"], row["audit_type"], row["area"])
        lines.setdefault(key, {})[row["bound"]] = row
    return Table(
        id="audit-ranges",
        caption="Audits of which the council gives a range",
        columns=(
            Column("period_end", "Month", "month"),
            Column("audit_type", "Type", choose=True),
            Column("area", "Area"),
            Column("at_least", "At least", "count", field="audits", key_part=(("bound", "at_least"),)),
            Column("at_most", "At most", "count", field="audits", key_part=(("bound", "at_most"),)),
        ),
        rows=tuple(
            Row(
                (
                    end,
                    _named(kind, "All types"),
                    _named(area, "All areas"),
                    _audit_cell(ends.get("at_least")),
                    _audit_cell(ends.get("at_most")),
                ),
                key=(basis, start.isoformat(), end.isoformat(), kind, area),
            )
            for (end, basis, start, kind, area), ends in sorted(lines.items(), reverse=True)
        ),
        source=AUDITS,
        where={"authority_code": book.authority.code, "grade": "all"},
        keys=("period_basis", "period_start", "period_end", "audit_type", "area"),
    )


def _totals(book: Book, totals: Rows) -> Table:
    totals = sorted(totals, key=lambda row: row["month"])
    known = [row for row in totals if row["audits"] is not None]
    return Table(
        id="audits-by-month",
        caption="Audits by month",
        columns=(Column("month", "Month", "month"), Column("audits", "Audits", "count", field="audits")),
        rows=tuple(Row((row["month"], _audit_cell(row)), key=(row["month"].isoformat(),)) for row in totals),
        source=AUDITS,
        where={
            "authority_code": book.authority.code,
            "period_basis": "month",
            "audit_type": "all",
            "area": "all",
            "grade": "all",
            "bound": "exact",
        },
        keys=("month",),
        chart="bars",
        options={"label": "month", "value": "audits", "unit": "audits"},
        summary=f"Audits in {len(totals)} months; {len(known)} of them have a number.",
    )


def _grades(book: Book, audits: Rows) -> Iterator[Block]:
    graded = [row for row in audits if row["grade"] != "all" and row["bound"] == "exact"]
    if not graded:
        return
    yield Words(
        "The focus of audits differs by month, so that grades of one month are not like for like with those of another."
    )
    by_basis: dict[tuple[str, str, str], Rows] = {}
    for row in graded:
        by_basis.setdefault((row["period_basis"], row["audit_type"], row["area"]), []).append(row)
    for number, ((basis, kind, area), rows) in enumerate(sorted(by_basis.items())):
        grades = _in_order(row["grade"] for row in rows)
        periods = sorted({(row["period_start"], row["period_end"]) for row in rows})
        cells = {(row["period_start"], row["period_end"], row["grade"]): row for row in rows}
        what = ", ".join(_named(part, whole) for part, whole in ((kind, "all types"), (area, "all areas")))
        yield Table(
            id=f"grades-{number}",
            caption=f"Audits by grade, {'by month' if basis == 'month' else 'cumulative'}: {what}",
            columns=(
                Column("period_end", "Month", "month"),
                *(
                    Column(f"grade-{place}", title_of(grade), "count", field="audits", key_part=(("grade", grade),))
                    for place, grade in enumerate(grades)
                ),
            ),
            rows=tuple(
                Row(
                    (end, *(_audit_cell(cells.get((start, end, grade))) for grade in grades)),
                    key=(start.isoformat(), end.isoformat()),
                )
                for start, end in periods
            ),
            source=AUDITS,
            where={
                "authority_code": book.authority.code,
                "period_basis": basis,
                "audit_type": kind,
                "area": area,
                "bound": "exact",
            },
            keys=("period_start", "period_end"),
            chart="stacked" if basis == "month" and any(row["audits"] is not None for row in rows) else "",
            options={
                "time": "period_end",
                "parts": [{"key": f"grade-{place}", "label": title_of(grade)} for place, grade in enumerate(grades)],
                "unit": "audits",
            },
            summary=f"Audits by grade in {len(periods)} months, {what}.",
        )


def _audit_cell(row: dict[str, Any] | None) -> Cell:
    if row is None:
        return Cell(None, status="not given")
    return Cell(row["audits"], status=row["value_status"] or "")


def _in_order(names: Iterable[str]) -> list[str]:
    """Names once each, by the alphabet, the whole last."""
    return sorted(set(names), key=lambda name: (name == "all", name.lower(), name))


def _named(name: str, whole: str) -> str:
    return whole if name == "all" else name


def _number_of(rows: Rows, what: str) -> str:
    return f"{len(rows):,} {what}{'' if len(rows) == 1 else 's'}"


def _is_are(rows: Rows) -> str:
    return "is" if len(rows) == 1 else "are"


def _month_end(month: date) -> date:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)
