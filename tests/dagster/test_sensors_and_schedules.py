"""What starts a run by itself, and whom a failed one tells."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import ClassVar

import dagster as dg
import pytest

from orchestration.alerts import Outbox
from orchestration.defs.resources import Notifier
from orchestration.defs.schedules import decide, decide_packs, nth_working_day
from orchestration.defs.sensors import look, run_failure_notice, telling_of_failure
from orchestration.incidents.operations import Trouble
from orchestration.settings import Settings

from .conftest import drop


def request(settings: Settings) -> dg.RunRequest:
    found = look(settings)
    assert isinstance(found, dg.RunRequest)
    return found


def reason(settings: Settings) -> str:
    found = look(settings)
    assert isinstance(found, dg.SkipReason)
    return found.skip_message or ""


def test_an_empty_landing_is_skipped_with_a_reason(settings: Settings) -> None:
    assert "Nothing new" in reason(settings)


def test_files_at_rest_ask_for_one_run_with_period_and_content_as_its_key(settings: Settings) -> None:
    drop(settings, "a.csv", "2016-10")
    drop(settings, "b.csv", "2016-12")
    asked = request(settings)
    assert asked.run_key is not None
    assert asked.run_key.startswith("2016-10..2016-12:")
    assert asked.tags["bellwether/files"] == "2"
    assert asked.partition_key is None


def test_the_same_files_have_the_same_key_and_a_corrected_one_another(settings: Settings) -> None:
    path = drop(settings, "a.csv", "2016-10")
    first = request(settings).run_key
    path.rename(path.with_name("renamed.csv"))
    assert request(settings).run_key == first
    path.with_name("renamed.csv").unlink()
    drop(settings, "a.csv", "2016-10", value=1176)
    assert request(settings).run_key != first


def test_a_file_that_is_still_being_written_waits(settings: Settings) -> None:
    path = drop(settings, "a.csv", "2016-10")
    waiting = settings.model_copy(update={"stable_seconds": 3600.0})
    assert "still being written" in reason(waiting)
    os.utime(path, (0, 0))
    assert request(waiting).run_key


def test_a_file_that_nobody_knows_asks_for_a_run_too(settings: Settings) -> None:
    settings.landing.mkdir(parents=True)
    (settings.landing / "what.bin").write_bytes(b"\x00\x01\x02")
    key = request(settings).run_key
    assert key is not None
    assert key.startswith("unknown:")


def test_working_days_leave_out_weekends_and_bank_holidays() -> None:
    # 1 January 2024 was a Monday and a holiday; Good Friday and Easter Monday lie in April 2023.
    assert nth_working_day(2024, 1, 1) == date(2024, 1, 2)
    assert nth_working_day(2023, 4, 5) == date(2023, 4, 11)


def test_the_load_of_last_month_comes_on_the_working_day_after_returns_are_due() -> None:
    asked = decide(date(2024, 1, 16), due_day=10)
    assert isinstance(asked, dg.RunRequest)
    assert (asked.partition_key, asked.run_key) == ("2023-12", "monthly:2023-12")
    skipped = decide(date(2024, 1, 15), due_day=10)
    assert isinstance(skipped, dg.SkipReason)
    assert "16 January 2024" in (skipped.skip_message or "")


def test_packs_come_on_the_working_day_after_the_load_as_known_when_the_day_before_ended() -> None:
    asked = decide_packs(date(2024, 1, 17), due_day=10, kind="monthly")
    assert isinstance(asked, dg.RunRequest)
    assert asked.run_key == "monthly-packs:2023-12"
    assert asked.run_config["ops"]["make_packs"]["config"] == {
        "kind": "monthly",
        "month": "2023-12",
        "as_at": "2024-01-16",
    }
    skipped = decide_packs(date(2024, 1, 16), due_day=10, kind="quarterly")
    assert isinstance(skipped, dg.SkipReason)
    assert "17 January 2024" in (skipped.skip_message or "")


class Recorder(Notifier):
    """A notifier that remembers, for all copies that Dagster makes of it."""

    told: ClassVar[list[str]] = []

    def notify(self, trouble: Trouble) -> None:
        self.told.append(f"{trouble.what} failed: {trouble.message}")


def test_a_failed_run_is_told(tmp_path: Path) -> None:
    @dg.op
    def fails() -> None:
        raise dg.Failure("the disk is full")

    @dg.job
    def monthly_load() -> None:
        fails()

    Recorder.told.clear()
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as instance:
        result = monthly_load.execute_in_process(instance=instance, raise_on_error=False)
        context = dg.build_run_status_sensor_context(
            sensor_name="run_failure_notice",
            dagster_instance=instance,
            dagster_run=result.dagster_run,
            dagster_event=result.get_run_failure_event(),
        ).for_run_failure()
        run_failure_notice(context, notifier=Recorder())
    assert len(Recorder.told) == 1
    assert "monthly_load failed" in Recorder.told[0]


def test_a_failing_sensor_is_told_once_a_day_and_still_fails(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    settings.alerts_config.write_text(
        "channels: {hook: {kind: webhook, url: 'http://127.0.0.1:9/'}}\nroutes: [{name: engineers, channel: hook}]\n"
    )

    @telling_of_failure("landing_sensor")
    def fails() -> None:
        raise OSError("the share is gone")

    for _ in range(2):
        with pytest.raises(OSError, match="the share is gone"):
            fails()
    (message,) = Outbox(settings.alerts).waiting()
    assert message.subject == "Bellwether: The sensor landing_sensor failed"
    assert "the share is gone" in message.text


@pytest.mark.parametrize("day", [date(2024, 12, 25), date(2024, 3, 31)])
def test_nothing_is_loaded_on_days_off(day: date) -> None:
    assert isinstance(decide(day, due_day=10), dg.SkipReason)
