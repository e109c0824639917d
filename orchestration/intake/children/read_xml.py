"""Child-level returns in XML: every element of a list's path is a row of it.

Belongs here: parsing without anything that XML can be made to do (document types, entities, depth), a record at a time,
and rows with the line they begin on. Does not belong here: judging rows (lists.py), or which elements a return has (its
contract). A fault names a line and never what stands there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from orchestration.intake.children.contract import ChildList, ListColumn
from orchestration.intake.children.front import Grid
from orchestration.intake.children.headings import Headings
from orchestration.intake.children.parts import Part
from orchestration.intake.contracts import Contract
from orchestration.intake.read_csv import SetAside
from orchestration.intake.text import tidy

DEEPEST = 40
_AGAIN = "export the file again from your system, and send it as it was made"


class UnreadableXml(Exception):
    """The file cannot be read as XML of this kind; says on which line, and nothing of what stands there."""

    def __init__(self, code: str, message: str, what_to_do: str, line: int | None = None) -> None:
        super().__init__(message)
        self.code, self.what_to_do, self.line = code, what_to_do, line


@dataclass(slots=True)
class Element:
    """One element: its name without prefix, the line it begins on, its own text, what it holds."""

    name: str
    line: int
    pieces: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces).strip()

    def below(self, path: list[str]) -> Iterator[Element]:
        """The elements at the end of a path of names."""
        if not path:
            yield self
            return
        for child in self.children:
            if child.name == path[0]:
                yield from child.below(path[1:])


def parse(path: Path, record: str, on_record: Callable[[Element], None]) -> tuple[Element, Counter[str]]:
    """The document without its records, and how often each path below a record begins, counted apart from the rows.

    Raises UnreadableXml.
    """
    parser = expat.ParserCreate()
    stack: list[Element] = []
    inside: list[str] = []
    counted: Counter[str] = Counter()
    top: list[Element] = []

    def refuse(*_: Any) -> int:
        what = "the file declares a document type or entities, which are not taken"
        raise UnreadableXml("document_type", what, _AGAIN, parser.CurrentLineNumber)

    def start(tag: str, _: dict[str, str]) -> None:
        element = Element(tag.rsplit(":", 1)[-1], parser.CurrentLineNumber)
        if len(stack) >= DEEPEST:
            what = f"the elements lie more than {DEEPEST} deep"
            raise UnreadableXml("too_deep", what, _AGAIN, parser.CurrentLineNumber)
        if inside or element.name == record:
            inside.append(element.name)
            counted["/".join(inside)] += 1
        if stack and len(inside) != 1:
            stack[-1].children.append(element)
        elif not stack:
            top.append(element)
        stack.append(element)

    def end(_: str) -> None:
        element = stack.pop()
        if inside:
            inside.pop()
            if not inside:
                on_record(element)

    def text(data: str) -> None:
        if stack:
            stack[-1].pieces.append(data)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    for declared in ("StartDoctypeDecl", "EntityDecl", "UnparsedEntityDecl", "ExternalEntityRef"):
        setattr(parser, f"{declared}Handler", refuse)
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        what = f"the file is no well-formed XML ({expat.ErrorString(error.code)})"
        raise UnreadableXml("bad_xml", what, _AGAIN, error.lineno) from None
    return top[0], counted


def read_lists_of_xml(path: Path, contract: Contract) -> tuple[list[Part], Grid, list[str]]:
    """The lists of a file that is this return, the cells of its header, and the names of elements that no list reads.

    Raises UnreadableXml; its code is ``wrong_kind`` where the file is XML and not this return.
    """
    xml = contract.formats.xml
    assert xml is not None, "the return comes in XML"
    reader = _Reader(contract)
    top, counted = parse(path, xml.record, reader.take)
    if top.name != xml.root or [element.text for element in top.below(xml.collection)] != [xml.collection_name]:
        what = f"the header of the XML does not say that it is the return '{xml.collection_name}'"
        raise UnreadableXml("wrong_kind", what, f"send the file that is made for the {contract.title.lower()}")
    for part in reader.parts:
        part.rows_in_file = counted[part.part.path or ""]
    return reader.parts, [[element.name, element.text] for element in _leaves(top)], reader.unread(counted)


def _leaves(element: Element) -> Iterator[Element]:
    if not element.children:
        yield element
    for child in element.children:
        yield from _leaves(child)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a column stands: how many steps of the list's path lead to it, and the names from there."""

    column: ListColumn
    ways: list[tuple[int, list[str]]]

    @classmethod
    def of(cls, column: ListColumn, path: list[str]) -> _Place:
        ways = []
        for element in column.elements:
            steps = element.split("/")
            shared = next((i for i, (a, b) in enumerate(zip(steps, path, strict=False)) if a != b), None)
            shared = min(len(steps), len(path)) if shared is None else shared
            ways.append((shared, steps[shared:]))
        return cls(column, ways)

    def values(self, chain: list[Element]) -> list[str]:
        for shared, rest in self.ways:
            if found := [one.text for one in chain[shared - 1].below(rest) if one.text]:
                return found
        return []


class _Reader:
    """Takes records one by one and keeps the rows of every list of a return."""

    def __init__(self, contract: Contract) -> None:
        self.parts: list[Part] = []
        self.places: list[list[_Place]] = []
        self.paths = [(part.path or "").split("/") for part in contract.lists]
        for part, path in zip(contract.lists, self.paths, strict=True):
            headings = Headings(part, dict(enumerate(part.columns)))
            self.parts.append(_part(contract, part, headings))
            self.places.append([_Place.of(column, path) for column in part.columns])

    def take(self, record: Element) -> None:
        for part, places, path in zip(self.parts, self.places, self.paths, strict=True):
            for chain in _chains([record], path[1:]):
                _add(part, places, chain)

    def unread(self, counted: Counter[str]) -> list[str]:
        """The names of the elements below a record that no column reads and that lead to none."""
        read = {element for part in self.parts for column in part.part.columns for element in column.elements}
        read |= {"/".join(path) for path in self.paths}
        ways = {"/".join(path.split("/")[:n]) for path in read for n in range(1, path.count("/") + 2)}
        return list(dict.fromkeys(path.rsplit("/", 1)[-1] for path in counted if path not in ways))


def _part(contract: Contract, part: ChildList, headings: Headings) -> Part:
    header = [column.header for column in part.columns]
    return Part(headings, header, part.path, 1, 0, return_name=contract.name)


def _chains(chain: list[Element], path: list[str]) -> Iterator[list[Element]]:
    """The elements of a path, each with those that lead to it."""
    if not path:
        yield chain
        return
    for child in chain[-1].children:
        if child.name == path[0]:
            yield from _chains([*chain, child], path[1:])


def _add(part: Part, places: list[_Place], chain: list[Element]) -> None:
    cells: list[str] = []
    doubled: list[str] = []
    for place in places:
        found = place.values(chain)
        if len(found) > 1 and not place.column.many:
            doubled.append(place.column.header)
        cells.append("|".join(tidy(one) for one in found))
    line = chain[-1].line
    if doubled:
        what = f"'{doubled[0]}' stands more than once"
        part.set_aside.append(SetAside(line, cells, what, "repeated_element", "keep the one that holds"))
    else:
        part.numbers.append(line)
        part.rows.append(cells)
