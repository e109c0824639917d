"""The outbox: messages as files, from being written to being taken by a channel.

    outbox/<id>.json        waits          tries/<id>.json     how often it was tried, and what the channel said
    sent/<id>.json          was taken      failing/<channel>   since when a channel takes nothing
    told/<route>.json       up to which run a route has been told

Belongs here: files and renames; a message is in `outbox` or in `sent`, never in both and never in neither. Its id is a
hash of route and content, so the same thing is never put in twice. Does not belong here: sending (`deliver`).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

_FIRST_WAIT = timedelta(minutes=2)
_LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Message:
    """One message for one route and, where a channel has several recipients, for one of them."""

    message_id: str
    route: str
    channel: str
    recipient: str | None
    kind: str
    subject: str
    text: str
    html: str
    written_at: str


@dataclass(frozen=True, slots=True)
class Tries:
    """How often a message was tried, when last, and what was said."""

    n: int
    last: str
    said: str

    def due(self, now: datetime) -> bool:
        """Is it time again? Twice as long after each failure, six hours at most."""
        wait = min(_FIRST_WAIT * 2 ** min(self.n - 1, 12), _LONGEST_WAIT)
        again: datetime = datetime.fromisoformat(self.last) + wait
        return now >= again


@dataclass(frozen=True, slots=True)
class Failing:
    """A channel that takes nothing, since when and what it says."""

    channel: str
    since: datetime
    said: str
    n: int


def message_id(route: str, recipient: str | None, kind: str, keys: Sequence[str]) -> str:
    """Sixteen hexadecimal digits: the same news for the same people is the same message."""
    parts = (route, recipient or "", kind, *sorted(keys))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


class Outbox:
    """The folder `<home>/alerts`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, message: Message) -> bool:
        """Keeps a message until it is sent. Was it new?"""
        if self._path("outbox", message.message_id).exists() or self._path("sent", message.message_id).exists():
            return False
        _write(self._path("outbox", message.message_id), asdict(message))
        return True

    def waiting(self) -> list[Message]:
        """What is not sent yet, oldest first."""
        found = [Message(**_read(path)) for path in (self.root / "outbox").glob("*.json")]
        return sorted(found, key=lambda message: (message.written_at, message.message_id))

    def sent(self) -> list[Message]:
        """What channels have taken, oldest first."""
        found = [Message(**_read(path)) for path in (self.root / "sent").glob("*.json")]
        return sorted(found, key=lambda message: (message.written_at, message.message_id))

    def tries(self, message: Message) -> Tries | None:
        path = self._path("tries", message.message_id)
        return Tries(**_read(path)) if path.exists() else None

    def mark_sent(self, message: Message) -> None:
        """The receipt: one rename."""
        target = self._path("sent", message.message_id)
        target.parent.mkdir(parents=True, exist_ok=True)
        self._path("outbox", message.message_id).rename(target)
        self._path("tries", message.message_id).unlink(missing_ok=True)
        self._path("failing", _slug(message.channel)).unlink(missing_ok=True)

    def mark_failed(self, message: Message, said: str, now: datetime) -> bool:
        """Counts a try that failed. Is the channel failing from now on, and was not before?"""
        before = self.tries(message)
        tries = Tries(n=(before.n if before else 0) + 1, last=now.isoformat(), said=said)
        _write(self._path("tries", message.message_id), asdict(tries))
        path = self._path("failing", _slug(message.channel))
        was = _read(path) if path.exists() else None
        record = {
            "channel": message.channel,
            "since": was["since"] if was else now.isoformat(),
            "said": said,
            "n": (was["n"] if was else 0) + 1,
        }
        _write(path, record)
        return was is None

    def failing(self) -> list[Failing]:
        """Channels that took nothing when last tried, in order of name."""
        found = []
        for path in sorted((self.root / "failing").glob("*.json")):
            record = _read(path)
            since = datetime.fromisoformat(record["since"])
            found.append(Failing(record["channel"], since, record["said"], record["n"]))
        return found

    def told_up_to(self, route: str) -> int | None:
        """The number of the last run that a route was told of; None for a route that was never told."""
        path = self._path("told", _slug(route))
        return int(_read(path)["run_number"]) if path.exists() else None

    def told(self, route: str, run_number: int) -> None:
        _write(self._path("told", _slug(route)), {"route": route, "run_number": run_number})

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Nobody else delivers meanwhile; False where somebody does."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def _path(self, folder: str, name: str) -> Path:
        return self.root / folder / f"{name}.json"


def _slug(name: str) -> str:
    """A file name for the name of a route or channel; two names never share one."""
    readable = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40]
    return f"{readable}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _write(path: Path, record: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as stream:
        json.dump(record, stream, ensure_ascii=False, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    # What people are told may be for few eyes.
    draft.chmod(0o600)
    draft.replace(path)


def _read(path: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record
