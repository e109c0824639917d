"""Who is told what and how: `alerts.yml`, read and checked.

Belongs here: the file's shape and the words in which its faults are told. Secrets stand in the environment; the file
names the variable. Does not belong here: sending (`channels`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

Kind = Literal["digest", "critical", "trouble"]
SAMPLE = Path(__file__).resolve().parent / "alerts.sample.yml"
# Incidents that are about no indicator (a label, a late return, the machinery) have no theme; routes name them so.
NO_THEME = "other"


class AlertsError(Exception):
    """Alerts cannot be set up or sent as asked; the message says what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Email(_Strict):
    """A mail server. User and password are named, not given: the variables of the environment that hold them."""

    kind: Literal["email"]
    host: str
    port: int = 587
    security: Literal["none", "starttls", "ssl"] = "starttls"
    sender: str
    to: tuple[str, ...] = Field(min_length=1)
    user_env: str | None = None
    password_env: str | None = None

    @field_validator("to", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    @field_validator("to")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", address):
                raise ValueError(f"{address!r} is no address")
        return value

    @property
    def variables(self) -> tuple[str, ...]:
        return tuple(name for name in (self.user_env, self.password_env) if name)


class Address(_Strict):
    """Teams, Slack or anything else that Apprise speaks to: the whole address is a secret, so a variable holds it."""

    kind: Literal["teams", "slack", "apprise"]
    url_env: str

    @property
    def variables(self) -> tuple[str, ...]:
        return (self.url_env,)


class Webhook(_Strict):
    """A JSON document by POST. `headers_env`: header -> variable that holds its value."""

    kind: Literal["webhook"]
    url: str | None = None
    url_env: str | None = None
    headers_env: Mapping[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_address(self) -> Webhook:
        if (self.url is None) == (self.url_env is None):
            raise ValueError("give url, or url_env where the address is a secret")
        if self.url is not None and not re.fullmatch(r"https?://[^\s@]+", self.url):
            raise ValueError("url is no http address without user and password; with a secret in it use url_env")
        return self

    @property
    def variables(self) -> tuple[str, ...]:
        return (*((self.url_env,) if self.url_env else ()), *self.headers_env.values())


Channel = Annotated[Email | Address | Webhook, Field(discriminator="kind")]


class Route(_Strict):
    """Who gets what: incidents that pass every filter. An empty filter lets everything pass."""

    name: str = Field(min_length=1)
    channel: str
    authorities: tuple[str, ...] = Field(default=(), description="codes or names")
    themes: tuple[str, ...] = Field(default=(), description=f"themes of indicators; {NO_THEME}: about no indicator")
    severities: tuple[Literal["critical", "warning", "info"], ...] = ("critical", "warning", "info")
    owners: tuple[Literal["sender", "performance_team", "data_engineer"], ...] = ()
    messages: tuple[Kind, ...] = ("digest", "critical", "trouble")


class AlertsConfig(_Strict):
    """The whole file."""

    channels: Mapping[str, Channel] = Field(default_factory=dict)
    routes: tuple[Route, ...] = ()

    @model_validator(mode="after")
    def _routes_have_channels(self) -> AlertsConfig:
        names = [route.name for route in self.routes]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"routes of one name: {', '.join(twice)}")
        for route in self.routes:
            if route.channel not in self.channels:
                raise ValueError(f"route {route.name!r} names the channel {route.channel!r}, which is not there")
        return self

    def route(self, name: str) -> Route | None:
        return next((route for route in self.routes if route.name == name), None)

    def missing_variables(self) -> list[tuple[str, str]]:
        """(channel, variable) for every variable that the file names and the environment does not have."""
        return [
            (name, variable)
            for name, channel in self.channels.items()
            for variable in channel.variables
            if not os.environ.get(variable)
        ]


def load_config(path: Path) -> AlertsConfig:
    """The routes; none where there is no file. Raises AlertsError, which names the place in the file, never what stands
    there."""
    if not path.exists():
        return AlertsConfig()
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        where = f" near line {place.line + 1}" if place is not None else ""
        raise AlertsError(f"{path} is no YAML{where}.") from None
    if not isinstance(content, dict):
        raise AlertsError(f"{path} should hold `channels:` and `routes:`; see {SAMPLE}.")
    try:
        return AlertsConfig(**content)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc']) or 'the file'}: {fault['msg']}" for fault in error.errors()
        )
        raise AlertsError(f"{path}: {faults}. A sample lies in {SAMPLE}.") from None
