"""Runs as people and machines start them: again with nothing new, with a fault, and with readers all the while."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orchestration import publish
from orchestration.publish import Publication
from orchestration.settings import Settings

from .conftest import RUN, Home

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "publish"))

from hand_made import write_build

pytestmark = pytest.mark.slow

READERS = 20
PUBLICATIONS = 10

_READ = """
import sys, time
from pathlib import Path
from orchestration import publish
from orchestration.settings import Settings

settings, stop = Settings(home=Path(sys.argv[1])), Path(sys.argv[2])
print("ready", flush=True)
seen, queries = set(), 0
while not stop.exists():
    with publish.connect(settings) as connection:
        (held,) = connection.execute("select publication_id from about.publication").fetchall()[0]
        (rows,) = connection.execute("select count(*) from quality.submission").fetchall()[0]
        counted = "select n_rows from about.table_content where table_name = 'submission'"
        (told,) = connection.execute(counted).fetchall()[0]
        connection.execute("select count(*) from marts.as_at(date '2016-11-04')").fetchall()
    assert rows == told, (held, rows, told)
    seen.add(held)
    queries += 1
    # Twenty people do not ask without a pause, and two processors have to publish meanwhile.
    time.sleep(0.1)
print(len(seen), queries)
"""


def test_a_run_with_nothing_new_does_nothing_and_is_quick(undisturbed: Home) -> None:
    before = sorted((undisturbed.path / "published").iterdir())
    started = time.monotonic()
    code, out, _ = undisturbed.call(*RUN)
    seconds = time.monotonic() - started
    assert (code, out.startswith("Nothing new")) == (0, True)
    assert sorted((undisturbed.path / "published").iterdir()) == before
    # Far above what it takes: this is to notice that a run was done, not to measure.
    assert seconds < 20


def test_the_exit_code_says_what_was_asked_for(undisturbed: Home) -> None:
    _, out, _ = undisturbed.call("findings", "--format", "json")
    found = {finding["severity"] for finding in json.loads(out)}
    for severity, worse in (("critical", {"critical"}), ("warning", {"critical", "warning"})):
        code, _, _ = undisturbed.call(*RUN, "--fail-on", severity)
        assert code == (1 if found & worse else 0)


def test_our_own_fault_ends_with_2_and_leaves_the_publication(undisturbed: Home) -> None:
    before = undisturbed.content_hash()
    code, _, err = undisturbed.call(*RUN, "--month", "1999-13")
    assert code == 2
    assert "1999-13" in err
    assert "Traceback" not in err
    assert undisturbed.content_hash() == before


def test_twenty_readers_through_ten_publications_see_no_error(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", shipped_returns=False, keep_publications=2)
    stop = tmp_path / "stop"
    publish_next = _publisher(settings)
    publish_next(0)
    command = [sys.executable, "-c", _READ, str(settings.home), str(stop)]
    readers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(READERS)
    ]
    try:
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "ready\n"
        for number in range(1, PUBLICATIONS + 1):
            publish_next(number)
    finally:
        stop.touch()
        ended = [(*reader.communicate(timeout=60), reader.returncode) for reader in readers]
    assert [err for _, err, code in ended if code != 0] == []
    publications_seen = [int(out.split()[0]) for out, _, _ in ended]
    assert max(publications_seen) > 2
    assert len(publish.publications(settings)) == 2


def _publisher(settings: Settings) -> Callable[[int], Publication]:
    def publish_next(number: int) -> Publication:
        write_build(settings, extra_rows=number)
        return publish.publish(
            settings,
            as_of=date(2017, 1, 31),
            published_at=datetime(2017, 2, 1, 12, number, tzinfo=UTC),
            code_version="0.1.0+abc",
            registry_hash="r1",
            fingerprint=str(number),
            gate_result={},
        )

    return publish_next
