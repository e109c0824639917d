"""What a digest says: the news of one run (or of several that nobody was told of) for one route. Pure.

Belongs here: choosing, counting, ordering and the words. A digest of four hundred findings has no more lines than one
of forty. Does not belong here: reading the publication (`news`), sending.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.alerts.config import NO_THEME, Route

TEMPLATES = Path(__file__).resolve().parent / "templates"
TOP, LISTED, COUNTED = 7, 3, 5
# Characters of what is wrong, in a digest that is read in a minute.
SAID = 120
_SEVERITIES = ("critical", "warning", "info")


@dataclass(frozen=True)
class Change:
    """An incident with what happened to it since a route was last told."""

    incident_id: str
    rank: int
    authority_code: str | None
    authority: str
    title: str
    theme: str | None
    severity: str
    status: str
    owner: str
    message: str
    what_to_do: str
    n_open: int
    n_figures: int
    first_period: date | None
    last_period: date | None
    acknowledged_until: date | None
    was_open: bool
    was_known: bool
    n_new: int
    n_acknowledgements_ended: int
    event_keys: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        return self.n_open > 0

    @property
    def kind(self) -> str:
        """new, back, grown, reminder, resolved, or standing: what the reader is told of it."""
        if self.is_open and not self.was_open:
            return "back" if self.was_known else "new"
        if self.was_open and not self.is_open:
            return "resolved"
        if self.is_open and self.n_acknowledgements_ended and self.status != "acknowledged":
            return "reminder"
        if self.is_open and self.n_new:
            return "grown"
        return "standing" if self.is_open else "over"

    @property
    def when(self) -> str:
        """Jan 2017, or Jan 2016 to Mar 2017."""
        if self.first_period is None or self.last_period is None:
            return ""
        first, last = f"{self.first_period:%b %Y}", f"{self.last_period:%b %Y}"
        said = first if first == last else f"{first} to {last}"
        return "" if said in self.title else said

    @property
    def findings(self) -> str:
        return f"{self.n_open:,} finding{'s' if self.n_open != 1 else ''}"

    @property
    def said(self) -> str:
        """What is wrong, in one line: of a long sentence the figures at its end, since the title says what they are."""
        words = " ".join(self.message.split())
        if len(words) > SAID:
            words = words.rpartition(": ")[2]
        return first_sentence(words[:1].upper() + words[1:], SAID)

    @property
    def to_do(self) -> str:
        return first_sentence(self.what_to_do)


@dataclass(frozen=True)
class Line:
    """One line of those to look at first: the weightiest of several incidents that want the same done."""

    change: Change
    n_others: int


@dataclass(frozen=True)
class Digest:
    """One digest: what is told, in the order in which it is read."""

    day: date
    route: str
    first: tuple[Line, ...]
    n_more: int
    reminders: tuple[Change, ...]
    resolved: tuple[Change, ...]
    n_opened: int
    n_standing: int
    n_resolved: int
    n_acknowledged: int
    n_findings: int
    by_theme: tuple[tuple[str, int], ...]
    by_authority: tuple[tuple[str, int], ...]
    down: tuple[str, ...]
    where: tuple[str, ...]

    @property
    def subject(self) -> str:
        said = [f"{self.n_opened:,} new", f"{self.n_standing:,} still open", f"{self.n_resolved:,} resolved"]
        if self.reminders:
            said.append(f"{len(self.reminders):,} no longer acknowledged")
        return f"Bellwether: {', '.join(said)}"

    @property
    def open_findings(self) -> str:
        return "1 finding is open" if self.n_findings == 1 else f"{self.n_findings:,} findings are open"


def passes(route: Route, change: Change, codes: frozenset[str]) -> bool:
    """Is it for this route? `codes` are the codes of the route's authorities."""
    if route.authorities and change.authority_code not in codes:
        return False
    if route.themes and (change.theme or NO_THEME) not in route.themes:
        return False
    if route.owners and change.owner not in route.owners:
        return False
    return change.severity in route.severities


def make(
    changes: Iterable[Change], *, day: date, route: str, down: Sequence[str] = (), where: Sequence[str] = ()
) -> Digest | None:
    """The digest of what changed; None where nothing did, for standing problems are not repeated."""
    ordered = sorted(changes, key=lambda change: change.rank)
    told = [change for change in ordered if change.kind in ("new", "back", "grown", "reminder", "resolved")]
    if not told:
        return None
    first = [change for change in told if change.kind in ("new", "back", "grown")]
    lines = _lines(first)
    open_now = [change for change in ordered if change.is_open]
    return Digest(
        day=day,
        route=route,
        first=tuple(lines[:TOP]),
        n_more=sum(1 + line.n_others for line in lines[TOP:]),
        reminders=tuple(change for change in told if change.kind == "reminder"),
        resolved=tuple(change for change in told if change.kind == "resolved"),
        n_opened=sum(change.kind in ("new", "back") for change in told),
        n_standing=sum(change.is_open and change.was_open for change in ordered),
        n_resolved=sum(change.kind == "resolved" for change in told),
        n_acknowledged=sum(change.status == "acknowledged" for change in open_now),
        n_findings=sum(change.n_open for change in open_now),
        by_theme=_counted((change.theme or "about no indicator").replace("_", " ") for change in open_now),
        by_authority=_counted(change.authority for change in open_now),
        down=tuple(down),
        where=tuple(where),
    )


def keys(digest: Digest, changes: Iterable[Change]) -> list[str]:
    """What the digest is about, event by event: the same events make the same message."""
    return sorted(key for change in changes if change.kind not in ("standing", "over") for key in change.event_keys)


def as_text(digest: Digest) -> str:
    """At most some forty lines."""
    return str(_template("digest.txt").render(digest=digest, listed=LISTED))


def as_html(digest: Digest, *, pages: str = "") -> str:
    """As HTML. `pages` is the address of the page with all incidents, seen from the digest; a mail has none."""
    return str(_template("digest.html").render(digest=digest, listed=LISTED, pages=pages))


def first_sentence(text: str, longest: int = 90) -> str:
    """The first sentence, cut at a word where it is long."""
    sentence = re.split(r"(?<=[.;])\s", " ".join(text.split()), maxsplit=1)[0].rstrip(";")
    if len(sentence) <= longest:
        return sentence if sentence.endswith((".", "!", "?")) or not sentence else f"{sentence}."
    return sentence[:longest].rsplit(" ", 1)[0].rstrip(",;") + " ..."


def _lines(changes: Iterable[Change]) -> list[Line]:
    """What is the matter in many authorities in the same way is one line, at the place of the weightiest."""
    alike: dict[tuple[str, str, str, str], list[Change]] = {}
    for change in changes:
        alike.setdefault((change.title, change.what_to_do, change.severity, change.kind), []).append(change)
    return [Line(group[0], len(group) - 1) for group in alike.values()]


def _counted(words: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """The commonest first, the rest together."""
    counts = sorted(Counter(words).items(), key=lambda item: (-item[1], item[0]))
    rest = sum(count for _, count in counts[COUNTED:])
    return tuple(counts[:COUNTED]) + (((f"{len(counts) - COUNTED} others", rest),) if rest else ())


@cache
def _template(name: str) -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)
