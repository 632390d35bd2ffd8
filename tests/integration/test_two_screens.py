"""Two persons at two terminals press the same key at the same moment: one has it, both know who."""

from __future__ import annotations

import re

import pytest

from tests.support.floors import Endpoint, Place
from tests.support.raising import raise_complaints
from tests.terminal.ptylab import Session

pytestmark = [pytest.mark.pty, pytest.mark.soak, pytest.mark.xdist_group("races")]

OPTIONS = ("--starts-at", "10:40", "--seed", "7")
ROUNDS, SOAK_ROUNDS = 3, 50
SLOW_S = 60.0


def type_claim(screen: Session, reference: str) -> None:
    """Everything but the key that does it."""
    screen.send(":")
    screen.wait_for(re.compile(r"^:", re.MULTILINE))
    screen.send(f"claim {reference}")
    screen.wait_for(f":claim {reference}")


def outcome(screen: Session, reference: str) -> str:
    """What the screen says of a claim at last: `done`, or who was first."""
    told = re.compile(
        rf"claim {reference}: (?:(done)|not done: (\w+) has it)|(\w+) has {reference}\."
    )
    screen.wait_for(told, timeout=SLOW_S)
    found = told.search(screen.text)
    assert found is not None
    return next(group for group in found.groups() if group)


def test_of_two_who_claim_at_once_one_owns_it_and_the_other_is_told_whom(
    place: Place, request: pytest.FixtureRequest
) -> None:
    rounds = SOAK_ROUNDS if request.config.getoption("--soak") else ROUNDS
    with Endpoint(OPTIONS) as endpoint:
        raised = raise_complaints(endpoint.url, rounds)
        place.configure(endpoint.url)
        with place.screen("--as", "anna") as anna, place.screen("--as", "karl") as karl:
            screens = {"anna": anna, "karl": karl}
            for screen in screens.values():
                screen.wait_for("live", timeout=SLOW_S)
                screen.send("3")
                screen.wait_for(next(iter(raised)), timeout=SLOW_S)
            owners: dict[str, str] = {}
            for reference, complaint in raised.items():
                for screen in screens.values():
                    type_claim(screen, reference)
                for screen in screens.values():
                    screen.send("\r")
                said = {name: outcome(screen, reference) for name, screen in screens.items()}
                (winner,) = [name for name, told in said.items() if told == "done"]
                (loser,) = set(screens) - {winner}
                assert said[loser] == winner
                owners[complaint] = winner
        claims = [
            (each["path"].split("/")[4], each["actor"], each["status"])
            for each in endpoint.backstage("truth/actions")
            if each["path"].endswith("/claim")
        ]
    done = [(complaint, actor) for complaint, actor, status in claims if status == 200]
    assert sorted(done) == sorted(owners.items())
    assert any(status == 412 for _, _, status in claims), "nobody was ever second at the server"
