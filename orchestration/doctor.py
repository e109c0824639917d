"""Is this installation sound? Each question with its answer and what to do.

Belongs here: looking. Does not belong here: repairing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from orchestration.settings import Settings

# A build and the publications of the shipped returns take a tenth of this.
_WANTED_FREE_GB = 5


@dataclass(frozen=True)
class Examined:
    """One question: ok, look (it works, but) or wrong (it does not)."""

    what: str
    state: Literal["ok", "look", "wrong"]
    said: str
    what_to_do: str = ""


def examine(settings: Settings) -> list[Examined]:
    """All questions in the order in which they matter."""
    questions: list[tuple[str, Callable[[Settings], Examined]]] = [
        ("Python", _python),
        ("Packages", _packages),
        ("dbt", _dbt),
        ("Home", _home),
        ("Disk", _disk),
        ("Run", _run),
        ("Build file", _build_file),
        ("Publication", _publication),
        ("Last run", _last_run),
        ("History", _history),
        ("Alerts", _alerts),
    ]
    examined = []
    for what, question in questions:
        try:
            examined.append(question(settings))
        except Exception as fault:
            examined.append(Examined(what, "wrong", f"could not be examined: {fault}"))
    return examined


def _python(settings: Settings) -> Examined:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Examined("Python", "ok", f"{version} ({sys.executable})")
    return Examined(
        "Python", "wrong", f"{version} is not supported", "Use Python 3.11, 3.12 or 3.13; `make clean` then `make run`."
    )


def _packages(settings: Settings) -> Examined:
    lock = settings.project / "requirements.txt"
    if not lock.exists():
        return Examined("Packages", "look", f"{lock} is not there, so versions cannot be compared")
    # A package may be pinned more than once, for different versions of Python.
    pinned: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", lock.read_text(encoding="utf-8"), re.MULTILINE):
        pinned.setdefault(name, set()).add(version)
    wrong = []
    for name, versions in pinned.items():
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
        if installed not in versions:
            wrong.append(f"{name} {installed} instead of {' or '.join(sorted(versions))}")
    missing = [name for name in ("dagster", "dbt-core", "dbt-duckdb", "duckdb") if not _is_installed(name)]
    if wrong or missing:
        said = "; ".join([*wrong[:8], *(f"{name} is missing" for name in missing)])
        return Examined("Packages", "wrong", said, "`make install` installs what the lock names.")
    return Examined("Packages", "ok", f"as the lock names them ({len(pinned)} pinned)")


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _dbt(settings: Settings) -> Examined:
    from orchestration.runtime.dbt_manifest import dbt_executable, manifest_path

    found = shutil.which(dbt_executable())
    if found is None:
        return Examined("dbt", "wrong", "the command is not there", "`make install` installs it.")
    if not (settings.dbt_project / "dbt_project.yml").exists():
        return Examined(
            "dbt", "wrong", f"no project in {settings.dbt_project}", "Set BELLWETHER_PROJECT to the checkout."
        )
    done = subprocess.run([found, "--version"], capture_output=True, text=True, check=False, timeout=60)
    if done.returncode != 0:
        return Examined(
            "dbt", "wrong", f"{found} does not start: {done.stderr.strip()[:200]}", "`make install` repairs it."
        )
    made = manifest_path(settings)
    state = f"manifest of {_time(made)}" if made.exists() else "manifest not made yet (the next run makes it)"
    return Examined("dbt", "ok", f"{found}, {state}")


def _home(settings: Settings) -> Examined:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        probe = settings.home / f".doctor-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as fault:
        return Examined(
            "Home",
            "wrong",
            f"{settings.home} cannot be written: {fault.strerror}",
            "Choose another with --home or BELLWETHER_HOME.",
        )
    return Examined("Home", "ok", str(settings.home))


def _disk(settings: Settings) -> Examined:
    free = shutil.disk_usage(settings.home).free / 1e9
    if free < _WANTED_FREE_GB:
        return Examined(
            "Disk",
            "look",
            f"{free:.1f} GB free",
            "A build and its publication want room; lower BELLWETHER_KEEP_PUBLICATIONS.",
        )
    return Examined("Disk", "ok", f"{free:.0f} GB free")


def _run(settings: Settings) -> Examined:
    from orchestration.runtime.lock import holder

    held_by = holder(settings.home)
    return Examined("Run", "ok", f"under way: {held_by}" if held_by else "none under way")


def _build_file(settings: Settings) -> Examined:
    import duckdb

    from orchestration.runtime.lock import holder
    from orchestration.warehouse import open_readonly

    if not settings.build_file.exists():
        return Examined("Build file", "ok", "none (the next run builds it)")
    if holder(settings.home):
        return Examined("Build file", "ok", "held by the run that is under way")
    try:
        with open_readonly(settings.build_file) as connection:
            connection.execute("select count(*) from duckdb_tables()").fetchall()
    except duckdb.Error as fault:
        said = str(fault).splitlines()[0]
        if "lock" in said.lower():
            return Examined(
                "Build file", "wrong", f"held by another program: {said}", "Close it; readers use the publication."
            )
        return Examined(
            "Build file", "wrong", said, f"It is disposable: remove {settings.build_file}; the next run builds it."
        )
    return Examined("Build file", "ok", f"{settings.build_file}, {settings.build_file.stat().st_size / 1e6:,.0f} MB")


def _publication(settings: Settings) -> Examined:
    from orchestration import publish

    current = publish.current(settings)
    if current is None:
        return Examined("Publication", "look", "none yet", "`bellwether run` makes the first one.")
    with publish.connect(settings) as connection:
        (held,) = connection.execute("select publication_id from about.publication").fetchall()[0]
        wrong = [
            f"{schema}.{name}"
            for schema, name, n_rows in connection.execute(
                "select table_schema, table_name, n_rows from about.table_content"
            ).fetchall()
            if connection.execute(f'select count(*) from "{schema}"."{name}"').fetchall()[0][0] != n_rows
        ]
    if held != current.publication_id or wrong:
        said = f"{current.path} is damaged ({', '.join(wrong) or 'it says it is ' + held})"
        return Examined(
            "Publication", "wrong", said, "`bellwether rollback` to the one before, then `bellwether run --full`."
        )
    return Examined(
        "Publication", "ok", f"{current.publication_id}, data as at {current.data_as_at}, {current.n_rows:,} rows"
    )


def _last_run(settings: Settings) -> Examined:
    log = settings.dagster_home / "last_run.log"
    return Examined("Last run", "ok", f"log of {_time(log)}: {log}" if log.exists() else "none on this home")


def _history(settings: Settings) -> Examined:
    from orchestration.incidents.history import HistoryError, read_acknowledgements, read_runs

    try:
        runs, given = read_runs(settings.history), read_acknowledgements(settings.history)
    except HistoryError as fault:
        return Examined("History", "wrong", str(fault), "Without it the past of findings is lost, not the findings.")
    return Examined("History", "ok", f"{len(runs)} runs, {len(given)} acknowledgements in {settings.history}")


def _alerts(settings: Settings) -> Examined:
    from orchestration.alerts import AlertsError, Outbox, load_config

    try:
        config = load_config(settings.alerts_config)
    except AlertsError as fault:
        return Examined("Alerts", "wrong", str(fault), "Until then nobody is told anything.")
    if not config.routes:
        return Examined("Alerts", "ok", f"no routes in {settings.alerts_config}: nobody is told anything")
    outbox = Outbox(settings.alerts)
    down = outbox.failing()
    missing = sorted({name for _, name in config.missing_variables()})
    if down or missing:
        said = [f"the channel {one.channel} takes nothing since {one.since:%Y-%m-%d}: {one.said}" for one in down]
        said += [f"the environment has no {name}" for name in missing]
        return Examined(
            "Alerts",
            "look",
            f"{'; '.join(said)} ({len(outbox.waiting())} messages wait)",
            "Mend the channel, then `bellwether alerts deliver`.",
        )
    return Examined("Alerts", "ok", f"{len(config.routes)} routes, {len(outbox.waiting())} messages waiting")


def _time(path: Path) -> str:
    return f"{datetime.fromtimestamp(path.stat().st_mtime, UTC):%Y-%m-%d %H:%M} UTC"
