"""One run at a time on one home: the lock that a run holds from its first file to its publication.

Belongs here: taking and releasing it, and saying who holds it. Does not belong here: what a run does. The lock is the
kernel's (`flock`), so a run that is killed, however hard, leaves none behind.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

# Locks of this process, by path: the command line takes the lock, and the job it runs in the same process finds it
# taken by itself.
_held: dict[Path, int] = {}


class RunUnderWayError(Exception):
    """Another run holds the home; the message says which process, since when, and what to do."""


@contextmanager
def run_lock(home: Path, *, what: str, wait_seconds: float = 0) -> Iterator[None]:
    """Holds the home for one run; the same process may take it again inside. Raises RunUnderWayError after
    `wait_seconds`.
    """
    path = (home / ".lock").resolve()
    if path in _held:
        _held[path] += 1
        try:
            yield
        finally:
            _held[path] -= 1
        return
    home.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as stream:
        _take(stream, home, wait_seconds)
        _held[path] = 1
        try:
            stream.seek(0)
            stream.truncate()
            json.dump({"pid": os.getpid(), "what": what, "since": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"}, stream)
            stream.flush()
            yield
        finally:
            del _held[path]
            stream.seek(0)
            stream.truncate()
            stream.flush()
            fcntl.flock(stream, fcntl.LOCK_UN)


def holder(home: Path) -> str | None:
    """Who holds the lock now, in words, or None when nobody does."""
    path = home / ".lock"
    if not path.exists():
        return None
    with path.open("r", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _described(stream)
        fcntl.flock(stream, fcntl.LOCK_UN)
        return None


def _take(stream: IO[str], home: Path, wait_seconds: float) -> None:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise RunUnderWayError(
                    f"A run is under way on {home}: {_described(stream)}. "
                    "Wait for it to end, or end that process, then try again."
                ) from None
            time.sleep(0.5)
        else:
            return


def _described(stream: IO[str]) -> str:
    stream.seek(0)
    try:
        record = json.loads(stream.read())
    except ValueError:
        return "a process that has just started"
    return f"{record['what']}, process {record['pid']}, since {record['since']}"
