"""When a frame has to wait for the terminal's answer to the one before."""

from __future__ import annotations

from supervisor_tui.pacing import (
    DOUBT_MS,
    KNOWN_TRIES,
    PATIENCE_MS,
    QUESTION,
    SLACK_MS,
    TRIES,
    Pacer,
)


def asked(at_ms: int) -> Pacer:
    pacer = Pacer()
    assert pacer.question == QUESTION
    pacer.asked(at_ms)
    return pacer


def test_one_question_at_a_time() -> None:
    pacer = asked(0)
    assert pacer.question == ""
    pacer.answered(100)
    assert pacer.question == QUESTION


def test_before_any_answer_nothing_waits() -> None:
    assert not asked(0).is_behind(PATIENCE_MS)


def test_later_than_the_quickest_is_queueing_until_it_comes() -> None:
    pacer = asked(0)
    pacer.answered(100)
    pacer.asked(1000)
    assert not pacer.is_behind(1100 + SLACK_MS)
    assert pacer.is_behind(1101 + SLACK_MS)
    pacer.answered(4000)
    assert not pacer.is_behind(4000)
    pacer.asked(5000)  # a slow answer does not become the measure
    assert pacer.is_behind(5101 + SLACK_MS)


def test_a_terminal_that_never_answers_costs_a_few_bytes() -> None:
    pacer = Pacer()
    now, sent = 0, 0
    for _frame in range(100):
        if pacer.question:
            sent += len(pacer.question)
            pacer.asked(now)
        assert not pacer.is_behind(now)
        now += PATIENCE_MS // 2
    assert sent == TRIES * len(QUESTION)


def test_a_terminal_that_fell_silent_is_waited_for_only_so_long_and_believed_again() -> None:
    pacer = asked(0)
    pacer.answered(10)
    for now in range(100, 100 + KNOWN_TRIES * 2 * PATIENCE_MS, 2 * PATIENCE_MS):
        assert pacer.question == QUESTION
        pacer.asked(now)
        assert pacer.is_behind(now + PATIENCE_MS)
        assert not pacer.is_behind(now + PATIENCE_MS + 1)
    assert pacer.question == ""
    pacer.answered(10**6)
    assert pacer.question == QUESTION


def test_a_slow_line_without_answers_gets_no_more_than_it_can_take() -> None:
    pacer, sent, frame = Pacer(9600), 0, 200
    for now in range(0, 10_000, 33):  # a key that is held down, and a frame for each
        if not pacer.is_behind(now):
            if pacer.question:
                pacer.asked(now)
            pacer.sent(frame, now)
            sent += frame
        assert sent <= now * 0.96 + frame
    assert sent >= 8_000, "what it can take it gets"


def test_a_slow_line_that_answers_goes_by_the_answers() -> None:
    pacer = Pacer(9600)
    pacer.asked(0)
    pacer.sent(9600, 0)
    assert pacer.is_behind(9_000)
    pacer.answered(9_001)
    assert not pacer.is_behind(9_002), "it is faster than it says"


def test_of_a_line_that_is_not_slow_nothing_is_reckoned() -> None:
    pacer = Pacer()
    pacer.sent(10**9, 0)
    assert not pacer.is_behind(1)


def test_leaving_waits_for_nobody_who_never_answered() -> None:
    asked(0).wait_for_answer(10**9)


def test_an_answer_that_noise_has_eaten_is_waited_for_no_longer_than_somebody_likes() -> None:
    """But for a screen that is on its way, as it is while somebody holds Ctrl+L down."""
    pacer = asked(0)
    pacer.answered(10)
    pacer.asked(1000)
    pacer.doubt(1000 + DOUBT_MS)
    assert pacer.is_behind(1000 + DOUBT_MS)
    pacer.doubt(1001 + DOUBT_MS)
    assert not pacer.is_behind(1001 + DOUBT_MS)
    assert pacer.question == QUESTION
