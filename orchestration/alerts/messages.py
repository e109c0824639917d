"""Messages: digests, what is critical, and trouble, each for the routes that it is for. Pure.

Does not belong here: reading the publication (`news`), the outbox, sending.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from html import escape

from orchestration.alerts import digest as digests
from orchestration.alerts.channels import recipients
from orchestration.alerts.config import AlertsConfig, Route
from orchestration.alerts.digest import Change
from orchestration.alerts.outbox import Message, message_id


def of_route(
    config: AlertsConfig,
    route: Route,
    changes: Iterable[Change],
    *,
    codes: frozenset[str],
    day: date,
    now: datetime,
    down: Sequence[str] = (),
    where: Sequence[str] = (),
) -> list[Message]:
    """What a route is told of a run: a message at once for what is critical and new, and the digest."""
    own = [change for change in changes if digests.passes(route, change, codes)]
    found = []
    critical = [one for one in own if one.severity == "critical" and one.kind in ("new", "back")]
    if critical and "critical" in route.messages:
        found += _critical(config, route, critical, now, where)
    if "digest" in route.messages:
        made = digests.make(own, day=day, route=route.name, down=down, where=where)
        if made is not None:
            found += _messages(
                config,
                route,
                "digest",
                digests.keys(made, own),
                subject=made.subject,
                text=digests.as_text(made),
                html=digests.as_html(made),
                now=now,
            )
    return found


def trouble(
    config: AlertsConfig, *, key: str, subject: str, body: str, now: datetime, but_not: str | None = None
) -> list[Message]:
    """Something of the machinery failed: to every route that wants to hear of trouble, except over a channel that is
    itself the trouble."""
    return [
        message
        for route in config.routes
        if "trouble" in route.messages and route.channel != but_not
        if not route.owners or "data_engineer" in route.owners
        for message in _plain(config, route, "trouble", [key], subject, body, now)
    ]


def channel_down(config: AlertsConfig, channel: str, said: str, now: datetime) -> list[Message]:
    """A channel went down: to those who are reached by another."""
    routes = ", ".join(route.name for route in config.routes if route.channel == channel) or "no route"
    return trouble(
        config,
        key=f"channel {channel} down {now:%Y-%m-%d}",
        subject=f"Bellwether: the channel {channel} takes no messages",
        body=(
            f"What it said: {said}\nRoutes that rely on it: {routes}.\n"
            "Messages are kept and tried again with every run. `bellwether alerts check` shows the state, "
            "`bellwether alerts deliver` tries at once."
        ),
        now=now,
        but_not=channel,
    )


def trial(config: AlertsConfig, route: Route, now: datetime) -> list[Message]:
    """A message that only shows that messages arrive."""
    return _plain(
        config,
        route,
        "trial",
        [now.isoformat()],
        "Bellwether: a trial message",
        f"This route ({route.name}) works. Nothing is wrong and nothing needs doing.",
        now,
    )


def codes_of(route: Route, names: Mapping[str, str]) -> frozenset[str]:
    """The codes of a route's authorities, given by code or by name."""
    by_name = {name.casefold(): code for code, name in names.items()}
    return frozenset(by_name.get(one.casefold(), one) for one in route.authorities)


def _critical(
    config: AlertsConfig, route: Route, critical: Sequence[Change], now: datetime, where: Sequence[str]
) -> list[Message]:
    first = critical[0]
    count = f" and {len(critical) - 1} more" if len(critical) > 1 else ""
    lines = [f"{one.authority}: {one.message} {digests.first_sentence(one.what_to_do)}" for one in critical[:10]]
    if len(critical) > 10:
        lines.append(f"and {len(critical) - 10} more.")
    keys = [key for one in critical for key in one.event_keys]
    subject = f"Bellwether, critical: {first.authority}, {first.title}{count}"
    return _plain(config, route, "critical", keys, subject, "\n".join([*lines, "", *where]), now)


def _plain(
    config: AlertsConfig, route: Route, kind: str, keys: Sequence[str], subject: str, body: str, now: datetime
) -> list[Message]:
    html = "<br>\n".join(escape(line) for line in body.splitlines())
    return _messages(config, route, kind, keys, subject=subject, text=body + "\n", html=f"<p>{html}</p>\n", now=now)


def _messages(
    config: AlertsConfig,
    route: Route,
    kind: str,
    keys: Sequence[str],
    *,
    subject: str,
    text: str,
    html: str,
    now: datetime,
) -> list[Message]:
    return [
        Message(
            message_id=message_id(route.name, recipient, kind, keys),
            route=route.name,
            channel=route.channel,
            recipient=recipient,
            kind=kind,
            subject=" ".join(subject.split())[:150],
            text=text,
            html=html,
            written_at=now.isoformat(),
        )
        for recipient in recipients(config.channels[route.channel])
    ]
