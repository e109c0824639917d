"""Files as they lie in a folder: which are there, whether they are complete, what kind they are, whether they are
safe to open.

Belongs here: scanning inboxes, stability, hashing, kinds by content, refusals before a file is opened. Does not
belong here: reading a file's cells, or moving it (store.py). A file's name is shown to people and never becomes a
path of ours.
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
import re
import stat
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1024 * 1024
# Names under which programs write a file that is not finished, or keep their own notes.
UNFINISHED = (
    "~$*",
    ".~lock.*",
    ".[!.]*",
    "*.part",
    "*.partial",
    "*.tmp",
    "*.temp",
    "*.crdownload",
    "*.download",
    "*.filepart",
    "*.swp",
    "thumbs.db",
    "desktop.ini",
)
# Read-only inboxes are folders of the project too: what stands beside the returns is not one.
NOT_RETURNS = ("*.md", "*.py", "*.txt", "*.yml", "*.yaml", "*.json", "licence*", "license*", "readme*")
IGNORE_FILE = ".intakeignore"

ZIP_MAX_UNCOMPRESSED = 1024 * 1024 * 1024
ZIP_MAX_RATIO = 200
ZIP_RATIO_FROM = 20 * 1024 * 1024
ZIP_MAX_ENTRIES = 5_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be a return. ``consumed`` files are removed once they are safely archived."""

    path: Path
    consumed: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file is not opened at all, for its sender."""

    code: str
    message: str
    what_to_do: str


# --- scanning -------------------------------------------------------------------------------------


def scan(landing: Path, inboxes: Iterable[Path]) -> tuple[list[Candidate], list[str]]:
    """The files of all inboxes in a stable order, and notes on what lies there and is not looked at."""
    found: list[Candidate] = []
    notes: list[str] = []
    for folder, consumed in [(landing, True), *((inbox, False) for inbox in inboxes)]:
        if folder.is_dir():
            _scan_folder(folder, consumed, found, notes)
    return found, notes


def _scan_folder(folder: Path, consumed: bool, found: list[Candidate], notes: list[str]) -> None:
    ignored = _patterns(folder)
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        try:
            mode = path.lstat().st_mode
        except OSError:
            continue  # gone between listing and looking
        name = path.name.lower()
        if stat.S_ISDIR(mode):
            if consumed:
                notes.append(
                    f"'{path.name}' in {folder.name} is a folder and is not looked into; "
                    f"put files straight into {folder.name}"
                )
            elif not path.name.startswith((".", "_")):
                _scan_folder(path, consumed, found, notes)
        elif not stat.S_ISREG(mode):
            notes.append(f"'{path.name}' in {folder.name} is a link or a device, not a file, and is ignored")
        elif _matches(name, UNFINISHED) or (not consumed and _matches(name, NOT_RETURNS)) or _matches(name, ignored):
            continue
        else:
            found.append(Candidate(path, consumed))


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _patterns(folder: Path) -> list[str]:
    """The patterns of a folder's own list of files that are no returns (one a line, # for remarks)."""
    path = folder / IGNORE_FILE
    if not path.is_file():
        return []
    lines = (line.strip().lower() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def unstable(paths: list[Path], stable_seconds: float) -> set[Path]:
    """The files that are still being written: younger than ``stable_seconds``, or changing while we look."""
    now = time.time()
    before = {path: _stamp(path) for path in paths}
    young = {
        path
        for path, s in before.items()
        if s is None or (stable_seconds > 0 and 0 <= now - s[1] / 1e9 < stable_seconds)
    }
    return young | {path for path in paths if _stamp(path) != before[path]}


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def sha256(path: Path) -> str:
    """The content's hash, read in pieces: a large file never lies in memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- kinds ----------------------------------------------------------------------------------------

XLSX, CSV, ZIP, XML = "xlsx", "csv", "zip", "xml"
# The outermost element of the Department's returns in XML: the first that is no declaration.
_STATUTORY = re.compile(rb"\A(?:<[?!]|[^<])*<(?:[a-z_][\w.-]*:)?message[\s>/]")
_SAVE_AS = "open it and choose File, Save as, 'Excel workbook (*.xlsx)' or 'CSV UTF-8 (comma delimited)'"


def kind(path: Path, size: int, max_bytes: int) -> str | Refusal:
    """``xlsx``, ``csv``, ``zip`` (of CSVs) or ``xml`` (of a statutory return), told by the content, or why the file is
    refused."""
    if size > max_bytes:
        return Refusal(
            "too_large",
            f"the file has {size / 1024**2:,.0f} MB; at most {max_bytes / 1024**2:,.0f} MB are taken",
            "send one file a month or a year, or leave out what is not part of the return",
        )
    if size == 0:
        return Refusal("empty", "the file is empty", "send it again; the export may have failed")
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole(path)
    if head.startswith(b"PK"):
        return _zip(path)
    for start, name in (
        (b"%PDF", "a PDF document"),
        (b"{\\rtf", "a Word document"),
        (b"\x1f\x8b", "a compressed file (gzip)"),
        (b"7z\xbc\xaf", "a compressed file (7-Zip)"),
        (b"Rar!", "a compressed file (RAR)"),
        (b"PAR1", "a Parquet file"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
    ):
        if head.startswith(start):
            return Refusal("wrong_kind", f"the file is {name}", "send the table itself, as XLSX or CSV")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<?xml", b"<!--", b"<!doctype", b"<message")) and _STATUTORY.search(text):
        return XML
    if text.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<worksheet", b"<head")):
        return Refusal("wrong_kind", "the file is a web page or XML, whatever its name says", _SAVE_AS)
    if not text and size <= len(head):
        return Refusal("empty", "the file holds nothing but blanks", "send it again; the export may have failed")
    if head.count(b"\0") * 10 > len(head) and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Refusal(
            "wrong_kind", "the file is not a text file and not a workbook", "send the table itself, as XLSX or CSV"
        )
    return CSV


def _ole(path: Path) -> Refusal:
    """The old compound format.

    A protected workbook, an old .xls, or something else. Told by the names of its streams.
    """
    with path.open("rb") as file:
        data = file.read(4 * CHUNK)
    if "EncryptedPackage".encode("utf-16-le") in data or "EncryptionInfo".encode("utf-16-le") in data:
        return Refusal(
            "password_protected",
            "the workbook is protected by a password and cannot be opened",
            "remove the password (File, Info, Protect workbook, Encrypt with password: leave it empty) and save",
        )
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return Refusal("old_excel", "the file is an old Excel workbook (.xls)", _SAVE_AS)
    return Refusal("wrong_kind", "the file is an old Office document, not a workbook", _SAVE_AS)


def _zip(path: Path) -> str | Refusal:
    """A ZIP is a workbook only if its contents say so, and is opened only if it cannot flood the memory."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        return Refusal(
            "truncated",
            f"the workbook is incomplete or damaged ({error})",
            "send it again; check that it opens on your side first",
        )
    total = sum(e.file_size for e in entries)
    packed = max(sum(e.compress_size for e in entries), 1)
    if (
        len(entries) > ZIP_MAX_ENTRIES
        or total > ZIP_MAX_UNCOMPRESSED
        or (total > ZIP_RATIO_FROM and total / packed > ZIP_MAX_RATIO)
        or packed > path.stat().st_size + CHUNK
    ):
        return Refusal(
            "zip_bomb",
            f"the file would unpack to {total / 1024**2:,.0f} MB from {packed / 1024**2:,.1f} MB, which no return does",
            "send the table without unused sheets, pictures and formatting, or as CSV",
        )
    names = {e.filename for e in entries}
    if any(e.flag_bits & 0x1 for e in entries):
        return Refusal(
            "password_protected",
            "the file is protected by a password and cannot be opened",
            "send it without a password",
        )
    if any(n.lower().endswith("vbaproject.bin") for n in names):
        return Refusal(
            "macros",
            "the workbook holds macros, which are not taken",
            "save it as 'Excel workbook (*.xlsx)', without macros, and send that",
        )
    if "xl/workbook.bin" in names:
        return Refusal("binary_workbook", "the workbook is in the binary format (.xlsb)", _SAVE_AS)
    if "xl/workbook.xml" in names or any(n.startswith("xl/") and n.endswith("workbook.xml") for n in names):
        return XLSX
    if "content.xml" in names:
        return Refusal("wrong_kind", "the file is an OpenDocument spreadsheet (.ods)", _SAVE_AS)
    if any(n.startswith("word/") for n in names):
        return Refusal("wrong_kind", "the file is a Word document", "send the table itself, as XLSX or CSV")
    inside = [n.lower() for n in names if not n.endswith("/") and not n.startswith("__MACOSX/")]
    if inside and all(n.endswith((".csv", ".tsv", ".txt")) for n in inside):
        return ZIP
    return Refusal(
        "wrong_kind", "the file is a ZIP archive and not a workbook", "send the files in it one by one, unpacked"
    )


def suffix_for(found: str | Refusal, path: Path) -> str:
    """The ending of the archived copy: by content when it is known, else a harmless form of the sender's own."""
    if isinstance(found, str):
        return f".{found}"
    own = path.suffix.lower()
    return own if own[1:].isalnum() and own.isascii() and len(own) <= 6 else ".bin"


def wrong_ending(found: str, path: Path) -> bool:
    """True when the name claims another kind than the content is."""
    own = path.suffix.lower()
    claims = {".xlsx": XLSX, ".xlsm": XLSX, ".xls": XLSX, ".csv": CSV, ".txt": CSV, ".tsv": CSV}
    return claims.get(own, found) != found


def fsync_folder(folder: Path) -> None:
    """Make a rename in the folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
