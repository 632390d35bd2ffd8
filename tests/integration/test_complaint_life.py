"""The whole life of a complaint by keys, on real terminals: raised, worked, settled, closed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.support.floors import Endpoint, Place
from tests.terminal.ptylab import Session

pytestmark = [pytest.mark.pty, pytest.mark.xdist_group("life")]

OPTIONS = ("--starts-at", "10:40", "--seed", "7")
SLOW_S = 30.0
PEOPLE = """
[people]
one = { id = "anna", name = "Anna Berg", role = "supervisor" }
two = { id = "karl", name = "Karl Orlov", role = "team_leader" }
"""
RAISED = re.compile(r"(E-\d+) .*paid twice")


@pytest.fixture
def floor(place: Place) -> Iterator[Place]:
    with Endpoint(OPTIONS) as endpoint:
        yield place.configure(endpoint.url, extra=PEOPLE)


def opened(screen: Session, pane: str) -> Session:
    screen.wait_for("live", timeout=SLOW_S)
    screen.send(pane)
    return screen


def told(screen: Session, what: str) -> None:
    """Wait until the screen says that something was done."""
    screen.wait_for(re.compile(rf"{what} \S+: done"), timeout=SLOW_S)


def shown(screen: Session, text: str, what: str) -> None:
    """Wait until the record shows what was done, and its person was told that it was."""
    screen.wait_for(text, timeout=SLOW_S)
    told(screen, what)


def fill(screen: Session, *fields: str) -> None:
    """Type into one field of a form after another, and send it."""
    screen.send("\t".join(fields))
    screen.send("\r")


def test_one_complaint_from_being_raised_to_being_closed(floor: Place) -> None:
    with floor.screen("--as", "anna", rows=40, cols=120) as screen:
        opened(screen, "2").wait_for(re.compile(r"Ext +Agent"), timeout=SLOW_S)
        screen.send("E")
        screen.wait_for("Vulnerable")
        fill(screen, "paid twice", "", "", "money back")
        told(screen, "raise .*")
        screen.send("3")
        screen.wait_for(RAISED, timeout=SLOW_S)
        screen.send("/paid twice\r")
        screen.wait_for("1 of")
        screen.send("\r")
        screen.wait_for(re.compile(r"Owner +nobody"))
        screen.wait_for(re.compile(r"Remedy sought +money back"))

        screen.send("C")
        shown(screen, r"Owner +me, since", "claim")
        screen.send("U")  # and back
        shown(screen, r"Owner +nobody", "hand back")
        screen.send("A")
        screen.wait_for("< me: Anna Berg >")
        screen.send("\r")
        shown(screen, r"Owner +me, since", "assign")

        screen.send("N")
        screen.wait_for(r"Note +\[")
        fill(screen, "rang back, no answer")
        shown(screen, "note written", "note")
        screen.send("V")
        screen.wait_for("< high >")
        fill(screen, "", "third call")
        shown(screen, "severity changed: high", "severity")
        screen.send("U")
        shown(screen, "severity changed: med", "severity")

        screen.send("E")
        screen.wait_for("3 supervisor or complaints desk >")
        fill(screen, "", "wants a manager")
        screen.wait_for("y yes")
        screen.send("\r")  # leaves it: what is final wants a letter of its own
        screen.wait_for(lambda: "y yes" not in screen.text)
        assert re.search(r"Tier +2", screen.text)
        screen.send("E")
        screen.wait_for("3 supervisor or complaints desk >")
        fill(screen, "", "wants a manager")
        screen.wait_for("y yes")
        screen.send("y")
        shown(screen, r"Tier +3 supervisor", "escalate")
        screen.wait_for(r"Owner +nobody")

        screen.send("R")
        screen.wait_for(r"What was done +\[")
        screen.send("\r")  # nothing is chosen beforehand
        screen.wait_for("Outcome: there has to be something.")
        fill(screen, "u", "r", "40 EUR back")
        shown(screen, r"Resolution +refunded", "resolve")
        screen.send("U")
        shown(screen, r"Status +investigating\b(?!…)", "reopen")
        screen.send("F")
        screen.wait_for("To whom")
        fill(screen, "Ombudsman")
        shown(screen, r"Referred to +Ombudsman", "refer")
        screen.send("X")
        shown(screen, r"Status +closed\b(?!…)", "close")
        screen.send("R")
        screen.wait_for(re.compile(r"E-\d+ is closed; O opens it again\."))
        screen.send("G")
        screen.wait_for("referred outside: Ombudsman")
        happened = (
            *("put on record", "taken over", "handed back", "assigned: Anna Berg"),
            *("note written", "severity changed: high", "third call", "severity changed: med"),
            *("escalated: 3 supervisor or complaints desk", "wants a manager"),
            *("resolved: refunded", "40 EUR back", "opened again"),
            *("referred outside: Ombudsman", "closed"),
        )

        def history() -> list[str]:
            """The history as it stands; its last line may come a moment after the state."""
            lines = screen.text.partition("History")[2].splitlines()
            said = [line.split("  ", 3)[-1].strip() for line in lines]
            of_these = (line for line in said if line.startswith(happened))
            return [line.partition(": generic")[0] for line in of_these]

        screen.send("G")
        screen.wait_for(lambda: history() == list(happened), timeout=10)


def test_what_a_colleague_changed_meanwhile_is_shown_and_done_all_the_same(floor: Place) -> None:
    with (
        floor.screen("--as", "anna", rows=40, cols=120) as anna,
        floor.screen("--as", "karl", rows=40, cols=120) as karl,
    ):
        for screen in (anna, karl):
            opened(screen, "3").wait_for(re.compile(r" -  +new"), timeout=SLOW_S)
            screen.send("/new\r")
            screen.wait_for("/new")
            screen.send("g")
        for screen, typed in ((anna, "ann says worse"), (karl, "rang twice")):
            screen.send("V")
            screen.wait_for("Why")
            screen.send(f"{'c' if screen is anna else 'l'}\t{typed}")
            screen.wait_for(typed)
        anna.send("\r")
        told(anna, "severity")
        karl.send("\r")
        karl.wait_for(r"it was changed meanwhile\. Do it all the same\?", timeout=SLOW_S)
        for said in ("it is crit", "Anna Berg: severity changed: crit: ann says worse"):
            karl.wait_for(said)
        karl.wait_for("Comment: rang twice")
        karl.wait_for("not done: Anna Berg changed it at", timeout=SLOW_S)
        karl.send("\r")  # meant for something else: it does nothing
        karl.wait_for(lambda: "y yes" not in karl.text)
        karl.wait_for("acts 1x")
        karl.send("o")
        karl.wait_for(r"severity +E-\d+ +not done")
        karl.send("\r")
        karl.wait_for("What you said")
        karl.wait_for(re.compile(r"Comment +rang twice"))
        karl.send("R")
        karl.wait_for(r"do it anew\?")
        karl.send("\r")
        told(karl, "severity")
        anna.wait_for(re.compile(r"E-\d+ low .* new"), timeout=SLOW_S)
