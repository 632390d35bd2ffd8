"""What is said above the keys fits the terminal that there is."""

from __future__ import annotations

from screens.tones import Tone
from screens.widgets.said import SaidLines
from tests.screens.helpers import bench, screen_lines

SENTENCE = "Hamburg, pbx: the endpoint has not answered for a minute; figures of it are old."


async def test_what_is_said_is_wrapped_anew_when_the_terminal_changes() -> None:
    it = SaidLines()
    async with bench(it, size=(90, 6)) as (app, pilot):
        it.say([(SENTENCE, Tone.STALE)], 90)
        await pilot.pause()
        assert screen_lines(app)[0].strip() == SENTENCE
        await pilot.resize_terminal(50, 6)
        await pilot.pause()
        lines = [line.strip() for line in screen_lines(app)]
        assert " ".join(lines[:2]) == SENTENCE
        await pilot.resize_terminal(90, 6)
        await pilot.pause()
        assert screen_lines(app)[0].strip() == SENTENCE
        assert it.size.height == 1


async def test_what_chooses_its_words_by_the_room_chooses_them_anew() -> None:
    it = SaidLines()
    async with bench(it, size=(60, 6)) as (app, pilot):
        it.say([(lambda room: "all of it" if room >= 50 else "less", Tone.ACT)], 60)
        await pilot.pause()
        assert screen_lines(app)[0].rstrip() == " all of it"
        await pilot.resize_terminal(40, 6)
        await pilot.pause()
        assert screen_lines(app)[0].rstrip() == " less"


async def test_what_has_no_room_in_three_lines_says_so() -> None:
    it = SaidLines(is_ascii=True)
    async with bench(it, size=(20, 6)) as (app, pilot):
        it.say([(SENTENCE, Tone.STALE)], 20)
        await pilot.pause()
        assert it.size.height == 3
        assert screen_lines(app)[2].rstrip().endswith("~")


async def test_several_things_stand_below_each_other_and_each_keeps_a_line() -> None:
    it = SaidLines(is_ascii=True)
    async with bench(it, size=(100, 6)) as (app, pilot):
        it.say([(SENTENCE, Tone.STALE), ("saved", Tone.NORMAL)], 100)
        await pilot.pause()
        assert [line.strip() for line in screen_lines(app)[:3]] == [SENTENCE, "saved", ""]
        await pilot.resize_terminal(20, 6)
        await pilot.pause()
        lines = [line.rstrip() for line in screen_lines(app)]
        assert lines[1].endswith("~")
        assert lines[2:4] == [" saved", ""]
