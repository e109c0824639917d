"""Child-level lists from what stands in a file to what is kept of it: the way through, step by step.

Belongs here: the order of the steps, whose the lists are and of which day, and telling what was not mapped. Does not
belong here: finding lists (parts), judging rows (judging), tables (handing_over), writing (store).
"""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.intake.check import Facts, Resolve
from orchestration.intake.children.codes import CodeList, load_code_lists
from orchestration.intake.children.contract import STANDARD_MONTHS, ChildList
from orchestration.intake.children.front import (
    Front,
    Grid,
    authority_in_file_name,
    day_in_file_name,
    is_council,
    read_front,
    window_start,
)
from orchestration.intake.children.handing_over import Described, raw_tables, rows_to_return
from orchestration.intake.children.headings import nearly_a_list
from orchestration.intake.children.judging import Judged, judge_rows, says_nothing, whole_list_aside
from orchestration.intake.children.parts import HEADING_WITHIN, Part
from orchestration.intake.children.pseudonyms import Pseudonym
from orchestration.intake.contracts import Contract
from orchestration.intake.outcome import Problem, Problems
from orchestration.intake.periods import financial_year_end, financial_year_start
from orchestration.intake.text import display

if TYPE_CHECKING:
    import pyarrow as pa

CODE_LISTS = Path("data/registry/codes")


class ListFault(Exception):
    """A fault of ours among children's rows: says where in the program it is, and nothing of what was read."""


@dataclass(slots=True)
class Reading:
    """What was read of a file: for the outcome, for the sender's folder, and as tables by submission."""

    problems: Problems
    notes: list[str] = field(default_factory=list)
    facts: Facts = field(default_factory=Facts)
    rows_in_file: int = 0
    rows_loaded: int = 0
    rejected: bool = False
    returned: dict[str, list[list[str]]] = field(default_factory=dict)
    tables: Callable[[str], dict[str, pa.Table]] = field(default=lambda _: {})


@dataclass(frozen=True, slots=True)
class Around:
    """What is known beside the lists: the cells around them, the file's name, and the deployment."""

    project: Path
    received: date
    resolve: Resolve
    pseudonyms: Callable[[], Pseudonym]
    file_name: str
    fronts: list[Grid] = field(default_factory=list)
    child_authority: str | None = None


def read_lists(
    parts: list[Part], contract: Contract, around: Around, *, problems: Problems, notes: list[str]
) -> Reading:
    """Judge the rows of all lists. Raises ListFault, whose message holds nothing of what was read."""
    try:
        return _read(parts, contract, around, Reading(problems, notes))
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}, line {where.lineno}"
        raise ListFault(f"{type(error).__name__} while reading child-level lists ({place})") from None


def _read(parts: list[Part], contract: Contract, around: Around, reading: Reading) -> Reading:
    codes = load_code_lists(around.project / CODE_LISTS / contract.name)
    judged = []
    seen: dict[str, str | None] = {}
    for part in parts:
        name = part.part.name
        what = f"list {part.part.number} ({part.part.title.lower()})"
        reading.notes.append(f"{_sheet(part)}was read as {what}: {part.rows_in_file:,} row(s)")
        if further := part.further():
            named_so = ", ".join(f"'{display(heading)}'" for heading in further.values())
            reading.notes.append(
                f"{_sheet(part)}has columns that the list does not have; they stay in the archived file: {named_so}"
            )
        if part.hidden:
            reading.notes.append(f"{_sheet(part)}is hidden; it was read all the same")
        is_other = part.return_name != contract.name
        one = whole_list_aside(part, reading.problems, name in seen, is_other) or judge_rows(
            part, around.received, reading.problems
        )
        if not is_other:
            seen.setdefault(name, part.place)
        if len(one.kept) + len(one.set_aside) != part.rows_in_file:
            counted = f"{len(one.kept)} loaded and {len(one.set_aside)} set aside"
            raise AssertionError(f"{part.rows_in_file} rows counted, {counted}")
        judged.append(one)
        reading.rows_in_file += part.rows_in_file
        reading.rows_loaded += len(one.kept)
    _tell_unread(around.fronts, contract, reading.problems)
    front = read_front([*around.fronts, *(part.above for part in parts)], contract.terms)
    authorities = _authorities(judged, front, around, reading)
    as_at = _as_at(judged, contract, front, around, reading)
    windows = {part.part.name: _window_from(part.part, contract, as_at, front) for part in parts}
    started = [day for day in windows.values() if day]
    reading.facts = Facts(authorities, min(started, default=None), as_at, as_at)
    authority = next(iter(authorities)) if len(authorities) == 1 else None
    reading.rejected = authority is None
    if reading.rows_in_file == 0:
        reading.problems.add(
            Problem(
                "no_rows",
                "warning",
                "the lists have headings and no row; nothing that was held before has changed",
                "send the lists with their rows",
            )
        )
    spellings = {id(one): _spellings(one) for one in judged}
    on = as_at or around.received
    unmapped: list[list[str]] = []
    for one in judged:
        unmapped += _tell_unmapped(one, spellings[id(one)], codes, authority, on, reading.problems)
    reading.returned = rows_to_return(judged, unmapped)
    if authority is not None:
        who = Described(authority, as_at, windows)
        reading.tables = lambda submission: raw_tables(
            judged, spellings, contract, who, around.pseudonyms(), submission
        )
    return reading


