"""What starts or tells something when it happens: files in landing, and a run that failed.

Belongs here: when to ask for a run and whom to tell. Does not belong here: reading files (`intake`), running.
"""

import hashlib
from pathlib import Path

import dagster as dg

from orchestration.defs.jobs import monthly_load
from orchestration.defs.resources import LogNotifier
from orchestration.settings import Settings, load_settings


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
    monitored_jobs=[monthly_load],
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells people, through the one notifier, that a run failed.",
)
def run_failure_notice(context: dg.RunFailureSensorContext, notifier: LogNotifier) -> None:
    run = context.dagster_run
    notifier.notify(
        subject=f"Bellwether: the run {run.run_id[:8]} of {run.job_name} failed",
        body=f"{context.failure_event.message}\nThe last publication stays in place.",
    )


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
