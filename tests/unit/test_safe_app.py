"""An app that is told to end while it begins leaves as it was told to."""

from __future__ import annotations

import pytest
from textual.dom import NoScreen

from supervisor_tui import guard
from supervisor_tui.safe_app import SafeApp


class Leaving(SafeApp):
    """Is told to leave before its first screen stands."""

    def on_mount(self) -> None:
        self.exit(return_code=143)
        raise NoScreen("node has no screen")


async def test_what_has_no_place_any_more_is_no_incident(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "install", lambda *_how: None)  # there is no terminal to guard
    app = Leaving()
    await app.run_async(headless=True)
    assert app.return_code == 143
