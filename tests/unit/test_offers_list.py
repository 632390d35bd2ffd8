"""How what can be done is listed: what can be first, and each reason once."""

from __future__ import annotations

from screens.presenters.offers_list import Choice, offer_lines
from screens.widgets.dialog import Dialog

NOT_YOURS = "1001 is of team south, which you do not lead."


def test_what_can_be_done_comes_first_and_a_reason_is_read_once() -> None:
    lines = offer_lines(
        [
            Choice("P", "not ready", "Make not ready.", NOT_YOURS),
            Choice("E", "raise complaint", "Put one on record."),
            Choice("Y", "ready", "Make ready.", NOT_YOURS),
            Choice("J", "lend", "Lend them.", "As team leader you may not do that."),
            Choice(":leave", "leave queue", "Remove them."),
        ]
    )
    assert lines == [
        ("E  raise complaint   ", "Put one on record."),
        (":leave  leave queue  ", "Remove them."),
        f"(P  not ready, Y  ready: {NOT_YOURS})",
        "(J  lend: As team leader you may not do that.)",
    ]


def test_nothing_gives_no_line() -> None:
    assert offer_lines([]) == []


async def test_help_is_wrapped_beside_its_key_and_what_is_below_is_announced() -> None:
    from textual.app import App

    class Screen(App[None]):
        pass

    pairs = [("P  not ready  ", "word " * 20)] * 2
    app = Screen()
    async with app.run_test(size=(60, 8)) as pilot:
        dialog = Dialog("What can be done", pairs, is_ascii=True)
        app.push_screen(dialog)
        await pilot.pause()
        title, first, second, *_rest = dialog._page.text.splitlines()
        assert first.startswith("| P  not ready  word")
        assert second.startswith("|               word")
        assert "(j: more; " in title
        await pilot.resize_terminal(60, 24)
        await pilot.pause()
        assert "more" not in dialog._page.text
