"""Contact flow of one authority: who made contact, how, what came of it, and what the contacts were.

Belongs here: laying out `mart_contact_flow` and `mart_funnel`, and the figures about deciding. Does not belong here:
what a code means (the registry) and what an initial contact is.

The marts hold one row a class beside source, method and outcome: a cell of a cross-tabulation is the sum of its
classes, so that it has no single row in the publication and names none. An authority without a return of contacts has
no page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from orchestration.report.pages import Block, Facts, Link, Links, Notice, Page, Section, Words
from orchestration.report.reading import Book, Rows
from orchestration.report.tables import Cell, Column, Row, Table, rating_cell, written_month, written_number
from orchestration.report.words import title_of

NAME = "contacts"

FLOW = "marts.mart_contact_flow"
FUNNEL = "marts.mart_funnel"
MONTHLY = "marts.mart_indicator_monthly"
VALUES = "marts.fct_indicator_value"

# What is known and not worth a row of its own stands last in a table.
_LAST = ("other", "anonymous", "unknown", "not_given", "unmapped")
# Classes in the order in which they are stacked: initial contacts first.
_CLASSES = (
    "request_for_service",
    "police_notification",
    "consultation_advice",
    "information_only",
    "existing_case",
    "other_authority",
    "other",
    "unmapped",
    "not_given",
)
# The way from a contact to a plan, by the figures that councils send: used where no lists of children tell it.
_STAGES = (
    ("Contacts", ("contacts_received", "mash_contacts_completed")),
    ("Referrals", ("referrals_received",)),
    ("Assessments completed", ("assessments_completed", "initial_assessments_completed")),
    ("Plans started", ("cpp_new",)),
)
# How decisions were made, and how fast.
_DECISIONS = (
    "mash_override_count",
    "mash_override_pct",
    "mash_decision_timeliness_24h_pct",
    "mash_parental_consent_pct",
    "mash_repeat_contacts_12m_pct",
)
_CALLS = ("mash_calls_handled_pct", "mash_calls_abandoned_pct")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many contacts rows hold, and why there is no number where there is none."""

    contacts: float | None
    status: str = ""
    is_part: bool = False

    @property
    def cell(self) -> Cell:
        """As a cell; a sum that lacks a part says so."""
        return Cell(self.contacts, status=self.status, marks=("incomplete",) if self.is_part else ())


def counted(rows: Iterable[Mapping[str, Any]]) -> Counted:
    """The contacts of some rows. Without any number, the reason; with some missing, a part."""
    rows = list(rows)
    known = [row["contacts"] for row in rows if row["contacts"] is not None]
    without = [row["value_status"] for row in rows if row["contacts"] is None]
    lacks = bool(without) or any(row["value_status"] == "missing" for row in rows)
    if not known:
        return Counted(None, without[0] if without else "not_given")
    return Counted(sum(known), is_part=lacks)


def pages(book: Book, month: date | None) -> Iterator[Page]:
    """One page, where the authority sent contacts or lists that tell the way of contacts."""
    flow = [row for row in book.rows(FLOW) if month is None or row["month"] <= month]
    funnel = [row for row in book.rows(FUNNEL) if month is None or row["month"] <= month]
    if not flow and not funnel:
        return
    sections = [
        Section("now", "Where contacts stand", tuple(_now(book, flow))),
        Section("tables", "Who made contact, how, and what came of it", tuple(_tables(flow))),
        Section("classes", "What the contacts were", tuple(_classes(flow))),
        Section("funnel", "From contact to plan", tuple(_way(book, funnel, month))),
        Section("decisions", "How decisions were made", tuple(_decisions(book, month))),
    ]
    yield Page(
        path=f"{book.authority.folder}/contacts.html",
        title="Contact flow",
        lead="Who made contact, how, what was decided, and how many came to a referral, an assessment or a plan.",
        sections=tuple(section for section in sections if section.blocks),
        landscape=True,
    )


# --- where they stand


