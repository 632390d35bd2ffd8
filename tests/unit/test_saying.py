"""What stands above the keys: an answer, and below it what has happened, until they are read."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from screens.tones import Tone
from screens.widgets.said import Told, Words
from supervisor_tui.saying import ANSWER_MS, MOST_WAITING, NEWS_MS, Sayings


class Glass:
    """A screen on which things are said, and a clock."""

    def __init__(self, room: int = 40) -> None:
        self.sayings = Sayings()
        self.room = room
        self.now_ms = 1_000_000
        self.key_ms = self.now_ms
        self.said: Sequence[Told] = ()

    def answer(self, text: str) -> list[Words]:
        self.sayings.see(self.said, self.now_ms)
        self.sayings.answer(text, Tone.NORMAL, self.now_ms)
        return self.show()

    def tell(self, *words: Words) -> list[Words]:
        for each in words:
            self.sayings.tell(each, Tone.HELP)
            self.wait(0)
        return self.words

    def wait(self, ms: int) -> list[Words]:
        self.now_ms += ms
        self.sayings.see(self.said, self.now_ms)
        return self.show()

    def key(self) -> list[Words]:
        self.key_ms = self.now_ms + 1
        return self.wait(1)

    def show(self) -> list[Words]:
        self.said = self.sayings.next(self.now_ms, self.key_ms, self.room)
        return self.words

    @property
    def words(self) -> list[Words]:
        return [words for words, _tone in self.said]


def test_news_stands_below_an_answer_until_the_answer_was_read() -> None:
    glass = Glass()
    assert glass.answer("saved") == ["saved"]
    assert glass.tell("Chloé asks for help") == ["saved", "Chloé asks for help"]
    assert glass.wait(ANSWER_MS - 1) == ["saved", "Chloé asks for help"]
    assert glass.wait(1) == ["Chloé asks for help"]
    assert glass.wait(10**6) == ["Chloé asks for help"], "it stands until something else does"


def test_a_key_says_that_the_answer_was_read_and_another_answer_takes_its_place() -> None:
    glass = Glass()
    glass.answer("saved")
    assert glass.tell("news") == ["saved", "news"]
    assert glass.answer("done 0.4 s") == ["done 0.4 s", "news"]
    assert glass.key() == ["news"]
    assert glass.answer("asked") == ["asked", "news"], "it has stood for a moment only"
    glass.wait(NEWS_MS)
    assert glass.answer("done") == ["done"], "the news was read"


def test_each_thing_that_happens_is_said_at_once_and_can_be_read() -> None:
    glass = Glass()
    glass.tell("one")
    glass.wait(NEWS_MS - 2000)
    assert glass.tell("two") == ["one", "two"]
    glass.wait(1000)
    assert glass.tell("three") == ["one", "two", "three"]
    assert glass.tell("four") == ["one", "two", "three"], "there is no room for it yet"
    assert glass.wait(999) == ["one", "two", "three"]
    assert glass.wait(1) == ["two", "three", "four"]
    assert glass.wait(NEWS_MS) == ["four"]


def test_an_answer_comes_above_news_that_filled_the_lines_and_none_of_it_is_lost() -> None:
    glass = Glass()
    glass.tell("one", "two", "three")
    assert glass.answer("saved") == ["saved", "one", "two"]
    assert glass.wait(ANSWER_MS) == ["three"]


def test_lines_are_counted_as_they_are_wrapped() -> None:
    glass = Glass(room=20)
    glass.tell("the endpoint has not answered for a minute")
    assert len(glass.tell("Chloé asks for help")) == 1, "it takes all three lines"
    assert glass.wait(NEWS_MS) == ["Chloé asks for help"]


@pytest.mark.parametrize("said", [(), (("Nothing is marked.", Tone.LOOK),)])
def test_news_that_a_page_or_a_screen_s_own_answer_hides_too_soon_comes_again(
    said: tuple[Told, ...],
) -> None:
    glass = Glass()
    glass.tell("news")
    glass.now_ms += 1000
    glass.said = said
    assert glass.wait(0) == [*(words for words, _tone in said), "news"]


def test_what_somebody_left_or_had_time_to_read_does_not_come_again() -> None:
    glass = Glass()
    glass.tell("news")
    glass.sayings.leave()
    glass.said = ()
    assert glass.wait(0) == []
    glass.tell("other")
    glass.now_ms += NEWS_MS
    glass.said = ()
    assert glass.wait(0) == []
    glass.tell("more")
    assert glass.answer("") == []


def test_what_is_over_before_its_turn_or_withdrawn_is_left_out() -> None:
    glass = Glass()
    is_over: list[bool] = []
    glass.tell("one", "two", "three", lambda _room: "" if is_over else "alert")
    glass.tell("the line is down", "news")
    is_over.append(True)
    glass.sayings.withdraw("the line is down")
    assert glass.wait(NEWS_MS) == ["news"]


def test_of_more_than_anybody_can_read_the_rest_is_counted() -> None:
    glass = Glass(room=80)
    glass.answer("saved")
    glass.tell(*(f"news {number}" for number in range(2 + MOST_WAITING + 3)))
    seen = glass.words
    for _ in range(10):
        seen += [words for words in glass.wait(NEWS_MS) if words not in seen]
    rest = "3 more things have happened meanwhile; the panes show them."
    assert seen == ["saved", *(f"news {number}" for number in range(2 + MOST_WAITING)), rest]
