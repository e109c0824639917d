"""What a page of the site is: a title, where it stands, and sections of blocks. Pure data.

Belongs here: the blocks a page may hold. Does not belong here: which pages there are (`site`), what stands on them
(`kinds`) and how they become HTML (`write`). Paths of links are relative to the root of the site.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestration.report.tables import Table

Tone = Literal["", "green", "amber", "red", "blue", "grey"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link within the site."""

    text: str
    href: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph. `from_sender` marks text that was sent to us: it is shown as a quotation with who wrote it."""

    text: str
    from_sender: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reader must not miss, such as a break in the series."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms and what they are: a definition, a certificate. A value may be a link."""

    items: tuple[tuple[str, str | Link], ...]


@dataclass(frozen=True, slots=True)
class Links:
    """A list of links."""

    items: tuple[Link, ...]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A headline figure: its number as text, what it is, and how it stands. Colour is never alone: `tag` says it."""

    heading: str
    figure: str
    detail: str
    href: str
    tag: str = ""
    tone: Tone = ""
    change: str = ""


@dataclass(frozen=True, slots=True)
class Cards:
    """Headline figures beside each other."""

    items: tuple[Card, ...]


Block: TypeAlias = Words | Notice | Facts | Links | Cards | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page with a heading and an address (#id)."""

    id: str
    heading: str
    blocks: tuple[Block, ...]
    # Whether the list at the head of the page names it; not one of fifty like it.
    in_contents: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the site. `path` is relative to the site's root; `trail` leads to it, `beside` are its siblings."""

    path: str
    title: str
    sections: tuple[Section, ...]
    trail: tuple[Link, ...] = ()
    beside: tuple[Link, ...] = ()
    lead: str = ""
    # Above the title: whose page it is.
    caption: str = ""
    # A wide table prints better across.
    landscape: bool = False


def tone_of(rag: str | None) -> Tone:
    """The colour of a rating; grey where there is none."""
    tones: dict[str | None, Tone] = {"GREEN": "green", "AMBER": "amber", "RED": "red"}
    return tones.get(rag, "grey")
