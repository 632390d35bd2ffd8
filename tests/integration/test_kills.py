"""Screen and sync process are killed at random moments while keys are pressed; nothing disagrees.

Afterwards three are compared: the sandbox's ledger, the outbox, and everything that any screen had
said of an action ('saved', 'done', 'not done').
"""

from __future__ import annotations

import json
import random
import re
import secrets
import threading
from collections import Counter, defaultdict
from typing import Any

import psutil
import pytest

from data.sync.lock import is_held
from tests.support.floors import Endpoint, Place
from tests.support.raising import raise_complaints
from tests.support.waiting import wait_until
from tests.terminal.ptylab import Session

pytestmark = [pytest.mark.pty, pytest.mark.soak, pytest.mark.xdist_group("races")]

OPTIONS = ("--starts-at", "10:40", "--seed", "7")
KILLS, SOAK_KILLS = 5, 200
SLOW_S = 60.0
LONGEST_S = 0.5
"""So long after a key the blow falls at the latest; an action takes a third of that."""
SAID = re.compile(r"claim (E-\d+): (saved|done|not done)")
LOOK_S = 0.005


class Watched:
    """A screen, and a thread that notes whatever it says of actions.

    Args:
        place: The floor.
        said: What was said of each complaint's claim.
    """

    def __init__(self, place: Place, said: dict[str, set[str]]) -> None:
        self.screen: Session = place.screen("--as", "anna")
        self._said = said
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Watched:
        self._thread.start()
        self.screen.wait_for(re.compile(r"\A.*(live|no answer|stale)"), timeout=SLOW_S)
        return self

    def __exit__(self, *_details: object) -> None:
        self._is_over.set()
        self._thread.join()
        self.screen.close()
        self.screen.process.wait()

    def claim(self, reference: str) -> None:
        """Press the keys."""
        self.screen.send(":")
        self.screen.wait_for(re.compile(r"^:", re.MULTILINE))
        self.screen.send(f"claim {reference}\r")

    def kill(self) -> None:
        """End it as a power switch would."""
        self.screen.process.kill()
        self.screen.process.wait()

    def _watch(self) -> None:
        while not self._is_over.wait(LOOK_S):
            for reference, what in SAID.findall(self.screen.text):
                self._said[reference].add(what)


def kill_sync(place: Place) -> None:
    """Kill the sync process of a floor, if it has one just now."""
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if "sync" in command and str(place.config) in command:
            process.kill()
            process.wait(SLOW_S)


def outbox(place: Place) -> dict[str, dict[str, Any]]:
    """The claims in the outbox by what they are about."""
    told = json.loads(place.told("outbox", "--json"))["actions"]
    rows: dict[str, dict[str, Any]] = {row["subject"]: row for row in told}
    assert len(rows) == len(told), "one key was pressed for each"
    return rows


def press_and_kill(
    place: Place, references: list[str], said: dict[str, set[str]], chance: random.Random
) -> None:
    """One claim after the other, and soon after each a blow to one of the two processes."""
    left = list(references)
    while left:
        with Watched(place, said) as watched:
            is_alive = True
            while is_alive and left:
                watched.claim(left.pop(0))
                is_alive = chance.random() < 0.5
                threading.Event().wait(chance.uniform(0, LONGEST_S))
                if is_alive:
                    kill_sync(place)
                else:
                    watched.kill()


def test_ledger_outbox_and_what_was_said_agree(
    place: Place, request: pytest.FixtureRequest
) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    count = SOAK_KILLS if request.config.getoption("--soak") else KILLS
    said: dict[str, set[str]] = defaultdict(set)
    with Endpoint(OPTIONS) as endpoint:
        raised = raise_complaints(endpoint.url, count)
        place.configure(endpoint.url)
        with Watched(place, said) as first:
            first.screen.send("3")
            first.screen.wait_for(next(iter(raised)), timeout=SLOW_S)
        press_and_kill(place, list(raised), said, random.Random(seed))
        with Watched(place, said):
            wait_until(lambda: not any(place.files.spool.rglob("new/*")), SLOW_S)
            wait_until(lambda: not any(row["open"] for row in outbox(place).values()), SLOW_S)
        rows = outbox(place)
        done = Counter(
            each["path"].split("/")[4]
            for each in endpoint.backstage("truth/actions")
            if each["path"].endswith("/claim") and each["status"] == 200
        )
    wait_until(lambda: not is_held(place.files), SLOW_S)
    for reference, complaint in raised.items():
        told, row = said[reference], rows.get(reference)
        state = row["state"] if row is not None else None
        case = seed, reference, told, state, done[complaint]
        assert done[complaint] == (state == "done"), case
        assert row is not None or not told, case
        assert state == "done" or "done" not in told, case
        assert state != "done" or "not done" not in told, case
    assert sum(done.values()) >= count / 2, "most keys were pressed for something"
