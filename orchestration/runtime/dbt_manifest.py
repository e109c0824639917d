"""The dbt manifest, made before anything needs it: definitions read it, and nothing parses the project while it is
imported.

Belongs here: where it lies, whether it is still true, and making it. Does not belong here: running models, and Dagster.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.publish.fingerprint import tree_hash

if TYPE_CHECKING:
    from orchestration.settings import Settings

PARTIAL_PARSE = "partial_parse.msgpack"


class ManifestError(Exception):
    """The dbt project cannot be parsed; the message is dbt's."""


def dbt_executable() -> str:
    """The dbt that belongs to this Python, whether or not its environment is active."""
    beside = Path(sys.executable).with_name("dbt")
    return str(beside) if beside.exists() else "dbt"


def target_folder(settings: Settings, step: str) -> Path:
    """Where dbt keeps what it makes in one step of a run: one folder a step, so that it can parse only what changed."""
    return settings.dagster_home / "dbt" / step


def manifest_path(settings: Settings) -> Path:
    return target_folder(settings, "parse") / "manifest.json"


def read_manifest(settings: Settings) -> dict[str, Any] | None:
    """The manifest as it was last made, or None when there is none. Does not ask whether it is still true."""
    try:
        content: dict[str, Any] = json.loads(manifest_path(settings).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return content


def dbt_environment(settings: Settings) -> dict[str, str]:
    """What the project's profile reads from the environment, and silence. The day of a run is not among it."""
    return {
        "BELLWETHER_BUILD_FILE": str(settings.build_file),
        "BELLWETHER_THREADS": str(settings.threads),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def is_current(settings: Settings) -> bool:
    """Was the manifest made from the project as it is now, for this home?"""
    stamp = _stamp_path(settings)
    return manifest_path(settings).exists() and stamp.exists() and stamp.read_text() == _stamp(settings)


def prepare_manifest(settings: Settings) -> bool:
    """Parses the project unless the manifest is current; True when it did. Raises ManifestError with what dbt said."""
    if is_current(settings):
        return False
    folder = target_folder(settings, "parse")
    folder.mkdir(parents=True, exist_ok=True)
    _stamp_path(settings).unlink(missing_ok=True)
    command = [dbt_executable(), "--quiet", "parse", "--project-dir", str(settings.dbt_project)]
    command += ["--profiles-dir", str(settings.dbt_project), "--target-path", str(folder), "--log-path", str(folder)]
    done = subprocess.run(
        command,
        env={**os.environ, **dbt_environment(settings)},
        cwd=settings.dbt_project,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ManifestError(f"dbt cannot parse {settings.dbt_project}:\n{(done.stdout + done.stderr).strip()}")
    # The steps of a run start from this parse instead of one of their own.
    for step in folder.parent.iterdir():
        if step.name != folder.name and (step / PARTIAL_PARSE).exists():
            shutil.copyfile(folder / PARTIAL_PARSE, step / PARTIAL_PARSE)
    _stamp_path(settings).write_text(_stamp(settings))
    return True


def step_target(settings: Settings, step: str) -> Path:
    """The target folder of a step, made and given the last parse to start from."""
    folder = target_folder(settings, step)
    folder.mkdir(parents=True, exist_ok=True)
    parsed = target_folder(settings, "parse") / PARTIAL_PARSE
    if parsed.exists() and not (folder / PARTIAL_PARSE).exists():
        shutil.copyfile(parsed, folder / PARTIAL_PARSE)
    return folder


def _stamp_path(settings: Settings) -> Path:
    return target_folder(settings, "parse") / "made_from"


def _stamp(settings: Settings) -> str:
    parts = [tree_hash(settings.dbt_project), json.dumps(dbt_environment(settings), sort_keys=True)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


if __name__ == "__main__":
    from orchestration.settings import load_settings

    here = load_settings()
    prepare_manifest(here)
    print(manifest_path(here))
