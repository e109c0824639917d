"""Messages over real servers on this machine: taken once, kept while a channel is down, told elsewhere meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from orchestration.alerts import Outbox, channels_down, load_config
from orchestration.alerts.channels import SendingError
from orchestration.alerts.config import Channel
from orchestration.alerts.deliver import Delivered, deliver
from orchestration.alerts.messages import of_route, trial
from orchestration.alerts.outbox import Message
from orchestration.alerts.tell import tell_trouble
from orchestration.incidents.operations import Trouble
from orchestration.settings import PROJECT, Settings

from .conftest import Configure, MailServer, Receiver, change, free_port

NOW = datetime(2017, 3, 1, 9, tzinfo=UTC)
CRITICAL = {"severity": "critical", "message": "The table is shifted by one column."}


def put(settings: Settings, *changes: Any, now: datetime = NOW) -> None:
    """What every route is told of these changes, into the outbox."""
    config, outbox = load_config(settings.alerts_config), Outbox(settings.alerts)
    for route in config.routes:
        for message in of_route(
            config, route, changes, codes=frozenset(), day=date(2017, 3, 1), now=now, where=("site/quality/index.html",)
        ):
            outbox.put(message)


def send(settings: Settings, **given: Any) -> Delivered:
    return deliver(settings, load_config(settings.alerts_config), now=NOW, pause=0.0, **given)


def mail_channel(server: MailServer, *to: str) -> dict[str, Any]:
    return {
        "kind": "email", "host": "127.0.0.1", "port": server.port, "security": "none", "sender": "bell@example.org",
        "to": list(to),
    }  # fmt: skip


def hook(receiver: Receiver) -> dict[str, Any]:
    return {"kind": "webhook", "url": f"{receiver.url}/hook"}


def test_mail_arrives_as_text_and_page_once_for_each_recipient(
    settings: Settings, configure: Configure, mail_server: MailServer
) -> None:
    configure({"mail": mail_channel(mail_server, "a@example.org", "b@example.org")}, [{"name": "r", "channel": "mail"}])
    put(settings, change(title="Größe <b> & more"))
    assert send(settings) == Delivered(2, 0)
    assert sorted(to for to, _ in mail_server.mails) == [["a@example.org"], ["b@example.org"]]
    mail = mail_server.mails[0][1]
    assert mail["Subject"] == "Bellwether: 1 new, 0 still open, 0 resolved"
    parts = {
        part.get_content_type(): part.get_payload(decode=True).decode()
        for part in mail.walk()
        if not part.is_multipart()
    }  # type: ignore[union-attr]
    assert "Surrey: Größe <b> & more" in parts["text/plain"]
    assert "Größe &lt;b&gt; &amp; more" in parts["text/html"]
    assert send(settings) == Delivered(0, 0)
    put(settings, change(title="Größe <b> & more"))
    assert send(settings) == Delivered(0, 0), "the same news is no second message"


def test_user_and_password_of_the_environment_log_in(
    settings: Settings, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (b"bell@example.org", b"p@ss:w/rd"))

    server = MailServer(free_port())
    controller = Controller(
        server, hostname="127.0.0.1", port=server.port, authenticator=check, auth_required=True, auth_require_tls=False
    )
    controller.start()
    try:
        channel = mail_channel(server, "a@example.org") | {"user_env": "MAIL_USER", "password_env": "MAIL_PASSWORD"}
        configure({"mail": channel}, [{"name": "r", "channel": "mail"}])
        put(settings, change())
        monkeypatch.setenv("MAIL_USER", "bell@example.org")
        monkeypatch.setenv("MAIL_PASSWORD", "wrong")
        assert send(settings).n_sent == 0
        monkeypatch.setenv("MAIL_PASSWORD", "p@ss:w/rd")
        assert send(settings).n_sent == 1
    finally:
        controller.stop()
    ((to, mail),) = server.mails
    assert to == ["a@example.org"] and "bell@example.org" in mail["From"]


def test_one_refused_address_makes_no_other_get_it_twice(
    settings: Settings, configure: Configure, mail_server: MailServer
) -> None:
    mail_server.refused.add("a@example.org")
    configure({"mail": mail_channel(mail_server, "b@example.org", "a@example.org")}, [{"name": "r", "channel": "mail"}])
    put(settings, change())
    for _ in range(3):
        send(settings)
    mail_server.refused.clear()
    send(settings)
    assert sorted(to[0] for to, _ in mail_server.mails) == ["a@example.org", "b@example.org"]


def test_what_is_critical_comes_in_a_message_of_its_own(
    settings: Settings, configure: Configure, receiver: Receiver
) -> None:
    configure({"hook": hook(receiver)}, [{"name": "r", "channel": "hook"}])
    put(settings, change(1, **CRITICAL), change(2))
    send(settings)
    titles = sorted(content["title"] for _, _, content in receiver.posts)
    assert titles == ["Bellwether, critical: Surrey, Referrals received", "Bellwether: 2 new, 0 still open, 0 resolved"]


def test_a_channel_that_is_down_loses_nothing_and_is_told_to_others(
    settings: Settings, configure: Configure, mail_server: MailServer, receiver: Receiver
) -> None:
    receiver.status = 503
    configure(
        {"mail": mail_channel(mail_server, "a@example.org"), "hook": hook(receiver)},
        [
            {"name": "hooked", "channel": "hook"},
            {"name": "mailed", "channel": "mail", "messages": ["trouble"]},
        ],
    )
    put(settings, change())
    done = send(settings)
    assert (done.n_sent, done.n_waiting, done.down) == (1, 1, ("hook",))
    assert [mail["Subject"] for _, mail in mail_server.mails] == ["Bellwether: the channel hook takes no messages"]
    assert [(name, since) for name, since, _ in channels_down(settings)] == [("hook", date(2017, 3, 1))]
    assert send(settings).n_waiting == 1
    assert len(mail_server.mails) == 1, "a standing trouble is not repeated"
    receiver.status = 200
    assert send(settings) == Delivered(1, 0)
    assert len(receiver.posts) == 1 and channels_down(settings) == []


def test_without_force_a_failed_message_waits_longer_each_time(
    settings: Settings, configure: Configure, receiver: Receiver
) -> None:
    receiver.status = 503
    configure({"hook": hook(receiver)}, [{"name": "r", "channel": "hook"}])
    put(settings, change())
    config, outbox = load_config(settings.alerts_config), Outbox(settings.alerts)
    (message,) = outbox.waiting()
    now, tried = NOW, []
    for minute in range(30):
        before = outbox.tries(message)
        deliver(settings, config, force=False, now=now + timedelta(minutes=minute), pause=0.0)
        after = outbox.tries(message)
        assert after is not None
        if before is None or after.n > before.n:
            tried.append(minute)
    assert tried == [0, 2, 6, 14]


def test_killed_after_the_send_and_before_the_receipt_only_that_message_is_sent_again(
    settings: Settings, configure: Configure, receiver: Receiver
) -> None:
    configure(
        {"hook": hook(receiver)},
        [{"name": "one", "channel": "hook"}, {"name": "two", "channel": "hook"}, {"name": "three", "channel": "hook"}],
    )
    put(settings, change())
    code = """
