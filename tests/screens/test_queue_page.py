"""What the telephone system says of a queue, and what we counted, on its page."""

from __future__ import annotations

from collections.abc import Sequence

from data.cache.history_callers import QueueOfDay
from data.floor import FloorSnapshot, Key
from data.model import Counts
from data.rules.service_level import Formula
from screens.look import Look, Viewing
from screens.queue_page import QueuePage
from screens.widgets.tone_styles import Line
from tests.builders import MOMENT, SITE, SOURCE, ago, make_interval, make_queue, make_snapshot
from tests.unit.test_figures_recount import DAY, stay

VIEWING = Viewing(floor_name="Test", formula=Formula.OFFERED, rules=())
KEY = Key(SITE, SOURCE, "claims")
COUNTED = Counts(
    offered=5,
    answered=2,
    answered_within=1,
    abandoned=3,
    abandoned_within=2,
    abandoned_short=1,
    wait_answered_s=40.5,
    talk_s=300.0,
)


class History:
    """Stands for the file."""

    def __init__(self, day: QueueOfDay) -> None:
        self.day = day
        self.asked: list[object] = []

    def queue_of_day(self, *key: object) -> QueueOfDay:
        self.asked.append(key)
        return self.day


def text_of(lines: Sequence[Line] | None) -> str:
    assert lines is not None
    return "\n".join("".join(piece[0] for piece in line).rstrip() for line in lines)


def shown(snapshot: FloorSnapshot, day: QueueOfDay) -> str:
    look = Look(snapshot=snapshot, moment=MOMENT, viewing=VIEWING)
    page = QueuePage(KEY)
    assert "Counting ..." in text_of(page(look, 100))
    page.read_past(History(day), look)  # type: ignore[arg-type]
    return text_of(page(look, 100))


def test_both_counts_stand_side_by_side_and_equal_says_so() -> None:
    text = shown(make_snapshot(make_queue(day=COUNTED)), QueueOfDay(DAY[:5], first_at=ago(900)))
    assert "What the telephone system says, and what we counted" in text
    assert "Ours is counted since 06:00 from the contacts we know of." in text
    assert "Both sides are equal." in text
    (level,) = [line.split() for line in text.splitlines() if "SL, offered formula" in line]
    assert level[-3:] == ["20.0", "20.0", "0"]


def test_what_differs_is_marked_and_said_why() -> None:
    theirs = Counts(offered=12, answered=9, answered_within=9)
    queue = make_queue(day=theirs)
    interval = make_interval(starts="14:00", counts=Counts(offered=6))
    day = QueueOfDay((stay(900, 10, 60), stay(600, None)), first_at=ago(900))
    text = shown(make_snapshot(queue, interval), day)
    (offered,) = [line.split() for line in text.splitlines() if " offered  " in line]
    assert offered == ["!", "offered", "12", "2", "-10"]
    assert "Ours is counted since 14:17" in text
    assert "We began to count at 14:17: 6 contacts came before." in text
    assert "4 contacts never reached us" in text
    assert "1 contact is under way" in text


def test_it_is_counted_anew_for_another_threshold_and_not_for_other_counts() -> None:
    page = QueuePage(KEY)

    def look(**changes: object) -> Look:
        snapshot = make_snapshot(make_queue(**changes))
        return Look(snapshot=snapshot, moment=MOMENT, viewing=VIEWING)

    page(look(day=COUNTED), 80)
    wanted = page.wanted_past
    page(look(day=Counts(offered=99)), 80)
    assert page.wanted_past == wanted
    page.read_past(History(QueueOfDay()), look())  # type: ignore[arg-type]
    assert "Counting ..." not in text_of(page(look(), 80))
    assert "Counting ..." in text_of(page(look(threshold_s=30), 80))
    assert page.wanted_past != wanted
