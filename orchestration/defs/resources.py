"""What assets are given: the settings and parameters of a run with its lock, dbt, and the way to tell people.

Belongs here: Dagster's resources. Does not belong here: what is done with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from importlib import metadata
from pathlib import Path

import dagster as dg
from dagster_dbt import DbtCliResource
from packaging.version import Version
from pydantic import PrivateAttr

from orchestration import publish
from orchestration.alerts.tell import tell_trouble
from orchestration.incidents.operations import Trouble
from orchestration.runtime.dbt_manifest import dbt_executable
from orchestration.runtime.lock import run_lock
from orchestration.settings import Settings, load_settings

# Every step that opens the build file belongs to this pool, whose limit is one.
POOL = "warehouse"
OWNERS = ["team:performance-data"]


class Bellwether(dg.ConfigurableResource):  # type: ignore[type-arg]
    """A run's parameters and places. While it is in use, its home is locked against other runs."""

    home: str = ""
    as_of: str = ""
    received_at: str = ""
    started_at: str = ""
    full: bool = False
    lock_wait_seconds: float = 1800

    _started: datetime | None = PrivateAttr(default=None)
    _project_hash: str | None = PrivateAttr(default=None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Bellwether]:
        """Holds the lock, and takes the time and the state of the code once, so that all steps of a run agree on
        them.
        """
        record = context.instance.get_run_record_by_id(context.run.run_id) if context.instance and context.run else None
        if self.started_at:
            # As at a day, the run counts as begun on that day, so that nothing it makes tells when it was made.
            self._started = datetime.fromisoformat(self.started_at)
        else:
            self._started = record.create_timestamp if record else datetime.now(UTC)
        self._project_hash = publish.project_hash(self.settings.project)
        with run_lock(self.settings.home, what="a run of the job monthly_load", wait_seconds=self.lock_wait_seconds):
            yield self

    @property
    def settings(self) -> Settings:
        return load_settings(Path(self.home) if self.home else None)

    @property
    def started(self) -> datetime:
        """When this run began (UTC)."""
        return as_utc(self._started or datetime.now(UTC))

    @property
    def moment(self) -> datetime:
        """When the files of this run count as received (UTC): now, or then, when a history is replayed."""
        return as_utc(datetime.fromisoformat(self.received_at)) if self.received_at else self.started

    @property
    def project_hash(self) -> str:
        """The state of code and definitions when the run began."""
        return self._project_hash or publish.project_hash(self.settings.project)

    @property
    def as_of_day(self) -> date:
        """The day the run counts as today."""
        if self.as_of:
            return date.fromisoformat(self.as_of)
        return self.settings.as_of or self.started.date()


class Notifier(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The one way by which Dagster tells people of trouble: the log, the history, and the outbox of alerts."""

    def notify(self, trouble: Trouble) -> None:
        """Never raises: whoever tells of a failure must not fail over it."""
        log = dg.get_dagster_logger("bellwether")
        log.error(f"{trouble.what} failed: {trouble.message}")
        try:
            tell_trouble(load_settings(), trouble)
        except Exception as fault:
            log.error(f"Nobody could be told: {fault}")


class DbtProcess(DbtCliResource):
    """dbt as a process of its own and nothing more.

    The library would also ask dbt for its version in another process and set up dbt in this one, which takes six
    seconds a run and serves only features that are not used here (fetching rows and columns through dbt's own
    connection).
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(metadata.version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:  # type: ignore[override]
        return None


def dbt_resource(settings: Settings) -> DbtProcess:
    """dbt on the project, with the profile that lies beside it."""
    return DbtProcess(
        project_dir=str(settings.dbt_project), profiles_dir=str(settings.dbt_project), dbt_executable=dbt_executable()
    )


def as_utc(moment: datetime) -> datetime:
    """The same moment in UTC; one without a zone is read as UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