def class_table(flow: Rows) -> Rows:
    """The rows that tell classes best: of each month the tabulation with the fewest contacts without a class.

    Tabulations of one month count the same contacts, so only one of them may be added up."""
    chosen = []
    for rows in _by(flow, lambda row: row["month"]).values():
        tabulations = _by(rows, lambda row: row["tabulation"])
        chosen += min(
            tabulations.values(),
            key=lambda some: (_sum(some, lambda row: row["contact_class"] in ("unmapped", "not_given")), -_sum(some)),
        )
    return chosen


def _now(book: Book, flow: Rows) -> Iterator[Block]:
    if not flow:
        yield Words("Counts of contacts were not sent; the lists of children tell what became of contacts.")
        return
    newest = max(row["month"] for row in flow)
    rows = [row for row in class_table(flow) if row["month"] == newest]
    all_contacts = _sum(rows)
    initial = _sum(rows, lambda row: row["is_initial_contact"] is True)
    unmapped = _sum(rows, lambda row: row["contact_class"] in ("unmapped", "not_given"))
    facts: list[tuple[str, str | Link]] = [
        ("Month", written_month(newest)),
        ("Contacts", f"{all_contacts:,.0f}"),
        ("Known to be initial contacts", _of_all(initial, all_contacts)),
        ("Of no known class", _of_all(unmapped, all_contacts)),
    ]
    hidden = sum(row["value_status"] == "suppressed" for row in rows)
    missing = sum(row["value_status"] == "missing" for row in rows)
    if hidden:
        facts.append(("Cells hidden, so that no child can be told from them", f"{hidden:,}"))
    if missing:
        facts.append(("Cells that were left blank", f"{missing:,}"))
    yield Facts(tuple(facts))
    if unmapped:
        yield Notice(
            f"{unmapped:,.0f} contacts came under codes that no code list explains, or without a code. They are in the "
            "totals, and nobody can say whether they are initial contacts.",
            f"{book.authority.folder}/quality.html",
        )
    if "mash_contacts_completed" in book.by_indicator(VALUES):
        yield Links(
            (
                Link(
                    "The same contacts in the authority's own words",
                    f"{book.authority.folder}/indicators/mash_contacts_completed.html",
                ),
            )
        )


# --- cross-tabulations


def _tables(flow: Rows) -> Iterator[Block]:
    """The newest month of each tabulation, each pair of its dimensions as a table."""
    for tabulation, rows in sorted(_by(flow, lambda row: row["tabulation"]).items()):
        newest = max(row["month"] for row in rows)
        of_month = [row for row in rows if row["month"] == newest]
        pairs = _pairs(tabulation, of_month)
        for down, across in pairs:
            yield cross_table(of_month, tabulation, down, across, newest)
        if not pairs:
            yield _list_of(of_month, tabulation, newest)


def _pairs(tabulation: str, rows: Rows) -> list[tuple[str, str]]:
    """Which dimensions a tabulation can be laid out by: those it gives, sources across."""
    given = {
        dimension
        for dimension in ("source", "method", "outcome")
        if any(row[f"contact_{dimension}"] != "not_given" for row in rows)
    }
    wanted = [("method", "source"), ("outcome", "source"), ("outcome", "method")]
    pairs = [pair for pair in wanted if set(pair) <= given]
    return pairs[:2] if {("method", "source"), ("outcome", "source")} <= set(pairs) else pairs


def cross_table(rows: Rows, tabulation: str, down: str, across: str, month: date) -> Table:
    """Contacts by two dimensions, with their totals. A cell is the sum of its classes and teams."""
    down_field, across_field = f"contact_{down}", f"contact_{across}"
    lines, columns = _in_order(row[down_field] for row in rows), _in_order(row[across_field] for row in rows)
    cells = {
        place: counted(some) for place, some in _by(rows, lambda row: (row[down_field], row[across_field])).items()
    }
    by_line = {line: counted(some) for line, some in _by(rows, lambda row: row[down_field]).items()}
    by_column = {column: counted(some) for column, some in _by(rows, lambda row: row[across_field]).items()}
    made = [
        Row(
            (
                title_of(line),
                *(cells[line, column].cell if (line, column) in cells else Cell(0.0) for column in columns),
                by_line[line].cell,
            )
        )
        for line in lines
    ]
    made.append(Row(("All contacts", *(by_column[column].cell for column in columns), counted(rows).cell)))
    teams = len({row["team"] for row in rows} - {None})
    return Table(
        id=f"{_slug(tabulation)}-{down}-{across}",
        caption=f"Contacts by {down} and {across}, {written_month(month)}",
        columns=(
            Column(down, title_of(down)),
            *(Column(f"c{number}", title_of(column), "count") for number, column in enumerate(columns)),
            Column("total", "All", "count"),
        ),
        rows=tuple(made),
        note="In the common words for sources, methods and outcomes; what no code list explains is Unmapped. Added up "
        f"from {FLOW}, tabulation “{tabulation}”" + (f", over {teams} teams." if teams > 1 else "."),
    )


