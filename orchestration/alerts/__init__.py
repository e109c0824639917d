"""Alerts: who is told what, once, by which channel.

Belongs here: the routes (`config`), what a message says (`messages`, `digest`), the outbox and its delivery. Reads the
publication. Does not belong here: deciding what an incident is (`orchestration.incidents`), and any knowledge of
Dagster. Messages are kept as files until a channel has taken them; a process that is killed between a channel's yes
and its receipt sends that one message again, and no other.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from orchestration.alerts.config import AlertsConfig, AlertsError, load_config
from orchestration.alerts.outbox import Outbox

if TYPE_CHECKING:
    from orchestration.settings import Settings

__all__ = ["AlertsConfig", "AlertsError", "Outbox", "channels_down", "load_config"]


def channels_down(settings: Settings) -> list[tuple[str, date, str]]:
    """The channels that took nothing when last tried: name, since when, what they said."""
    down = [(one.channel, one.since.date(), one.said) for one in Outbox(settings.alerts).failing()]
    try:
        load_config(settings.alerts_config)
    except AlertsError as fault:
        # With a file that cannot be read nobody is told anything.
        changed = datetime.fromtimestamp(settings.alerts_config.stat().st_mtime, UTC).date()
        down.append(("alerts.yml", changed, str(fault)))
    return down
