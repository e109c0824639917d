"""What `bellwether run` does: nothing when nothing is new, else the job `monthly_load` in this process, and a summary.

Belongs here: the decision, Dagster's home, the launch, what people are shown while it works. Does not belong here: any
step of the run itself (those are the job's assets), and the parsing of the command line. Dagster is imported when a
run is needed, not before.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration import publish
from orchestration.runtime.lock import run_lock
from orchestration.runtime.progress import listening

if TYPE_CHECKING:
    from dagster import DagsterInstance, ExecuteInProcessResult
    from rich.status import Status

    from orchestration.alerts.tell import Told
    from orchestration.incidents import Noted
    from orchestration.intake import Outcome
    from orchestration.publish import Publication
    from orchestration.settings import Settings

LAUNCHED_BY = {"bellwether/launched_by": "bellwether run"}

_DAGSTER_YAML = """\
# Written by bellwether where there was none; yours to change.
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  # Steps that open the build file share the pool `warehouse`: one at a time, in all runs together.
  pools:
    default_limit: 1
    granularity: op
  runs:
    max_concurrent_runs: 1
run_monitoring:
  enabled: true
  free_slots_after_run_end_seconds: 60
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days:
      skipped: 7
      failure: 90
      success: 365
"""


class RunFailedError(Exception):
    """The run did not come to its end: the fault is ours. The message is that of the step that failed."""

    # `run_id`: the run that is to be told of; none where somebody ended it, or asked for what cannot be.
    def __init__(self, message: str, run_id: str | None = None) -> None:
        super().__init__(message)
        self.run_id = run_id


@dataclass
class RunResult:
    """What a run did."""

    publication: Publication
    nothing_new: bool
    seconds: float
    outcomes: list[Outcome] = field(default_factory=list)
    noted: Noted | None = None
    told: Told | str | None = None
    run_id: str | None = None
    page: Path | None = None


def run(
    settings: Settings,
    *,
    as_of: date | None = None,
    month: str | None = None,
    received_at: str | None = None,
    full: bool = False,
    publication_only: bool = False,
    debug: bool = False,
) -> RunResult:
    """Loads what is new and publishes; raises RunFailedError when our side failed, RunUnderWayError when another run
    holds the home.

    Without `full` or `month`, and with neither a new file nor other code, registry or day than the current publication
    was made with, nothing is done at all. With `publication_only` no file is received, no page written and nobody told:
    the publication is of what is held, and carries the end of the day `as_of` as its time.
    """
    from orchestration import incidents, intake

    started = time.monotonic()
    as_of = as_of or settings.as_of or datetime.now(UTC).date()
    with run_lock(settings.home, what="bellwether run"):
        for folder in (settings.landing, settings.published, settings.reports):
            folder.mkdir(parents=True, exist_ok=True)
        intake.settle(settings)
        current = publish.current(settings)
        incidents.settle(settings, current.fingerprint if current else None)
        unchanged = current is not None and current.fingerprint == publish.fingerprint(settings, as_of)
        if current and unchanged and not full and not month and not intake.pending(settings):
            return RunResult(
                current,
                nothing_new=True,
                seconds=time.monotonic() - started,
                told=_tell_again(settings, current),
                page=_page(settings),
            )
        told = _Told()
        with _showing(told, settings, debug=debug), listening(told):
            try:
                run_id = _launch(
                    settings,
                    told,
                    as_of=as_of,
                    month=month,
                    received_at=received_at,
                    full=full,
                    publication_only=publication_only,
                )
            except RunFailedError as failure:
                _tell_failure(settings, failure, told.step)
                raise
            told.end()
    current = publish.current(settings)
    if current is None:
        raise RunFailedError("The run ended without a publication.")
    return RunResult(
        current,
        nothing_new=False,
        seconds=time.monotonic() - started,
        outcomes=told.outcomes,
        noted=told.noted,
        told=told.alerts,
        run_id=run_id,
        page=_page(settings),
    )


def write_dagster_home(settings: Settings) -> Path:
    """Dagster's home with our settings, left as it is where somebody changed them."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    path = settings.dagster_home / "dagster.yaml"
    if not path.exists():
        path.write_text(_DAGSTER_YAML, encoding="utf-8")
    return path