def _list_of(rows: Rows, tabulation: str, month: date) -> Table:
    """Where only one dimension is given: its parts."""
    dimension = next(
        (
            name
            for name in ("source", "method", "outcome")
            if any(row[f"contact_{name}"] != "not_given" for row in rows)
        ),
        "class",
    )
    parts = {part: counted(some) for part, some in _by(rows, lambda row: row[f"contact_{dimension}"]).items()}
    return Table(
        id=f"{_slug(tabulation)}-{dimension}",
        caption=f"Contacts by {dimension}, {written_month(month)}",
        columns=(Column("part", title_of(dimension)), Column("contacts", "Contacts", "count")),
        rows=tuple(Row((title_of(part), parts[part].cell)) for part in _in_order(parts)),
        chart="bars",
        options={"label": "part", "value": "contacts", "unit": "contacts"},
        summary=f"Contacts by {dimension} in {written_month(month)}: {counted(rows).contacts or 0:,.0f} in all.",
        note=f"Added up from {FLOW}, tabulation “{tabulation}”.",
    )


# --- classes


def _classes(flow: Rows) -> Iterator[Block]:
    """The mix of classes by month, as numbers and as shares of all contacts of the month."""
    if not flow:
        return
    rows = class_table(flow)
    present = {row["contact_class"] for row in rows}
    classes = [name for name in _CLASSES if name in present] + sorted(present - set(_CLASSES))
    by_month = dict(sorted(_by(rows, lambda row: row["month"]).items()))
    numbers, shares = [], []
    for month, of_month in by_month.items():
        by_class = {name: counted(some) for name, some in _by(of_month, lambda row: row["contact_class"]).items()}
        in_all = counted(of_month)
        numbers.append(
            Row((month, *((by_class[name].cell if name in by_class else Cell(0.0)) for name in classes), in_all.cell))
        )
        shares.append(Row((month, *(_share(by_class.get(name), in_all) for name in classes))))
    parts = [{"key": f"class-{number}", "label": title_of(name)} for number, name in enumerate(classes)]
    initial = [name for name in classes if name in ("request_for_service", "police_notification")]
    note = (
        "Initial contacts, unless the authority's own code list says otherwise: "
        + (" and ".join(title_of(name).lower() for name in initial) or "none of these classes")
        + ". Of two tabulations of one month the one with fewer contacts of no known class is counted."
    )
    yield Table(
        id="classes-number",
        caption="Contacts by class and month",
        columns=(
            Column("month", "Month", "month"),
            *(Column(f"class-{number}", title_of(name), "count") for number, name in enumerate(classes)),
            Column("all", "All", "count"),
        ),
        rows=tuple(numbers),
        chart="stacked",
        options={"time": "month", "parts": parts, "unit": "contacts"},
        summary=_mix_summary(by_month, classes),
        note=note,
    )
    yield Table(
        id="classes-share",
        caption="Classes as a share of the month's contacts, per cent",
        columns=(
            Column("month", "Month", "month"),
            *(Column(f"class-{number}", title_of(name), "figure", decimals=1) for number, name in enumerate(classes)),
        ),
        rows=tuple(shares),
        decimals=1,
        chart="stacked",
        options={"time": "month", "parts": parts, "unit": "% of contacts", "share": True, "decimals": 1},
        summary="The same, as shares of the contacts of each month.",
    )


