"""Incidents, acknowledgements and alerts on the command line."""

from __future__ import annotations

import json

import pytest

from orchestration.alerts import Outbox
from orchestration.incidents.history import read_acknowledgements
from orchestration.settings import Settings

from .conftest import Bellwether

KNOWN = ("--until", "2017-06-30", "--reason", "the export is being mended", "--by", "A. Analyst")
ON = ("--as-of", "2017-02-02")


def test_incidents_are_listed_most_important_first_and_filtered(bellwether: Bellwether, settings: Settings) -> None:
    def ids(*filters: str) -> list[str]:
        said = bellwether("incidents", *filters, "--home", settings.home, "--format", "json")
        return [one["incident_id"] for one in json.loads(said.out)]

    assert ids() == ["i2", "i1"]
    assert ids("--all") == ["i2", "i1", "i3"]
    assert ids("--authority", "Surrey") == ["i1"]
    assert ids("--severity", "critical") == ["i2"]
    assert ids("--theme", "child_protection") == ["i1"]


@pytest.mark.parametrize("named", ["i1", "f1"])
def test_one_incident_has_its_cells_and_its_history(bellwether: Bellwether, settings: Settings, named: str) -> None:
    said = bellwether("incidents", named, "--home", settings.home)
    assert said.code == 0, said.err
    assert "Repeat plans - Surrey" in said.out and "What to do: Mend it." in said.out
    assert "book.xlsx#Sheet 1!C9  Repeat plans: 23.3%" in said.out
    assert "2016-11-05  opened: 1 finding(s)" in said.out


def test_an_acknowledgement_is_added_and_a_withdrawal_after_it(bellwether: Bellwether, settings: Settings) -> None:
    said = bellwether("ack", "i1", *KNOWN, *ON, "--home", settings.home)
    assert (said.code, said.err) == (0, "")
    assert "Acknowledged until 30 June 2017: 1 finding." in said.out
    bellwether("ack", "i2", *KNOWN, "--home", settings.home)
    assert bellwether("ack", "i1", "--withdraw", "--by", "A", *ON, "--home", settings.home).code == 0
    first, by_the_day_of_the_run, second = read_acknowledgements(settings.history)
    assert str(by_the_day_of_the_run.on) == "2017-01-31"
    assert (first.finding_ids, first.by, str(first.on), first.withdrawn) == (("f1",), "A. Analyst", "2017-02-02", False)
    assert second.withdrawn


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nope", *KNOWN), "no incident or finding 'nope'"),
        (("i", *KNOWN), "the beginning of several"),
        (("i3", *KNOWN), "resolved already"),
        (("i1", "--until", "2017-02-01", "--reason", "r", "--by", "b"), "01 February 2017 is past"),
        (("i1", "--until", "2017-06-30", "--reason", " ", "--by", "b"), "--reason is empty"),
        (("i1", "--by", "b"), "--until DATE --reason TEXT"),
        (("i1", "--withdraw", "--by", "b"), "nothing to withdraw"),
    ],
)
def test_what_cannot_be_acknowledged_is_told_in_one_line(
    bellwether: Bellwether, settings: Settings, arguments: tuple[str, ...], said: str
) -> None:
    answer = bellwether("ack", *arguments, *ON, "--home", settings.home)
    assert answer.code == 2
    assert said in answer.err and answer.err.count("\n") == 1
    assert read_acknowledgements(settings.history) == []


def test_the_check_of_alerts_says_what_is_missing_and_who_is_told_nothing(
    bellwether: Bellwether, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No routes" in bellwether("alerts", "check", "--home", settings.home).out
    settings.alerts_config.write_text(
        "channels: {teams: {kind: teams, url_env: A_VARIABLE}}\n"
        "routes: [{name: surrey, channel: teams, authorities: [Surrey, Nowhere]}]\n"
    )
    monkeypatch.delenv("A_VARIABLE", raising=False)
    said = bellwether("alerts", "check", "--home", settings.home)
    assert said.code == 1
    assert "the environment has no A_VARIABLE" in said.out
    assert "route surrey: 1 of 2 open incidents" in said.out
    assert "no authority is called Nowhere" in said.out
    assert "1 of 2 open incidents are told to nobody" in said.out
    assert "A_VARIABLE" in bellwether("doctor", "--home", settings.home).out


def test_a_trial_message_that_is_not_taken_waits_and_is_seen(bellwether: Bellwether, settings: Settings) -> None:
    settings.alerts_config.write_text(
        "channels: {hook: {kind: webhook, url: 'http://127.0.0.1:9/'}}\nroutes: [{name: r, channel: hook}]\n"
    )
    said = bellwether("alerts", "send-test", "--home", settings.home)
    assert (said.code, "not taken" in said.out) == (1, True)
    waiting = json.loads(bellwether("alerts", "outbox", "--home", settings.home, "--format", "json").out)
    assert [(one["state"], one["route"]) for one in waiting] == [("waiting", "r")]
    assert bellwether("alerts", "deliver", "--home", settings.home).code == 1
    assert bellwether("alerts", "send-test", "nobody", "--home", settings.home).code == 1
    assert len(Outbox(settings.alerts).waiting()) == 1
