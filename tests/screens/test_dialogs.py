from __future__ import annotations

from typing import Any

import pytest

from screens.actions import ACTIONS, PANES, Scope
from screens.key_names import show_key
from screens.presenters.rows import Column
from screens.widgets.column_chooser import ColumnChooser
from screens.widgets.dialog import Dialog, DialogKind
from screens.widgets.fitting import wrap_cells
from screens.widgets.help import HelpScreen, HelpTopic, help_lines
from screens.widgets.live_table import LiveTable
from tests.screens.helpers import (
    COLUMNS,
    Bench,
    bench,
    press_action,
    rows,
    screen_lines,
    screen_text,
)

NOTHING = object()
SIZES = [(80, 24), (120, 40), (60, 20)]


async def ask(app: Bench, screen: Any) -> list[Any]:
    """Push a screen; what it says ends up in the list."""
    answers: list[Any] = []
    await app.push_screen(screen, answers.append)
    return answers


@pytest.mark.parametrize(
    ("kind", "key", "answer"),
    [
        (DialogKind.UNDOABLE, "enter", True),
        (DialogKind.UNDOABLE, "y", True),
        (DialogKind.UNDOABLE, "escape", False),
        (DialogKind.FINAL, "enter", False),
        (DialogKind.FINAL, "y", True),
        (DialogKind.FINAL, "н", True),  # where y is
        (DialogKind.FINAL, "q", False),
        (DialogKind.MESSAGE, "enter", False),
        (DialogKind.MESSAGE, "y", False),
        (DialogKind.MESSAGE, "escape", False),
    ],
)
async def test_what_cannot_be_undone_wants_its_own_letter(
    kind: DialogKind, key: str, answer: bool
) -> None:
    async with bench() as (app, pilot):
        answers = await ask(app, Dialog("Log out", ["1003 Hana"], kind=kind))
        await pilot.press("x", "down")
        assert answers == []
        await pilot.press(key)
        await pilot.pause()
        assert answers == [answer]


@pytest.mark.parametrize("size", [*SIZES, (30, 8)])
@pytest.mark.parametrize("is_ascii", [False, True])
async def test_a_dialog_is_a_box_that_fits(size: tuple[int, int], is_ascii: bool) -> None:
    lines = ["1003 Hana Novák  after contact: at once", "a long sentence " * 8, "[b]x[/] a[/]b"]
    async with bench(size=size, is_ascii=is_ascii) as (app, pilot):
        await ask(app, Dialog("Not ready: 2 agents", lines, is_ascii=is_ascii))
        await pilot.pause()
        drawn = [line.strip() for line in screen_lines(app) if line.strip()]
    assert drawn[0].startswith("+- Not ready" if is_ascii else "┌─ Not ready")
    assert len({len(line) for line in drawn}) == 1
    if size[1] >= 20:
        assert "[b]x[/] a[/]b" in "\n".join(drawn)
        assert "Esc close" in drawn[-2]


def test_words_wrap_by_cells() -> None:
    assert wrap_cells("北京 北京 北京", 9) == ["北京 北京", "北京"]
    assert wrap_cells("", 9) == [""]


@pytest.mark.parametrize("scope", [Scope.QUEUES, Scope.FOUND, Scope.DETAIL])
def test_help_lists_every_action_that_can_be_had(scope: Scope) -> None:
    text = "\n".join(
        "".join(part for part, _ in line) for line in help_lines(HelpTopic(scope), 200)
    )
    panes = {pane.scope for pane in PANES}
    lists = {Scope.FOUND, Scope.ACTS, Scope.WAITING, Scope.LOANS, Scope.RESTORING}
    lists |= {Scope.CHECKLISTS, Scope.HANDOVER, Scope.NIGHT, Scope.LOCKED}
    elsewhere = {*panes, *lists, Scope.DETAIL, Scope.HELP, Scope.PAGE, Scope.TABLE}
    for action in ACTIONS:
        if action.scope in elsewhere - {scope}:
            continue
        if action.scope is Scope.FIELD:
            continue  # the keys of the prompt, once more
        assert action.help in text, action.id
        assert show_key(action.keys[0]) in text, action.id


def test_help_says_what_is_disabled_and_why_and_explains_columns() -> None:
    topic = HelpTopic(
        Scope.QUEUES,
        keymap={"queues.sort": "ctrl+o"},
        disabled={"app.refresh": "the endpoint is offline."},
        columns=COLUMNS,
    )
    text = "\n".join("".join(part for part, _ in line) for line in help_lines(topic, 200))
    assert "Ask for fresh data now. Not now: the endpoint is offline." in text
    assert "Ctrl+O" in text
    assert "Contacts waiting.  [s w]" in text
    assert "asks for help" in text


@pytest.mark.parametrize("size", SIZES)
async def test_the_help_page_scrolls_to_its_end_and_closes(size: tuple[int, int]) -> None:
    table = LiveTable(COLUMNS, empty="none")
    async with bench(table, size=size) as (app, pilot):
        table.set_rows(rows("AB"))
        answers = await ask(app, HelpScreen(HelpTopic(Scope.QUEUES), is_ascii=True))
        await pilot.pause()
        assert "somebody has to act" in screen_text(app)
        await press_action(pilot, "page.bottom")
        assert "whisper AGENTS" in screen_text(app)
        assert screen_lines(app)[-1].startswith(" Esc close")
        await press_action(pilot, "help.close")
        assert answers == [None]
        assert "Queue A" in screen_text(app)


async def choose(*keys: str, order: tuple[str, ...] = ("name", "waiting", "level")) -> Any:
    async with bench() as (app, pilot):
        answers = await ask(app, ColumnChooser(COLUMNS, order))
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        return answers[0] if answers else NOTHING


async def test_columns_are_chosen_and_ordered() -> None:
    assert await choose("enter") == ("name", "waiting", "level")
    assert await choose("space", "enter") == ("name", "level")
    assert await choose("J", "enter") == ("name", "level", "waiting")
    assert await choose("j", "K", "enter") == ("name", "level", "waiting")
    assert await choose("j", "j", "space", "enter") == ("name", "waiting", "level", "channel")
    assert await choose("space", "escape") is None
    assert await choose("K", "enter") == ("name", "waiting", "level")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("is_ascii", [False, True])
async def test_the_chooser_shows_which_columns_are_shown(
    size: tuple[int, int], is_ascii: bool
) -> None:
    async with bench(size=size, is_ascii=is_ascii) as (app, pilot):
        await ask(app, ColumnChooser(COLUMNS, ["name", "waiting"], is_ascii=is_ascii))
        await pilot.pause()
        text = screen_text(app)
    assert "*   Wait" in text
    assert "    SLday" in text
    assert "Queue" not in text  # always shown, so there is nothing to choose
    assert text.isascii() or not is_ascii


async def test_a_column_without_help_or_rows_does_no_harm() -> None:
    async with bench() as (app, pilot):
        answers = await ask(app, ColumnChooser([Column("a", "A", 3)], ["a"]))
        await pilot.press("space", "J", "escape")
        await pilot.pause()
        assert answers == [None]
