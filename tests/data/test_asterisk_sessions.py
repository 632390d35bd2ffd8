"""Sessions of Asterisk's manager: begun, renewed, and never taken for a missing right."""

from __future__ import annotations

import asyncio
import logging

import pytest

from data.errors import Code, FetchError
from data.settings import SignIn
from data.sources.asterisk.packets import Packet
from tests.support.asterisk_server import Account, AsteriskServer, Raw, said
from tests.support.asterisk_talk import (
    JOIN,
    SECRET,
    VARIABLE,
    HandTime,
    manager_of,
    queues_of,
    status_of,
    talking,
)
from tests.support.loopback import Request, http_answer, serve, until

BOTH = pytest.mark.parametrize("sign_in", list(SignIn))
MANY_REFUSALS = 20


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)


@pytest.fixture
def time() -> HandTime:
    return HandTime()


@pytest.fixture
def server(time: HandTime) -> AsteriskServer:
    done = {"queuepause": lambda asked: said(asked, "Success", "Message: done")}
    return AsteriskServer(
        elapsed=time.elapsed, answers={"queuestatus": status_of("support"), **done}
    )


async def test_an_expired_session_is_renewed_and_the_question_asked_again(
    server: AsteriskServer, time: HandTime
) -> None:
    # The client's time stands: only the cookie tells it that the session's life is over.
    async with talking(server, HandTime()) as manager:
        await manager.open()
        time.clock.advance(62)
        assert await queues_of(manager) == ["support"]
        assert manager.sessions == 2
    assert (server.count("Login"), server.count("QueueStatus")) == (2, 2)


async def test_a_session_that_must_be_over_is_not_asked(
    server: AsteriskServer, time: HandTime
) -> None:
    async with talking(server, time) as manager:
        await manager.open()
        time.clock.advance(59)
        await manager.clock()
        assert manager.sessions == 1
        time.clock.advance(61)
        await manager.ask("QueuePause")
        assert (manager.sessions, server.count("QueuePause")) == (2, 1)


async def test_a_session_in_use_is_not_over_however_short_its_life(
    server: AsteriskServer, time: HandTime
) -> None:
    server.life_s = 15.0
    async with talking(server, time) as manager:
        await manager.open()
        waiting = asyncio.create_task(manager.wait(10))
        await until(lambda: server.count("WaitEvent") == 1)
        time.clock.advance(16)
        assert await queues_of(manager) == ["support"]
        server.tell(JOIN)
        assert len((await waiting).packets) == 1
        assert manager.sessions == 1


async def test_many_who_find_the_session_expired_sign_in_once(
    server: AsteriskServer, time: HandTime
) -> None:
    async with talking(server, time) as manager:
        await manager.open()
        server.sessions.clear()
        seen = await asyncio.gather(*(queues_of(manager) for _ in range(6)))
    assert seen == [["support"]] * 6
    assert (manager.sessions, server.count("Login")) == (2, 2)


async def test_a_session_that_expires_twice_in_a_row_ends_with_a_code(
    server: AsteriskServer, time: HandTime
) -> None:
    server.life_s = 0.0
    async with talking(server, time) as manager:
        with pytest.raises(FetchError) as caught:
            await queues_of(manager)
    assert caught.value.code is Code.FORBIDDEN
    assert server.count("Login") == 2


@BOTH
async def test_a_missing_right_is_named_and_nothing_was_done(
    server: AsteriskServer, time: HandTime, sign_in: SignIn
) -> None:
    server.accounts["panel"].denied = frozenset({"queuepause", "coresettings", "corestatus"})
    async with talking(server, time, sign_in=sign_in) as manager:
        opening = await manager.open()
        assert (opening.version, opening.system_name, opening.startup) == ("", "", "")
        with pytest.raises(FetchError) as caught:
            await manager.ask("QueuePause", {"Interface": "x"})
        # The session is as young as the rights it was given: another would have no more.
        assert manager.sessions == 1
    assert (caught.value.code, caught.value.detail) == (Code.FORBIDDEN, "QueuePause")
    assert caught.value.was_not_sent


@BOTH
async def test_a_right_that_was_given_since_is_found(
    server: AsteriskServer, time: HandTime, sign_in: SignIn
) -> None:
    server.accounts["panel"].denied = frozenset({"queuepause"})
    heard: list[Packet] = []
    async with talking(server, time, sign_in=sign_in) as manager:
        await manager.open()
        server.accounts["panel"].denied = frozenset()
        for _ in range(5):
            time.clock.advance(15)
            await manager.clock()
        waiting = asyncio.create_task(manager.wait(10))
        await until(lambda: server.count("WaitEvent") == 1)
        assert (await manager.ask("QueuePause")).is_success
        assert manager.sessions == 2
        server.tell(JOIN)
        heard += (await waiting).packets
        heard += (await manager.wait(1)).packets
    if sign_in is SignIn.COOKIE:
        # Who waited in the old session was let go, so that nothing comes twice.
        assert len(heard) == 1
    assert heard


async def test_a_right_that_stays_missing_costs_one_more_session_a_minute(
    server: AsteriskServer, time: HandTime
) -> None:
    server.accounts["panel"].denied = frozenset({"agents"})
    async with talking(server, time) as manager:
        await manager.open()
        for _ in range(12):
            time.clock.advance(15)
            with pytest.raises(FetchError):
                await manager.ask("Agents")
    assert 3 <= server.count("Login") <= 5


