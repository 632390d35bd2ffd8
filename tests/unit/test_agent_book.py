"""Whose contact takes long is known from look to look, without asking all contacts."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.figures.agent_book import AgentBook
from data.figures.agents import AgentsNow
from data.floor import Delta, Floor, Key
from data.model import AgentState, Kind
from tests.builders import (
    MOMENT,
    SITE,
    SOURCE,
    ago,
    make_agent,
    make_contact,
    make_counts,
    make_health,
    make_queue,
)

IDS = ("1", "2", "3")
QUEUES = ("claims", "sales")
CONTACTS = st.builds(
    make_contact,
    st.sampled_from(IDS).map("c{}".format),
    agent=st.sampled_from(IDS),
    queue=st.sampled_from(QUEUES),
    answered_at=st.one_of(st.none(), st.integers(0, 3000).map(ago)),
)
STEPS = st.lists(
    st.tuples(
        st.lists(CONTACTS, max_size=3),
        st.lists(st.sampled_from(IDS), max_size=1),
        st.one_of(st.none(), st.integers(50, 900)),
        st.sampled_from([0, 1, 200, 900]),
    ),
    max_size=8,
)
"""Contacts told, contacts deleted, a queue's new average handling time, seconds that pass."""
LONG = make_contact("c1", agent="1", answered_at=ago(2000))


@settings(max_examples=200, deadline=None)
@example([([LONG], [], 100, 0), ([], ["1"], None, 0), ([LONG], [], None, 0)])
@example([([LONG], [], 100, 0), ([], [], 900, 0), ([], [], 100, 0)])
@given(STEPS)
def test_whoever_takes_long_stands_out_and_whoever_comes_to_is_suspected(steps):
    book, floor, moment = AgentBook(), Floor(), MOMENT
    agents = [make_agent(n, state=AgentState.BUSY, contact=f"c{n}") for n in IDS]
    queues = [make_queue(name, day=a_day(300)) for name in QUEUES]
    rows = [*((Kind.AGENT, one) for one in agents), *((Kind.QUEUE, one) for one in queues)]
    before: set[Key] = set()
    for rev, (contacts, gone, aht_s, later_s) in enumerate([([], [], None, 0), *steps], 1):
        rows += [(Kind.CONTACT, one) for one in contacts]
        rows += [] if aht_s is None else [(Kind.QUEUE, make_queue("claims", day=a_day(aht_s)))]
        deletions = tuple((Kind.CONTACT, Key(SITE, SOURCE, f"c{n}")) for n in gone)
        delta = Delta(rev, tuple(rows), deletions, sources=(make_health(),))
        snapshot, rows = floor.apply(delta), []
        moment = moment._replace(now=moment.now + 1000 * later_s)
        _now, suspects = book.look(snapshot, None, moment)
        now = AgentsNow(snapshot, moment)
        long = {key for key, one in snapshot.agents.items() if now.figures(key, one).is_long}
        for one in agents:
            contact = snapshot.contacts.get(Key(SITE, SOURCE, one.contact))
            assert book.stands_out(one) is takes_long(contact, now)
        assert long ^ before <= suspects.keys()
        before = long


def takes_long(contact, now):
    if contact is None or contact.answered_at is None:
        return False
    bound = now.long_before(Key(SITE, SOURCE, contact.queue))
    return bound is not None and contact.answered_at < bound


def a_day(aht_s):
    return make_counts(answered=10, talk_s=10.0 * aht_s, hold_s=0.0, acw_s=0.0)


def test_queues_that_come_and_go_leave_nothing():
    book, floor = AgentBook(), Floor()
    contact = make_contact("c1", agent="1", queue="other", answered_at=ago(2000))
    book.look(floor.apply(Delta(1, (), (), sources=(make_health(),))), None, MOMENT)
    book.look(floor.apply(Delta(2, ((Kind.CONTACT, contact),), ())), None, MOMENT)
    assert book._answered
    gone = ((Kind.CONTACT, Key(SITE, SOURCE, "c1")),)
    book.look(floor.apply(Delta(3, (), gone)), None, MOMENT)
    assert not any((book._answered, book._talks, book._bounds, book._long))
