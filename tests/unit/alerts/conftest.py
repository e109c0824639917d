"""A mail server and an HTTP receiver on this machine, incidents by hand, and a home without a run."""

from __future__ import annotations

import email
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from email.message import Message as Mail
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiosmtpd.controller import Controller

from orchestration.alerts.digest import Change
from orchestration.settings import Settings


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass
class MailServer:
    """Takes mail, or refuses addresses."""

    port: int
    refused: set[str] = field(default_factory=set)
    mails: list[tuple[list[str], Mail]] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append((list(envelope.rcpt_tos), email.message_from_bytes(envelope.content)))
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer(free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    yield server
    controller.stop()


@dataclass
class Receiver:
    """What was posted to it; `status` is what it answers."""

    url: str
    status: int = 200
    posts: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            try:
                content: Any = json.loads(body)
            except ValueError:
                content = body
            if received.status < 400:
                received.posts.append((self.path, dict(self.headers), content))
            self.send_response(received.status)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *arguments: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received = Receiver(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield received
    server.shutdown()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


Configure = Callable[..., None]


@pytest.fixture
def configure(settings: Settings) -> Configure:
    """Writes alerts.yml: channels by name, routes as a list."""

    def write(channels: dict[str, Any], routes: list[dict[str, Any]]) -> None:
        settings.alerts_config.write_text(yaml.safe_dump({"channels": channels, "routes": routes}), encoding="utf-8")

    return write


def change(number: int = 1, **given: Any) -> Change:
    """A new incident of one warning in Surrey, unless told otherwise."""
    row: dict[str, Any] = {
        "incident_id": f"{number:012x}", "rank": number, "authority_code": "E10000030", "authority": "Surrey",
        "title": "Referrals received", "theme": "front_door", "severity": "warning", "status": "open",
        "owner": "sender", "message": "Referrals received, Jan 2017: 12 is given, the parts make 10.",
        "what_to_do": "Find the part that is wrong.", "n_open": 1, "n_figures": 1, "first_period": date(2017, 1, 1),
        "last_period": date(2017, 1, 1), "acknowledged_until": None, "was_open": False, "was_known": False, "n_new": 1,
        "n_acknowledgements_ended": 0, "event_keys": (f"finding{number} opened 2017-03-01 1",),
    }  # fmt: skip
    return Change(**(row | given))
