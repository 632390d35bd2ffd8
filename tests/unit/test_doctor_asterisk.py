"""What `doctor` says of an Asterisk, for servers and accounts of every kind."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from data.clock import take_anchor, wall_ms
from data.errors import Code, FetchError
from data.settings import QueueSettings, SiteSettings, SourceKind, SourceSettings, ToggleSettings
from data.sources.asterisk.manager import Opening
from data.sources.asterisk.packets import Answer, read_events, read_list
from supervisor_tui.doctor import Level
from supervisor_tui.doctor_asterisk import look_at_asterisk
from supervisor_tui.doctor_asterisk_log import look_at_log
from supervisor_tui.doctor_asterisk_places import Report

PANEL = (
    "AgentLogoff CoreSettings CoreShowChannels CoreStatus DBGet Getvar Hangup ListCommands "
    "Originate Ping QueueAdd QueuePause QueuePenalty QueueRemove QueueStatus Redirect Setvar "
    "WaitEvent"
)
ALL = f"{PANEL} Command DBDel DBPut PJSIPShowEndpoints UpdateConfig"
WATCHER = "CoreSettings CoreShowChannels CoreStatus Getvar ListCommands Ping QueueStatus WaitEvent"
HARMLESS = {
    "ListCommands",
    "Getvar",
    "CoreShowChannels",
    "QueueStatus",
    "WaitEvent",
    "PJSIPShowRegistrationsOutbound",
    "PJSIPShowEndpoints",
}
"""Nothing else may be asked: the doctor changes nothing."""


def member(interface: str, name: str, **more: object) -> str:
    fields = {
        "Queue": "sales",
        "Name": name,
        "Location": interface,
        "Membership": "dynamic",
        "CallsTaken": 0,
        "LastPause": 0,
        "InCall": 0,
        "Status": 1,
        "Paused": 0,
        "PausedReason": "",
        "Wrapuptime": 0,
    } | more
    lines = (f"{key}: {value}\r\n" for key, value in fields.items() if value is not None)
    return "Event: QueueMember\r\n" + "".join(lines) + "\r\n"


def queue(name: str) -> str:
    return f"Event: QueueParams\r\nQueue: {name}\r\nCalls: 0\r\nServiceLevel: 20\r\n\r\n"


def listing(rows: tuple[str, ...], ends_with: str) -> Answer:
    end = f"Event: {ends_with}\r\nEventList: Complete\r\nListItems: {len(rows)}\r\n\r\n"
    body = "Response: Success\r\nEventList: start\r\n\r\n" + "".join(rows) + end
    return read_list(body.encode(), "", ends_with)


def event(kind: str, name: str = "QueueCallerLeave", **more: object) -> str:
    stamp = {"Timestamp": "1795324738.736281"} | more
    lines = (f"{key}: {value}\r\n" for key, value in stamp.items() if value is not None)
    told = "".join(lines)
    return f"Event: {name}\r\nPrivilege: {kind},all\r\n{told}Queue: sales\r\nCount: 0\r\n\r\n"


class Pretended:
    """A manager that answers as it is told."""

    def __init__(self, **how: Any) -> None:
        self.version: str = how.get("version", "22.10.1")
        self.commands: str = how.get("commands", PANEL)
        self.status: list[tuple[str, ...]] = how.get("status", [(queue("sales"), member("a", "A"))])
        self.channels: tuple[str, ...] = how.get("channels", ())
        self.events: tuple[str, ...] = how.get("events", (event("agent"), event("call", "Hangup")))
        self.lists: dict[str, tuple[str, ...]] = how.get("lists", {})
        self.dialplan: set[str] | None = how.get("dialplan", {"from-internal"})
        self.fails: dict[str, FetchError] = how.get("fails", {})
        self.life_s: int = how.get("life_s", 60)
        self.asked: list[str] = []
        self.is_closed = False

    def _note(self, action: str) -> None:
        self.asked.append(action)
        if action in self.fails:
            raise self.fails[action]

    async def open(self) -> Opening:
        if "open" in self.fails:
            raise self.fails["open"]
        return Opening(self.version, "", "2026-11-22 05:13:49", take_anchor(wall_ms()))

    async def ask(self, action: str, fields: Mapping[str, str] | None = None) -> Answer:
        self._note(action)
        if action == "ListCommands":
            told = {name.lower(): "(Priv: x)" for name in self.commands.split()}
            return Answer("Success", fields=told)
        assert action == "Getvar"
        place = (fields or {})["Variable"].removeprefix("DIALPLAN_EXISTS(").removesuffix(")")
        value = "" if self.dialplan is None else str(int(place in self.dialplan))
        return Answer("Success", fields={"value": value})

    async def rows(self, action: str, ends_with: str) -> Answer:
        self._note(action)
        if action == "CoreShowChannels":
            return listing(self.channels, ends_with)
        if action != "QueueStatus":
            return listing(self.lists[action], ends_with)
        status = self.status[0] if len(self.status) == 1 else self.status.pop(0)
        return listing(status, ends_with)

    async def wait(self, seconds: float) -> Answer:
        assert seconds >= 1
        self._note("WaitEvent")
        told = "".join(self.events)
        body = f"Response: Success\r\n\r\n{told}Event: WaitEventComplete\r\n\r\n"
        return read_events(body.encode())

    async def close(self) -> None:
        self.is_closed = True


def settings_of(**more: Any) -> SourceSettings:
    usual = {"url": "http://pbx:8088", "username": "panel", "plain_http": True, "wrap_up": 6.0}
    return SourceSettings(id="pbx", kind=SourceKind.ASTERISK, **(usual | more))


def told(
    pretended: Pretended, settings: SourceSettings | None = None, *phones: str
) -> list[tuple[Level, str]]:
    """What the doctor says, without the name of the source."""
    ours = settings or settings_of()
    look = look_at_asterisk(SiteSettings(id="main"), ours, pretended, phones=phones, listen_s=0.01)
    findings = asyncio.run(look)
    assert pretended.is_closed
    assert set(pretended.asked) <= HARMLESS
    assert all(finding.text.startswith("main/pbx: ") for finding in findings)
    return [(each.level, each.text.removeprefix("main/pbx: ")) for each in findings]


def worries(
    pretended: Pretended, settings: SourceSettings | None = None, *phones: str
) -> list[str]:
    return [text for level, text in told(pretended, settings, *phones) if level is not Level.OK]


def test_a_server_as_the_page_says_gives_no_worries() -> None:
    said = told(Pretended())
    assert [text for level, text in said if level is not Level.OK] == []
    texts = "\n".join(text for _level, text in said)
    for part in ("Asterisk 22.10.1", "1 queue: sales.", "agents: 1; memberships: 1", "listen"):
        assert part in texts


# Rights


def test_what_the_account_may_not_do_is_told_with_the_line_that_allows_it() -> None:
    (rights, after) = worries(Pretended(commands=WATCHER, events=(event("agent"),)))
    assert rights.startswith("the account may not: pause agents")
    assert "listen, whisper" in rights
    assert rights.endswith("manager.conf, under [panel]: write = agent,call,originate,reporting")
    assert "manager reload" in after


def test_rights_that_nothing_needs_are_told() -> None:
    (rights, _after) = worries(Pretended(commands=ALL))
    assert "more than it needs (system, command, config)" in rights
    assert rights.endswith("write = agent,call,originate,reporting")


def test_toggles_and_trunks_need_more() -> None:
    toggle = ToggleSettings(name="closed", database="NIGHT/600")
    settings = settings_of(
        queue=(QueueSettings(name="sales", toggle=(toggle,)),), trunks=("PJSIP/provider*",)
    )
    (rights, _after) = worries(Pretended(), settings)
    assert "put toggles on and off" in rights
    assert "trunks" in rights
    assert rights.endswith("write = agent,call,originate,reporting,system")
    up = "Event: EndpointList\r\nObjectName: provider1\r\nDeviceState: Not in use\r\n\r\n"
    lists = {"PJSIPShowEndpoints": (up,)}
    (rights, _after) = worries(Pretended(commands=ALL, lists=lists), settings)
    assert "(command, config)" in rights
    device = ToggleSettings(name="closed", device="Custom:night")
    settings = settings_of(queue=(QueueSettings(name="sales", toggle=(device,)),))
    assert worries(Pretended(), settings) == []


def test_rights_that_cannot_be_listed_are_not_guessed() -> None:
    assert any("rights were not tried" in text for text in worries(Pretended(commands="")))


def test_events_that_never_came_are_not_tried() -> None:
    (quiet, *_more) = worries(Pretended(events=()))
    assert "was not tried: nothing happened" in quiet


ENTRY = "Event: QueueEntry\r\nQueue: sales\r\nPosition: 1\r\nUniqueid: 1.1\r\nWait: 3\r\n\r\n"


@pytest.mark.parametrize(
    "after",
    [
        (member("a", "A", CallsTaken=1),),
        (member("a", "A", Status=6),),
        (member("a", "A", Paused=1),),
        (member("a", "A"), member("b", "B")),
        (member("a", "A"), ENTRY),
    ],
)
def test_events_that_must_have_been_withheld_are_bad(after: tuple[str, ...]) -> None:
    before = (queue("sales"), member("a", "A"))
    status = [before, (queue("sales"), *after)]
    busy = Pretended(events=(event("security", "SuccessfulAuth"),), status=status)
    found = [text for level, text in told(busy) if level is Level.BAD]
    assert len(found) == 1
    assert "not shown what happens in queues" in found[0]
    assert found[0].endswith("under [panel]: read = agent,call")


def test_calls_that_are_not_shown_matter_only_to_who_may_listen() -> None:
    (calls, *_more) = worries(Pretended(events=(event("agent"),)))
    assert "whether the account is shown calls was not tried" in calls


def test_events_without_the_time_are_told() -> None:
    events = (event("agent", Timestamp=None), event("call", "Hangup", Timestamp=None))
    (times, _after) = worries(Pretended(events=events))
    assert times.endswith("under [general]: timestampevents = yes")


# The server


def test_lines_for_a_server_that_a_gui_writes_go_into_its_own_files() -> None:
    events = (event("agent", Timestamp=None), event("call", "Hangup", Timestamp=None))
    seen = Pretended(events=events, commands=ALL, dialplan={"from-internal", "ext-queues"})
    rights, times, _after = worries(seen)
    assert "manager_custom.conf, under [panel]: write" in rights
    assert "manager_custom.conf, under [general](+): timestampevents" in times


def test_where_the_dialplan_may_not_be_seen_both_files_are_named() -> None:
    commands = WATCHER.replace("Getvar ", "")
    (rights, _after) = worries(Pretended(commands=commands, events=(event("agent"),)))
    assert "manager.conf, or manager_custom.conf under FreePBX" in rights


@pytest.mark.parametrize(
    ("how", "account"),
    [
        ({"dialplan": {"from-internal", "vicidial-auto"}}, "panel"),
        ({}, "cron"),
        (
            {
                "channels": (
                    "Event: CoreShowChannel\r\nChannel: SIP/1-1\r\nUniqueid: 1.1\r\n"
                    "Application: ConfBridge\r\nApplicationData: 8600051,x\r\n\r\n",
                )
            },
            "panel",
        ),
    ],
)
def test_a_vicidial_is_recognised_and_not_promised_anything(
    how: dict[str, Any], account: str
) -> None:
    (found,) = worries(Pretended(**how), settings_of(username=account))
    assert found.startswith("this looks like VICIdial")
    assert "not members of queues" in found


def test_other_versions_are_named_and_what_they_lack() -> None:
    (tried,) = worries(Pretended(version="certified/18.9-cert5"))
    assert "tried with Asterisk 22, not with 18" in tried
    old = Pretended(version="11.2", status=[(queue("sales"), member("a", "A", PausedReason=None))])
    (lacks, _tried) = worries(old)
    assert "pausedreason" in lacks


def test_a_session_that_ends_too_soon_is_told() -> None:
    (life, _after) = worries(Pretended(life_s=15))
    assert life.endswith("httptimeout = 60")


def test_what_the_configuration_names_has_to_be_in_the_dialplan() -> None:
    settings = settings_of(
        context="phones", queue=(QueueSettings(name="sales", extension="600@ext-queues"),)
    )
    (context,) = worries(Pretended(), settings)
    assert "no context phones" in context
    extension, phone = worries(Pretended(dialplan={"phones"}), settings, "1900", "PJSIP/1901")
    assert "no 600@ext-queues, which is to lead into sales" in extension
    assert "no 1900, which is somebody's phone" in phone
    there = Pretended(dialplan={"phones", "ext-queues,600", "phones,1900"})
    assert worries(there, settings, "1900") == []


def test_a_server_that_cannot_tell_of_its_dialplan_lacks_nothing() -> None:
    settings = settings_of(context="phones", queue=(QueueSettings(name="sales", extension="6"),))
    assert worries(Pretended(dialplan=None), settings, "1900") == []


def test_lines_to_the_outside_are_named_and_those_that_are_down() -> None:
    rows = tuple(
        f"Event: OutboundRegistrationDetail\r\nObjectName: {name}\r\nStatus: {state}\r\n\r\n"
        for name, state in (("one", "Registered"), ("two", "Rejected"))
    )
    seen = Pretended(
        commands=f"{PANEL} PJSIPShowRegistrationsOutbound",
        lists={"PJSIPShowRegistrationsOutbound": rows},
    )
    assert (Level.OK, "lines to the outside: PJSIP/one, PJSIP/two.") in told(seen)
    assert worries(seen) == ["down at present: PJSIP/two."]
    none = Pretended(commands=ALL, lists={"PJSIPShowEndpoints": ()})
    found = worries(none, settings_of(trunks=("PJSIP/*",)))
    assert any("no line to the outside is seen" in text for text in found)


# Queues and members


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({}, (), "it has no queues"),
        ({"hide": ("*",)}, (queue("sales"),), "show and hide leave none"),
        ({"show": ("sales", "sale?x")}, (queue("sales"),), "did you mean sales?"),
        ({"hide": ("night*",)}, (queue("sales"),), "no queue is called night*"),
        (
            {"queue": (QueueSettings(name="Sales"),)},
            (queue("sales"),),
            "no queue is called Sales; did you mean sales?",
        ),
        ({}, (queue("sales"),), "nobody is a member"),
        ({"wrap_up": 0.0}, (queue("sales"), member("a", "A")), "set wrap_up"),
        (
            {},
            (queue("sales"), member("a", "Anna", Status=0)),
            "phone's state is not known of Anna",
        ),
    ],
)
def test_what_is_odd_about_queues_is_told(
    more: dict[str, Any], status: tuple[str, ...], said: str
) -> None:
    found = worries(Pretended(status=[status]), settings_of(**more))
    assert any(said in text for text in found), found


def test_members_of_the_servers_own_configuration_are_named_and_many_are_counted() -> None:
    status = (
        queue("sales"),
        *(member(f"Local/{n}@x", f"Agent {n:02}", Membership="static") for n in range(1, 12)),
    )
    said = [text for _level, text in told(Pretended(status=[status]))]
    assert any("agents: 11; memberships: 11" in text for text in said)
    assert any("Agent 08 and 3 more" in text for text in said)


def test_a_name_of_several_agents_matters_to_the_log_alone(tmp_path: Path) -> None:
    (tmp_path / "queue_log").write_bytes(b"%d|1.1|sales|NONE|X\n" % (wall_ms() // 1000))
    pretended = Pretended(status=[(queue("sales"), member("a", "Kim"), member("b", "Kim"))])
    assert worries(pretended) == []
    (named,) = worries(pretended, settings_of(queue_log=str(tmp_path / "queue_log")))
    assert "several agents are called Kim" in named


def test_names_from_outside_are_plain_text() -> None:
    status = (queue("sa\x1b[31mles"), member("a", "Ev\x07il", Status=4, Queue="sa\x1b[31mles"))
    assert all(text.isprintable() for _level, text in told(Pretended(status=[status])))


# Failures


@pytest.mark.parametrize(
    ("code", "url", "said"),
    [
        (Code.REFUSED_CONNECTION, "http://pbx:8088", "http.conf, or http_custom.conf"),
        (Code.REFUSED_CONNECTION, "https://pbx:8089", "tlsbindaddr = 0.0.0.0:8089"),
        (Code.NO_MANAGER, "http://pbx:8088", "under [general]: enabled = yes, webenabled = yes"),
        (Code.SIGN_IN, "http://127.0.0.1:8088", "permit = 127.0.0.1/32"),
        (Code.CONNECTION_LOST, "http://pbx:8089", "write https"),
        (Code.CONNECTION_LOST, "https://pbx:8089", "connection to the endpoint broke"),
        (Code.UNAVAILABLE, "http://pbx:8088", "module load app_queue.so"),
        (Code.FORBIDDEN, "http://pbx:8088", "write = agent,call,originate,reporting"),
        (Code.TLS_UNKNOWN_AUTHORITY, "https://pbx:8089", "ca_file"),
    ],
)
def test_every_failure_says_what_to_do(code: Code, url: str, said: str) -> None:
    failing = Pretended(fails={"open": FetchError(code, "x")})
    (level, text), *_after = told(failing, settings_of(url=url))
    assert level is Level.BAD
    assert said in text


def test_what_was_found_before_a_failure_is_kept() -> None:
    failing = Pretended(fails={"QueueStatus": FetchError(Code.UNAVAILABLE, "QueueStatus")})
    said = told(failing)
    assert "answers as Asterisk" in said[0][1]
    assert said[-1][0] is Level.BAD


def test_a_variable_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PBX_SECRET", raising=False)
    failing = Pretended(fails={"open": FetchError(Code.SIGN_IN, "PBX_SECRET")})
    settings = settings_of(secret_variable="PBX_SECRET")
    (problem,) = worries(failing, settings)
    assert problem == "the environment has no PBX_SECRET, which is to hold the secret."
    monkeypatch.setenv("PBX_SECRET", "s3cret")
    refused = worries(Pretended(fails={"open": FetchError(Code.SIGN_IN, "panel")}), settings)
    assert refused[0].startswith("it refuses panel")
    assert "s3cret" not in "".join(refused)


# The log

NOW = 1_795_324_738_000


def log_told(settings: SourceSettings, usual: Path) -> tuple[Level, str]:
    report = Report(name="main/pbx", account="panel", findings=[])
    look_at_log(report, settings, NOW, usual)
    (finding,) = report.findings
    return finding.level, finding.text


@pytest.mark.parametrize(
    ("lines", "level", "said"),
    [
        (b"1795324700|1.1|sales|NONE|ENTERQUEUE||123|1\n", Level.OK, "its last line is 0:38 old"),
        (b"1795000000|1.1|sales|NONE|ENTERQUEUE||123|1\n", Level.LOOK, "still write it?"),
        (b"1795324700|1.1|sales|NONE|ENTERQUEUE||1|1\nrub\x1bbish\n", Level.OK, "0:38 old"),
        (b"root:x:0:0\n", Level.BAD, "Is it the right file?"),
        (b"", Level.LOOK, "Is it the right file?"),
    ],
)
def test_the_age_of_a_log_is_that_of_its_last_line(
    tmp_path: Path, lines: bytes, level: Level, said: str
) -> None:
    log = tmp_path / "queue_log"
    log.write_bytes(b"rubbish|" * 20_000 + b"\n" + lines if b"|" in lines else lines)
    found = log_told(settings_of(queue_log=str(log)), tmp_path / "none")
    assert found[0] is level
    assert said in found[1]


def test_a_log_that_cannot_be_read_is_bad(tmp_path: Path) -> None:
    level, text = log_told(settings_of(queue_log=str(tmp_path / "none")), tmp_path / "none")
    assert (level, "logger.conf" in text) == (Level.BAD, True)
    level, text = log_told(settings_of(queue_log=str(tmp_path)), tmp_path / "none")
    assert (level, "usermod -aG" in text) == (Level.BAD, True)


def test_a_log_on_this_host_is_recommended(tmp_path: Path) -> None:
    (tmp_path / "queue_log").touch()
    near = settings_of(url="http://127.0.0.1:8088")
    level, text = log_told(near, tmp_path / "queue_log")
    assert level is Level.LOOK
    assert f'queue_log = "{tmp_path}/queue_log"' in text
    assert log_told(near, tmp_path / "none")[0] is Level.OK
    assert log_told(settings_of(), tmp_path / "queue_log")[0] is Level.OK


def test_listening_ends_as_soon_as_everything_was_heard() -> None:
    pretended = Pretended()
    look = look_at_asterisk(SiteSettings(id="main"), settings_of(), pretended, listen_s=3600.0)
    asyncio.run(look)
    assert pretended.asked.count("WaitEvent") == 1
