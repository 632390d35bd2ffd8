"""Lost callers on a real terminal: those of the morning, and one that is lost while one looks."""

from __future__ import annotations

import re

import pytest

from tests.support.floors import Endpoint, Place
from tests.terminal.ptylab import Session

pytestmark = [pytest.mark.pty]
SLOW_S = 60.0
LOST = re.compile(r"(\d+) still lost of (\d+) callers lost today")


def counted(session: Session) -> int:
    found = LOST.search(session.text)
    return int(found[2]) if found else 0


def test_who_is_lost_while_one_looks_is_shown(place: Place) -> None:
    options = ("--starts-at", "10:40", "--seed", "7", "--speed", "60")
    with Endpoint(options) as endpoint:
        place.configure(endpoint.url)
        with place.screen(rows=60, cols=100) as session:
            session.wait_for(r"\[1 Queues\]", SLOW_S)
            session.send("8")
            session.wait_for(lambda: counted(session) > 0, SLOW_S)
            before = counted(session)
            session.wait_for(lambda: counted(session) > before, SLOW_S)
            true = {
                call["caller_key"]
                for call in endpoint.backstage("truth/calls")
                if call["outcome"] == "abandoned" and not call["short"]
                if call["direction"] == "inbound" and call["channel"] != "email"
            }
            session.wait_for(lambda: counted(session) >= len(true), SLOW_S)
            session.send("\r")
            session.wait_for("Every try of today")
            session.wait_for(r" Lost caller \*\*\d{4}")
            session.send("\x1b")
            session.wait_for(lambda: counted(session) > 0)
            session.send("1")
            session.wait_for(r"\[1 Queues\]")
            session.send("\r")
            session.wait_for("What the telephone system says, and what we counted")
            session.wait_for("Ours is counted since")
