"""The static site: which pages there are, written in two processes, and only where something changed.

Belongs here: units of work, what was written before, the files that all pages share. Does not belong here: what stands
on a page (`kinds`) and its markup (`write`).

A unit is all pages of one authority, or one kind of national page. Its fingerprint is over the rows of the publication
that it may read, the scope, and this code; a unit with the fingerprint of the last time is not made again. `site.json`
keeps them. Pages that are no longer made are removed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from orchestration.report import kinds
from orchestration.report.pages import Link, Page
from orchestration.report.reading import Reader
from orchestration.report.write import render
from orchestration.statements import words as numbers

# In the folder of reports.
FOLDER = "site"
RECORD = "site.json"
ASSETS = Path(__file__).resolve().parent / "assets"
# More processes than this gain little: the disk is the limit.
PROCESSES = 2
# Fewer authorities than this are written faster than a process starts.
FEW = 6

Progress: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True)
class Scope:
    """What a site is about: authorities (none: all), and the month of its monthly pages (none: each one's newest)."""

    authorities: tuple[str, ...] = ()
    month: date | None = None
    # Names of kinds of page to write (none: all), for packs.
    kinds: tuple[str, ...] = ()

    def holds(self, kind: str) -> bool:
        """Whether pages of this kind are wanted."""
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True)
class Written:
    """What was written. Sizes in bytes."""

    index: Path
    n_pages: int
    n_new: int
    n_removed: int
    n_bytes: int
    largest: str
    largest_bytes: int


@dataclass(frozen=True)
class _Done:
    """What a unit gave: its pages as (path, title, caption, bytes), and how many of them were new."""

    unit: str
    pages: tuple[tuple[str, str, str, int], ...]
    n_new: int


def write_site(
    publication: Path,
    out_dir: Path,
    scope: Scope | None = None,
    *,
    processes: int | None = None,
    progress: Progress | None = None,
) -> Written:
    """Writes the site of a publication into `out_dir` and says what was written.

    `progress` is told how many units are done, of how many. Raises KeyError for an authority that the publication does
    not have, OSError where it cannot be read."""
    scope = scope or Scope()
    out_dir.mkdir(parents=True, exist_ok=True)
    reader = Reader(publication, threads=2)
    codes = [reader.authorities[code].code for code in scope.authorities or reader.authorities]
    prints = _fingerprints(reader, codes, scope)
    before = _record(out_dir)
    stale = [unit for unit in prints if not _stands(unit, prints[unit], before, out_dir)]
    done = {}
    for result in _made(publication, out_dir, scope, stale, processes, reader):
        done[result.unit] = result
        if progress:
            progress(len(done), len(stale))
    record: dict[str, Any] = {
        unit: {
            "fingerprint": prints[unit],
            "pages": [list(page) for page in done[unit].pages] if unit in done else before[unit]["pages"],
        }
        for unit in prints
    }
    pages = [page for unit in record.values() for page in unit["pages"]]
    n_removed = _remove_others(out_dir, before, {page[0] for page in pages})
    _write_assets(out_dir, reader, pages)
    _replace(out_dir / RECORD, json.dumps(record, indent=0, sort_keys=True).encode())
    largest = max(pages, key=lambda page: page[3])
    return Written(
        index=out_dir / "index.html",
        n_pages=len(pages),
        n_new=sum(result.n_new for result in done.values()),
        n_removed=n_removed,
        n_bytes=sum(page[3] for page in pages),
        largest=largest[0],
        largest_bytes=largest[3],
    )


def pages_of(reader: Reader, code: str, scope: Scope) -> Iterator[Page]:
    """The pages of one authority: each kind's, with their way up and their siblings."""
    book = reader.of(code)
    authority = book.authority
    made = [page for kind in kinds.OF_AUTHORITY if scope.holds(kind.NAME) for page in kind.pages(book, scope.month)]
    home = Link(authority.name, f"{authority.folder}/index.html")
    beside = tuple(
        Link("Summary" if page.path == home.href else page.title, page.path)
        for page in made
        if page.path.count("/") == home.href.count("/")
    )
    up = (Link("Overview", "index.html"), Link("Authorities", "authorities/index.html"))
    for page in made:
        is_home = page.path == home.href
        yield replace(
            page,
            caption=page.caption or ("" if is_home else authority.name),
            trail=up if is_home else (*up, home),
            beside=beside,
        )


def national_pages(reader: Reader, name: str, scope: Scope) -> Iterator[Page]:
    """The pages of one kind about all authorities in scope."""
    kind = next(kind for kind in kinds.NATIONAL if name == kind.NAME)
    for page in kind.pages(reader, scope.authorities or tuple(reader.authorities), scope.month):
        yield (
            page if page.trail or page.path == "index.html" else replace(page, trail=(Link("Overview", "index.html"),))
        )


# --- what changed


