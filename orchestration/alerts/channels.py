"""Sending one message by one channel, through Apprise.

Belongs here: what Apprise is told, and what it said when it failed, without secrets. Does not belong here: when
something is sent (`deliver`). Apprise is imported when there is something to send.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from orchestration.alerts.config import Address, AlertsError, Channel, Email, Webhook

if TYPE_CHECKING:
    from orchestration.alerts.outbox import Message

_MODES = {"none": "insecure", "starttls": "starttls", "ssl": "ssl"}
_BAD_NEWS = ("critical", "trouble")
# Seconds to wait for a connection and for an answer.
_PATIENCE = {"cto": 5.0, "rto": 15.0}


class SendingError(Exception):
    """A channel did not take a message; the text is what it said, without secrets."""


def recipients(channel: Channel) -> tuple[str | None, ...]:
    """Each gets a message of its own, so that one address that is refused makes no other get it twice."""
    return channel.to if isinstance(channel, Email) else (None,)


def send(channel: Channel, message: Message) -> None:
    """Sends, once. Raises SendingError when the channel did not take it, AlertsError when it cannot be set up."""
    import apprise

    missing = [name for name in channel.variables if not os.environ.get(name)]
    if missing:
        raise SendingError(f"the environment has no {', '.join(missing)}")
    with _listening() as said:
        service: Any = apprise.Apprise.instantiate(_address(channel, message.recipient), suppress_exceptions=True)
        if service is None:
            raise SendingError(_without_secrets("; ".join(said) or "the address is not understood", channel))
        is_mail = isinstance(channel, Email)
        sender = apprise.Apprise()
        sender.add(service)
        try:
            taken = sender.notify(
                title=message.subject,
                body=message.html if is_mail else message.text,
                body_format=apprise.NotifyFormat.HTML if is_mail else apprise.NotifyFormat.TEXT,
                notify_type=apprise.NotifyType.FAILURE if message.kind in _BAD_NEWS else apprise.NotifyType.INFO,
            )
        except Exception as error:
            raise SendingError(_without_secrets(f"{type(error).__name__}: {error}", channel)) from None
    if not taken:
        raise SendingError(_without_secrets("; ".join(said) or "it was refused without a reason", channel))


def _address(channel: Channel, recipient: str | None) -> str | dict[str, Any]:
    match channel:
        case Email():
            address: dict[str, Any] = {
                "schema": "mailtos" if channel.security != "none" else "mailto",
                "host": channel.host,
                "smtp_host": channel.host,
                "port": channel.port,
                "from_addr": channel.sender,
                "targets": [recipient] if recipient else list(channel.to),
                "secure_mode": _MODES[channel.security],
                "format": "html",
                **_PATIENCE,
            }
            if channel.user_env and channel.password_env:
                address |= {"user": os.environ[channel.user_env], "password": os.environ[channel.password_env]}
            return address
        case Address():
            return os.environ[channel.url_env]
        case Webhook():
            parts = urlsplit(channel.url or os.environ[channel.url_env or ""])
            if parts.hostname is None:
                raise AlertsError("The address of a webhook has no host.")
            return {
                "schema": "jsons" if parts.scheme == "https" else "json",
                "host": parts.hostname,
                "port": parts.port,
                "fullpath": parts.path + (f"?{parts.query}" if parts.query else ""),
                "headers": {header: os.environ[name] for header, name in channel.headers_env.items()},
                **_PATIENCE,
            }


@contextmanager
def _listening() -> Iterator[list[str]]:
    """What Apprise complains of, kept from every log: it may name an address."""
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    logger = logging.getLogger("apprise")
    listener, propagates, level = Listener(logging.WARNING), logger.propagate, logger.level
    logger.addHandler(listener)
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    try:
        yield said
    finally:
        logger.removeHandler(listener)
        logger.propagate = propagates
        logger.setLevel(level)


def _without_secrets(said: str, channel: Channel) -> str:
    for name in channel.variables:
        value = os.environ.get(name)
        if not value:
            continue
        said = said.replace(value, f"${name}")
        # Parts of an address are as good as the address.
        for part in urlsplit(value).path.split("/") if "://" in value else ():
            if len(part) > 6:
                said = said.replace(part, "***")
    return " ".join(said.split())[:300]
