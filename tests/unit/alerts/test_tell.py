"""A publication's news reaches each route once, whatever happened to the run that should have told it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

# The small build file of the tests of publishing serves here too.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "publish"))

from hand_made import write_build

from orchestration.alerts import AlertsError, Outbox
from orchestration.alerts.config import Channel
from orchestration.alerts.outbox import Message
from orchestration.alerts.tell import tell_run
from orchestration.settings import Settings

from .conftest import Configure

NOW = datetime(2017, 2, 1, tzinfo=UTC)
ROUTES = [{"name": "kent", "channel": "hook", "authorities": ["Kent"]}, {"name": "all", "channel": "hook"}]


@pytest.fixture
def publication(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Three incidents: two opened in run 1 and open, one opened in run 1 and resolved in run 2."""
    write_build(settings)
    with duckdb.connect(str(settings.build_file)) as connection:
        yield connection


class Phone:
    """A channel that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def __call__(self, channel: Channel, message: Message) -> None:
        self.told.append((message.route, message.subject))


def tell(settings: Settings, publication: Any, phone: Phone) -> list[tuple[str, str]]:
    before = len(phone.told)
    tell_run(settings, publication, day=date(2017, 2, 1), now=NOW, send=phone)
    return sorted(phone.told[before:])


def test_a_new_route_is_told_what_is_open_once(settings: Settings, publication: Any, configure: Configure) -> None:
    configure({"hook": {"kind": "webhook", "url": "http://x.org/"}}, ROUTES)
    phone = Phone()
    assert tell(settings, publication, phone) == [
        ("all", "Bellwether, critical: Kent, Codes"),
        ("all", "Bellwether: 2 new, 0 still open, 0 resolved"),
        ("kent", "Bellwether, critical: Kent, Codes"),
        ("kent", "Bellwether: 1 new, 0 still open, 0 resolved"),
    ]
    assert tell(settings, publication, phone) == []


def test_a_route_that_missed_a_run_is_told_of_it_by_the_next(
    settings: Settings, publication: Any, configure: Configure
) -> None:
    configure({"hook": {"kind": "webhook", "url": "http://x.org/"}}, ROUTES)
    outbox = Outbox(settings.alerts)
    outbox.told("all", 1)
    outbox.told("kent", 2)
    assert tell(settings, publication, Phone()) == [("all", "Bellwether: 0 new, 2 still open, 1 resolved")]


def test_a_log_that_was_lost_makes_nobody_hear_everything_again(
    settings: Settings, publication: Any, configure: Configure
) -> None:
    configure({"hook": {"kind": "webhook", "url": "http://x.org/"}}, ROUTES[1:])
    Outbox(settings.alerts).told("all", 40)
    assert tell(settings, publication, Phone()) == []
    assert Outbox(settings.alerts).told_up_to("all") == 2


def test_the_digest_of_everything_lies_in_the_reports_whoever_is_told(settings: Settings, publication: Any) -> None:
    settings.alerts_config.write_text("routes: {", encoding="utf-8")
    with pytest.raises(AlertsError):
        tell(settings, publication, Phone())
    text = (settings.reports / "digest.txt").read_text(encoding="utf-8")
    assert "0 new, 2 still open, 1 resolved" in text
    assert "<!doctype html>" in (settings.reports / "digest.html").read_text(encoding="utf-8")
