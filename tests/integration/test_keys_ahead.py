"""Keys typed faster than the program answers reach what the keys before them have opened."""

from __future__ import annotations

import pytest

from tests.support.floors import Endpoint, Place

pytestmark = [pytest.mark.pty, pytest.mark.xdist_group("life")]


def test_keys_typed_ahead_are_lost_to_nothing(place: Place) -> None:
    with Endpoint(("--starts-at", "10:40", "--seed", "7")) as endpoint:
        place.configure(endpoint.url)
        with place.screen() as session:
            session.wait_for(r"live \d+ s[\s\S]*voice\+chat")
            session.send(":site nowhere\r")
            session.wait_for("There is no site “nowhere”")
            session.send("\x1b")
            session.wait_for(lambda: "nowhere" not in session.text)
            session.send("/bill")
            session.wait_for(r"= 1 shown")
            session.send("\r")
            session.send("2/marco\r")
            session.wait_for(r"\[2 Agents\][\s\S]*/marco: \d+ of 46 rows")
            session.send("1:find zzzz\r")
            session.wait_for("Nothing was found for “zzzz”")


def test_enter_before_the_terminal_is_raw_is_enter(place: Place) -> None:
    """Typed at the shell, and over the first picture, which is there before the keys are read."""
    with Endpoint(("--starts-at", "10:40", "--seed", "7")) as endpoint:
        place.configure(endpoint.url, 'sync = "external"')
        with place.screen() as session:
            session.send(":nowhere\r")
            session.wait_for("There is no command “nowhere”")
        assert place.run("sync", "--once").returncode == 0
        with place.screen() as session:
            session.wait_for(r"voice\+chat")
            session.send(":nowhere\r")
            session.wait_for("There is no command “nowhere”")
