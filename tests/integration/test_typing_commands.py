"""Commands typed on a real terminal, and what comes of them at a real endpoint."""

from __future__ import annotations

import re

import pytest

from tests.support.floors import Endpoint, Place

pytestmark = [pytest.mark.pty, pytest.mark.xdist_group("life")]

OPTIONS = ("--starts-at", "10:40", "--seed", "7")
SLOW_S = 60.0
AGENT = re.compile(r"(10\d\d) (\S+) .* (?:in call|ready)  ")


@pytest.mark.parametrize("size", [(24, 80), (20, 60)])
def test_an_agent_is_paused_by_number_with_a_reason(place: Place, size: tuple[int, int]) -> None:
    rows, cols = size
    with Endpoint(OPTIONS) as endpoint:
        place.configure(endpoint.url)
        with place.screen("--as", "anna", rows=rows, cols=cols) as screen:
            screen.wait_for("live", timeout=SLOW_S)
            screen.send("2")
            screen.wait_for(AGENT, timeout=SLOW_S)
            found = AGENT.search(screen.text)
            assert found is not None
            number = found[1]
            screen.send(":pause 9999 break\r")
            screen.wait_for("There is no agent “9999”.")
            screen.send(":pau\t")
            screen.wait_for(re.compile(r"^:pause ", re.MULTILINE))
            screen.send(f"{number}\t")
            screen.wait_for(f"AGENTS: {number} {found[2]}")
            screen.send("x\x7f")
            screen.wait_for("pause AGENTS REASON NOTE")
            screen.send("break rest a little\r")
            # The row, and that nothing is on its way any more: what is said above the keys may be
            # overwritten, by an alert for one.
            row = rf"^.. *{number} {re.escape(found[2])} .*"
            paused = re.compile(rf"{row}(?:>pause|not ready/)", re.MULTILINE)
            screen.wait_for(
                lambda: paused.search(screen.text) and "acts" not in screen.text, timeout=SLOW_S
            )
            screen.send(f":undo {number}\r")
            screen.wait_for(lambda: not paused.search(screen.text), timeout=SLOW_S)
            assert re.search(row, screen.text, re.MULTILINE)
