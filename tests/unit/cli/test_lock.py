"""One run at a time on one home."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.runtime.lock import RunUnderWayError, holder, run_lock

_HOLD = """
import sys, time
from pathlib import Path
from orchestration.runtime.lock import run_lock
with run_lock(Path(sys.argv[1]), what="a test"):
    print("held", flush=True)
    time.sleep(60)
"""


def hold(home: Path) -> subprocess.Popen[str]:
    """A process that holds the lock, once it does."""
    process = subprocess.Popen([sys.executable, "-c", _HOLD, str(home)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_run_is_told_who_holds_the_home_and_kill_9_frees_it(tmp_path: Path) -> None:
    with hold(tmp_path) as process:
        with (
            pytest.raises(RunUnderWayError, match=f"a test, process {process.pid}"),
            run_lock(tmp_path, what="another"),
        ):
            pass
        assert str(process.pid) in (holder(tmp_path) or "")
        os.kill(process.pid, signal.SIGKILL)
    assert holder(tmp_path) is None
    with run_lock(tmp_path, what="another"):
        pass


def test_the_same_process_may_take_it_again_inside(tmp_path: Path) -> None:
    with run_lock(tmp_path, what="outer"):
        with run_lock(tmp_path, what="inner"):
            pass
        assert holder(tmp_path) is not None
    assert holder(tmp_path) is None


def test_waiting_ends_with_the_same_words(tmp_path: Path) -> None:
    with hold(tmp_path) as process:
        started = time.monotonic()
        with pytest.raises(RunUnderWayError), run_lock(tmp_path, what="another", wait_seconds=0.6):
            pass
        assert time.monotonic() - started >= 0.5
        process.kill()
