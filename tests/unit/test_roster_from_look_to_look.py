"""What the roster keeps between two looks: each way in which a row can change without its shift.

`test_from_look_to_look.py` holds the same by chance; here each way is walked on purpose.
"""

from __future__ import annotations

import pytest

from data.floor import Delta, Floor, Key
from data.model import AgentState, ContactState, Kind
from screens.presenters.roster import DAY_MS, RosterLook, RosterTable
from screens.presenters.table import DEFAULT_VIEW, ViewState
from tests.builders import (
    MOMENT,
    SITE,
    SOURCE,
    ago,
    make_agent,
    make_contact,
    make_health,
    make_shift,
    make_site,
)
from tests.support.tables import tones_of

ROSTER = "roster"
"""A source that tells shifts and no agents."""
AT_WORK = make_agent("1", name="Anna", since=ago(60))
CALL = make_contact("c1", agent="1", state=ContactState.CONNECTED, answered_at=ago(60))
ON_CALL = make_agent("1", name="Anna", state=AgentState.BUSY, since=ago(60), contact="c1")
SHIFT = make_shift("s1", agent="1")


class Walk:
    """A floor that goes on, and the roster that is kept of it."""

    def __init__(self, view=DEFAULT_VIEW):
        self.view = view
        self.floor, self.table, self.moment = Floor(), RosterTable(), MOMENT
        self.steps = 0

    def step(self, *rows, gone=(), later_ms=0, age_s=1.0, sources=(SOURCE, ROSTER)):
        """Whether what is kept says what a fresh table says; the rows."""
        self.steps += 1
        self.moment = self.moment._replace(now=self.moment.now + later_ms)
        delta = Delta(
            self.steps,
            upserts=rows,
            deletions=tuple((kind, Key(SITE, source, name)) for kind, source, name in gone),
            sites=(make_site(),),
            sources=tuple(make_health(source=source, age_s=age_s) for source in sources),
        )
        snapshot = self.floor.apply(delta)
        look = RosterLook(snapshot=snapshot, site=None, moment=self.moment, view=self.view)
        kept, fresh = self.table.present(look), RosterTable().present(look)
        assert list(kept.rows) == list(fresh.rows)
        assert tones_of(kept) == tones_of(fresh)
        assert (kept.shown, kept.total) == (fresh.shown, fresh.total)
        return list(kept.rows)


def test_a_new_day_has_its_own_shifts():
    walk = Walk()
    tomorrow = make_shift(
        "s2", agent="1", starts_at=SHIFT.starts_at + DAY_MS, ends_at=SHIFT.ends_at + DAY_MS
    )
    (today,) = walk.step((Kind.AGENT, AT_WORK), (Kind.SHIFT, SHIFT), (Kind.SHIFT, tomorrow))
    (other,) = walk.step(later_ms=DAY_MS)
    assert (today.key, other.key) == (f"{SITE}/{SOURCE}/s1", f"{SITE}/{SOURCE}/s2")


@pytest.mark.parametrize(
    ("found", "shown"),
    [("in call", [True, False, True, False]), ("out call", [False, True, False, True])],
)
def test_a_filter_looks_again_where_only_the_contact_has_changed(found, shown):
    walk = Walk(ViewState(filter=found))
    outbound = make_contact(
        "c1", agent="1", state=ContactState.CONNECTED, answered_at=ago(60), direction="outbound"
    )
    first = walk.step((Kind.AGENT, ON_CALL), (Kind.SHIFT, SHIFT), (Kind.CONTACT, CALL))
    second = walk.step((Kind.CONTACT, outbound))
    third = walk.step(gone=[(Kind.CONTACT, SOURCE, "c1")])
    fourth = walk.step((Kind.CONTACT, outbound))
    assert [bool(rows) for rows in (first, second, third, fourth)] == shown


def test_a_filter_looks_again_where_only_the_agent_has_changed():
    walk = Walk(ViewState(filter="anna"))
    assert walk.step((Kind.AGENT, AT_WORK), (Kind.SHIFT, SHIFT))
    assert not walk.step((Kind.AGENT, make_agent("1", name="Bert", since=ago(60))))
    assert walk.step((Kind.AGENT, AT_WORK))


@pytest.mark.parametrize("source", [SOURCE, ROSTER])
def test_an_agent_who_comes_or_goes_takes_the_shift_along(source):
    walk = Walk()
    shift = make_shift("s1", agent="1", source=source)
    other = make_agent("2", name="Bert")
    (alone,) = walk.step((Kind.SHIFT, shift), (Kind.AGENT, other))
    (found,) = walk.step((Kind.AGENT, AT_WORK))
    (left,) = walk.step(gone=[(Kind.AGENT, SOURCE, "1")])
    assert [row.cells[0] for row in (alone, found, left)] == ["1", "Anna", "1"]


def test_a_roster_of_another_source_follows_the_agent():
    walk = Walk()
    walk.step((Kind.SHIFT, make_shift("s1", agent="1", source=ROSTER)), (Kind.AGENT, AT_WORK))
    resting = make_agent("1", name="Anna", state=AgentState.LOGGED_OFF, since=ago(600))
    before = walk.step()
    assert walk.step((Kind.AGENT, resting)) != before


def test_figures_that_grow_old_and_come_back_are_marked_and_unmarked():
    walk = Walk()
    (fresh,) = walk.step((Kind.AGENT, AT_WORK), (Kind.SHIFT, SHIFT))
    (old,) = walk.step(age_s=4000.0)
    (again,) = walk.step()
    assert (fresh.mark, old.mark[0], again.mark) == (fresh.mark, "~", fresh.mark)
    assert old != fresh == again


def test_a_deviation_is_noticed_that_time_alone_makes():
    walk = Walk()
    away = make_agent("1", name="Anna", state=AgentState.LOGGED_OFF, since=ago(0))
    (before,) = walk.step((Kind.AGENT, away), (Kind.SHIFT, SHIFT))
    tones = [before.tone]
    for _minute in range(40):
        tones += [row.tone for row in walk.step(later_ms=60_000)]
    assert len(set(tones)) > 1


def test_shifts_that_come_change_and_go_are_followed():
    walk = Walk()
    late = make_shift("s1", agent="1", starts_at=SHIFT.starts_at + 7_200_000)
    counts = [
        len(walk.step((Kind.AGENT, AT_WORK))),
        len(walk.step((Kind.SHIFT, SHIFT))),
        len(walk.step((Kind.SHIFT, late))),
        len(walk.step((Kind.SHIFT, make_shift("s2", agent="1")))),
        len(walk.step(gone=[(Kind.SHIFT, SOURCE, "s1")])),
    ]
    assert counts == [0, 1, 1, 2, 1]


def test_a_source_of_which_nothing_is_known_any_more_leaves_old_figures():
    walk = Walk()
    (known,) = walk.step((Kind.AGENT, AT_WORK), (Kind.SHIFT, SHIFT))
    (lost,) = walk.step(sources=(ROSTER,))
    (again,) = walk.step()
    assert known == again != lost
