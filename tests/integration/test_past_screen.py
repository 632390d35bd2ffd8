"""The past on a real terminal: it says so, nothing can be sent from it, and one key leaves it."""

from __future__ import annotations

import json

import pytest

from tests.support.floors import Endpoint, Place
from tests.terminal.ptylab import Session

pytestmark = [pytest.mark.pty]
SLOW_S = 60.0
STOOD = ("--speed", "0.001", "--starts-at", "11:08", "--seed", "7")


def test_the_past_is_shown_as_what_it_is_and_left_again(place: Place) -> None:
    with Endpoint(STOOD) as endpoint:
        place.configure(endpoint.url)
        with place.screen(rows=24, cols=80) as session:
            session.wait_for(r"\[1 Queues\]", SLOW_S)
            session.wait_for("live", SLOW_S)
            session.send(",")  # what is not read yet is read again once it can be
            session.wait_for(r"THE PAST  11:07:\d\d")
            session.send("<<.")  # typed ahead: where it ends counts
            session.wait_for(r"THE PAST  10:38:\d\d")
            session.wait_for(r"\. forward   f back to now")
            session.send("\r")
            session.wait_for("Service level")
            session.wait_for(lambda: "THE PAST  10:38" in session.text.partition("\n")[0])
            session.send("\x1b")
            session.wait_for(r"\[1 Queues\]")
            refuse(session, "2", "P")
            refuse(session, "", ":pause 1001\r")
            refuse(session, "1", "M")
            session.send("\x0e")
            session.wait_for("What needs you, or why nothing does")
            session.wait_for(lambda: "THE PAST  10:38" in session.text.partition("\n")[0])
            session.send("\x1b")
            session.wait_for(r"\[1 Queues\]")
            session.send("t10:05\r")
            session.wait_for("THE PAST  10:05:00")
            session.send(":at noon sharp\r")
            session.wait_for("is no time; say 14:05")
            session.send(":at 2999-01-01 10:00\r")
            session.wait_for("has not come yet")
            assert "THE PAST  10:05:00" in session.text
            session.send("f")
            session.wait_for("live")
            assert "THE PAST" not in session.text
        assert not list((place.folder / "state").glob("spool/*/new/*"))


def refuse(session: Session, first: str, keys: str) -> None:
    """Something is not done, and said not to be."""
    if first:
        session.send(first)
        session.wait_for(rf"\[{first} ")
    session.send(keys)
    session.wait_for("This is the past: nothing can be sent from here")
    session.send("\x1b")
    session.wait_for(lambda: "nothing can be sent" not in session.text)


def test_the_past_is_printed_as_the_screen_shows_it(place: Place) -> None:
    with Endpoint(STOOD) as endpoint:
        place.configure(endpoint.url)
        place.told("sync", "--once")
        text = place.told("show", "queues", "--at", "10:05")
        assert "THE PAST  10:05:00  1h03 ago" in text.splitlines()[0]
        then = json.loads(place.told("show", "queues", "--json", "--at", "10:05"))
        now = place.show("queues")
        assert then["at"] == then["server_time"]
        assert then["at"].endswith(":05:00Z")
        assert "at" not in now
        offered = [sum(queue["offered"] for queue in one["queues"]) for one in (then, now)]
        assert 0 < offered[0] < offered[1]
        for pane in ("agents", "escalations", "roster", "lost", "status"):
            assert json.loads(place.told("show", pane, "--json", "--at", "10:05"))["at"]
        wrong = place.run("show", "queues", "--at", "sometime")
        assert (wrong.returncode, wrong.stdout) == (2, "")
        assert "is no time" in wrong.stderr
