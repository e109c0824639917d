"""`bellwether dev`: Dagster's UI and daemon on this machine, on this home.

Belongs here: starting and ending that process. Does not belong here: what it shows.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from orchestration.commands.run import environment, write_dagster_home
from orchestration.runtime.dbt_manifest import prepare_manifest

if TYPE_CHECKING:
    from orchestration.settings import Settings


def serve(settings: Settings, port: int) -> int:
    """Serves until it is ended; returns the exit code of the server."""
    write_dagster_home(settings)
    click.echo("Reading the dbt project ...", err=True)
    prepare_manifest(settings)
    dagster = Path(sys.executable).with_name("dagster")
    command = [str(dagster) if dagster.exists() else "dagster", "dev", "-m", "orchestration.definitions"]
    click.echo(f"Dagster on http://127.0.0.1:{port} - Ctrl-C ends it.", err=True)
    server = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        cwd=settings.project,
        env={**os.environ, **environment(settings)},
    )

    def end(number: int, frame: FrameType | None) -> None:
        server.send_signal(number)

    # The server ends its own children when it is told to; so it is told, and waited for.
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return server.wait()
