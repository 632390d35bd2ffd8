"""Forms: what is chosen and typed, and that a line may be left empty only where it may."""

from __future__ import annotations

import pytest

from screens.widgets.form import Answers, Field, Form
from tests.screens.helpers import Bench, bench, screen_lines, screen_text

REASONS = (("brk", "break"), ("coach", "coaching"), ("train", "training"), ("cup", "coffee"))
FIELDS = (Field("reason_code", "Reason", options=REASONS), Field("comment", "Note", limit=20))


async def ask(app: Bench, form: Form) -> list[Answers | None]:
    answers: list[Answers | None] = []
    await app.push_screen(form, answers.append)
    return answers


async def test_a_choice_and_a_text_are_answered_together() -> None:
    async with bench() as (app, pilot):
        answers = await ask(app, Form("Not ready", ["1003 Hana"], FIELDS))
        await pilot.press("right", "right", "tab", *"bring cups", "enter")
        await pilot.pause()
        assert answers == [{"reason_code": "train", "comment": "bring cups"}]


async def test_a_letter_goes_to_the_next_that_begins_with_it() -> None:
    async with bench() as (app, pilot):
        answers = await ask(app, Form("Not ready", [], FIELDS))
        await pilot.press("c", "c", "c", "enter")
        await pilot.pause()
        assert answers == [{"reason_code": "coach", "comment": ""}]


async def test_what_is_typed_in_a_form_does_nothing_else() -> None:
    async with bench() as (app, pilot):
        answers = await ask(app, Form("Note", [], [Field("text", "Note")]))
        await pilot.press(*"q?yC", "left", "backspace", "enter")
        await pilot.pause()
        assert answers == [{"text": "q?C"}]


async def test_what_is_typed_takes_the_place_of_a_proposed_time_and_goes_on_with_words() -> None:
    by = Field("by", "By when", "1h", check=lambda _text: "")
    fields = [by, Field("text", "Note", "Trunk B")]
    async with bench() as (app, pilot):
        answers = await ask(app, Form("Promise", [], fields))
        await pilot.press(*"18:00", "tab", *" down", "enter")
        await pilot.pause()
        assert answers == [{"by": "18:00", "text": "Trunk B down"}]


async def test_escape_answers_nothing() -> None:
    async with bench() as (app, pilot):
        answers = await ask(app, Form("Note", [], FIELDS))
        await pilot.press("tab", "x", "escape")
        await pilot.pause()
        assert answers == [None]


async def test_what_has_to_be_there_is_asked_for() -> None:
    async with bench() as (app, pilot):
        answers = await ask(app, Form("Note", [], [Field("text", "Note", is_needed=True)]))
        await pilot.press("enter")
        await pilot.pause()
        assert answers == []
        assert "Note: there has to be something." in screen_text(app)
        await pilot.press("x", "enter")
        await pilot.pause()
        assert answers == [{"text": "x"}]


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (200, 50)])
@pytest.mark.parametrize("is_ascii", [True, False])
async def test_a_form_is_a_whole_box(size: tuple[int, int], is_ascii: bool) -> None:
    async with bench(size=size) as (app, pilot):
        lines = ["1003 Hana Novák  after contact: at once", "1006 Ivy Chen  keeps this call " * 3]
        await ask(app, Form("Not ready: 2 agents", lines, FIELDS, is_ascii=is_ascii))
        await pilot.pause()
        shown = [line.strip() for line in screen_lines(app)]
        edge, corner = ("|", "+") if is_ascii else ("│", "┌")
        (top,) = [at for at, line in enumerate(shown) if line.startswith(corner) and "Not" in line]
        body = shown[top + 1 : top + 7]
        assert all(line.startswith(edge) and line.endswith(edge) for line in body), body
        assert len({len(line) for line in shown[top : top + 8] if line}) == 1


async def test_what_cannot_be_is_said_and_the_rest_stays_as_it_was_typed() -> None:
    def check(text: str) -> str:
        return "" if text == "14:05" else "a time, as 14:05"

    fields = [Field("what", "What"), Field("at", "At", "99:99", check=check)]
    async with bench() as (app, pilot):
        answers = await ask(app, Form("Raise", [], fields))
        await pilot.press(*"twice", "enter")
        await pilot.pause()
        assert answers == []
        assert "a time, as 14:05" in screen_text(app)
        await pilot.press(*["backspace"] * 5, *"14:05", "enter")
        await pilot.pause()
        assert answers == [{"what": "twice", "at": "14:05"}]
