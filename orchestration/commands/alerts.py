"""Alerts as the command line shows them: is the set-up sound, what waits, does a trial message arrive.

Belongs here: words and tables. Does not belong here: sending (`orchestration.alerts`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from orchestration import publish
from orchestration.alerts import Outbox, load_config, messages, news
from orchestration.alerts.config import SAMPLE
from orchestration.alerts.deliver import deliver
from orchestration.alerts.digest import passes
from orchestration.commands.output import Table

if TYPE_CHECKING:
    from orchestration.settings import Settings


def checked(settings: Settings) -> tuple[list[str], bool]:
    """What is set up, what is missing, and how many open incidents each route covers. Sound: nothing is missing."""
    config = load_config(settings.alerts_config)
    if not config.routes:
        return [f"No routes in {settings.alerts_config}: nobody is told anything. A sample: {SAMPLE}"], True
    outbox = Outbox(settings.alerts)
    down = {one.channel: one for one in outbox.failing()}
    missing = config.missing_variables()
    lines = []
    for name, channel in config.channels.items():
        state = "works, as far as is known"
        if name in down:
            state = f"takes nothing since {down[name].since:%Y-%m-%d}: {down[name].said}"
        if absent := [variable for one, variable in missing if one == name]:
            state = f"the environment has no {', '.join(absent)}"
        lines.append(f"channel {name} ({channel.kind}): {state}")
    is_sound = not missing and not down
    if publish.current(settings) is None:
        return lines, is_sound
    with publish.connect(settings) as connection:
        names = news.authority_names(connection)
        open_now = [change for change in news.changes(connection, 0) if change.is_open]
    covered = set()
    for route in config.routes:
        codes = messages.codes_of(route, names)
        unknown = sorted(code for code in codes if code not in names)
        own = {change.incident_id for change in open_now if passes(route, change, codes)}
        covered |= own
        lines.append(f"route {route.name}: {len(own)} of {len(open_now)} open incidents, over {route.channel}")
        if unknown:
            is_sound = False
            lines.append(f"  no authority is called {', '.join(unknown)}")
    if left := len(open_now) - len(covered):
        lines.append(f"{left} of {len(open_now)} open incidents are told to nobody.")
    return lines, is_sound


def sent_trial(settings: Settings, route_name: str | None) -> tuple[list[str], bool]:
    """Sends a trial message to a route, or to all of them."""
    config = load_config(settings.alerts_config)
    routes = [route for route in config.routes if route_name in (None, route.name)]
    if not routes:
        known = ", ".join(route.name for route in config.routes) or "none"
        return [f"There is no route {route_name!r}; there are: {known}."], False
    outbox, now = Outbox(settings.alerts), datetime.now(UTC)
    written = [message for route in routes for message in messages.trial(config, route, now)]
    for message in written:
        outbox.put(message)
    deliver(settings, config)
    waiting = {message.message_id for message in outbox.waiting()}
    lines = []
    for message in written:
        to = f" ({message.recipient})" if message.recipient else ""
        tries = outbox.tries(message)
        state = f"not taken: {tries.said if tries else 'not tried'}" if message.message_id in waiting else "taken"
        lines.append(f"{message.route} over {message.channel}{to}: {state}")
    return lines, not any(message.message_id in waiting for message in written)


def outbox_table(settings: Settings, *, with_sent: bool) -> Table:
    """Messages with their state."""
    outbox = Outbox(settings.alerts)
    columns = ["state", "written_at", "route", "channel", "recipient", "kind", "subject", "tries", "said", "message_id"]
    rows = []
    for state, found in (("waiting", outbox.waiting()), ("sent", outbox.sent() if with_sent else [])):
        for one in found:
            tries = outbox.tries(one)
            rows.append(
                [
                    state,
                    one.written_at[:19],
                    one.route,
                    one.channel,
                    one.recipient,
                    one.kind,
                    one.subject,
                    tries.n if tries else 0,
                    tries.said if tries else None,
                    one.message_id,
                ]
            )
    return Table(columns, rows)
