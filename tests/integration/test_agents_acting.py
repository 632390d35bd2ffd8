"""Agents are acted on from a real terminal, at a real endpoint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.floors import Endpoint, Place
from tests.terminal.ptylab import Session

pytestmark = [pytest.mark.pty, pytest.mark.xdist_group("life")]

OPTIONS = ("--starts-at", "10:40", "--seed", "7")
SLOW_S = 60.0
REASONS = 'reasons = { meeting = "team meeting", coaching = "coaching" }'
ROW = re.compile(r"^[* ][ !?~]{2} (\d{4}) ", re.MULTILINE)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(OPTIONS) as endpoint:
        yield endpoint


@pytest.fixture
def screen(place: Place, endpoint: Endpoint) -> Iterator[Session]:
    place.configure(endpoint.url, floor=REASONS)
    with place.screen("--as", "anna", rows=50) as screen:
        screen.wait_for("live", timeout=SLOW_S)
        screen.send("2")
        screen.wait_for(ROW, timeout=SLOW_S)
        yield screen


def agents(place: Place) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in place.show("agents")["agents"]}


def filtered(screen: Session, text: str) -> None:
    screen.send(f"/{text}")
    screen.wait_for(re.compile(rf"^/{text}", re.MULTILINE))
    screen.send("\r")
    screen.wait_for(rf"/{text}: \d+ of")


def test_three_agents_are_paused_though_a_filter_hides_one(place: Place, screen: Session) -> None:
    found = agents(place)
    teams: dict[str, list[str]] = {}
    for one in found.values():
        if one["state"] != "logged_off":
            teams.setdefault(one["team"], []).append(one["id"])
    (here, two), (_there, one) = ((team, teams[team]) for team in ("north", "south"))
    marked = [*two[:2], one[0]]
    for each in marked:
        filtered(screen, each)
        screen.send(" ")
        screen.wait_for(r"rows? marked")
        screen.send("/\x15\r")
        screen.wait_for(lambda each=each: "/" + each not in screen.text)
    filtered(screen, here)
    screen.wait_for("3 rows marked, 1 not shown")
    screen.send("P")
    screen.wait_for(r"not ready: 3 agents, by pbx, void after \d\d:\d\d:\d\d")
    name = found[one[0]]["name"]
    screen.wait_for(rf"1 of them is not on show: {one[0]} {name}")
    screen.wait_for("team meeting")
    screen.send("\r")
    screen.wait_for("not ready, 3 of them: done", timeout=SLOW_S)

    def has_come() -> bool:
        """Paused, or about to be once the contact in hand is over."""
        after = agents(place)
        states = [{after[each]["state"], after[each]["pending_state"]} for each in marked]
        return all("not_ready" in each for each in states)

    screen.wait_for(has_come, timeout=SLOW_S)


def test_a_pause_is_taken_back_with_one_key(place: Place, screen: Session) -> None:
    filtered(screen, "ready")
    number = next(
        one["id"] for one in agents(place).values() if one["state"] == "not_ready" and one["reason"]
    )
    reason = agents(place)[number]["reason"]
    filtered_row = re.compile(rf"^.. +{number} ", re.MULTILINE)
    screen.send("/\x15\r")
    filtered(screen, number)
    screen.wait_for(filtered_row)
    screen.send("P")
    screen.wait_for(rf"not ready: {number} ")
    screen.wait_for("gets another reason")
    screen.send("\r")
    screen.wait_for(rf"not ready {number} .*: done", timeout=SLOW_S)
    screen.wait_for(lambda: agents(place)[number]["reason"] == "meeting", timeout=SLOW_S)
    screen.send("U")
    screen.wait_for(lambda: agents(place)[number]["reason"] == reason, timeout=SLOW_S)


def test_logging_out_wants_a_letter_and_enter_leaves_it(place: Place, screen: Session) -> None:
    filtered(screen, "in call")
    screen.send("G")
    screen.wait_for("log out: ")
    screen.wait_for("keeps this call, is logged off after it")
    screen.send("\r")
    screen.wait_for(lambda: "log out: " not in screen.text)
    assert not list(place.files.spool.rglob("*.json"))
    screen.send("G")
    screen.wait_for("log out: ")
    screen.send("y")
    screen.wait_for("log out .*: done", timeout=SLOW_S)


def test_listening_wants_a_phone_and_shows_who_listens(place: Place, screen: Session) -> None:
    filtered(screen, "in call")
    screen.send("L")
    screen.wait_for("Which phone is yours")
    screen.send(":phone 1900\r")
    screen.wait_for("Your phone today is 1900.")
    screen.send("L")
    screen.wait_for("listen .*: done", timeout=SLOW_S)
    screen.wait_for("in call/heard", timeout=SLOW_S)
    with place.screen("--as", "karl") as other:
        other.wait_for("live", timeout=SLOW_S)
        other.send("2")
        other.wait_for(ROW, timeout=SLOW_S)
        filtered(other, "heard")
        other.send(":phone 1901\r")
        other.wait_for("Your phone today is 1901.")
        other.send("I")
        other.wait_for("anna listens to ")