import os, sys
from orchestration.alerts import load_config
from orchestration.alerts import channels, deliver
from orchestration.settings import Settings
settings = Settings()
count = 0
def send(channel, message):
    global count
    channels.send(channel, message)
    count += 1
    if count == 2:
        os._exit(9)
deliver.deliver(settings, load_config(settings.alerts_config), send=send)
"""
    environment = {**os.environ, "BELLWETHER_HOME": str(settings.home), "PYTHONPATH": str(PROJECT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert done.returncode == 9
    assert len(receiver.posts) == 2 and len(Outbox(settings.alerts).waiting()) == 2
    send(settings)
    assert len(receiver.posts) == 4, "three messages, one of them twice"
    assert Outbox(settings.alerts).waiting() == []


def test_trouble_is_told_at_once_and_once(settings: Settings, configure: Configure, receiver: Receiver) -> None:
    configure({"hook": hook(receiver)}, [{"name": "r", "channel": "hook", "owners": ["data_engineer"]}])
    trouble = Trouble("run_failed", "run-1", "A run of monthly_load", "the disk is full", NOW)
    assert tell_trouble(settings, trouble).delivered.n_sent == 1
    assert tell_trouble(settings, trouble).delivered.n_sent == 0
    ((_, _, content),) = receiver.posts
    assert content["title"] == "Bellwether: A run of monthly_load failed" and "the disk is full" in content["message"]


def test_slack_gets_its_payload(
    settings: Settings, configure: Configure, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apprise.plugins.slack import NotifySlack

    monkeypatch.setattr(NotifySlack, "webhook_url", f"{receiver.url}/services")
    token = "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    monkeypatch.setenv("SLACK_URL", f"https://hooks.slack.com/services/{token}")
    configure({"slack": {"kind": "slack", "url_env": "SLACK_URL"}}, [{"name": "r", "channel": "slack"}])
    put(settings, change())
    assert send(settings).n_sent == 1
    ((path, _, content),) = receiver.posts
    assert path == f"/services/{token}"
    assert "Referrals received" in str(content)


def test_teams_gets_an_adaptive_card(settings: Settings, configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workflows are spoken to over https only, so the last step, the POST, is looked at instead of a server."""
    from apprise.plugins import workflows

    posted: list[tuple[str, str]] = []

    class Answer:
        status_code = 202
        content = b""

    def post(url: str, data: str = "", **_: Any) -> Answer:
        posted.append((url, data))
        return Answer()

    monkeypatch.setattr(workflows.requests, "post", post)
    monkeypatch.setenv("TEAMS_URL", "workflows://teams.example.org:443/workflow1d/s1gnature")
    configure({"teams": {"kind": "teams", "url_env": "TEAMS_URL"}}, [{"name": "r", "channel": "teams"}])
    put(settings, change())
    assert send(settings).n_sent == 1
    ((url, data),) = posted
    assert url.startswith("https://teams.example.org") and "AdaptiveCard" in str(data) and "Referrals" in str(data)


