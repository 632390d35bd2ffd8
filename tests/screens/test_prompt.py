from __future__ import annotations

import pytest
from textual import events

from screens.presenters.rows import Column
from screens.prompting import Completion, PromptKind
from screens.widgets.live_table import LiveTable
from screens.widgets.prompt import Prompt, PromptInput
from tests.screens.helpers import bench, press_action, rows, screen_lines


def pair() -> tuple[LiveTable, Prompt]:
    return LiveTable((Column("name", "Name", 10),), empty="none"), Prompt()


async def test_a_filter_is_told_letter_by_letter_and_kept_by_enter() -> None:
    table, prompt = pair()
    async with bench(table, prompt) as (app, pilot):
        table.set_rows(rows("AB"))
        app.screen.set_focus(table)
        prompt.open(PromptKind.FILTER)
        await pilot.press("c", "l", "j")
        await pilot.pause()
        assert [event.text for event in app.heard(Prompt.Changed)] == ["c", "cl", "clj"]
        assert table.cursor_key == "A"  # typing is not moving
        prompt.set_hint("3 rows")
        await pilot.pause()
        line = screen_lines(app)[-1].rstrip()
        assert line.startswith("/clj")
        assert line.endswith("3 rows")
        await press_action(pilot, "prompt.keep")
        (kept,) = app.heard(Prompt.Kept)
        assert (kept.kind, kept.text) == (PromptKind.FILTER, "clj")
        assert not prompt.is_open
        assert app.focused is table


async def test_escape_leaves_and_gives_the_keyboard_back() -> None:
    table, prompt = pair()
    async with bench(table, prompt) as (app, pilot):
        app.screen.set_focus(table)
        prompt.open(PromptKind.FILTER, "abc")
        await pilot.pause()
        assert prompt.text == "abc"
        await press_action(pilot, "prompt.leave")
        assert [event.text for event in app.heard(Prompt.Left)] == ["abc"]
        assert app.heard(Prompt.Kept) == []
        assert app.focused is table


async def test_what_is_pasted_is_cleaned() -> None:
    table, prompt = pair()
    async with bench(table, prompt) as (app, pilot):
        prompt.open(PromptKind.FILTER)
        await pilot.pause()
        assert app.focused is not None
        app.focused.post_message(events.Paste("a\x1b[31m\u202eb\tc\x9b\nsecond line"))
        await pilot.pause()
        assert prompt.text == "a\ufffd[31mb c\ufffd"
        assert "\x1b" not in "".join(screen_lines(app))
        app.focused.post_message(events.Paste("x" * 5000))
        await pilot.pause()
        assert len(prompt.text) == 200


async def test_the_cursor_does_not_blink() -> None:
    table, prompt = pair()
    async with bench(table, prompt) as (app, pilot):
        prompt.open(PromptKind.COMMAND)
        await pilot.pause()
        it = app.query_one(PromptInput)
        assert not it.cursor_blink
        assert it._blink_timer is None or not it._blink_timer._active.is_set()


class Commands:
    """Three commands, of which one takes something."""

    def hint(self, text: str) -> str:
        return "find WORDS" if text.startswith("find ") else ""

    def complete(self, text: str) -> Completion:
        found = tuple(name for name in ("find", "fine", "queues") if name.startswith(text))
        if text == "n":
            found = ("queues",)
        return Completion(tuple(f"{name} " for name in found), found)


async def test_commands_are_completed_by_tab() -> None:
    table, prompt = pair()
    prompt.set_completer(Commands())
    async with bench(table, prompt) as (_app, pilot):
        prompt.open(PromptKind.COMMAND)
        await pilot.press("f")
        await press_action(pilot, "prompt.complete")
        await pilot.pause()
        assert prompt.text == "fin"
        assert prompt.hint == "find  fine"
        seen = []
        for _ in range(3):
            await press_action(pilot, "prompt.complete")
            await pilot.pause()
            seen.append(prompt.text)
            assert prompt.hint == "find  fine"
        assert seen == ["find ", "fine ", "find "]
        await pilot.press("x")
        assert prompt.hint == "find WORDS"
        await press_action(pilot, "prompt.complete")
        assert prompt.text == "find x"


async def test_what_is_meant_may_begin_otherwise_than_what_was_typed() -> None:
    table, prompt = pair()
    prompt.set_completer(Commands())
    async with bench(table, prompt) as (_app, pilot):
        prompt.open(PromptKind.COMMAND, "n")
        await pilot.pause()
        await press_action(pilot, "prompt.complete")
        assert prompt.text == "queues "


async def test_a_filter_is_not_completed() -> None:
    table, prompt = pair()
    prompt.set_completer(Commands())
    async with bench(table, prompt) as (_app, pilot):
        prompt.open(PromptKind.FILTER, "fin")
        await pilot.pause()
        await press_action(pilot, "prompt.complete")
        assert prompt.text == "fin"
        assert prompt.hint == ""


async def test_lines_typed_before_come_back() -> None:
    table, prompt = pair()
    async with bench(table, prompt) as (_app, pilot):
        for text in ("find 1", "find 2", "find 1"):
            prompt.open(PromptKind.COMMAND, text)
            await press_action(pilot, "prompt.keep")
        prompt.open(PromptKind.FILTER, "other kind")
        await press_action(pilot, "prompt.keep")
        prompt.open(PromptKind.COMMAND, "dra")
        await pilot.pause()
        seen = []
        for action in ("older", "older", "older", "newer", "newer", "newer"):
            await press_action(pilot, f"prompt.{action}")
            seen.append(prompt.text)
        assert seen == ["find 1", "find 2", "find 2", "find 1", "dra", "dra"]


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["home", "x"], "xone two"),
        (["left", "backspace"], "one to"),
        (["ctrl+w"], "one "),
        (["ctrl+u"], ""),
        (["home", "delete"], "ne two"),
        (["home", "end", "x"], "one twox"),
    ],
)
async def test_the_line_can_be_edited(keys: list[str], text: str) -> None:
    table, prompt = pair()
    async with bench(table, prompt) as (_app, pilot):
        prompt.open(PromptKind.FILTER, "one two")
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        assert prompt.text == text