def _fingerprints(reader: Reader, codes: Iterable[str], scope: Scope) -> dict[str, str]:
    """A fingerprint for each unit: an authority's is over its own rows and all tables that are nobody's."""
    told = json.dumps([code_hash(), asdict(scope)], default=str)
    tables = reader.rows("select table_schema, table_name, content_hash from about.table_content order by all")
    everything = hashlib.sha256((told + json.dumps(tables)).encode()).hexdigest()
    of_authority: dict[str, list[str]] = {}
    shared = []
    for table in tables:
        name = f"{table['table_schema']}.{table['table_name']}"
        if table["table_name"].startswith("dim_") or not _has_authority(reader, name):
            shared.append(table["content_hash"])
            continue
        for code, rows in reader.connection.execute(
            f"select authority_code, bit_xor(hash(entry)) || ' ' || count(*) from {name} as entry group by 1"
        ).fetchall():
            of_authority.setdefault(code, []).append(f"{name} {rows}")
    prints = {}
    for code in codes:
        told_of = json.dumps([told, shared, of_authority.get(code, [])])
        prints[f"authority {code}"] = hashlib.sha256(told_of.encode()).hexdigest()
    for kind in kinds.NATIONAL:
        if scope.holds(kind.NAME):
            # What shows the certificate is made again for each publication.
            stamp = reader.publication["publication_id"] if getattr(kind, "STAMPED", False) else ""
            prints[f"national {kind.NAME}"] = everything + stamp
    return prints


def _has_authority(reader: Reader, table: str) -> bool:
    columns = reader.connection.execute(f"select * from {table} limit 0").description
    return any(column[0] == "authority_code" for column in columns or ())


@cache
def code_hash() -> str:
    """A hash of what makes pages: this package's own files, and the module that writes numbers."""
    digest = hashlib.sha256()
    here = Path(__file__).resolve().parent
    for path in sorted([*here.rglob("*.py"), *here.rglob("*.html"), Path(numbers.__file__).resolve()]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _record(out_dir: Path) -> dict[str, Any]:
    try:
        record = json.loads((out_dir / RECORD).read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return {}
    return record if isinstance(record, dict) else {}


def _stands(unit: str, fingerprint: str, before: dict[str, Any], out_dir: Path) -> bool:
    """Whether the unit was made of the same before, and all its pages still lie there."""
    known = before.get(unit)
    return (
        known is not None
        and known["fingerprint"] == fingerprint
        and all((out_dir / page[0]).exists() for page in known["pages"])
    )


def _remove_others(out_dir: Path, before: dict[str, Any], paths: set[str]) -> int:
    gone = {page[0] for unit in before.values() for page in unit["pages"]} - paths
    for path in gone:
        (out_dir / path).unlink(missing_ok=True)
    return len(gone)


# --- making units


def _made(
    publication: Path, out_dir: Path, scope: Scope, units: list[str], processes: int | None, reader: Reader
) -> Iterator[_Done]:
    n_processes = min(processes or PROCESSES, os.cpu_count() or 1)
    if n_processes < 2 or len(units) < FEW:
        for unit in units:
            yield _make(reader, out_dir, scope, unit)
        return
    from loky import ProcessPoolExecutor, as_completed

    # New processes, not forks: a run has threads, and a forked copy of them may hang.
    with ProcessPoolExecutor(
        n_processes, initializer=_open, initargs=(publication, out_dir, scope), timeout=60
    ) as pool:
        for future in as_completed([pool.submit(_make_here, unit) for unit in units]):
            yield future.result()


_here: tuple[Reader, Path, Scope] | None = None


def _open(publication: Path, out_dir: Path, scope: Scope) -> None:
    """What a process of the pool keeps: its own connection."""
    global _here
    _here = (Reader(publication), out_dir, scope)


def _make_here(unit: str) -> _Done:
    assert _here is not None, "the process was not opened"
    return _make(*_here, unit)


def _make(reader: Reader, out_dir: Path, scope: Scope, unit: str) -> _Done:
    what, _, name = unit.partition(" ")
    pages = pages_of(reader, name, scope) if what == "authority" else national_pages(reader, name, scope)
    made, n_new = [], 0
    for page in pages:
        html = render(page).encode("utf-8")
        n_new += _replace_if_other(out_dir / page.path, html)
        made.append((page.path, page.title, page.caption, len(html)))
    return _Done(unit, tuple(made), n_new)


def _replace_if_other(path: Path, content: bytes) -> bool:
    """Writes a file unless it holds just that; whether it was written."""
    try:
        if path.stat().st_size == len(content) and path.read_bytes() == content:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, content)
    return True


def _replace(path: Path, content: bytes) -> None:
    """In one step, so that a reader sees the old file or the new one."""
    draft = path.with_name(path.name + ".new")
    draft.write_bytes(content)
    draft.replace(path)


# --- what all pages share


def _write_assets(out_dir: Path, reader: Reader, pages: list[list[Any]]) -> None:
    folder = out_dir / "assets"
    folder.mkdir(exist_ok=True)
    for asset in sorted(ASSETS.iterdir()):
        _replace_if_other(folder / asset.name, asset.read_bytes())
    _replace_if_other(folder / "vega.js", _chart_library())
    publication = reader.publication
    stamp = {
        "id": publication["publication_id"],
        "as_of": str(publication["as_of"] or ""),
        "data_as_at": str(publication["data_as_at"] or ""),
    }
    _replace_if_other(folder / "publication.js", f"window.PUBLICATION = {json.dumps(stamp)};\n".encode())
    index = sorted([page[1], page[2], page[0]] for page in pages)
    _replace_if_other(folder / "index.js", f"window.PAGES = {json.dumps(index, separators=(',', ':'))};\n".encode())


@cache
def _chart_library() -> bytes:
    """Vega, Vega-Lite and Vega-Embed in one file, as the package holds them: pages need no network."""
    import vl_convert

    bundle: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]
    return bundle.encode("utf-8")