def _share(part: Counted | None, whole: Counted) -> Cell:
    if not whole.contacts:
        return Cell(None, status="zero_denominator")
    if part is None:
        return Cell(0.0)
    if part.contacts is None:
        return Cell(None, status=part.status)
    return Cell(100.0 * part.contacts / whole.contacts, marks=part.cell.marks)


def _mix_summary(by_month: Mapping[date, Rows], classes: list[str]) -> str:
    newest, rows = list(by_month.items())[-1]
    whole = _sum(rows)
    largest = max(classes, key=lambda name: _sum(rows, lambda row: row["contact_class"] == name))
    number = _sum(rows, lambda row: row["contact_class"] == largest)
    months = f"{len(by_month)} month{'' if len(by_month) == 1 else 's'}"
    return (
        f"Contacts by class in {months}. In {written_month(newest)} most were “{title_of(largest).lower()}”: "
        f"{_of_all(number, whole)}."
    )


# --- from contact to plan


def _way(book: Book, funnel: Rows, month: date | None) -> Iterator[Block]:
    whole = [row for row in funnel if row["breakdown_dimension"] == "all"]
    if whole:
        yield from _linked(book, funnel, whole)
    else:
        yield from _flows(book, month)


_FUNNEL_FIELDS = (
    ("contacts", "Contacts", "count"),
    ("referrals", "Became a referral", "count"),
    ("contacts_to_referral_pct", "Referrals, % of contacts", "figure"),
    ("assessments", "Then an assessment", "count"),
    ("contacts_to_assessment_pct", "Assessments, % of contacts", "figure"),
    ("plans", "Then a plan", "count"),
    ("contacts_to_plan_pct", "Plans, % of contacts", "figure"),
)


def _linked(book: Book, funnel: Rows, whole: Rows) -> Iterator[Block]:
    """What became of the same contacts, as the lists of children tell."""
    yield Words(
        "What became of each month's contacts so far, as the lists of children tell: the newest months have had less "
        "time to come to an assessment or a plan."
    )
    newest = max(row["month"] for row in whole)
    for dimension, rows in sorted(_by(funnel, lambda row: row["breakdown_dimension"]).items()):
        is_whole = dimension == "all"
        shown = rows if is_whole else [row for row in rows if row["month"] == newest]
        if not shown:
            continue
        yield Table(
            id=f"funnel-{_slug(dimension)}",
            caption="From contact to plan, by month"
            if is_whole
            else f"From contact to plan by {title_of(dimension).lower()}, {written_month(newest)}",
            columns=(
                Column("month", "Month", "month") if is_whole else Column("part", title_of(dimension)),
                *(
                    Column(field, label, kind, field=field, decimals=1)  # type: ignore[arg-type]
                    for field, label, kind in _FUNNEL_FIELDS
                ),
            ),
            rows=tuple(
                Row(
                    (
                        row["month"] if is_whole else title_of(row["breakdown_value"]),
                        *(Cell(row[field], status=row["value_status"]) for field, _, _ in _FUNNEL_FIELDS),
                    ),
                    key=(row["month"].isoformat() if is_whole else row["breakdown_value"],),
                )
                for row in shown
            ),
            source=FUNNEL,
            where={"authority_code": book.authority.code, "breakdown_dimension": dimension}
            | ({} if is_whole else {"month": newest.isoformat()}),
            keys=("month" if is_whole else "breakdown_value",),
            decimals=1,
            chart="lines" if is_whole and len(shown) > 1 else "",
            options={
                "time": "month",
                "parts": [
                    {"key": field, "label": label} for field, label, _ in _FUNNEL_FIELDS if field.endswith("_pct")
                ],
                "unit": "% of the month's contacts",
                "decimals": 1,
                "step": 45,
            },
            summary=_funnel_summary(shown[-1]),
        )


def _funnel_summary(row: Mapping[str, Any]) -> str:
    said = [
        f"{label}: {written_number(row[field], 1)}"
        for field, label, _ in _FUNNEL_FIELDS[2::2]
        if row[field] is not None
    ]
    return f"{written_month(row['month'])}: {'; '.join(said) or 'hidden, so that no child can be told'}."


