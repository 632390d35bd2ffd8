"""What stands above the keys: an answer first, news when the answer can have been read."""

from __future__ import annotations

import pytest

from screens.tones import Tone
from supervisor_tui.saying import (
    ANSWER_MS,
    BRIEF_MS,
    LONG_MS,
    MOST_WAITING,
    NEWS_MS,
    Sayings,
)


class Glass:
    """A screen on which something is said, and a clock."""

    def __init__(self) -> None:
        self.sayings = Sayings()
        self.now_ms = 1_000_000
        self.key_ms = self.now_ms
        self.standing: object = ""

    def answer(self, text: str) -> None:
        self.sayings.answer(text, self.now_ms)
        self.standing = text

    def tell(self, text: str) -> None:
        self.sayings.tell(text, Tone.HELP, self.now_ms)
        self.look()

    def look(self) -> object:
        self.sayings.see(self.standing, self.now_ms)  # type: ignore[arg-type]
        one = self.sayings.next(self.now_ms, self.key_ms, 80)
        if one is not None:
            self.standing = one.words
        return self.standing

    def wait(self, ms: int) -> object:
        self.now_ms += ms
        return self.look()

    def key(self) -> None:
        self.now_ms += 1
        self.key_ms = self.now_ms


def test_news_comes_at_once_where_nothing_stands_and_after_an_answer_where_one_does() -> None:
    glass = Glass()
    glass.tell("Chloé asks for help")
    assert glass.standing == "Chloé asks for help"
    glass.wait(NEWS_MS)
    glass.answer("saved")
    glass.tell("Hana asks for help")
    assert glass.wait(ANSWER_MS - 1) == "saved"
    assert glass.wait(1) == "Hana asks for help"


def test_a_key_says_that_the_answer_was_read() -> None:
    glass = Glass()
    glass.answer("saved")
    glass.tell("news")
    assert glass.wait(100) == "saved"
    glass.key()
    assert glass.look() == "news"


def test_no_news_is_lost_and_each_can_be_read() -> None:
    glass = Glass()
    glass.answer("saved")
    for name in ("one", "two", "three"):
        glass.tell(name)
    assert glass.wait(ANSWER_MS) == "one"
    assert glass.wait(NEWS_MS - 1) == "one"
    assert glass.wait(1) == "two"
    glass.wait(1000)
    glass.answer("done")
    assert glass.wait(ANSWER_MS) == "two", "an answer took its place too soon"
    assert glass.wait(NEWS_MS) == "three"


@pytest.mark.parametrize("by_itself", ["", "Nothing is marked."])
def test_news_that_a_page_or_a_screen_s_own_answer_hides_too_soon_comes_again(
    by_itself: str,
) -> None:
    glass = Glass()
    glass.tell("news")
    glass.wait(1000)
    glass.standing = by_itself
    assert glass.look() == (by_itself or "news")
    assert glass.wait(ANSWER_MS) == "news"


def test_what_somebody_left_or_had_time_to_read_does_not_come_again() -> None:
    glass = Glass()
    glass.tell("news")
    glass.sayings.leave()
    glass.standing = ""
    assert glass.wait(1000) == ""
    glass.tell("other")
    glass.wait(NEWS_MS)
    glass.standing = ""
    assert glass.wait(1000) == ""


def test_who_answers_one_key_after_the_other_hears_of_news_all_the_same() -> None:
    glass = Glass()
    glass.answer("0")
    glass.tell("news")
    waited = 0
    while glass.standing != "news":
        if waited % 3000 == 0:
            glass.answer(str(waited))
        waited += 500
        glass.wait(500)
        assert waited <= LONG_MS + BRIEF_MS + 500
    assert waited >= LONG_MS


def test_what_is_over_before_its_turn_is_left_out() -> None:
    glass = Glass()
    is_over = []
    glass.answer("saved")
    glass.sayings.tell(lambda _room: "" if is_over else "alert", Tone.ACT, glass.now_ms)
    glass.tell("the line is down")
    glass.tell("news")
    is_over.append(True)
    glass.sayings.withdraw("the line is down")
    assert glass.wait(ANSWER_MS) == "news"


def test_of_more_than_anybody_can_read_the_rest_is_counted() -> None:
    glass = Glass()
    glass.answer("saved")
    for number in range(MOST_WAITING + 3):
        glass.tell(f"news {number}")
    said = [glass.wait(ANSWER_MS) for _ in range(MOST_WAITING + 2)]
    assert said[:MOST_WAITING] == [f"news {number}" for number in range(MOST_WAITING)]
    assert str(said[MOST_WAITING]).startswith("3 more things have happened")
    assert said[MOST_WAITING + 1] == said[MOST_WAITING]
