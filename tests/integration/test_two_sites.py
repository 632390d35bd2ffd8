"""One floor with two sites, each with an endpoint of its own: in a pipe, and on a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.floors import Place
from tests.support.led_floor import Led, leading
from tests.terminal.ptylab import Session

SITE = """
[[site]]
id = "{id}"
name = "{name}"
zone = "{zone}"
day_start = "{day_start}"
[[site.source]]
id = "pbx"
url = "{url}"
min_interval = 0.05
"""


@dataclass(frozen=True)
class Floor:
    place: Place
    hamburg: Led
    leeds: Led

    def queues(self, *options: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.place.told("show", "queues", "--json", *options))
        return document


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    with ExitStack() as stack:
        hamburg = stack.enter_context(leading())
        leeds = stack.enter_context(leading(zone="Europe/London", starts_at="09:00"))
        place = Place(tmp_path)
        sites = (
            ("hamburg", "Hamburg", "Europe/Berlin", "06:00", hamburg.url),
            ("leeds", "Leeds", "Europe/London", "07:00", leeds.url),
        )
        place.config.write_text(
            '[floor]\nname = "Harbour"\nstate_dir = "state"\nlinger = 0\n'
            + "".join(
                SITE.format(id=id_, name=name, zone=zone, day_start=start, url=url)
                for id_, name, zone, start, url in sites
            )
        )
        leeds.change(
            "queue",
            "q 1",
            name="Complaints UK",
            contacts_waiting=3,
            day_started_at=leeds.at().replace(hour=7, minute=0),
        )
        yield Floor(place, hamburg, leeds)


def test_what_is_printed_is_of_all_sites_or_of_the_one_asked_for(floor: Floor) -> None:
    both = floor.queues()
    assert [queue["site"] for queue in both["queues"]] == ["hamburg", "leeds"]
    assert [(each["site"], each["waiting"]) for each in both["totals"]] == [
        ("hamburg", 1),
        ("leeds", 3),
        (None, 4),
    ]
    assert both["server_time"].startswith("2026-03-11T09:0")
    one = floor.queues("--site", "leeds")
    assert [queue["name"] for queue in one["queues"]] == ["Complaints UK"]
    text = floor.place.told("show", "queues")
    assert "= Hamburg voice" in text
    assert "= Leeds voice" in text
    assert "each site's day" in text
    assert "Leeds only" in floor.place.told("show", "agents", "--site", "leeds")


def command(session: Session, text: str) -> None:
    """Type a command once there is a line to type it in."""
    session.send(":")
    session.wait_for("(?m)^ *:")
    session.send(text + "\r")


@pytest.mark.pty
def test_on_the_screen_a_site_is_chosen_and_let_go(floor: Floor) -> None:
    with floor.place.screen() as session:
        session.wait_for("Complaints UK")
        session.wait_for(r"10:0\d:\d\d Hamburg  live")
        header = next(
            line for line in session.text.splitlines() if "Queue" in line and "Wa" in line
        )
        assert "Site" in header
        session.wait_for("= Hamburg")
        session.wait_for("= Leeds")
        command(session, "site leeds")
        session.wait_for(r"09:0\d:\d\d Leeds only  live")
        session.wait_for(lambda: "Claims" not in session.text)
        assert "Complaints UK" in session.text
        assert "= Leeds" not in session.text
        session.send("2")
        session.wait_for(r"\[2 Agents\]|Agent 1")
        assert "Site" not in session.text
        command(session, "site all")
        session.wait_for(r"Hamburg  live")
        session.wait_for(r"Leeds")
        command(session, "site bristol")
        session.wait_for("There is no site “bristol”")