def _flows(book: Book, month: date | None) -> Iterator[Block]:
    """The flows of one month beside each other, where they were sent: ratios, and not the way of the same children."""
    by_stage: list[tuple[str, str, dict[date, dict[str, Any]]]] = []
    for label, codes in _STAGES:
        for code in codes:
            rows = {
                row["month"]: row
                for row in book.of_indicator(MONTHLY, code)
                if row["value"] is not None and (month is None or row["month"] <= month)
            }
            if rows:
                by_stage.append((label, code, rows))
                break
    if len(by_stage) < 2 or by_stage[0][0] != "Contacts":
        return
    shared = sorted(set(by_stage[0][2]) & set(by_stage[1][2]))
    if not shared:
        return
    newest = shared[-1]
    stages = [(label, code, rows[newest]) for label, code, rows in by_stage if newest in rows]
    first = stages[0][2]["value"]
    yield Words(
        f"The flows of {written_month(newest)} beside each other. They are of the same month and not of the same "
        "children: a referral of the month may follow a contact of the month before."
    )
    yield Table(
        id="flows",
        caption=f"Flows of {written_month(newest)}, and for each 100 contacts",
        columns=(
            Column("stage", "Stage"),
            Column("indicator", "Figure"),
            Column("value", "Number", "count", field="value"),
            Column("ratio", "For each 100 contacts", "figure", decimals=1),
        ),
        rows=tuple(
            Row(
                (
                    label,
                    Cell(
                        book.reader.indicators[code].name,
                        href=f"{book.authority.folder}/indicators/{code}.html",
                    ),
                    row["value"],
                    Cell(100.0 * row["value"] / first if first else None, status="zero_denominator"),
                ),
                key=(code,),
            )
            for label, code, row in stages
        ),
        source=MONTHLY,
        where={"authority_code": book.authority.code, "month": newest.isoformat()},
        keys=("indicator_code",),
        chart="bars",
        options={"label": "stage", "value": "value", "unit": "in the month"},
        summary="; ".join(f"{label.lower()} {written_number(row['value'], 0)}" for label, _, row in stages).capitalize()
        + ".",
    )


# --- decisions


def _decisions(book: Book, month: date | None) -> Iterator[Block]:
    newest = []
    for code in _DECISIONS:
        rows = [row for row in book.of_indicator(MONTHLY, code) if month is None or row["month"] <= month]
        known = [row for row in rows if row["value"] is not None]
        if known:
            newest.append(known[-1])
    if newest:
        yield Table(
            id="decision-figures",
            caption="Decisions on contacts: the newest figures",
            columns=(
                Column("indicator", "Figure"),
                Column("month", "Month", "month"),
                Column("value", "Value", "figure", field="value"),
                Column("unit", "Unit"),
                Column("previous_value", "Month before", "figure", field="previous_value"),
                Column("target", "Target", "figure", field="target"),
                Column("rag", "Rating", "rag", field="rag"),
            ),
            rows=tuple(_decision(book, row) for row in newest),
            source=MONTHLY,
            where={"authority_code": book.authority.code},
            keys=("indicator_code", "month"),
            note="An override is a decision that differs from what the worker recommended; a recommendation left blank "
            "counts as the authority counts it.",
        )
    yield from _timeliness(book, month)
    yield from _calls(book, month)


def _decision(book: Book, row: Mapping[str, Any]) -> Row:
    indicator = book.reader.indicators[row["indicator_code"]]
    return Row(
        (
            Cell(indicator.name, href=f"{book.authority.folder}/indicators/{indicator.code}.html"),
            row["month"],
            Cell(row["value"], marks=("provisional",) if row["is_provisional"] else ()),
            "%" if indicator.unit == "percent" else "number",
            Cell(row["previous_value"], status=row["previous_status"] or ""),
            Cell(row["target"], status="no target"),
            rating_cell(row["rag"]),
        ),
        key=(row["indicator_code"], row["month"].isoformat()),
        decimals=indicator.decimals,
    )


