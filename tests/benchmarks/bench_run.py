"""How long runs take: the first one on an empty home, step by step, one with nothing new, and the help.

Run with `make benchmark`. It measures and prints; nothing is asserted.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path


def call(*arguments: str) -> tuple[float, str, str]:
    """Seconds, output and progress of a command in a process of its own."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "orchestration.cli", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return time.perf_counter() - started, done.stdout, done.stderr


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        home = str(Path(name, "home"))
        seconds, out, progress = call("run", "--home", home)
        print("First run, by step:")
        print(progress.rstrip())
        print(f"{seconds:6.1f} s  all of it")
        print(out.rstrip())
        print()
        nothing_new = [call("run", "--home", home)[0] for _ in range(3)]
        full, _, _ = call("run", "--home", home, "--full")
        help_text = [call("--help")[0] for _ in range(5)]
        query = [call("sql", "select count(*) from marts.fct_indicator_value", "--home", home)[0] for _ in range(3)]
    print(f"{'run with nothing new':32}{min(nothing_new):8.2f} s")
    print(f"{'run --full':32}{full:8.1f} s")
    print(f"{'bellwether --help':32}{min(help_text):8.2f} s")
    print(f"{'bellwether sql, one count':32}{min(query):8.2f} s")


if __name__ == "__main__":
    main()
