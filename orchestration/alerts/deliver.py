"""Delivery: what waits in the outbox is tried, what fails waits longer, and a channel that is down is itself told.

Belongs here: order, retries and receipts. Does not belong here: how a channel is spoken to (`channels`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from orchestration.alerts import channels, messages
from orchestration.alerts.config import AlertsConfig, Channel
from orchestration.alerts.outbox import Message, Outbox

if TYPE_CHECKING:
    from orchestration.settings import Settings

Sender = Callable[[Channel, Message], None]
_TRIES_AT_ONCE = 3


@dataclass(frozen=True)
class Delivered:
    """What a round of delivery did: messages taken, messages that wait on, channels that are down."""

    n_sent: int
    n_waiting: int
    down: tuple[str, ...] = ()


def deliver(
    settings: Settings,
    config: AlertsConfig,
    *,
    force: bool = True,
    now: datetime | None = None,
    send: Sender | None = None,
    pause: float = 0.5,
) -> Delivered:
    """Tries what waits; without `force` only what is due again. Never raises for a channel's sake.

    A channel that fails is not tried further in this round, and the other routes for trouble are told of it once."""
    outbox = Outbox(settings.alerts)
    send = send or channels.send
    with outbox.alone() as alone:
        if not alone:
            return Delivered(0, len(outbox.waiting()), tuple(one.channel for one in outbox.failing()))
        n_sent, down = _round(outbox, config, send, now or datetime.now(UTC), force=force, pause=pause)
        if down:
            # What the others are told of it goes out in the same round, over channels that still work.
            again, _ = _round(outbox, config, send, now or datetime.now(UTC), force=force, pause=pause, skip=down)
            n_sent += again
        return Delivered(n_sent, len(outbox.waiting()), tuple(one.channel for one in outbox.failing()))


def _round(
    outbox: Outbox,
    config: AlertsConfig,
    send: Sender,
    now: datetime,
    *,
    force: bool,
    pause: float,
    skip: frozenset[str] = frozenset(),
) -> tuple[int, frozenset[str]]:
    n_sent = 0
    down = set(skip)
    for message in outbox.waiting():
        channel = config.channels.get(message.channel)
        tries = outbox.tries(message)
        if message.channel in down or (tries is not None and not force and not tries.due(now)):
            continue
        fault = "the channel is no longer in alerts.yml" if channel is None else _fault(channel, message, send, pause)
        if fault is None:
            outbox.mark_sent(message)
            n_sent += 1
            continue
        down.add(message.channel)
        if outbox.mark_failed(message, fault, now):
            for told in messages.channel_down(config, message.channel, fault, now):
                outbox.put(told)
    return n_sent, frozenset(down)


def _fault(channel: Channel, message: Message, send: Sender, pause: float) -> str | None:
    """What went wrong after a few tries, or nothing."""
    from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

    retrying = Retrying(
        stop=stop_after_attempt(_TRIES_AT_ONCE),
        wait=wait_exponential(multiplier=pause, max=5),
        retry=retry_if_exception_type(channels.SendingError),
        reraise=True,
    )
    try:
        retrying(send, channel, message)
    except Exception as error:
        return str(error) or type(error).__name__
    return None
