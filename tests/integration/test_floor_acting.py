"""Queues put on and off, and agents lent and brought back, by key on a real terminal."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest

from data.cache.reader import CacheReader
from data.floor import Floor, FloorSnapshot
from data.model import Loan
from tests.support.floors import Endpoint, Place
from tests.terminal.ptylab import Session

pytestmark = [pytest.mark.pty]
SLOW_S = 60.0
OPTIONS = ("--seed", "4", "--starts-at", "10:40", "--agents", "46")


def known(place: Place) -> FloorSnapshot:
    """The floor as the screen knows it: the simulated system has brought it about by then."""
    with contextlib.closing(CacheReader.open(place.files.cache)) as reader:
        return Floor().apply(reader.read(0))


def comes_true(session: Session, what: Callable[[], bool]) -> None:
    session.wait_for(what, SLOW_S)


def queue_id(place: Place, name: str) -> str:
    return next(each.id for each in known(place).queues.values() if each.name == name)


def is_closed(place: Place, name: str) -> bool:
    queue = next(each for each in known(place).queues.values() if each.name == name)
    return any(each.on and each.name == "closed" for each in queue.switches)


def test_a_queue_is_closed_and_that_is_undone(place: Place) -> None:
    with Endpoint(OPTIONS) as endpoint:
        place.configure(endpoint.url)
        with place.screen(rows=24, cols=80) as session:
            session.wait_for(r"Billing ", SLOW_S)
            session.send("/Billing\r")
            session.wait_for("/Billing: 1 of")
            session.send("H")
            session.wait_for("new callers are turned away from now on")
            assert not is_closed(place, "Billing")
            session.send("y")
            session.wait_for(r"close Billing: done", SLOW_S)
            session.wait_for(r"Billing .* closed 0m", SLOW_S)
            assert is_closed(place, "Billing")
            session.send("\r")
            session.wait_for(r"Closed since \d\d:\d\d")
            session.send("\x1b")
            session.wait_for("/Billing: 1 of")
            session.send("U")
            session.wait_for(r"open Billing: done", SLOW_S)
            comes_true(session, lambda: "closed 0m" not in session.text)
            assert not is_closed(place, "Billing")


def the_loan(place: Place) -> Loan | None:
    return next(iter(known(place).loans.values()), None)


def queues_of_lent(place: Place) -> list[set[str]]:
    floor, loan = known(place), the_loan(place)
    assert loan is not None
    return [set(agent.queues) for agent in floor.agents.values() if agent.id in loan.agents]


def test_two_agents_are_lent_and_brought_back(place: Place) -> None:
    with Endpoint(OPTIONS) as endpoint:
        place.configure(endpoint.url)
        with place.screen(rows=24, cols=80) as session:
            session.wait_for(r"Billing ", SLOW_S)
            session.send(":lend 2 Billing Claims 30m\r")
            session.wait_for(r"Lend 2 agents to Claims DE until \d\d:\d\d")
            session.wait_for(r"They leave Billing meanwhile, which keeps \d+ agents")
            session.send("\r")
            session.wait_for(r"lend 2 agents to Claims DE: done", SLOW_S)
            home, there = queue_id(place, "Billing"), queue_id(place, "Claims DE")
            comes_true(
                session,
                lambda: all(there in each and home not in each for each in queues_of_lent(place)),
            )
            assert len(queues_of_lent(place)) == 2
        # The list survives the end of the screen and of the sync process.
        with place.screen(rows=24, cols=80) as session:
            session.wait_for(r"Billing ", SLOW_S)
            session.send("b")
            session.wait_for(r"Claims DE .* 2/2 .* lent", SLOW_S)
            session.send("B")
            session.wait_for("Bring back 2 agents in Claims DE")
            session.send("\r")
            session.wait_for(r"Claims DE .* 0/2 .* brought back", SLOW_S)
            comes_true(
                session,
                lambda: all(home in each and there not in each for each in queues_of_lent(place)),
            )
            loan = the_loan(place)
            assert loan is not None
            assert loan.returned_by is not None
