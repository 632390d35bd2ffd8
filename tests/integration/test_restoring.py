"""A telephone system that began anew without what it had been told gets it back, by key."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import pytest

from data.cache.reader import CacheReader
from data.floor import Floor, FloorSnapshot, Key
from data.model import Agent
from data.rules.restoring import missing
from tests.support.floors import Endpoint, Place

pytestmark = [pytest.mark.pty]
SLOW_S = 60.0
OPTIONS = ("--agents", "14", "--queues", "4", "--starts-at", "10:40")


def known(place: Place) -> FloorSnapshot:
    with contextlib.closing(CacheReader.open(place.files.cache)) as reader:
        return Floor().apply(reader.read(0))


def test_what_a_restart_took_away_is_given_back_after_one_question(place: Place) -> None:
    with Endpoint((*OPTIONS, "--seed", "4")) as endpoint:
        place.configure(endpoint.url)
        with place.screen(rows=24, cols=80) as session:
            session.wait_for(r"Billing ", SLOW_S)
            before = known(place).agents
            # Who serves what is drawn by the seed: the same people come back into other queues.
            endpoint.kill()
            endpoint.start_again(*OPTIONS, "--seed", "5")
            session.wait_for(r"restore \d+ !", SLOW_S)
            session.wait_for(r"pbx began anew at .*: \d+ things are not as before", SLOW_S)
            session.send(":restore\r")
            session.wait_for(r"Restore the floor as it was at .*; pbx began anew at", SLOW_S)
            session.wait_for(r"\d+ rows marked")
            session.send(" ")
            session.wait_for(r"(?m)^    \d+ .* in ")
            session.send("\r")
            session.wait_for(r"Give back \d+ things")
            session.send("\r")  # what moves so many is not done by a key that is hit by habit
            session.wait_for(r"\d+ rows marked")
            session.send("R")
            session.wait_for(r"Give back \d+ things")
            session.send("y")
            session.wait_for(lambda: lacks(place, before) == 1, SLOW_S)
            session.send("o")
            session.wait_for(r"My actions")
            session.wait_for(r"add to queue .* done", SLOW_S)


def lacks(place: Place, before: Mapping[Key, Agent]) -> int:
    """How many memberships are missing still."""
    now = known(place).agents
    return sum(
        bool(each.queue) for key, agent in before.items() for each in missing(agent, now.get(key))
    )
