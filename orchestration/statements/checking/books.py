"""Where the checker looks things up: the labels of an authority and its series, each read once.

Belongs here: what a publication, or series at hand, answer. Does not belong here: SQL (`series`), and any judgement.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from orchestration.statements.reading import normal
from orchestration.statements.series import Label, Series, load_labels, load_part, load_series

if TYPE_CHECKING:
    import duckdb


class Book(Protocol):
    """Where the checker looks things up."""

    labels: Sequence[Label]
    authority_name: str

    def series(self, indicator_code: str) -> Series: ...


class PublicationBook:
    """The series of one authority in a publication, each read once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, authority_code: str, authority_name: str) -> None:
        self._connection = connection
        self._authority_code = authority_code
        self.authority_name = authority_name
        self.labels: Sequence[Label] = load_labels(connection, authority_code)
        self._read: dict[str, Series] = {}

    def series(self, indicator_code: str) -> Series:
        if indicator_code not in self._read:
            code, _, part = indicator_code.partition("|")
            dimension, _, value = part.partition("=")
            whole = load_series(self._connection, code, self._authority_code)
            self._read[indicator_code] = load_part(self._connection, whole, dimension, value) if part else whole
        return self._read[indicator_code]


class SeriesBook:
    """Series at hand, known by their names: for tests and notebooks."""

    def __init__(self, *series: Series, labels: Sequence[Label] = ()) -> None:
        self._series = {one.indicator.code: one for one in series}
        self.authority_name = series[0].authority_name if series else ""
        named = [Label(normal(one.indicator.name), one.indicator.code, False) for one in series]
        self.labels: Sequence[Label] = sorted([*labels, *named], key=lambda one: -len(one.text))

    def series(self, indicator_code: str) -> Series:
        return self._series[indicator_code]
