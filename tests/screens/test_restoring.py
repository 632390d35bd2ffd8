"""The list of what could be given back: what is marked, what is sent, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from data.actions.verbs import Undo, Verb
from data.cache.history_keyframes import KeptFloor
from data.cache.history_model import Segment
from data.figures.doings import Doings
from data.figures.restoring import Doubt, Proposal
from data.floor import Key
from data.model import Agent, AgentState, Freshness, Kind, Loan, Ms, Penalty, Person
from data.people import Person as Actor
from data.rules.restoring import Lack, Missing
from data.rules.service_level import Formula
from data.settings import Role
from data.status import ActionRow, ActionState, Upset
from screens.acting.restoring import restore_steps, why_not_given
from screens.look import Look, Viewing
from screens.presenters.restoring import doubt_words, lost_words, moment_words, upset_words
from screens.restoring import RestorePane, Wish
from tests.builders import (
    MOMENT,
    NOW,
    SITE,
    SOURCE,
    ago,
    make_agent,
    make_health,
    make_queue,
    make_snapshot,
)
from tests.screens.helpers import bench, press_action, screen_text

ZONE = "Europe/Berlin"
AT = ago(600)
UPSET = Upset(at=ago(599), kept_at=AT, missing=3, has_restarted=True)
QUEUES = (make_queue("claims"), make_queue("sales"))
LEADER = Actor("lee", "Lee", Role.TEAM_LEADER, teams=frozenset({"north"}))
VIEWING = Viewing(floor_name="Test", formula=Formula.OFFERED, rules=())


def look_at(*records: Any, **changes: Any) -> Look:
    health = make_health(upset=UPSET, operations=changes.pop("operations", None))
    snapshot = make_snapshot(*QUEUES, *records, sources=[health])
    return Look(**{"snapshot": snapshot, "moment": MOMENT, "viewing": VIEWING} | changes)


class History:
    """Stands for the file."""

    def __init__(self, *agents: Agent, told: Sequence[Segment] = ()) -> None:
        rows = {Key(one.site, one.source, one.id): one for one in agents}
        self.floor = KeptFloor(AT, rows)
        self.told = list(told)

    def kept_floor(self, not_after: Ms) -> KeptFloor | None:
        return self.floor if not_after >= AT else None

    def segments(self, _site: str, _source: str, agent: str, *_span: Ms) -> list[Segment]:
        return [each for each in self.told if each.agent == agent]


def segment(agent: str, state: AgentState, start: Ms) -> Segment:
    return Segment(
        agent=agent,
        agent_name="",
        start=start,
        end=None,
        state=state,
        reason="",
        queue="",
        contact="",
    )


BEFORE = (
    make_agent("1001", name="Anna", queues=("claims", "sales")),
    make_agent("1002", name="Bob", queues=("claims",), penalties=(Penalty("claims", 2),)),
    make_agent("1003", name="Cleo", queues=("claims", "gone")),
    make_agent("1004", name="Dan", queues=("claims",)),
)
NOW_THERE = (
    make_agent("1001", name="Anna", queues=("claims",)),
    make_agent("1002", name="Bob", queues=("claims",)),
    make_agent("1003", name="Cleo", queues=("claims",)),
    make_agent("1004", name="Dan", queues=(), state=AgentState.LOGGED_OFF),
)
TOLD = (segment("1004", AgentState.READY, ago(500)), segment("1004", AgentState.LOGGED_OFF, ago(9)))


def opened(sent: list[Sequence[Proposal]], history: Any, look: Look) -> RestorePane:
    pane = RestorePane(Wish(AT, (SITE, SOURCE), UPSET), sent.append, is_ascii=True)
    pane.read_past(history, look)
    return pane


async def test_what_is_beyond_doubt_is_marked_and_enter_sends_it() -> None:
    sent: list[Sequence[Proposal]] = []
    look = look_at(*NOW_THERE)
    pane = opened(sent, History(*BEFORE, told=TOLD), look)
    async with bench(pane) as (app, pilot):
        pane.show(look)
        pane.focus_table()
        await pilot.pause()
        text = screen_text(app)
        marked = [line[1:].split()[1] for line in text.splitlines() if line.startswith("*")]
        assert marked == ["Anna", "Bob"]
        assert "logged off at 14:31:58" in text
        assert "no such queue now" in text
        await pilot.press("enter")
        await pilot.pause()
    ((first, second),) = sent
    assert (first.before.name, second.before.name) == ("Anna", "Bob")


async def test_space_takes_a_row_out_and_puts_one_in_doubt_in() -> None:
    sent: list[Sequence[Proposal]] = []
    look = look_at(*NOW_THERE)
    pane = opened(sent, History(*BEFORE, told=TOLD), look)
    async with bench(pane) as (_app, pilot):
        pane.show(look)
        pane.focus_table()
        await pilot.press("space", "j")
        await pilot.pause()
        assert "1004 Dan: logged off at 14:31:58" in screen_text(_app)
        await pilot.press("space")
        pane.show(look)  # another look marks nothing again
        await press_action(pilot, "restoring.send")
    (chosen,) = sent
    assert [each.before.name for each in chosen] == ["Bob", "Dan"]


async def test_what_has_come_back_leaves_the_list() -> None:
    look = look_at(*NOW_THERE)
    pane = opened([], History(*BEFORE, told=TOLD), look)
    async with bench(pane) as (app, _pilot):
        pane.show(look)
        pane.show(look_at(*BEFORE[:3], NOW_THERE[3]))
        assert pane.table.marks == frozenset()
        pane.read_past(History(*BEFORE[:2]), look)  # type: ignore[arg-type]
        pane.show(look_at(*BEFORE))
        await _pilot.pause()
        assert "Everything is as it was." in screen_text(app)


async def test_it_says_what_it_waits_for_and_what_there_is_not() -> None:
    look = look_at(*NOW_THERE)
    pane = RestorePane(Wish(AT - 1), lambda _chosen: None, is_ascii=True)
    async with bench(pane) as (app, pilot):
        pane.show(look)
        await pilot.pause()
        assert "Reading what was kept ..." in screen_text(app)
        pane.read_past(History(), look)  # type: ignore[arg-type]
        pane.show(look)
        await pilot.pause()
        assert "No earlier moment has been kept" in screen_text(app)
        assert pane.kept_at is None


async def test_what_is_under_way_or_failed_stands_in_its_row() -> None:
    def acted(state: ActionState, at: Ms, **fields: Any) -> ActionRow:
        return ActionRow(
            key=f"k{at}",
            actor="vera",
            verb="join",
            site=SITE,
            source=SOURCE,
            kind=Kind.AGENT,
            entity="1001",
            state=state,
            pressed_at=at,
            not_after=at + 60_000,
            updated_at=at,
            fields=fields,
        )

    async def note(*rows: ActionRow) -> str:
        look = look_at(*NOW_THERE[:1], doings=Doings(rows=rows))
        pane = opened([], History(BEFORE[0]), look)
        async with bench(pane) as (app, pilot):
            pane.show(look)
            await pilot.pause()
            return next(line for line in screen_text(app).splitlines() if "Anna" in line)

    assert "saved, sending" in await note(acted(ActionState.SAVED, ago(3), queue="sales"))
    assert "NOT DONE" in await note(acted(ActionState.EXPIRED, ago(90), queue="sales"))
    assert "saved" not in await note(acted(ActionState.SAVED, ago(3), queue="claims"))
    assert "done" in await note(acted(ActionState.DONE, ago(3), queue="sales"))
    assert "done" not in await note(acted(ActionState.DONE, ago(30), queue="sales"))
    # before the loss: what was done then has been lost again
    assert "done" not in await note(acted(ActionState.DONE, ago(599.5), queue="sales"))


async def test_a_source_that_cannot_be_read_is_not_said_to_be_as_it_was() -> None:
    health = make_health(state=Freshness.OFFLINE, upset=UPSET)
    look = look_at()
    old = replace(look, snapshot=make_snapshot(*QUEUES, *BEFORE[:2], sources=[health]))
    pane = opened([], History(*BEFORE[:2]), old)
    async with bench(pane) as (app, pilot):
        pane.show(old)
        await pilot.pause()
        text = screen_text(app)
    assert "Everything is as it was" not in text
    assert "~ pbx cannot be read at present" in text


# What is sent


def proposal(lost: Missing, now: Agent | None = None, **changes: Any) -> Proposal:
    before = changes.pop("before", make_agent())
    key = Key(before.site, before.source, before.id)
    return Proposal(key=key, before=before, now=now, lost=lost, **changes)


def test_each_thing_is_given_back_with_what_takes_it_back() -> None:
    ranked = make_agent(penalties=(Penalty("claims", 7),))
    steps = restore_steps(
        [
            proposal(Missing(Lack.NOT_READY, reason="brk"), make_agent()),
            proposal(Missing(Lack.PENALTY, "claims", 2), ranked),
            proposal(Missing(Lack.LENT_AWAY, "claims"), ranked),
            proposal(Missing(Lack.MEMBERSHIP, "sales", 3), make_agent()),
            proposal(Missing(Lack.MEMBERSHIP, "sales"), make_agent()),
        ]
    )
    assert [(verb, target.fields, target.undo) for verb, target in steps] == [
        (Verb.JOIN, {"queue": "sales", "penalty": 3}, Undo(Verb.LEAVE, {"queue": "sales"})),
        (Verb.JOIN, {"queue": "sales"}, Undo(Verb.LEAVE, {"queue": "sales"})),
        (
            Verb.LEAVE,
            {"queue": "claims"},
            Undo(Verb.JOIN, {"queue": "claims", "penalty": 7}),
        ),
        (
            Verb.PENALTY,
            {"queue": "claims", "penalty": 2},
            Undo(Verb.PENALTY, {"queue": "claims", "penalty": 7}),
        ),
        (Verb.PAUSE, {"reason_code": "brk"}, Undo(Verb.READY)),
    ]
    assert steps[-1][1].seen == {"state": "ready", "contact": ""}


def test_who_is_in_no_queue_is_made_not_ready_only_with_one() -> None:
    paused = proposal(Missing(Lack.NOT_READY))
    joined = proposal(Missing(Lack.MEMBERSHIP, "claims"))
    nobody = proposal(Missing(Lack.NOT_READY), make_agent(queues=()))
    assert restore_steps([paused]) == []
    assert restore_steps([nobody]) == []
    assert [verb for verb, _ in restore_steps([paused, joined])] == [Verb.JOIN, Verb.PAUSE]


@pytest.mark.parametrize(
    ("now", "who", "operations", "why_not"),
    [
        (make_agent(team="north"), LEADER, None, ""),
        (make_agent(team="south"), LEADER, None, "not of your team"),
        (None, LEADER, None, "known to no team now"),
        (None, None, None, ""),
        (make_agent(), None, ("setAgentState",), "not possible there"),
        (make_agent(), None, ("setMembership",), ""),
    ],
)
def test_why_somebody_cannot_give_it_back_is_said(
    now: Agent | None, who: Actor | None, operations: tuple[str, ...] | None, why_not: str
) -> None:
    viewing = Viewing(floor_name="Test", formula=Formula.OFFERED, rules=(), who=who)
    look = look_at(viewing=viewing, operations=operations)
    assert why_not_given(proposal(Missing(Lack.MEMBERSHIP, "claims"), now), look) == why_not


# Words


FLOOR = make_snapshot(*QUEUES)
LOAN = Loan(
    site=SITE,
    source="@desk",
    id="l1",
    telephony=SOURCE,
    agents=("1001",),
    from_queue="claims",
    to_queue="sales",
    lent_at=ago(3600),
    lent_by=Person("vera", "Vera"),
    until=NOW + 473_000,
)


@pytest.mark.parametrize(
    ("lost", "loan", "said"),
    [
        (Missing(Lack.MEMBERSHIP, "sales"), None, "in Sales"),
        (Missing(Lack.MEMBERSHIP, "sales", 2), None, "in Sales, penalty 2"),
        (Missing(Lack.MEMBERSHIP, "sales"), LOAN, "in Sales, lent until 14:40"),
        (Missing(Lack.LENT_AWAY, "claims"), LOAN, "out of Claims, lent to Sales until 14:40"),
        (Missing(Lack.PENALTY, "sales", 2), None, "penalty 2 in Sales, not 0"),
        (Missing(Lack.NOT_READY), None, "not ready"),
        (Missing(Lack.NOT_READY, reason="brk"), None, "not ready, brk"),
        (Missing(Lack.NOT_READY_THERE, "sales"), None, "not ready in Sales"),
    ],
)
def test_what_is_missing_is_said(lost: Missing, loan: Loan | None, said: str) -> None:
    assert lost_words(proposal(lost, make_agent(), loan=loan), FLOOR, ZONE) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "not known any more"),
        ({"now": make_agent()}, ""),
        ({"doubt_at": ago(7)}, "gone since 14:32:00"),
        ({"doubt": Doubt.TAKEN, "doubt_at": ago(7), "doubt_by": "Vera"}, "Vera took it away at"),
        ({"doubt": Doubt.LEFT, "doubt_at": ago(7)}, "logged off at 14:32:00"),
        ({"doubt": Doubt.READY_AGAIN}, "has been ready since"),
        ({"doubt": Doubt.READY_AGAIN, "doubt_at": ago(7)}, "changed it at 14:32:00"),
        ({"doubt": Doubt.LONG_AGO, "doubt_at": ago(7)}, "that was at 14:32:00"),
        ({"doubt": Doubt.CANNOT_ASK}, "nothing here can do that"),
    ],
)
def test_what_speaks_against_it_is_said(changes: dict[str, Any], said: str) -> None:
    lost = Missing(Lack.MEMBERSHIP, "sales")
    words = doubt_words(proposal(lost, **changes), ZONE, NOW)
    assert words.startswith(said)
    assert bool(words) == bool(said)


def test_the_moment_and_the_loss_are_named() -> None:
    assert moment_words(None, None, ZONE, NOW) == "Restore the floor"
    assert moment_words(ago(7), None, ZONE, NOW) == "Restore the floor as it was at 14:32:00"
    assert moment_words(ago(7), ("pbx", UPSET), ZONE, NOW).endswith("; pbx began anew at 14:22:08")
    gone = Upset(at=ago(7), kept_at=AT, missing=1, has_restarted=False)
    assert moment_words(AT, ("pbx", gone), ZONE, NOW).endswith("; pbx lost much at 14:32:00")
    assert upset_words("pbx", UPSET, ZONE) == "pbx began anew at 14:22: 3 things are not as before"
    assert upset_words("pbx", gone, ZONE) == "pbx lost members at 14:32: 1 thing is not as before"
