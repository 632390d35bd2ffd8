"""The wire to Asterisk's manager: whatever it does, an answer that is one, or a code."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from data.clock import ServerClock
from data.errors import ActionRefused, Code, FetchError
from data.settings import SignIn
from data.sources.asterisk.asking import Refusal, refusal_of
from data.sources.asterisk.manager import LONGEST_WAIT_S, Manager
from data.sources.asterisk.snapshot import STATUS_ENDS, queues_now
from tests.support.asterisk_server import AsteriskServer, Hang, Raw, Stage, listing, said
from tests.support.asterisk_talk import (
    JOIN,
    SECRET,
    VARIABLE,
    HandTime,
    manager_of,
    queues_of,
    settings,
    status_of,
    talking,
)
from tests.support.certificates import Authority, needs_openssl, server_context
from tests.support.loopback import Request, hang_up, http_answer, http_head, serve, until

BOTH = pytest.mark.parametrize("sign_in", list(SignIn))


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)


@pytest.fixture
def time() -> HandTime:
    return HandTime()


@pytest.fixture
def server(time: HandTime) -> AsteriskServer:
    return AsteriskServer(elapsed=time.elapsed, answers={"queuestatus": status_of("support")})


@BOTH
async def test_opening_tells_who_the_server_is(
    server: AsteriskServer, time: HandTime, sign_in: SignIn
) -> None:
    server.clock = lambda: 1_795_295_102.469714
    async with talking(server, time, sign_in=sign_in) as manager:
        opening = await manager.open()
    assert (opening.version, opening.system_name) == ("22.10.1", "floor1")
    assert opening.startup == "2026-11-22 05:00:00"
    assert 0 <= ServerClock(opening.anchor).now() - 1_795_295_102_469 < 2000
    assert manager.sessions == 1
    assert manager.heard_at is not None
    assert server.count("Login") == (1 if sign_in is SignIn.COOKIE else 0)


@BOTH
async def test_a_prefix_and_a_slash_in_the_address(
    server: AsteriskServer, time: HandTime, sign_in: SignIn
) -> None:
    server.prefix = "/pbx/asterisk"
    async with (
        server.running(),
        manager_of(server.url + "/", time, sign_in=sign_in) as manager,
    ):
        assert await queues_of(manager) == ["support"]


async def test_only_forms_are_posted_and_the_address_holds_nothing(
    server: AsteriskServer, time: HandTime
) -> None:
    server.answers["getvar"] = lambda asked: said(asked, "Success")
    async with talking(server, time) as manager:
        await manager.ask("Getvar", {"Variable": "a&b=ü %"})
    for request in server.loopback.requests:
        assert (request.method, request.path, request.query) == ("POST", "/rawman", {})
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert server.asked[1].fields["variable"] == "a&b=ü %"


async def test_what_is_refused_is_told_and_not_raised(
    server: AsteriskServer, time: HandTime
) -> None:
    server.answers["queuepause"] = lambda a: said(a, "Error", "Message: Interface not found")
    async with talking(server, time) as manager:
        answer = await manager.ask("QueuePause", {"Interface": "x", "Paused": "true"})
    assert refusal_of(answer) is Refusal.NOT_THERE
    assert server.count("Login") == 1


async def test_a_name_that_cannot_be_sent_is_not_sent(
    server: AsteriskServer, time: HandTime
) -> None:
    async with talking(server, time) as manager:
        with pytest.raises(ActionRefused) as caught:
            await manager.ask("QueuePause", {"Interface": "x\r\nAction: Command"})
    assert (caught.value.code, caught.value.detail) == (Code.INVALID_FIELD, "Interface")
    assert caught.value.was_not_sent
    assert server.count("QueuePause") == 0


async def test_a_list_without_its_proof_is_none(server: AsteriskServer, time: HandTime) -> None:
    whole = status_of("support", "sales")
    wrong = [
        lambda asked: whole(asked).replace(b"ListItems: 2", b"ListItems: 3"),
        lambda asked: whole(asked).partition(b"Event: QueueStatusComplete")[0],
        lambda asked: whole(asked).replace(asked.action_id.encode(), b"other"),
        lambda _asked: b"",
        lambda asked: said(asked, "Goodbye"),
    ]
    server.answers["queuestatus"] = [*wrong, whole]
    codes = []
    async with talking(server, time) as manager:
        for _ in wrong:
            with pytest.raises(FetchError) as caught:
                await queues_of(manager)
            codes.append(caught.value.code)
        assert await queues_of(manager) == ["sales", "support"]
    assert codes == [Code.BAD_PAYLOAD] * 4 + [Code.UNAVAILABLE]


async def test_a_floor_of_700_kilobytes_is_read_whole(
    server: AsteriskServer, time: HandTime
) -> None:
    queues = [("Event: QueueParams", f"Queue: queue {number}") for number in range(63)]
    zeros = [f"{key}: 0" for key in ("Penalty", "CallsTaken", "LastCall", "LastPause", "InCall")]
    members = [
        (
            "Event: QueueMember",
            f"Queue: queue {number % 63}",
            f"Name: Agent {number} of the night shift",
            f"Location: Local/{number}@agents/n",
            f"StateInterface: Custom:agent{number}",
            "Membership: static",
            *zeros,
            "PausedReason: ",
            "Wrapuptime: 0",
        )
        for number in range(2416)
    ]
    server.answers["queuestatus"] = lambda asked: listing(asked, STATUS_ENDS, queues + members)
    async with talking(server, time) as manager:
        now = queues_now(await manager.rows("QueueStatus", STATUS_ENDS))
    assert (len(now.queues), len(now.members), now.skipped) == (63, 2416, 0)


@BOTH
async def test_waiting_for_events_beside_other_questions(
    server: AsteriskServer, time: HandTime, sign_in: SignIn
) -> None:
    async with talking(server, time, sign_in=sign_in) as manager:
        await manager.open()
        waiting = asyncio.create_task(manager.wait(60))
        await until(lambda: server.count("WaitEvent") == 1)
        assert server.asked[-1].fields["timeout"] == str(LONGEST_WAIT_S)
        assert await queues_of(manager) == ["support"]
        assert not waiting.done()
        server.tell(JOIN, JOIN)
        assert [each.event for each in (await waiting).packets] == ["QueueCallerJoin"] * 2
        assert manager.sessions == 1


async def test_events_between_two_waits_are_kept(server: AsteriskServer, time: HandTime) -> None:
    async with talking(server, time) as manager:
        await manager.open()
        server.tell(JOIN)
        server.tell(JOIN)
        assert len((await manager.wait(10)).packets) == 2
        server.tell(is_hidden=True)
        assert (await manager.wait(10)).packets == ()


async def test_an_answer_may_be_held_back_for_longer_than_the_deadline(
    server: AsteriskServer, time: HandTime
) -> None:
    async with talking(server, time, deadline=2.0) as manager:
        answer = await manager.wait(3)
        assert (answer.is_success, answer.packets) == (True, ())


async def test_one_that_is_held_back_without_end_is_given_up(
    server: AsteriskServer, time: HandTime
) -> None:
    server.answers["waitevent"] = Hang()
    async with talking(server, time, deadline=1.0) as manager:
        with pytest.raises(FetchError) as caught:
            await manager.wait(1)
    assert caught.value.code is Code.TIMED_OUT


async def test_a_wait_whose_place_was_taken_does_no_harm(
    server: AsteriskServer, time: HandTime
) -> None:
    async with talking(server, time) as manager:
        await manager.open()
        first = asyncio.create_task(manager.wait(10))
        await until(lambda: server.count("WaitEvent") == 1)
        second = asyncio.create_task(manager.wait(10))
        answer = await first
        assert (answer.is_success, answer.packets) == (True, ())
        # Two that take turns do not do so as fast as they can.
        assert time.sleeps == [0.5]
        server.tell(JOIN)
        assert len((await second).packets) == 1


async def problem_of(manager: Manager) -> Code:
    """Why the queues cannot be had; it is certain that nothing was done."""
    with pytest.raises(FetchError) as caught:
        await queues_of(manager)
    assert caught.value.was_not_sent
    return caught.value.code


@BOTH
async def test_nothing_of_a_restart_passes_for_an_empty_floor(
    server: AsteriskServer, time: HandTime, sign_in: SignIn
) -> None:
    async with contextlib.AsyncExitStack() as until_the_end:
        async with server.running():
            talk = manager_of(server.url, time, sign_in=sign_in)
            manager = await until_the_end.enter_async_context(talk)
            before = await manager.open()
            for stage in (Stage.STOPPING, Stage.NO_SERVICE):
                server.stage = stage
                assert await problem_of(manager) is Code.UNAVAILABLE
        assert await problem_of(manager) is Code.REFUSED_CONNECTION
        server.restart(Stage.NO_MANAGER)
        await until_the_end.enter_async_context(server.running(port=server.port))
        assert await problem_of(manager) is Code.NO_MANAGER
        server.stage = Stage.NO_QUEUES
        assert await problem_of(manager) is Code.UNAVAILABLE
        server.stage = Stage.UP
        assert await queues_of(manager) == ["support"]
        assert manager.sessions == 2
        assert (await manager.open()).startup != before.startup


async def test_an_action_that_comes_while_the_server_stops_was_not_done(
    server: AsteriskServer, time: HandTime
) -> None:
    async with talking(server, time) as manager:
        await manager.open()
        server.stage = Stage.STOPPING
        with pytest.raises(FetchError) as caught:
            await manager.ask("QueuePause")
    assert (caught.value.code, caught.value.was_not_sent) == (Code.UNAVAILABLE, True)


async def test_a_restart_while_events_are_waited_for(
    server: AsteriskServer, time: HandTime
) -> None:
    async with contextlib.AsyncExitStack() as until_the_end:
        async with server.running():
            talk = manager_of(server.url, time)
            manager = await until_the_end.enter_async_context(talk)
            await manager.open()
            waiting = asyncio.create_task(manager.wait(10))
            await until(lambda: server.count("WaitEvent") == 1)
        with pytest.raises(FetchError) as caught:
            await waiting
        assert caught.value.code is Code.CONNECTION_LOST
        server.restart()
        await until_the_end.enter_async_context(server.running(port=server.port))
        assert (await manager.wait(1)).packets == ()
        assert manager.sessions == 2


HTML = {"Content_Type": "text/html"}
TEXT = {"Content_Type": "text/plain"}
FAULTS = {
    "cut at once": (Raw(), Code.CONNECTION_LOST, False),
    "cut in the head": (Raw(http_head(Content_Length=90)[:-4]), Code.CONNECTION_LOST, False),
    "cut in the body": (
        Raw(http_head(**TEXT, Content_Length=90) + b"Response: Succ"),
        Code.CONNECTION_LOST,
        False,
    ),
    "a page": (Raw(http_answer(b"<html>", **HTML)), Code.WRONG_TYPE, False),
    "elsewhere": (Raw(http_answer(b"", "302 Go", Location="http://x/")), Code.REDIRECTED, True),
    "broken": (Raw(http_answer(b"", "500 No", **HTML)), Code.HTTP_STATUS, False),
    "too large": (Raw(http_head(**TEXT, Content_Length=2**30)), Code.TOO_LARGE, False),
    "no answer": (Hang(), Code.TIMED_OUT, False),
    "no packet": (b"hello", Code.BAD_PAYLOAD, False),
    "nothing": (b"", Code.BAD_PAYLOAD, False),
}
"""What is answered, what comes of it, and whether it is certain that nothing was done."""


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_ends_with_a_code(
    server: AsteriskServer, time: HandTime, fault: str
) -> None:
    answer, code, was_not_sent = FAULTS[fault]
    server.answers["hangup"] = answer
    deadline = 1.0 if isinstance(answer, Hang) else 10.0
    async with asyncio.timeout(30), talking(server, time, deadline=deadline) as manager:
        await manager.open()
        with pytest.raises(FetchError) as caught:
            await manager.ask("Hangup", {"Channel": "Local/1"})
    # An action whose answer was lost is never sent again by itself.
    assert server.count("Hangup") == 1
    assert (caught.value.code, caught.value.was_not_sent) == (code, was_not_sent)


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_of_a_log_in_leaves_the_action_unsent(time: HandTime, fault: str) -> None:
    answer, code, _ = FAULTS[fault]
    deadline = 1.0 if isinstance(answer, Hang) else 10.0

    async def handler(_request: Request, writer: asyncio.StreamWriter) -> None:
        if isinstance(answer, Hang):
            await asyncio.Event().wait()
        elif isinstance(answer, Raw):
            writer.write(answer.data)
            await writer.drain()
            hang_up(writer)
        else:
            writer.write(http_answer(answer, **TEXT))

    async with (
        asyncio.timeout(30),
        serve(handler) as loopback,
        manager_of(loopback.base, time, deadline=deadline) as manager,
    ):
        with pytest.raises(FetchError) as caught:
            await manager.ask("Hangup", {"Channel": "Local/1"})
    assert (caught.value.code, caught.value.was_not_sent) == (code, True)


async def test_where_there_is_no_manager_the_address_is_named(
    server: AsteriskServer, time: HandTime
) -> None:
    async with server.running(), manager_of(server.url + "/asterisk", time) as manager:
        with pytest.raises(FetchError) as caught:
            await manager.open()
    assert (caught.value.code, caught.value.status) == (Code.NO_MANAGER, 404)
    assert caught.value.detail == "/asterisk/rawman"


async def test_bytes_that_are_no_text_are_an_answer_all_the_same(
    server: AsteriskServer, time: HandTime
) -> None:
    row = ("Event: QueueParams", "Queue: NAME")
    broken = b"Chlo\xe9 \xc3"
    server.answers["queuestatus"] = lambda asked: listing(asked, STATUS_ENDS, [row]).replace(
        b"NAME", broken
    )
    async with talking(server, time) as manager:
        assert await queues_of(manager) == ["Chlo\ufffd \ufffd"]


async def test_plain_http_goes_to_another_host_only_where_that_is_allowed(time: HandTime) -> None:
    url = "http://pbx.example.org:8088"
    with pytest.raises(FetchError) as caught:
        Manager(settings(url), timing=time.timing)
    assert caught.value.code is Code.TLS_OTHER
    async with manager_of(url, time, plain_http=True) as manager:
        assert manager.place == "pbx.example.org:8088"


@needs_openssl
@BOTH
async def test_a_private_authority(
    tmp_path: Path, server: AsteriskServer, time: HandTime, sign_in: SignIn
) -> None:
    authority = Authority(tmp_path)
    context = server_context(authority.issue("pbx", "IP:127.0.0.1"))
    async with server.running(context):
        async with manager_of(server.url, time, sign_in=sign_in) as stranger:
            with pytest.raises(FetchError) as caught:
                await stranger.open()
        assert caught.value.code is Code.TLS_UNKNOWN_AUTHORITY
        assert caught.value.was_not_sent
        ca_file = str(authority.certificate)
        async with manager_of(server.url, time, sign_in=sign_in, ca_file=ca_file) as manager:
            assert (await manager.open()).version == "22.10.1"


async def test_a_thread_of_its_own_for_those_who_are_elsewhere(time: HandTime) -> None:
    server = AsteriskServer(answers={"queuestatus": status_of("support")})
    with server.on_thread():
        async with manager_of(server.url, time) as manager:
            assert await queues_of(manager) == ["support"]
