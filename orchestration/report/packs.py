"""Packs: what goes to a meeting, frozen as known on a day, that can be made again later and compared byte by byte.

Belongs here: which pages a kind of pack has, its folder, its record (`pack.json`) and holding a new making against the
one that is there. Does not belong here: making the publication as at the day (`orchestration.runtime.as_at`), the pages
(`kinds`, `site`) and sheets (`workbook`).

A pack is a folder with a site, a workbook and `pack.json`: what it was made of, and the SHA-256 of each file. No clock
stands in it. One that is there is never replaced by another without being told to.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any, Literal, TypeAlias

from orchestration.report.reading import Authority, Reader
from orchestration.report.site import FOLDER as SITE
from orchestration.report.site import RECORD as SITE_RECORD
from orchestration.report.site import Scope, write_site
from orchestration.report.workbook import NAME as WORKBOOK
from orchestration.report.workbook import write_workbook

FORMAT = 1
RECORD = "pack.json"
_MAKING = ".making-"

Kind: TypeAlias = Literal["monthly", "quarterly"]
# The kinds of page of each pack. What pages of both lead to is in both, so that no link leads out of a pack.
_ALWAYS = ("overview", "authority", "indicator", "benchmarking", "clubs", "quality", "quality_overview", "registers")
PAGES: Mapping[Kind, tuple[str, ...]] = {
    "monthly": (*_ALWAYS, "compendium", "watch", "contacts"),
    "quarterly": (*_ALWAYS, "board", "quarterly", "compared", "watch"),
}
# What writes the files of a pack: another version may write the same figures in other bytes.
_TOOLS = ("duckdb", "jinja2", "markupsafe", "xlsxwriter", "vl-convert-python")

KNOWN_MEANS = (
    "Known on a day is by the issue date that a submission states, by its arrival where it states none. A file that "
    "arrives later with an earlier issue date belongs to the day, and a pack made anew differs by it; made again from "
    "this record (--remake), a pack holds what is listed here and nothing else. Definitions and registered targets are "
    "those of the registry named here."
)

Progress: TypeAlias = Callable[[str], None]


class PackError(Exception):
    """A pack cannot be made or read; the message says why and what to do."""


@dataclass(frozen=True)
class Wanted:
    """What a pack is of: its kind, its authorities (codes; none: all), its month, and the day as known on which."""

    kind: Kind
    authorities: tuple[str, ...]
    month: date
    as_at: date

    def to_record(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "authorities": list(self.authorities),
            "month": f"{self.month:%Y-%m}",
            "as_at": self.as_at.isoformat(),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Wanted:
        return cls(
            kind=record["kind"],
            authorities=tuple(record["authorities"]),
            month=date.fromisoformat(f"{record['month']}-01"),
            as_at=date.fromisoformat(record["as_at"]),
        )


@dataclass(frozen=True)
class Pack:
    """A pack and how it stands to the one that was there: what differs, and why as far as the records tell."""

    path: Path
    state: Literal["new", "identical", "different", "replaced"]
    n_files: int
    n_bytes: int
    differing: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


def write_pack(
    publication: Path,
    folder: Path,
    wanted: Wanted,
    made_of: Mapping[str, Any],
    *,
    replace: bool = False,
    name: str = "",
    progress: Progress | None = None,
) -> Pack:
    """Makes a pack of a publication in `folder`, under its own name, and says how it stands to the one there.

    `made_of` is the record of the inputs of the publication. A pack of that name that differs stays unless `replace`.
    Raises PackError where the month has no figure, KeyError for an authority that is not in the publication.
    """
    reader = Reader(publication)
    authorities = [reader.authorities[code] for code in wanted.authorities]
    check_month(reader, wanted.authorities, wanted.month)
    path = folder / (name or name_of(wanted, authorities))
    folder.mkdir(parents=True, exist_ok=True)
    _clear_leftovers(folder)
    making = folder / f"{_MAKING}{os.getpid()}"
    try:
        _make(publication, making, wanted, progress)
        record = {
            "format": FORMAT,
            **wanted.to_record(),
            "note": KNOWN_MEANS,
            "publication": {name: str(reader.publication[name]) for name in ("publication_id", "content_hash")},
            "made_of": dict(made_of),
            "tools": _tools(),
            "files": _hashes(making),
        }
        (making / RECORD).write_text(_as_json(record), encoding="utf-8")
        return _settle(making, path, record, replace=replace)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def wanted_packs(
    reader: Reader, kind: Kind, authorities: tuple[str, ...], month: date | None, as_at: date
) -> list[Wanted]:
    """A pack for each authority, or one of all where none is named; each of its newest month where none is given."""
    each: list[tuple[str, ...]] = [(code,) for code in authorities]
    return [Wanted(kind, whose, month or newest_month(reader, whose), as_at) for whose in each or [()]]


def read_record(path: Path) -> dict[str, Any]:
    """The record of a pack. Raises PackError where the folder is none."""
    try:
        record: dict[str, Any] = json.loads((path / RECORD).read_text(encoding="utf-8"))
        Wanted.from_record(record)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PackError(f"{path} is no pack that can be read: its {RECORD} is missing or damaged ({error}).") from error
    return record


def changed_files(path: Path, record: Mapping[str, Any]) -> tuple[str, ...]:
    """Files of a pack that are not what its record says: changed, missing, or added."""
    held = _hashes(path)
    return tuple(name for name in sorted({*held, *record["files"]}) if held.get(name) != record["files"].get(name))


def name_of(wanted: Wanted, authorities: list[Authority]) -> str:
    """The folder of a pack: surrey-monthly-2017-01-as-at-2017-03-01."""
    whose = "-".join(one.slug for one in authorities[:3]) or "all"
    if len(authorities) > 3:
        told = hashlib.sha256("|".join(sorted(wanted.authorities)).encode()).hexdigest()[:8]
        whose = f"{whose}-and-{len(authorities) - 3}-more-{told}"
    return f"{whose}-{wanted.kind}-{wanted.month:%Y-%m}-as-at-{wanted.as_at.isoformat()}"


def check_month(reader: Reader, codes: tuple[str, ...], month: date) -> None:
    """Raises PackError where none of the authorities has a figure of the month, naming the newest that have."""
    held = _months(reader, codes)
    if month in held:
        return
    newest = ", ".join(f"{one:%Y-%m}" for one in held[:3])
    there = f"The newest months with figures: {newest}." if held else "There are no monthly figures at all."
    raise PackError(f"There is no figure of {month:%Y-%m}. {there}")


def newest_month(reader: Reader, codes: tuple[str, ...]) -> date:
    """The newest month of the authorities' own returns, else of anything. Raises PackError where there is none."""
    held = [reader.of(code).report_month(None) for code in codes or tuple(reader.authorities)]
    known = [month for month in held if month is not None]
    if not known:
        raise PackError("There are no monthly figures.")
    return max(known)