def _sheet(part: Part) -> str:
    return f"'{display(part.place)}' " if part.place else "the file "


def _tell_unread(fronts: list[Grid], contract: Contract, problems: Problems) -> None:
    """A sheet or file beside the lists that seems to be one itself: it must not be missing in silence."""
    for grid in fronts:
        filled = [[cell.strip() for cell in row] for row in grid if any(cell.strip() for cell in row)]
        for place, header in enumerate(filled[:HEADING_WITHIN]):
            near = nearly_a_list(header, contract.lists)
            missing = [column for column in near.missing() if column.name in near.part.all_of] if near else []
            if near is None or not missing or not filled[place + 1 :]:
                continue
            named = " and ".join(f"'{column.header}'" for column in missing)
            what = f"list {near.part.number} ({near.part.title.lower()})"
            rows = len(filled) - place - 1
            problems.add(
                Problem(
                    "list_not_recognised",
                    "warning",
                    f"what seems to be {what} has no column {named}; its {rows:,} row(s) were not read",
                    f"call the column {named}, as in the template, and send the file again",
                )
            )
            break


# --- whose lists, of which day --------------------------------------------------------------------

_SAY_WHOSE = "write the authority's name or code beside 'Authority' on the front sheet, or in a column 'Authority'"
_SAY_WHEN = "write 'As at' and the day, as 31/01/2020, on the front sheet"


def _authorities(judged: list[Judged], front: Front, around: Around, reading: Reading) -> set[str]:
    """The councils that the file says it is from; else its name's; else the one whose lists arrive here. Without one,
    no child could be told from another authority's."""
    said = list(front.authorities)
    for one in judged:
        position = one.part.headings.position("authority_code")
        if position is not None:
            said += [text for text in dict.fromkeys(one.part.rows[i][position].strip() for i in one.kept) if text]
    found: set[str] = set()
    unknown = 0
    for text in dict.fromkeys(said):
        code = around.resolve(text, around.received) or around.resolve(text, None)
        if code and is_council(code):
            found.add(code)
        else:
            unknown += 1
    if not found and not unknown and (code := authority_in_file_name(around.file_name, around.resolve)):
        reading.notes.append(f"nothing in the file says whose lists these are; its name says {code}")
        found = {code}
    elif not found and around.child_authority and (code := around.resolve(around.child_authority, None)):
        reading.notes.append(f"the file says no authority that is known; taken as the lists of {code}, as set here")
        found = {code}
    if len(found) > 1:
        what = f"the lists are of {len(found)} authorities: {', '.join(sorted(found))}"
        reading.problems.add(Problem("several_authorities", "error", what, "send a file for each authority"))
    elif unknown:
        what = f"{unknown} name(s) of an authority are not known"
        reading.problems.add(Problem("unknown_authority", "warning" if found else "error", what, _SAY_WHOSE))
    elif not found:
        what = "nothing in the file says whose lists these are"
        reading.problems.add(Problem("authority_missing", "error", what, _SAY_WHOSE))
    return found


