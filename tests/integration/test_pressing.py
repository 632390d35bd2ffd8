"""A key is pressed on a real terminal, and something is done about it at a real endpoint."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.support.floors import Endpoint, Place
from tests.terminal.ptylab import Session

pytestmark = [pytest.mark.pty, pytest.mark.xdist_group("life")]

OPTIONS = ("--starts-at", "10:40", "--seed", "7")
SLOW_S = 60.0
FREE = re.compile(r"(E-\d+) +\w+ .* -  +new")


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(OPTIONS) as endpoint:
        yield endpoint


def command(screen: Session, text: str) -> None:
    """Type a command."""
    screen.send(":")
    screen.wait_for(re.compile(r"^:", re.MULTILINE))
    screen.send(f"{text}\r")


def test_a_complaint_is_claimed_and_a_colleague_is_told(place: Place, endpoint: Endpoint) -> None:
    place.configure(endpoint.url)
    with place.screen("--as", "anna") as anna, place.screen("--as", "karl") as karl:
        for screen in (anna, karl):
            screen.wait_for("live", timeout=SLOW_S)
            screen.send("3")
            screen.wait_for(FREE, timeout=SLOW_S)
        found = FREE.search(anna.text)
        assert found is not None
        reference = found[1]
        command(anna, f"claim {reference.lower()}")
        anna.wait_for(f"claim {reference}: done", timeout=SLOW_S)
        anna.wait_for(re.compile(rf"{reference} .* me  "), timeout=SLOW_S)
        karl.wait_for(re.compile(rf"{reference} .* anna  "), timeout=SLOW_S)
        command(karl, f"claim {reference}")
        karl.wait_for(f"anna has {reference}.")
        command(anna, f"claim {reference}")
        anna.wait_for(f"{reference} is yours already.")


def test_what_waits_for_the_link_is_counted_listed_and_asked_about(
    place: Place, endpoint: Endpoint
) -> None:
    place.configure(endpoint.url)
    with place.screen("--as", "anna") as screen:
        screen.wait_for("live", timeout=SLOW_S)
        screen.send("3")
        screen.wait_for(FREE, timeout=SLOW_S)
        endpoint.kill()
        screen.send("C")
        screen.wait_for("acts 1>")
        screen.wait_for("me…")
        screen.wait_for("claim E-.*: saved, not sent yet: link down")
        screen.send("o")
        screen.wait_for("My actions")
        screen.wait_for(re.compile(r"> .*saved, not sent yet: link down; void after"))
        screen.send("\x1b")
        screen.wait_for("acts 1>")
        screen.wait_for(lambda: "My actions" not in screen.text)
        screen.send("q")
        screen.wait_for("1 action is saved and not yet delivered.", timeout=5)
        screen.wait_for("Enter leave +Esc stay")
        screen.send("\x1b")
        screen.wait_for(lambda: "not yet delivered" not in screen.text)


def test_an_observer_is_told_why_not(place: Place, endpoint: Endpoint) -> None:
    import getpass

    account = getpass.getuser()
    extra = f'[people]\n{account} = {{ id = "anna", name = "Anna Berg", role = "observer" }}\n'
    place.configure(endpoint.url, extra=extra)
    with place.screen() as screen:
        screen.wait_for("live", timeout=SLOW_S)
        screen.send("3")
        screen.wait_for(FREE, timeout=SLOW_S)
        screen.send("C")
        screen.wait_for("As observer you may not do that.")
        screen.send("a")
        screen.wait_for(r"\(C  claim, A  assign, K  acknowledge")
        screen.wait_for("As observer you may not do that.")
    assert not list(place.files.spool.rglob("*.json"))


def test_a_complaint_can_be_claimed_from_its_page(place: Place, endpoint: Endpoint) -> None:
    place.configure(endpoint.url)
    with place.screen() as screen:
        screen.wait_for("live", timeout=SLOW_S)
        screen.send("3")
        screen.wait_for(FREE, timeout=SLOW_S)
        screen.send("/new\r")
        screen.wait_for(r"/new: \d+ of")
        screen.send("\r")
        screen.wait_for(r"Owner +nobody")
        screen.send("C")
        screen.wait_for(r"claim E-\d+: done", timeout=SLOW_S)
        screen.wait_for(lambda: "nobody" not in screen.text, timeout=SLOW_S)


def test_what_lies_under_a_form_is_not_frozen(place: Place, endpoint: Endpoint) -> None:
    place.configure(endpoint.url)
    with place.screen() as screen:
        screen.wait_for("live", timeout=SLOW_S)
        screen.send("3")
        screen.wait_for(FREE, timeout=SLOW_S)
        screen.send("N")
        screen.wait_for(r"Note \[")
        screen.send("he rang again")
        first = screen.text.splitlines()[0]
        screen.wait_for(lambda: screen.text.splitlines()[0] != first, timeout=SLOW_S)
        screen.wait_for(r"Note \[he rang again")
        line = next(at for at, text in enumerate(screen.text.splitlines()) if "he rang" in text)
        screen.wait_for(lambda: screen.screen.cursor.y == line)