@BOTH
async def test_a_wrong_secret_is_not_tried_again_and_again(
    server: AsteriskServer, time: HandTime, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.accounts["panel"] = Account("another")
    tries = []
    async with talking(server, time, sign_in=sign_in) as manager:
        for _ in range(MANY_REFUSALS):
            before = len(server.loopback.requests)
            with pytest.raises(FetchError) as caught:
                await queues_of(manager)
            assert (caught.value.code, caught.value.detail) == (Code.SIGN_IN, "panel")
            assert caught.value.was_not_sent
            tries.append(len(server.loopback.requests) > before)
            time.clock.advance(30)
        # In these ten minutes: what counts failures usually lets four pass.
        assert tries[0]
        assert 3 <= sum(tries) <= 4
        monkeypatch.setenv(VARIABLE, "another")
        assert await queues_of(manager) == ["support"]


async def test_a_wrong_secret_is_told_though_the_answer_takes_its_second(
    server: AsteriskServer, time: HandTime
) -> None:
    server.accounts.clear()
    server.refusal_delay_s = 1.05
    async with talking(server, time, deadline=1.0) as manager:
        with pytest.raises(FetchError) as caught:
            await manager.open()
    assert caught.value.code is Code.SIGN_IN


async def test_without_a_secret_the_variable_is_named(
    server: AsteriskServer, time: HandTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE)
    async with talking(server, time) as manager:
        with pytest.raises(FetchError) as caught:
            await manager.open()
    assert (caught.value.code, caught.value.detail) == (Code.SIGN_IN, VARIABLE)
    assert server.asked == []


async def test_leaving_logs_off(server: AsteriskServer, time: HandTime) -> None:
    async with talking(server, time):
        pass
    assert server.asked == []
    async with talking(server, time) as manager:
        await manager.open()
    assert server.count("Logoff") == 1
    assert server.sessions == {}


async def test_a_digest_session_that_may_have_ended_counts_as_another(
    server: AsteriskServer, time: HandTime
) -> None:
    async with talking(server, time, sign_in=SignIn.DIGEST) as manager:
        await manager.open()
        server.tell(JOIN)
        for _ in range(5):
            time.clock.advance(15)
            await manager.clock()
        # The challenge has been renewed on the way; the session and its events are the same.
        assert manager.sessions == 1
        assert len((await manager.wait(1)).packets) == 1
        time.clock.advance(62)
        await manager.clock()
        assert manager.sessions == 2
        server.answers["queuepause"] = Raw()
        with pytest.raises(FetchError):
            await manager.ask("QueuePause")
        await manager.clock()
        assert manager.sessions == 3


async def test_an_account_that_may_not_come_from_here(time: HandTime) -> None:
    async def handler(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(http_answer(b"", "403 No", Content_Type="text/html"))

    async with (
        serve(handler) as loopback,
        manager_of(loopback.base, time, sign_in=SignIn.DIGEST) as manager,
    ):
        for _ in range(3):
            with pytest.raises(FetchError) as caught:
                await manager.open()
            assert (caught.value.code, caught.value.detail) == (Code.SIGN_IN, "panel")
    assert len(loopback.requests) == 1


@pytest.mark.parametrize("refusals", [1, 2, 5, 6])
async def test_a_digest_that_was_overtaken_is_no_wrong_secret(
    server: AsteriskServer, time: HandTime, refusals: int
) -> None:
    async with talking(server, time, sign_in=SignIn.DIGEST) as manager:
        await manager.open()
        # Each try is challenged once, and the second challenge is its failure.
        server.overtaken = refusals
        if refusals < 6:
            assert (await manager.ask("QueuePause")).is_success
            assert manager.sessions == 1
        else:
            with pytest.raises(FetchError) as caught:
                await manager.ask("QueuePause")
            assert caught.value.code is Code.SIGN_IN


@pytest.mark.parametrize(
    "challenge",
    [
        "Digest",
        "Digest realm",
        'Digest realm="x", nonce="1", algorithm=ROT13, qop="auth"',
        'Digest realm="x", nonce="1", qop="auth-int"',
        'Digest realm="x"',
        "Basic",
    ],
)
async def test_a_challenge_that_is_none_ends_with_a_code(time: HandTime, challenge: str) -> None:
    async def handler(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(http_answer(b"", "401 No", WWW_Authenticate=challenge))

    async with (
        serve(handler) as loopback,
        manager_of(loopback.base, time, sign_in=SignIn.DIGEST) as manager,
    ):
        with pytest.raises(FetchError) as caught:
            await manager.open()
    assert caught.value.code in {Code.SIGN_IN, Code.BAD_PAYLOAD, Code.CONNECTION_LOST}


@BOTH
async def test_secret_and_session_are_seen_nowhere(
    server: AsteriskServer, time: HandTime, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answers["hangup"] = Raw()
    async with talking(server, time, sign_in=sign_in) as manager:
        await manager.open()
        with pytest.raises(FetchError) as caught:
            await manager.ask("Hangup")
        cookies = list(server.sessions)
        session = vars(manager)["_session"]
        account = vars(session)["_account"]
        seen = f"{manager!r} {vars(manager)!r} {session!r} {vars(account)!r} {caught.value!r}"
    assert caught.value.__cause__ is None
    assert "w0rd" not in seen + caplog.text
    assert not any(cookie in seen + caplog.text for cookie in cookies)