def _timeliness(book: Book, month: date | None) -> Iterator[Block]:
    """How fast, by what was decided: outcomes down, months across."""
    code = "mash_decision_timeliness_24h_pct"
    rows = [
        row
        for row in book.of_indicator(VALUES, code)
        if row["breakdown_dimension"] == "contact_outcome"
        and row["period_basis"] == "month"
        and (month is None or row["period_start"] <= month)
    ]
    known = [row for row in rows if row["value"] is not None]
    if not known:
        return
    months = sorted({row["period_start"] for row in known})[-13:]
    cells = {(row["breakdown_value"], row["period_start"]): row for row in rows}
    outcomes = sorted({row["breakdown_value"] for row in known})
    indicator = book.reader.indicators[code]
    yield Table(
        id="timeliness",
        caption=f"{indicator.name}, by what was decided, %",
        columns=(
            Column("outcome", "Outcome"),
            *(
                Column(
                    f"m{when:%Y%m}",
                    written_month(when),
                    "figure",
                    field="value",
                    key_part=(("period_start", when.isoformat()),),
                )
                for when in months
            ),
        ),
        rows=tuple(
            Row(
                (
                    outcome,
                    *(
                        Cell(cells[outcome, when]["value"], status=cells[outcome, when]["value_status"])
                        if (outcome, when) in cells
                        else Cell(None, status="not given")
                        for when in months
                    ),
                ),
                key=(outcome,),
            )
            for outcome in outcomes
        ),
        source=VALUES,
        where={
            "authority_code": book.authority.code,
            "indicator_code": code,
            "period_basis": "month",
            "breakdown_dimension": "contact_outcome",
        },
        keys=("breakdown_value",),
        decimals=indicator.decimals,
        note="Outcomes in the authority's own words.",
    )


def _calls(book: Book, month: date | None) -> Iterator[Block]:
    """Calls by week, as printed."""
    codes = [code for code in _CALLS if code in book.by_indicator(VALUES)]
    by_week: dict[tuple[date, date, str, str], dict[str, dict[str, Any]]] = {}
    for code in codes:
        for row in book.of_indicator(VALUES, code):
            if row["period_basis"] == "week" and (month is None or row["period_start"].replace(day=1) <= month):
                week = (row["period_start"], row["period_end"], row["breakdown_dimension"], row["breakdown_value"])
                by_week.setdefault(week, {})[code] = row
    if not by_week:
        return
    yield Table(
        id="calls",
        caption="Calls by week, %",
        columns=(
            Column("period_start", "Week from", "date"),
            *(
                Column(
                    code,
                    book.reader.indicators[code].name,
                    "figure",
                    field="value",
                    key_part=(("indicator_code", code),),
                )
                for code in codes
            ),
        ),
        rows=tuple(
            Row(
                (
                    start,
                    *(
                        Cell(cells[code]["value"], status=cells[code]["value_status"])
                        if code in cells
                        else Cell(None, status="not given")
                        for code in codes
                    ),
                ),
                key=(start.isoformat(), end.isoformat(), dimension, part),
            )
            for (start, end, dimension, part), cells in sorted(by_week.items())
        ),
        source=VALUES,
        where={"authority_code": book.authority.code, "period_basis": "week"},
        keys=("period_start", "period_end", "breakdown_dimension", "breakdown_value"),
        decimals=book.reader.indicators[codes[0]].decimals,
    )


# --- helpers


def _by(rows: Iterable[dict[str, Any]], key: Callable[[dict[str, Any]], Any]) -> dict[Any, Rows]:
    found: dict[Any, Rows] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _sum(rows: Iterable[dict[str, Any]], among: Callable[[dict[str, Any]], bool] = lambda _: True) -> float:
    return sum(row["contacts"] or 0.0 for row in rows if among(row))


def _of_all(part: float, whole: float) -> str:
    return f"{part:,.0f} of {whole:,.0f} ({written_number(100.0 * part / whole, 1)} %)" if whole else f"{part:,.0f}"


def _in_order(names: Iterable[str]) -> list[str]:
    """Names once each by the alphabet; other, unknown and unmapped last."""
    return sorted(set(names), key=lambda name: (_LAST.index(name) + 1 if name in _LAST else 0, name))


def _slug(text: str) -> str:
    return "-".join(text.replace("_", " ").split())