def test_a_secret_is_in_no_message_no_file_and_no_log(
    settings: Settings,
    configure: Configure,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    receiver.status = 401
    monkeypatch.setenv("HOOK_URL", f"{receiver.url}/very-secret-path/token-token")
    monkeypatch.setenv("HOOK_TOKEN", "hunter2hunter2")
    configure(
        {"hook": {"kind": "webhook", "url_env": "HOOK_URL", "headers_env": {"Authorization": "HOOK_TOKEN"}}},
        [{"name": "r", "channel": "hook"}],
    )
    put(settings, change())
    done = send(settings)
    assert done.down == ("hook",)
    kept = "".join(path.read_text() for path in settings.alerts.rglob("*.json")) + caplog.text
    assert "very-secret-path" not in kept and "hunter2" not in kept
    receiver.status = 200
    assert send(settings).n_sent == 1
    assert receiver.posts[0][1]["Authorization"] == "hunter2hunter2"
    monkeypatch.delenv("HOOK_TOKEN")
    put(settings, change(2))
    assert send(settings).n_waiting == 1
    assert "HOOK_TOKEN" in channels_down(settings)[0][2]


def test_a_fault_of_ours_while_sending_keeps_the_message(settings: Settings, configure: Configure) -> None:
    configure({"hook": {"kind": "webhook", "url": "http://127.0.0.1:9/"}}, [{"name": "r", "channel": "hook"}])
    config = load_config(settings.alerts_config)
    for message in trial(config, config.routes[0], NOW):
        Outbox(settings.alerts).put(message)
    calls = []

    def broken(channel: Channel, message: Message) -> None:
        calls.append(message)
        raise SendingError("no") if len(calls) < 3 else ValueError("broken")

    assert send(settings, send=broken).n_waiting == 1
    assert len(calls) == 3


def test_a_faulty_alerts_file_is_a_channel_that_is_down(settings: Settings) -> None:
    settings.alerts_config.write_text("routes: {", encoding="utf-8")
    ((name, _, said),) = channels_down(settings)
    assert name == "alerts.yml" and "no YAML" in said


def test_a_message_is_for_few_eyes(settings: Settings, configure: Configure, tmp_path: Path) -> None:
    configure({"hook": {"kind": "webhook", "url": "http://127.0.0.1:9/"}}, [{"name": "r", "channel": "hook"}])
    put(settings, change())
    (path,) = (settings.alerts / "outbox").glob("*.json")
    assert path.stat().st_mode & 0o077 == 0
