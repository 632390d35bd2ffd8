"""Setting up for an Asterisk as an administrator does: `init`, and `doctor` until it is content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from supervisor_tui import cli
from tests.support.asterisk_server import (
    Account,
    Asked,
    AsteriskServer,
    Stage,
    listing,
    packet,
    said,
)

SECRET = "s3cret w0rd"
RIGHTS = (
    "CoreSettings CoreShowChannels CoreStatus Getvar Hangup ListCommands Originate Ping QueueAdd "
    "QueuePause QueuePenalty QueueRemove QueueStatus Redirect WaitEvent"
)
MEMBER = (
    "Event: QueueMember",
    "Queue: sales",
    "Name: Chloé Noël",
    "Location: Local/1003@agents/n",
    "Membership: static",
    "CallsTaken: 0",
    "LastPause: 0",
    "InCall: 0",
    "Status: 1",
    "Paused: 0",
    "PausedReason: ",
    "Wrapuptime: 12",
)


def commands(asked: Asked) -> bytes:
    return said(asked, "Success", *(f"{name}: Does it.  (Priv: x,all)" for name in RIGHTS.split()))


def happened(asked: Asked) -> bytes:
    events = (
        packet(f"Event: {name}", f"Privilege: {kind},all", "Timestamp: 1795324738.736281", *rest)
        for name, kind, rest in (
            ("QueueCallerLeave", "agent", ("Queue: sales", "Count: 0")),
            ("Hangup", "call", ("Cause: 0",)),
        )
    )
    end = packet("Event: WaitEventComplete")
    return said(asked, "Success") + b"".join(events) + end


@pytest.fixture
def asterisk() -> Iterator[AsteriskServer]:
    """A server with one queue, one member, and something going on."""
    queue = ("Event: QueueParams", "Queue: sales", "ServiceLevel: 20")
    server = AsteriskServer(
        accounts={"panel": Account(SECRET)},
        answers={
            "listcommands": commands,
            "getvar": lambda asked: said(
                asked, "Success", f"Value: {int('from-internal)' in asked.fields['variable'])}"
            ),
            "coreshowchannels": lambda asked: listing(asked, "CoreShowChannelsComplete", ()),
            "queuestatus": lambda asked: listing(asked, "QueueStatusComplete", (queue, MEMBER)),
            "waitevent": happened,
        },
    )
    with server.on_thread():
        yield server


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.delenv("SUPERVISOR_TUI_CONFIG", raising=False)
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n")
    secret.chmod(0o600)
    return tmp_path


def init(home: Path, url: str, *more: str) -> str:
    config = str(home / "floor.toml")
    signed = more or ("--secret-file", str(home / "secret"))
    asked = ["init", "--source", "asterisk", "--url", url, "--username", "panel", *signed]
    assert cli.main([*asked, "--config", config]) == 0
    return config


def findings(config: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, str]]:
    """The exit status, and how each thing about the source stands."""
    capsys.readouterr()
    status = cli.main(["doctor", "--config", config])
    told = capsys.readouterr()
    assert SECRET not in told.out + told.err
    pairs = (line.split(maxsplit=1) for line in told.out.splitlines() if "main/pbx: " in line)
    return status, {text: level for level, text in pairs}


def test_what_init_writes_pleases_the_doctor(
    asterisk: AsteriskServer, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, found = findings(init(home, asterisk.url), capsys)
    assert status == 0
    assert set(found.values()) == {"ok"}, found
    assert any("Chloé Noël" in text for text in found)
    assert any("a session lives for 60 s" in text for text in found)
    asked = {each.action for each in asterisk.asked}
    assert asked <= {*RIGHTS.split(), "Login", "Logoff"}
    assert asked.isdisjoint({"QueuePause", "QueueAdd", "Originate", "Hangup", "Redirect"})


def test_the_secret_may_be_in_the_environment_and_need_not_travel(
    asterisk: AsteriskServer,
    home: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = init(home, asterisk.url, "--secret-variable", "PBX_SECRET")
    status, found = findings(config, capsys)
    assert status == 1
    assert any("the environment has no PBX_SECRET" in text for text in found)
    monkeypatch.setenv("PBX_SECRET", SECRET)
    assert findings(config, capsys)[0] == 0
    text = Path(config).read_text(encoding="utf-8")
    digest = text.replace('# sign_in = "cookie"', 'sign_in = "digest"')
    Path(config).write_text(digest, encoding="utf-8")
    before = len(asterisk.asked)
    assert findings(config, capsys)[0] == 0
    assert all(each.action != "Login" for each in asterisk.asked[before:])


def test_each_thing_that_is_not_set_up_is_told_with_its_file(
    asterisk: AsteriskServer, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = init(home, asterisk.url)
    asterisk.stage = Stage.NO_MANAGER
    status, found = findings(config, capsys)
    assert status == 1
    assert any("manager.conf" in text and "webenabled = yes" in text for text in found)
    asterisk.stage = Stage.NO_QUEUES
    assert any("module load app_queue.so" in text for text in findings(config, capsys)[1])
    asterisk.stage = Stage.UP
    asterisk.accounts["panel"].secret = "another"
    assert any("permit = 127.0.0.1/32" in text for text in findings(config, capsys)[1])


def test_a_port_where_nobody_listens_is_the_http_servers_affair(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, found = findings(init(home, "http://127.0.0.1:9"), capsys)
    assert status == 1
    assert any("http.conf" in text and "bindport = 9" in text for text in found)


def test_a_phone_that_cannot_be_rung_is_told_before_anybody_wants_to_listen(
    asterisk: AsteriskServer, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = init(home, asterisk.url)
    person = '\n[people.anna]\nid = "anna"\nname = "Anna"\nphone = "1900"\n'
    Path(config).write_text(Path(config).read_text(encoding="utf-8") + person, encoding="utf-8")
    status, found = findings(config, capsys)
    assert status == 0
    assert [level for text, level in found.items() if "no 1900" in text] == ["look"]