def environment(settings: Settings) -> dict[str, str]:
    """What this process and its children are told by the environment."""
    return {
        "BELLWETHER_HOME": str(settings.home),
        "DAGSTER_HOME": str(settings.dagster_home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "GX_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }


def _launch(
    settings: Settings,
    told: _Told,
    *,
    as_of: date,
    month: str | None,
    received_at: str | None,
    full: bool,
    publication_only: bool,
) -> str:
    from orchestration.runtime.as_at import end_of
    from orchestration.runtime.dbt_manifest import prepare_manifest

    os.environ.update(environment(settings))
    told.begin("dbt project read")
    prepare_manifest(settings)
    told.begin("Dagster started")
    warnings.filterwarnings("ignore", module="dagster.*")
    import dagster as dg

    from orchestration.defs.build import build_defs
    from orchestration.defs.jobs import AS_AT_JOB_NAME, JOB_NAME
    from orchestration.defs.partitions import months

    if month and not months.has_partition_key(month):
        raise RunFailedError(f"{month} is not a month that can be loaded: give YYYY-MM, up to the present month.")
    config = {"home": str(settings.home), "as_of": as_of.isoformat(), "full": full, "lock_wait_seconds": 0.0}
    if received_at:
        config["received_at"] = received_at
    if publication_only:
        config["started_at"] = end_of(as_of).isoformat()
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        end_dead_runs(instance)
        job = build_defs(settings=settings).resolve_job_def(AS_AT_JOB_NAME if publication_only else JOB_NAME)
        result = job.execute_in_process(
            instance=instance,
            run_config={
                "resources": {"bellwether": {"config": config}},
                "loggers": {"console": {"config": {"log_level": "ERROR"}}},
            },
            tags={
                **LAUNCHED_BY,
                "bellwether/as_of": as_of.isoformat(),
                **({"dagster/partition": month} if month else {}),
            },
            raise_on_error=False,
        )
    if not result.success:
        raise RunFailedError(_what_failed(result, told.step, settings), None if _was_ended(result) else result.run_id)
    return result.run_id


def end_dead_runs(instance: DagsterInstance) -> list[str]:
    """Marks runs of killed command lines as failed and frees what they held; whoever holds the home's lock may."""
    import dagster as dg

    unfinished = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.NOT_STARTED]
    dead = instance.get_runs(filters=dg.RunsFilter(statuses=unfinished, tags=LAUNCHED_BY))
    for run in dead:
        instance.report_run_failed(run, "The process of this run was ended from outside; the next run does its work.")
        if instance.event_log_storage.supports_global_concurrency_limits:
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    return [run.run_id for run in dead]


def _tell_again(settings: Settings, current: Publication) -> Told | str | None:
    """What an earlier run could not tell (its channel was down, or it was killed over it), if anybody is to be told."""
    from orchestration.alerts.tell import tell_run

    if not settings.alerts_config.exists():
        return None
    try:
        with publish.connect(settings) as connection:
            return tell_run(settings, connection, day=date.fromisoformat(current.as_of))
    except Exception as fault:
        return str(fault)


def _tell_failure(settings: Settings, failure: RunFailedError, step: str) -> None:
    """Who is to hear of failed runs hears of this one; the sensor that sees it too tells it no second time."""
    from orchestration.alerts.tell import tell_trouble
    from orchestration.incidents.operations import Trouble

    if failure.run_id is None:
        return
    trouble = Trouble(
        kind="run_failed",
        key=failure.run_id,
        what=f"The step '{step}' of a run",
        message=str(failure),
        at=datetime.now(UTC),
    )
    # The failure itself is what the caller is to see, whatever becomes of the message.
    with suppress(Exception):
        tell_trouble(settings, trouble)


def _was_ended(result: ExecuteInProcessResult) -> bool:
    """Was the run stopped from outside? Whoever did that knows."""
    failures = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    return any(error is not None and "Interrupted" in (error.cls_name or "") for error in failures)


def _what_failed(result: ExecuteInProcessResult, step: str, settings: Settings) -> str:
    """The step that failed and the innermost reason, in a few lines."""
    ending = f"The last publication stays in place. Log: {_log_path(settings)}"
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error is not None and error.cause is not None:
                error = error.cause
            reason = error.message.strip() if error else "no reason was given"
            return f"The step '{step}' ({event.step_key}) failed. {reason}\n{ending}"
    return f"The run {result.run_id[:8]} failed before its first step; `bellwether doctor` may know why.\n{ending}"


class _Told:
    """Listens to a run: keeps what the summary needs, and shows one line for each step done."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.noted: Noted | None = None
        self.alerts: Told | str | None = None
        self.status: Status | None = None
        self.line: Callable[[str], None] = lambda text: None
        self.step = ""
        self._count = 0
        self._started = time.monotonic()

    def __call__(self, kind: str, what: Any) -> None:
        match kind:
            case "step":
                self.begin(what)
            case "file":
                self.outcomes.append(what)
                self._counted(f"file {what.file_name}")
            case "incidents":
                self.noted = what
            case "alerts":
                self.alerts = what
            case "table":
                self._counted(what)

    def begin(self, step: str) -> None:
        """A new step; the one before is done and its time is shown."""
        self.end()
        self.step, self._count, self._started = step, 0, time.monotonic()
        if self.status is not None:
            self.status.update(step)

    def end(self) -> None:
        if self.step:
            count = f" ({self._count:,})" if self._count else ""
            self.line(f"{time.monotonic() - self._started:6.1f} s  {self.step}{count}")
        self.step = ""

    def _counted(self, what: str) -> None:
        self._count += 1
        if self.status is not None:
            self.status.update(f"{self.step}: {self._count:,} ({what})")


@contextmanager
def _showing(told: _Told, settings: Settings, *, debug: bool) -> Iterator[None]:
    """Progress on the screen, and what Dagster and dbt print in a file instead of across it (with `debug`, on the
    screen).
    """
    from rich.console import Console

    write_dagster_home(settings)
    with os.fdopen(os.dup(2), "w", encoding="utf-8") as screen:
        console = Console(file=screen)
        told.line = lambda text: console.print(text, highlight=False, markup=False, style="dim")
        if debug:
            yield
            return
        with console.status("Starting") as told.status, _printing_to(_log_path(settings)):
            yield


@contextmanager
def _printing_to(path: Path) -> Iterator[None]:
    """Sends standard output and error of this process and its children to a file."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = [os.dup(1), os.dup(2)]
    try:
        with path.open("wb") as log:
            for descriptor in (1, 2):
                os.dup2(log.fileno(), descriptor)
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for descriptor, original in zip((1, 2), saved, strict=True):
            os.dup2(original, descriptor)
            os.close(original)


def _log_path(settings: Settings) -> Path:
    return settings.dagster_home / "last_run.log"


def _page(settings: Settings) -> Path | None:
    from orchestration.report.site import FOLDER

    page = settings.reports / FOLDER / "index.html"
    return page if page.exists() else None


def finding_counts(settings: Settings) -> dict[str, int]:
    """Open findings of the current publication by severity."""
    with publish.connect(settings) as connection:
        rows = connection.execute(
            "select severity, count(*) from quality.finding where status <> 'resolved' group by all"
        ).fetchall()
    return {str(severity): int(count) for severity, count in rows}


def summary(settings: Settings, result: RunResult, findings: dict[str, int]) -> str:
    """What a person wants to know after a run: what came, what is there now, and what to look at."""
    from orchestration.report.workbook import NAME as WORKBOOK

    lines = []
    if result.nothing_new:
        made = _readable(result.publication.published_at)
        lines.append(f"Nothing new: the publication of {made} stands ({result.seconds:.1f} s).")
    else:
        lines.append(f"Published {result.publication.publication_id} in {result.seconds:.0f} s.")
    with publish.connect(settings) as connection:
        figures, authorities = connection.execute(
            "select count(*), count(distinct authority_code) from marts.fct_indicator_value"
        ).fetchall()[0]
        (held_back,) = connection.execute(
            "select count(*) from quality.submission where outcome like 'accepted%' and not is_admitted"
        ).fetchall()[0]
    lines.append("")
    if not result.nothing_new:
        lines.append(f"  Files        {_files(result.outcomes)}")
        lines += _refused(result.outcomes)
    lines.append(f"  Figures      {figures:,} of {authorities} authorities")
    told = ", ".join(
        f"{findings[severity]:,} {severity}" for severity in ("critical", "warning", "info") if findings.get(severity)
    )
    lines.append(f"  Findings     {told or 'none'}")
    if result.noted is not None:
        noted = result.noted
        lines.append(
            f"  Incidents    {noted.n_opened} opened, {noted.n_standing} still open, {noted.n_resolved} resolved"
        )
    lines += _told_lines(result.told)
    if held_back:
        lines.append(f"  Held back    {held_back} submissions with critical findings; the values before them stand")
    lines.append(f"  Publication  {result.publication.path}")
    if restricted := publish.restricted_authorities(settings, result.publication.publication_id):
        lines.append(f"  Restricted   {settings.restricted}  ({', '.join(restricted)}: each its own children only)")
    if result.page:
        lines.append(f"  Page         {result.page}")
    if (workbook := settings.reports / WORKBOOK).exists():
        lines.append(f"  Workbook     {workbook}")
    lines += ["", "Look next at:"]
    refused = [one for one in result.outcomes if not one.loaded and not one.is_duplicate]
    if refused:
        lines.append(f"  {settings.quarantine}  (a note for the sender of each refused file)")
    if findings.get("critical"):
        lines.append("  bellwether findings --severity critical")
    elif findings:
        lines.append("  bellwether incidents")
    lines.append('  bellwether sql "from marts.fct_indicator_value limit 10"')
    return "\n".join(lines)


def _told_lines(told: Told | str | None) -> list[str]:
    """What became of messages; nothing where nobody is to be told anything."""
    if isinstance(told, str):
        return [f"  Messages     none: {told}"]
    if told is None or not (told.n_written or told.delivered.n_sent or told.delivered.n_waiting):
        return []
    down = f"; no answer from: {', '.join(told.delivered.down)}" if told.delivered.down else ""
    return [f"  Messages     {told.delivered.n_sent} sent, {told.delivered.n_waiting} waiting{down}"]


def _files(outcomes: list[Outcome]) -> str:
    if not outcomes:
        return "none new"
    counts: dict[str, int] = {}
    for one in outcomes:
        word = "already held" if one.is_duplicate else one.outcome.replace("_", " ")
        counts[word] = counts.get(word, 0) + 1
    return f"{len(outcomes)} received: " + ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))


def _refused(outcomes: list[Outcome], listed: int = 10) -> list[str]:
    refused = [one for one in outcomes if not one.loaded and not one.is_duplicate]
    lines = []
    for one in refused[:listed]:
        why = one.problems[0].message if one.problems else one.outcome.replace("_", " ")
        lines.append(f"               {one.file_name}: {why}")
    if len(refused) > listed:
        lines.append(f"               and {len(refused) - listed} more")
    return lines


def _readable(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%d %B %Y %H:%M} UTC"
