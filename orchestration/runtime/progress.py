"""What a run tells while it works: libraries and assets report, and whoever drives the run may listen.

Belongs here: one listener. Does not belong here: how anything is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str, object], None]

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


def report(kind: str, what: object) -> None:
    """Tells the listener, if there is one, that something of a kind is done: a step begun, a file received, a table
    made.
    """
    listener = _listener.get()
    if listener is not None:
        listener(kind, what)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Sends the reports of everything inside to the listener."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
