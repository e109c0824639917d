"""The kinds of page, one module each, and the order in which an authority's pages stand beside each other.

A module of an authority's pages has `NAME` and `pages(book, month)`; a national one has `NAME` and `pages(reader,
codes, month)`. Both are pure: they read rows and give pages. Add a kind: a module here, and its place in a list below.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from orchestration.report.kinds import (
    authority,
    benchmarking,
    board,
    clubs,
    compared,
    compendium,
    contacts,
    indicator,
    overview,
    quality,
    quality_overview,
    quarterly,
    registers,
    watch,
)
from orchestration.report.pages import Page
from orchestration.report.reading import Book, Reader


class OfAuthority(Protocol):
    """A module of pages about one authority; none where it has nothing to show."""

    NAME: str

    def pages(self, book: Book, month: date | None) -> Iterable[Page]: ...


class National(Protocol):
    """A module of pages about many authorities: `codes` are those in scope."""

    NAME: str

    def pages(self, reader: Reader, codes: tuple[str, ...], month: date | None) -> Iterable[Page]: ...


OF_AUTHORITY: tuple[OfAuthority, ...] = (
    authority,
    compendium,
    board,
    quarterly,
    compared,
    watch,
    contacts,
    registers,
    quality,
    indicator,
)
NATIONAL: tuple[National, ...] = (overview, benchmarking, clubs, quality_overview)
