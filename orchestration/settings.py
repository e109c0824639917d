"""The one place where configuration is read.

Belongs here: what a deployment may set (environment ``BELLWETHER_*``, or a ``--home`` on the command line) and the
paths that follow from it. Does not belong here: anything that opens a file or a database.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Where things are and how a run behaves. Every field can be set as ``BELLWETHER_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="BELLWETHER_", extra="ignore")

    project: Path = Field(default=PROJECT, description="the checkout: registry, contracts, dbt project")
    home: Path = Field(default=PROJECT / "data", description="root of everything a run writes")
    shipped_returns: bool = Field(
        default=True,
        description="also load the returns that come with the product (data/returns, data/reference/published)",
    )
    inboxes: tuple[Path, ...] = Field(default=(), description="further read-only folders of returns")
    as_of: date | None = Field(default=None, description="the day a run counts as today; default: the run's own day")
    keep_publications: int = Field(default=5, ge=1, description="how many publications stay on disk")
    stable_seconds: float = Field(default=2.0, ge=0, description="a file younger than this may still be being written")
    max_file_mb: int = Field(default=250, ge=1, description="larger files are refused unread")
    child_key_file: Path | None = Field(
        default=None, description="the key that turns children's identifiers into pseudonyms; default: <home>/child_key"
    )
    child_authority: str | None = Field(
        default=None, description="whose child-level lists arrive here, for files that do not say it themselves"
    )
    pack_authorities: tuple[str, ...] = Field(
        default=(), description="codes of those who get scheduled packs; default: all that have sent a return"
    )
    pages: bool = Field(
        default=True, description="whether a run writes the site and the workbook; `bellwether report` always does"
    )
    alerts_file: Path | None = Field(default=None, description="who is told what; default: <home>/alerts.yml")
    threads: int = Field(default=2, ge=1, description="threads of DuckDB and dbt")

    @property
    def landing(self) -> Path:
        return self.home / "landing"

    @property
    def archive(self) -> Path:
        return self.home / "archive"

    @property
    def raw(self) -> Path:
        return self.home / "raw"

    @property
    def quarantine(self) -> Path:
        return self.home / "quarantine"

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse"

    @property
    def build_file(self) -> Path:
        """The disposable DuckDB file that one run at a time builds."""
        return self.warehouse / "bellwether.duckdb"

    @property
    def published(self) -> Path:
        return self.home / "published"

    @property
    def restricted(self) -> Path:
        """A folder an authority: publications that hold rows of its own children and are for nobody else."""
        return self.home / "restricted"

    @property
    def reports(self) -> Path:
        return self.home / "reports"

    @property
    def packs(self) -> Path:
        """What went to meetings, frozen as known on a day: each in a folder of its own, with its record."""
        return self.reports / "packs"

    @property
    def as_at(self) -> Path:
        """Publications as known on a day; each can be made again."""
        return self.home / "as_at"

    @property
    def history(self) -> Path:
        """The log of findings: what cannot be made again from raw."""
        return self.home / "history"

    @property
    def alerts(self) -> Path:
        """Messages to people: waiting, sent, and what the channels said."""
        return self.home / "alerts"

    @property
    def alerts_config(self) -> Path:
        """Who is told what, and how."""
        return self.alerts_file or self.home / "alerts.yml"

    @property
    def dagster_home(self) -> Path:
        return self.home / ".dagster"

    @property
    def dbt_project(self) -> Path:
        return self.project / "dbt_project"

    @property
    def child_key(self) -> Path:
        return self.child_key_file or self.home / "child_key"

    @property
    def all_inboxes(self) -> tuple[Path, ...]:
        """Read-only folders whose files are loaded and left where they are."""
        shipped = (self.project / "data" / "returns", self.project / "data" / "reference" / "published")
        return (shipped if self.shipped_returns else ()) + self.inboxes


def load_settings(home: Path | None = None) -> Settings:
    """Settings from the environment; ``home`` (from the command line) wins over it. Paths come back absolute."""
    settings = Settings() if home is None else Settings(home=home)
    return settings.model_copy(
        update={"home": settings.home.expanduser().resolve(), "project": settings.project.resolve()}
    )
