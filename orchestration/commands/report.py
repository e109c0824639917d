"""What `bellwether report` does: the site and the workbook of the current publication or as at a day, and packs.

Belongs here: which publication, whose pages, where they go, and what is said of it. Does not belong here: pages, sheets
and packs (`report`), and the making of a publication as at a day (`runtime.as_at`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration import publish
from orchestration.commands.output import Table
from orchestration.commands.statements import parse_month
from orchestration.explain import NotFoundError, find_authority
from orchestration.report.packs import (
    Kind,
    Pack,
    PackError,
    Wanted,
    changed_files,
    check_month,
    read_record,
    wanted_packs,
    write_pack,
)
from orchestration.report.reading import Reader
from orchestration.report.site import FOLDER, Scope, write_site
from orchestration.report.workbook import NAME, write_workbook
from orchestration.runtime.as_at import MadeOf, publication_as_at

if TYPE_CHECKING:
    from orchestration.settings import Settings

Progress = Callable[[str], None]
LISTED = 10


@dataclass(frozen=True)
class Told:
    """What was made, as a table and as lines for a reader; whether a pack differs from the one that is there."""

    table: Table
    lines: tuple[str, ...]
    differs: bool = False


def write_report(
    settings: Settings,
    *,
    authorities: tuple[str, ...] = (),
    month: str | None = None,
    as_at: date | None = None,
    out: Path | None = None,
    debug: bool = False,
) -> Told:
    """The site and the workbook: of everything into `<home>/reports`, of a part or a day into a folder of its own."""
    publication = _publication(settings, authorities, as_at, debug=debug)
    reader, codes = _opened(publication, authorities, as_at)
    shown = parse_month(month)
    with closing(reader.connection):
        if shown:
            check_month(reader, codes, shown)
        slugs = [reader.authorities[code].slug for code in codes]
    folder = out or settings.reports / _folder_of(slugs, shown, as_at)
    scope = Scope(codes, shown)
    with _progress() as progress:
        site = write_site(
            publication, folder / FOLDER, scope, progress=lambda done, of: progress(f"site: {done:,} of {of:,}")
        )
        book = write_workbook(publication, folder / NAME, scope, progress=lambda sheet: progress(f"workbook: {sheet}"))
    rows: list[list[Any]] = [
        ["site", str(site.index), site.n_pages, site.n_new, site.n_bytes],
        ["workbook", str(book.path), None, int(book.is_new), book.n_bytes],
    ]
    lines = (
        f"Site      {site.index}  ({site.n_pages:,} pages, {site.n_new:,} written, {_megabytes(site.n_bytes)})",
        f"Workbook  {book.path}  ({'written' if book.is_new else 'unchanged'}, {_megabytes(book.n_bytes)})",
    )
    return Told(Table(["what", "path", "pages", "written", "bytes"], rows), lines)


def write_packs(
    settings: Settings,
    kind: Kind,
    *,
    authorities: tuple[str, ...] = (),
    month: str | None = None,
    as_at: date | None = None,
    out: Path | None = None,
    replace: bool = False,
    debug: bool = False,
) -> Told:
    """A pack for each authority, or one of all where none is named, as known at the end of a day."""
    _known(settings, authorities)
    day = as_at or settings.as_of or datetime.now(UTC).date()
    made = publication_as_at(settings, day, debug=debug)
    reader, codes = _opened(made.path, authorities, day)
    packs = []
    with closing(reader.connection):
        asked = wanted_packs(reader, kind, codes, parse_month(month), day)
    for wanted in asked:
        with _progress() as progress:
            packs.append(
                write_pack(
                    made.path,
                    out or settings.packs,
                    wanted,
                    made.made_of.to_record(),
                    replace=replace,
                    progress=progress,
                )
            )
    told = _told(packs)
    if day >= datetime.now(UTC).date():
        warning = f"{day} has not ended: what still arrives on it belongs to the day, and the pack will differ then."
        return Told(told.table, (*told.lines, warning), told.differs)
    return told


def remake_pack(settings: Settings, path: Path, *, replace: bool = False, debug: bool = False) -> Told:
    """A pack made again from the inputs that its record names, and held against it."""
    path = path.resolve()
    record = read_record(path)
    wanted = Wanted.from_record(record)
    only = MadeOf.from_record(record["made_of"])
    made = publication_as_at(settings, wanted.as_at, only=only, debug=debug)
    with _progress() as progress:
        pack = write_pack(
            made.path, path.parent, wanted, made.made_of.to_record(), replace=replace, name=path.name, progress=progress
        )
    return _told([pack])


def pack_states(folder: Path) -> Table:
    """The packs of a folder, and whether their files are still what their records say."""
    rows: list[list[Any]] = []
    for path in sorted(folder.glob("[!.]*/pack.json")):
        record = read_record(path.parent)
        changed = changed_files(path.parent, record)
        state = "as made" if not changed else f"changed since: {', '.join(changed[:3])}"
        rows.append([path.parent.name, record["kind"], record["month"], record["as_at"], len(record["files"]), state])
    return Table(["pack", "kind", "month", "as_at", "files", "state"], rows)


def _publication(settings: Settings, authorities: tuple[str, ...], as_at: date | None, *, debug: bool) -> Path:
    if as_at is not None:
        _known(settings, authorities)
        return publication_as_at(settings, as_at, debug=debug).path
    current = publish.current(settings)
    if current is None:
        raise click.ClickException("There is no publication yet. `bellwether run` makes the first one.")
    return current.path


def _known(settings: Settings, authorities: tuple[str, ...]) -> None:
    """Asks the publication of today whether these are authorities, so that a slip is told before a minute's work."""
    if authorities and publish.current(settings) is not None:
        with publish.connect(settings) as connection:
            for name in authorities:
                find_authority(connection, name)


