"""What starts or tells something when it happens: files in landing, and a run that failed.

Belongs here: when to ask for a run and whom to tell. Does not belong here: reading files (`intake`), running.
"""

import functools
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import dagster as dg

from orchestration.defs.jobs import monthly_load
from orchestration.defs.packs import packs
from orchestration.defs.resources import Notifier
from orchestration.incidents.operations import Trouble
from orchestration.settings import Settings, load_settings

Look = TypeVar("Look", bound=Callable[..., Any])


def telling_of_failure(name: str) -> Callable[[Look], Look]:
    """A sensor or schedule whose failure is told, once a day, before Dagster notes it: Dagster itself tells nobody."""

    def wrap(look_out: Look) -> Look:
        @functools.wraps(look_out)
        def looking(*arguments: Any, **given: Any) -> Any:
            try:
                return look_out(*arguments, **given)
            except Exception as fault:
                now = datetime.now(UTC)
                said = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
                Notifier().notify(
                    Trouble(
                        kind="sensor_failed",
                        key=f"{name} {now:%Y-%m-%d}",
                        what=f"The sensor {name}",
                        message=said,
                        at=now,
                    )
                )
                raise

        return looking  # type: ignore[return-value]

    return wrap


@dg.sensor(
    job=monthly_load,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Asks for a run when new files have come to rest in landing; one run for all of them.",
)
@telling_of_failure("landing_sensor")
def landing_sensor(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    return look(load_settings())


def look(settings: Settings) -> dg.RunRequest | dg.SkipReason:
    """A request for one run over all files that are new and at rest, or the reason why there is none.

    The run key is the period and a hash of the contents: the same files never start a second run, a corrected file
    does. The run is given no month, for it loads whatever is new.
    """
    from orchestration import intake

    new = intake.pending(settings)
    if not new:
        waiting = [path for path in settings.landing.glob("*") if path.is_file() and not path.name.startswith(".")]
        if waiting:
            return dg.SkipReason(f"{len(waiting)} file(s) in landing are still being written or are known already.")
        return dg.SkipReason("Nothing new in landing.")
    periods = sorted({period for path in new for period in [_period(path, settings)] if period})
    period = "unknown" if not periods else periods[0] if len(periods) == 1 else f"{periods[0]}..{periods[-1]}"
    return dg.RunRequest(
        run_key=f"{period}:{_content(new)}",
        tags={"bellwether/period": period, "bellwether/files": str(len(new))},
    )


@dg.run_failure_sensor(
    monitored_jobs=[monthly_load, packs],
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells people, through the one notifier, that a run failed.",
)
def run_failure_notice(context: dg.RunFailureSensorContext, notifier: Notifier) -> None:
    run = context.dagster_run
    notifier.notify(
        Trouble(
            kind="run_failed",
            key=run.run_id,
            what=f"A run of {run.job_name}",
            message=f"{context.failure_event.message} The last publication stays in place.",
            at=datetime.now(UTC),
        )
    )


@dg.sensor(
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Tries messages again that no channel has taken, each after a longer wait. Starts no run.",
)
@telling_of_failure("alert_delivery")
def alert_delivery(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    from orchestration.alerts import Outbox, load_config
    from orchestration.alerts.deliver import deliver

    settings = load_settings()
    if not Outbox(settings.alerts).waiting():
        return dg.SkipReason("No message waits.")
    done = deliver(settings, load_config(settings.alerts_config), force=False)
    return dg.SkipReason(f"{done.n_sent} sent, {done.n_waiting} waiting.")


def _period(path: Path, settings: Settings) -> str | None:
    """The month a file reports on, as intake reads it."""
    from orchestration import intake

    return intake.check_file(path, settings).reporting_month


def _content(paths: list[Path]) -> str:
    hashes = []
    for path in paths:
        with path.open("rb") as stream:
            hashes.append(hashlib.file_digest(stream, "sha256").hexdigest())
    return hashlib.sha256("".join(sorted(hashes)).encode()).hexdigest()[:16]