def _as_at(judged: list[Judged], contract: Contract, front: Front, around: Around, reading: Reading) -> date | None:
    """The day the lists describe: the front sheet's, else the file name's, else the newest day on which anything
    happened, of a yearly return the end of its year. None where there is no row: such lists describe nothing."""
    for label in dict.fromkeys(front.unreadable):
        what = f"what stands beside '{display(label)}' is no day that can be read"
        reading.problems.add(Problem("bad_date", "warning", what, _SAY_WHEN))
    if reading.rows_in_file == 0:
        return None
    if front.as_at and front.as_at > around.received:
        what = "the day of the lists lies after the day they were received, and was not used"
        reading.problems.add(Problem("future_date", "warning", what, _SAY_WHEN))
    elif front.as_at:
        return front.as_at
    named = day_in_file_name(around.file_name)
    if named and named <= around.received:
        reading.notes.append(f"no front sheet says the day of the lists; the file's name says {named:%d %B %Y}")
        return named
    newest = _newest(judged, around.received)
    day = newest or around.received
    if contract.financial_year:
        ends = financial_year_end(day)
        day = ends if ends <= around.received else day
    why = "going by the newest day in them" if newest else "going by the day of receipt"
    reading.notes.append(
        f"neither a front sheet nor the file's name says the day of the lists; {day:%d %B %Y} was taken, {why}"
    )
    return day


def _newest(judged: list[Judged], latest: date) -> date | None:
    """The newest day of the lists' events among the rows that stay; of lists without events, of anything but births and
    what lies ahead."""
    events: list[date] = []
    others: list[date] = []
    for one in judged:
        event = one.part.part.event_date
        for position, column in one.part.headings.columns.items():
            if column.type != "date" or column.ahead or not column.load or column.name == "date_of_birth":
                continue
            held = {one.part.rows[i][position] for i in one.kept}
            days = [day for text in held if (day := one.days[position].get(text)) and day <= latest]
            (events if column.name == event else others).extend(days)
    return max(events or others, default=None)


def _window_from(part: ChildList, contract: Contract, as_at: date | None, front: Front) -> date | None:
    """The first day whose events the list holds whole. A front sheet speaks of the window that most lists have; a list
    with a longer one of its own keeps it unless the sheet goes further back."""
    if as_at is None:
        return None
    own = financial_year_start(as_at) if contract.financial_year else window_start(as_at, part.window_months)
    if front.period_from is None or front.period_from > as_at:
        return own
    return front.period_from if part.window_months <= STANDARD_MONTHS else min(own, front.period_from)


# --- codes ----------------------------------------------------------------------------------------


def _spellings(one: Judged) -> dict[int, Counter[str]]:
    """How often each text stands in the categories of the rows that stay; blanks left out."""
    return {
        position: Counter(
            text for i in one.kept if not says_nothing(column, (text := one.part.rows[i][position]).strip())
        )
        for position, column in sorted(one.part.headings.columns.items())
        if column.codes
    }


def _tell_unmapped(
    one: Judged,
    spellings: dict[int, Counter[str]],
    codes: dict[str, CodeList],
    authority: str | None,
    on: date,
    problems: Problems,
) -> list[list[str]]:
    """Counts of what no code list covers, for all to see; the spellings themselves for the sender alone."""
    part, listed = one.part, []
    for position, counted in spellings.items():
        if not counted:
            continue
        code_list = codes[part.headings.columns[position].codes or ""]
        unmapped = {t: n for t, n in counted.items() if code_list.code(t, authority_code=authority, on=on) is None}
        if not unmapped:
            continue
        heading = display(part.heading(position))
        first = next(part.numbers[i] for i in one.kept if part.rows[i][position] in unmapped)
        what = f"{sum(unmapped.values()):,} row(s) in {len(unmapped):,} spelling(s)"
        problems.add(
            Problem(
                "unmapped",
                "warning",
                f"{what} of '{heading}' are not in the code list '{code_list.name}', first here; they are kept as sent",
                "use the codes of the guidance, or have the spellings added to the code list",
                part.place,
                first,
                heading,
            )
        )
        listed += [[part.place or "", heading, code_list.name, text, str(n)] for text, n in sorted(unmapped.items())]
    return listed