def _opened(publication: Path, authorities: tuple[str, ...], as_at: date | None) -> tuple[Reader, tuple[str, ...]]:
    """The publication, and the codes of the authorities named."""
    reader = Reader(publication)
    codes = []
    for name in authorities:
        found = find_authority(reader.connection, name)
        if found["authority_code"] not in reader.authorities:
            known = f" known on {as_at}" if as_at else ""
            raise NotFoundError(f"{found['name']} has no figure and no return{known}.")
        codes.append(str(found["authority_code"]))
    return reader, tuple(dict.fromkeys(codes))


def _folder_of(slugs: list[str], month: date | None, as_at: date | None) -> str:
    """Where a report lies under reports/: beside the whole one, so that it takes nothing from it."""
    parts = [
        "-".join(slugs),
        f"{month:%Y-%m}" if month else "",
        f"as-at-{as_at.isoformat()}" if as_at else "",
    ]
    name = "-".join(part for part in parts if part)
    return f"views/{name}" if name else ""


def _told(packs: list[Pack]) -> Told:
    rows: list[list[Any]] = []
    lines: list[str] = []
    for pack in packs:
        rows.append([pack.path.name, str(pack.path), pack.state, pack.n_files, pack.n_bytes, len(pack.differing)])
        size = f"{pack.n_files:,} files, {_megabytes(pack.n_bytes)}"
        lines.append(f"Pack  {pack.path}  ({_STATES[pack.state]}; {size})")
        if pack.differing:
            lines += [f"  differs: {name}" for name in pack.differing[:LISTED]]
            if len(pack.differing) > LISTED:
                lines.append(f"  and {len(pack.differing) - LISTED:,} more files")
            lines += [f"  because {reason}" for reason in pack.reasons[:LISTED]]
            if not pack.reasons:
                lines.append("  and nothing that it is made of differs: this is a fault of ours, please report it")
        if pack.state == "different":
            lines.append("  The pack that is there was left as it is; --replace puts the new one in its place.")
    columns = ["pack", "path", "state", "files", "bytes", "differing"]
    return Told(Table(columns, rows), tuple(lines), any(pack.state == "different" for pack in packs))


_STATES = {
    "new": "new",
    "identical": "identical to the one that is there",
    "different": "NOT the same as the one that is there",
    "replaced": "put in place of a different one",
}


def _megabytes(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:,.1f} MB"


@contextmanager
def _progress() -> Iterator[Progress]:
    """A line on the screen that says what is being done; nothing where nobody looks."""
    from rich.console import Console

    console = Console(file=sys.stderr)
    with console.status("Reading the publication") as status:
        yield status.update


__all__ = ["PackError", "Told", "pack_states", "remake_pack", "write_packs", "write_report"]
