"""Telling: a run's news to every route, and trouble at once.

Belongs here: from a publication (or a failure) to the outbox, and the round of delivery after it. Nothing here raises
for a channel's sake; a fault of alerts.yml is told to the caller, who decides.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from orchestration.alerts import digest as digests
from orchestration.alerts import messages, news
from orchestration.alerts.config import load_config
from orchestration.alerts.deliver import Delivered, Sender, deliver
from orchestration.alerts.outbox import Outbox
from orchestration.incidents.operations import Trouble, record_trouble

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from orchestration.settings import Settings

# The page with all incidents, seen from the folder of reports (orchestration/report/site.py writes it).
PAGES = "site/quality/index.html"


@dataclass(frozen=True)
class Told:
    """What telling a run came to."""

    n_written: int
    delivered: Delivered


def tell_run(
    settings: Settings,
    connection: DuckDBPyConnection,
    *,
    day: date,
    now: datetime | None = None,
    send: Sender | None = None,
) -> Told:
    """Writes what each route has not been told yet into the outbox, and delivers. The digest of everything is written
    to `reports` as well, where nobody need be told to find it. Raises AlertsError for a faulty alerts.yml."""
    now = now or datetime.now(UTC)
    outbox = Outbox(settings.alerts)
    down = tuple(one.channel for one in outbox.failing())
    where = _where()
    last = news.last_run(connection)
    _write_digest(settings, connection, last, day=day, down=down, where=where)
    config = load_config(settings.alerts_config)
    names = news.authority_names(connection)
    n_written = 0
    for route in config.routes:
        before = outbox.told_up_to(route.name)
        if before is None or before <= last:
            made = messages.of_route(
                config,
                route,
                news.changes(connection, before or 0),
                codes=messages.codes_of(route, names),
                day=day,
                now=now,
                down=tuple(name for name in down if name != route.channel),
                where=where,
            )
            n_written += sum(outbox.put(message) for message in made)
        # Where the log was lost, runs are counted from 1 again; what stands is not told anew.
        outbox.told(route.name, last)
    return Told(n_written, deliver(settings, config, now=now, send=send))


def tell_trouble(settings: Settings, trouble: Trouble) -> Told:
    """Remembers trouble for the next run to see, and tells it at once, once a key. Raises AlertsError for a faulty
    alerts.yml."""
    if not record_trouble(settings.history, trouble):
        return Told(0, Delivered(0, 0))
    now = trouble.at
    config = load_config(settings.alerts_config)
    outbox = Outbox(settings.alerts)
    body = f"{trouble.message}\n\n`bellwether doctor` says what may be wrong on this machine."
    made = messages.trouble(
        config, key=f"{trouble.kind} {trouble.key}", subject=f"Bellwether: {trouble.what} failed", body=body, now=now
    )
    n_written = sum(outbox.put(message) for message in made)
    return Told(n_written, deliver(settings, config, pause=0.2))


def _write_digest(
    settings: Settings,
    connection: DuckDBPyConnection,
    last: int,
    *,
    day: date,
    down: tuple[str, ...],
    where: tuple[str, ...],
) -> None:
    """The digest of the last run in which anything happened, of all authorities."""
    made = digests.make(news.changes(connection, max(0, last - 1)), day=day, route="everything", down=down, where=where)
    if made is not None:
        settings.reports.mkdir(parents=True, exist_ok=True)
        _replace(settings.reports / "digest.txt", digests.as_text(made))
        _replace(settings.reports / "digest.html", digests.as_html(made, pages=PAGES))


def _where() -> tuple[str, ...]:
    return (
        f"All findings with their cells: {PAGES} in the folder of reports",
        "Notes to senders: notes/index.html beside it",
        "One incident with its evidence and history: bellwether incidents ID",
        "Known and being dealt with: bellwether ack ID --until DATE --reason TEXT --by NAME",
    )


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
