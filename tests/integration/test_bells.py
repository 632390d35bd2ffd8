"""From an event at the endpoint to the paint and the bell, on a real terminal."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.sandbox.centre import Fault
from tests.support.floors import Place
from tests.support.led_floor import Led, leading
from tests.terminal.ptylab import Session

pytestmark = pytest.mark.pty

BEL = b"\x07"
TOLD_TERMINAL = re.compile(rb"\x1b\][^\x07\x1b]*\x07")
PROMPT_S = 2.0
CALLER = "key-of-4912"


@pytest.fixture
def led() -> Iterator[Led]:
    with leading() as led:
        led.change("escalation", "e/0", caller_key=CALLER)
        yield led


def raise_hand(led: Led) -> str:
    led.change("agent", "a/0", assist_since=led.at())
    return r"\?! a/0 Agent 0 asks for help"


def call_with_complaint(led: Led) -> str:
    led.put("contact", "c8", led.contact(caller_key=CALLER))
    return "!! B-0 is calling now: Claims, nobody has it"


def lose_caller(led: Led) -> str:
    gone = led.contact(state="ended", queued_at=led.at(-130), caller_masked="*******4912")
    led.put("contact", "c9", gone)
    return r"!! \*\*4912 was lost after 2:10: Claims"


def seconds_until(session: Session, said: str) -> float:
    began = time.monotonic()
    session.wait_for(said)
    return time.monotonic() - began


def bells_of(session: Session) -> int:
    """How often it rang; the same byte also ends what is said to the terminal itself."""
    return TOLD_TERMINAL.sub(b"", session.raw).count(BEL)


def test_each_event_is_painted_and_rings_once_within_two_seconds(led: Led, tmp_path: Path) -> None:
    place = Place(tmp_path).configure(led.url)
    with place.screen() as session:
        session.wait_for("live [0-9]+ s")
        session.wait_for("Claims")
        # For the contact that waits since long before, the alert rings once, and that is over.
        session.wait_for(lambda: bells_of(session) == 1)
        took = []
        for count, happen in enumerate((raise_hand, call_with_complaint, lose_caller), 2):
            took.append(seconds_until(session, happen(led)))
            session.wait_for(lambda wanted=count: bells_of(session) == wanted)
        # One that took longer tells of the machine; all of them would tell of the program.
        assert min(took) <= PROMPT_S, took
        print("from event to paint, s:", [round(seconds, 2) for seconds in took])
        led.sandbox.centre.order(Fault(status=500, for_s=1.0, drop_streams=True))
        led.change("queue", "q 1", name="Claims UK")
        session.wait_for("Claims UK")
        assert bells_of(session) == 4
        session.send("q")
        assert session.wait_exit() == 0


def test_a_screen_that_begins_later_does_not_ring_for_it(led: Led, tmp_path: Path) -> None:
    for happen in (raise_hand, call_with_complaint, lose_caller):
        happen(led)
    place = Place(tmp_path).configure(led.url, extra="[screen]\nbell = false")
    with place.screen() as session:
        session.wait_for("live [0-9]+ s")
        session.wait_for("Claims")
        led.change("queue", "q 1", name="Claims UK")
        session.wait_for("Claims UK")
        assert "asks for help" not in session.text
        # From now on it says what happens; that it is not to ring is the configuration's wish.
        led.change("agent", "a/1", assist_since=led.at())
        session.wait_for("a/1 Agent 1 asks for help")
        assert bells_of(session) == 0