def _months(reader: Reader, codes: tuple[str, ...]) -> list[date]:
    """Months with a figure, newest first."""
    rows = reader.rows(
        """
        select distinct month from marts.mart_indicator_monthly
        where value is not null and (len(cast(? as varchar[])) = 0 or list_contains(?, authority_code))
        order by month desc
        """,
        [list(codes), list(codes)],
    )
    return [row["month"] for row in rows]


def _clear_leftovers(folder: Path) -> None:
    """Removes what makings left that were killed: their folders are named by the process."""
    for path in folder.glob(f"{_MAKING}*"):
        number = int(path.name.removeprefix(_MAKING).split("-")[0])
        if number == os.getpid() or not _is_alive(number):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _make(publication: Path, making: Path, wanted: Wanted, progress: Progress | None) -> None:
    scope = Scope(wanted.authorities, wanted.month, PAGES[wanted.kind])
    told = progress or (lambda text: None)
    told("site")
    write_site(publication, making / SITE, scope, progress=lambda done, of: told(f"site: {done:,} of {of:,}"))
    # It says what need not be made again, which a frozen site never is.
    (making / SITE / SITE_RECORD).unlink()
    write_workbook(publication, making / WORKBOOK, scope, progress=lambda sheet: told(f"workbook: {sheet}"))


def _settle(making: Path, path: Path, record: dict[str, Any], *, replace: bool) -> Pack:
    files = record["files"]
    n_bytes = sum((making / name).stat().st_size for name in files)
    if not path.exists():
        making.rename(path)
        return Pack(path, "new", len(files), n_bytes)
    before = read_record(path)
    differing = tuple(
        name for name in sorted({*files, *before["files"]}) if files.get(name) != before["files"].get(name)
    )
    touched = changed_files(path, before)
    if not differing and not touched:
        return Pack(path, "identical", len(files), n_bytes)
    reasons = (*_reasons(before, record), *(f"changed since it was made: {name}" for name in touched[:5]))
    if not replace:
        return Pack(path, "different", len(files), n_bytes, differing or touched, reasons)
    old = making.with_name(f"{making.name}-old")
    path.rename(old)
    making.rename(path)
    shutil.rmtree(old)
    return Pack(path, "replaced", len(files), n_bytes, differing or touched, reasons)


def _reasons(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Why two makings differ, by what each was made of."""
    was, is_ = before["made_of"], now["made_of"]
    for field, what in (("code_version", "the code"), ("registry_hash", "the registry")):
        if was.get(field) != is_.get(field):
            yield f"{what} changed: {str(was.get(field))[:24]} then, {str(is_.get(field))[:24]} now"
    if was.get("project_hash") != is_.get("project_hash") and all(
        was.get(field) == is_.get(field) for field in ("code_version", "registry_hash")
    ):
        yield "contracts, definitions or pinned versions changed"
    for tool in sorted({*before["tools"], *now["tools"]}):
        then, here = before["tools"].get(tool), now["tools"].get(tool)
        if then != here:
            yield f"{tool} {then} then, {here} now"
    yield from _inputs(was, is_, "submissions", "submission_id", "record_sha256", "submission")
    yield from _inputs(was, is_, "history", "name", "sha256", "entry of the log of findings")


def _inputs(
    was: Mapping[str, Any], is_: Mapping[str, Any], field: str, key: str, digest: str, what: str
) -> Iterator[str]:
    then = {one[key]: one for one in was.get(field, ())}
    now = {one[key]: one for one in is_.get(field, ())}
    for name in sorted({*then, *now}):
        if name not in then:
            file = (
                f" ({now[name]['file_name']}, known from {now[name]['known_from']})" if "file_name" in now[name] else ""
            )
            yield f"a {what} came since: {name}{file}"
        elif name not in now:
            yield f"a {what} is no longer held: {name}"
        elif then[name][digest] != now[name][digest]:
            yield f"a {what} is another: {name}"


def _tools() -> dict[str, str]:
    found = {}
    for tool in _TOOLS:
        try:
            found[tool] = metadata.version(tool)
        except metadata.PackageNotFoundError:
            continue
    return found


def _hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file of a pack but its record, by its path in the pack."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / RECORD
    }


def _as_json(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
