"""A loss is announced once for each that this screen lives to see; a typed time is understood."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from data.floor import FloorSnapshot
from data.rules.service_level import Formula
from data.status import Upset
from screens.look import Look, Viewing
from supervisor_tui.command_line import CommandError
from supervisor_tui.losses import Losses
from supervisor_tui.restoring import known_moments, open_restoring
from tests.builders import MOMENT, SITE, ago, instant, make_health, make_snapshot

UPSET = Upset(at=ago(60), kept_at=ago(62), missing=3, has_restarted=True)


class App:
    """As much of the app as is needed: what was announced, and what was opened."""

    def __init__(self, *upsets: Upset | None) -> None:
        self.told: list[str] = []
        self.opened: list[Any] = []
        self.commander: Any = None
        viewing = Viewing(floor_name="Test", formula=Formula.OFFERED, rules=())
        self.parts = SimpleNamespace(viewing=viewing, keymap={})
        self.see(*upsets)

    def see(self, *upsets: Upset | None) -> None:
        sources = [make_health(source=f"pbx{at}", upset=each) for at, each in enumerate(upsets)]
        self.snapshot: FloorSnapshot = make_snapshot(sources=sources)

    def look(self) -> Look:
        return Look(snapshot=self.snapshot, moment=MOMENT, viewing=self.parts.viewing)

    def announce(self, text: str, _tone: object) -> None:
        self.told.append(text)

    def push_table(self, screen: Any) -> None:
        self.opened.append(screen)


def tell(losses: Losses, app: Any) -> None:
    losses.tell(app)


def test_what_was_lost_before_somebody_looked_is_not_announced() -> None:
    losses, app = Losses(), App(UPSET)
    tell(losses, app)
    tell(losses, app)
    assert app.told == []


def test_each_loss_is_announced_once_as_soon_as_something_is_missing() -> None:
    losses, app = Losses(), App(None)
    tell(losses, app)
    app.see(Upset(at=ago(9), kept_at=ago(10), missing=0, has_restarted=True))
    tell(losses, app)
    assert app.told == []
    for missing in (2, 1, 2):
        app.see(Upset(at=ago(9), kept_at=ago(10), missing=missing, has_restarted=True))
        tell(losses, app)
    assert app.told == ["pbx0 began anew at 14:31: 2 things are not as before; :restore lists it"]
    app.see(Upset(at=ago(1), kept_at=ago(10), missing=4, has_restarted=True, earlier=(ago(9),)))
    tell(losses, app)
    assert len(app.told) == 2


def opened(app: Any, typed: str) -> Any:
    open_restoring(app, typed)
    return app.opened[-1].current.wish


def test_without_a_time_the_last_moment_before_a_loss_is_meant() -> None:
    wish = opened(App(None, UPSET), "")
    assert (wish.not_after, wish.place, wish.upset) == (UPSET.kept_at, (SITE, "pbx1"), UPSET)
    nothing_lost = opened(App(None), "")
    assert (nothing_lost.not_after, nothing_lost.place) == (MOMENT.now, None)


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("09:01", "2026-03-11T09:01:59.999+01:00"),
        ("23:30", "2026-03-10T23:30:59.999+01:00"),
        ("2026-03-09 23:30", "2026-03-09T23:30:59.999+01:00"),
    ],
)
def test_a_typed_time_is_of_the_site_and_has_been(
    typed: str, until: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = App(UPSET)
    monkeypatch.setattr(FloorSnapshot, "clock", lambda _self, _site=None: SimpleNamespace(now=_now))
    wish = opened(app, typed)
    assert (wish.not_after, wish.place) == (instant(until), None)


def _now() -> int:
    return MOMENT.now


@pytest.mark.parametrize("typed", ["25:00", "soon", "09:01 sales", "4912"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(CommandError):
        open_restoring(App(UPSET), typed)  # type: ignore[arg-type]


def test_the_times_before_losses_are_offered_by_completion() -> None:
    assert known_moments(make_snapshot(sources=[make_health(upset=UPSET)]), None) == ["14:31"]
    assert known_moments(make_snapshot(), None) == []
