"""The page of one agent, drawn from the floor and from a real history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from data.cache.history_reader import HistoryReader
from data.cache.history_writer import HistoryWriter, Step
from data.figures.freshness import Moment
from data.files import FloorFiles
from data.floor import Key
from data.model import (
    Activity,
    Agent,
    AgentState,
    AnyRecord,
    Contact,
    ContactState,
    Kind,
    Person,
    Shift,
    Skill,
)
from data.rules.service_level import Formula
from screens.agent_page import AgentPage
from screens.look import Look, Viewing
from screens.tones import Tone
from tests.builders import (
    BOOT,
    MONO_MS,
    NOW,
    SITE,
    SOURCE,
    ago,
    instant,
    make_agent,
    make_contact,
    make_escalation,
    make_health,
    make_queue,
    make_shift,
    make_snapshot,
)

KEY = Key(SITE, SOURCE, "1001")
READY, AWAY, BUSY = AgentState.READY, AgentState.NOT_READY, AgentState.BUSY


def at(clock: str) -> int:
    return instant(f"2026-03-11T{clock}+01:00")


SHIFT = make_shift(activities=(Activity("break", at("14:00"), at("14:15")),))


@pytest.fixture
def history(tmp_path: Path) -> Iterator[HistoryReader]:
    """Ready since 08:05, one call at 09:00, away from 14:10 on."""
    files = FloorFiles(tmp_path).make()
    steps = [
        step(at("05:00"), state=AgentState.LOGGED_OFF),
        step(at("08:05"), state=READY),
        call(at("09:00"), ContactState.CONNECTED, answered_at=at("09:00")),
        step(at("09:00"), state=BUSY, contact="c7"),
        call(at("09:04:30"), ContactState.ENDED, answered_at=at("09:00")),
        step(at("09:04:30"), state=READY),
        step(at("14:10"), state=AWAY, reason="break"),
    ]
    with closing(HistoryWriter.open(files)) as writer:
        for one in steps:
            writer.add(SITE, SOURCE, [one])
    with closing(HistoryReader.open(files.history)) as reader:
        yield reader


def step(when: int, **changes: Any) -> Step:
    return Step(when, Kind.AGENT, "1001", None, make_agent(since=when, **changes))


def call(when: int, state: ContactState, **changes: Any) -> Step:
    contact: Contact = make_contact(
        "c7",
        state=state,
        state_since=when,
        agent="1001",
        queued_at=at("08:58:48"),
        created_at=at("08:58"),
        **changes,
    )
    return Step(when, Kind.CONTACT, "c7", None, contact)


def look(agent: Agent, *others: AnyRecord, age_s: float = 1.0, now: int = NOW) -> Look:
    ahead = now - NOW
    return Look(
        snapshot=make_snapshot(agent, *others, sources=(make_health(age_s=age_s),)),
        moment=Moment(now, MONO_MS + ahead, BOOT),
        viewing=Viewing(floor_name="Hamburg", formula=Formula.OFFERED, rules=()),
    )


def away(**changes: Any) -> Agent:
    """As history has them."""
    fields: dict[str, Any] = {
        "name": "Hana Novák",
        "state": AWAY,
        "reason": "break",
        "since": at("14:10"),
        "adherence_at": at("14:10"),
        "scheduled_s": 22_200.0,
        "adherent_s": 21_300.0,
        "unanswered_rings": 0,
    }
    return make_agent(**fields | changes)


def drawn(page: AgentPage, shown: Look, width: int = 80) -> list[str]:
    lines = page(shown, width)
    assert lines is not None
    return ["".join(text for text, _tone in line) for line in lines]


def test_before_history_is_read_the_present_is_told() -> None:
    page = AgentPage(KEY)
    assert page.wanted_past is None
    text = drawn(page, look(away(), SHIFT, make_queue()))
    assert "  not ready/break for 22m, since 14:10:00" in text
    assert "  The day is being read from history ..." in text
    assert not any("Contacts of today" in line for line in text)
    assert page.wanted_past is not None


def test_the_whole_day_once_it_is_read(history: HistoryReader) -> None:
    page, shown = AgentPage(KEY), look(away(), SHIFT, make_queue())
    page(shown, 80)
    page.read_past(history, shown)
    text = "\n".join(drawn(page, shown))
    # Scheduled since 08:00: 392 minutes. Off: 5 late, 10 worked in the break, 17 too long in it.
    assert "Adherence 91.8 % = 360 of 392 scheduled minutes so far spent as planned" in text
    assert "Conformance 96.8 % = 365 minutes at the queues' disposal of 377 planned" in text
    assert "No ring of today was left without an answer." in text
    assert "Handled 10, AHT 4:00, occupancy 80.0 %" in text
    assert "did   ·======" in text
    rows = [line.split() for line in text.splitlines()]
    assert ["08:00", "5:00", "on", "queue", "logged", "off", "-"] in rows
    assert ["14:15", "17m", "on", "queue", "not", "ready/break", "-"] in rows
    assert ["09:00:00", "claims", "1:12", "4:30", "answered", "•••4912", "c7"] in rows
    assert ["in", "call", "4:30", "1.2", "1"] in rows
    assert ["14:00", "14:15", "break", "15", "5"] in rows
    assert ["14:15", "16:30", "on", "queue", "17", "0"] in rows


def test_the_tables_add_up_to_what_the_sentence_says(history: HistoryReader) -> None:
    """The sentence comes from what travels on the record, the tables come from history."""
    page, shown = AgentPage(KEY), look(away(), SHIFT)
    page.read_past(history, shown)
    text = drawn(page, shown)
    planned = [line.split() for line in text[text.index(" Planned") + 2 :]]
    pieces = planned[: planned.index([])]
    assert [sum(int(row[place]) for row in pieces) for place in (-2, -1)] == [392, 360]


def test_who_changed_the_state_and_who_answers_a_hand() -> None:
    boss = Person("boss", "B. Oss")
    asked = away(state_by=boss, assist_since=ago(75))
    text = drawn(AgentPage(KEY), look(asked))
    assert text[0] == "  ?! Asks for help since 1:15; nobody answers it yet."
    assert text[1] == "  not ready/break for 22m, since 14:10:00, changed by B. Oss"
    text = drawn(AgentPage(KEY), look(away(assist_since=ago(75), assist_by=boss)))
    assert text[0] == "  ?! Asks for help since 1:15; B. Oss answers it."


def test_the_contact_in_hand_with_all_that_matters() -> None:
    agent = away(
        state=BUSY,
        reason="",
        contact="c1",
        since=ago(900),
        pending_state=AWAY,
        reachable=False,
        unanswered_rings=2,
    )
    contact = make_contact(
        agent="1001",
        state=ContactState.CONNECTED,
        answered_at=ago(900),
        listeners=("B. Oss", "K. Orlov"),
    )
    shown = look(agent, contact, make_queue(), make_escalation(caller_key="key-of-4912"), SHIFT)
    lines = AgentPage(KEY)(shown, 100)
    assert lines is not None
    tones = {"".join(text for text, _ in line): line[0][1] for line in lines if line}
    assert "  in call for 15m, since 14:17:07" in tones
    assert "  After the contact in hand: not ready." in tones
    assert "  Contact c1 of Claims, caller •••4912" in tones
    long = "  ! It takes over three times the average of its queue, which is 2:10."
    assert tones[long] is Tone.LOOK
    assert tones["  ! The caller has an open complaint: E-1042."] is Tone.LOOK
    assert "  Listened to by B. Oss, K. Orlov." in tones
    assert tones["  ! The phone cannot be reached."] is Tone.LOOK
    assert tones["  ! It rang 2 times today without an answer."] is Tone.LOOK


def test_what_is_fixed_of_an_agent() -> None:
    agent = away(
        team="South",
        client="Harbour",
        queues=("claims", "q-gone"),
        skills=(Skill("claims", 80), Skill("de")),
        remote=True,
        scheduled_s=None,
        adherent_s=None,
    )
    text = drawn(AgentPage(KEY), look(agent, make_queue()))
    assert "  Team    South" in text
    assert "  Client  Harbour" in text
    assert "  Queues  Claims, q-gone" in text
    assert "  Skills  claims 80, de" in text
    assert "  Works   elsewhere" in text
    assert "  Phone   reachable" in text
    assert "  Adherence -: no shift is known" in text


def test_old_figures_stand_still_and_say_so(history: HistoryReader) -> None:
    page, shown = AgentPage(KEY), look(away(), SHIFT, age_s=600.0)
    page.read_past(history, shown)
    text = drawn(page, shown)
    assert text[0] == "  ~ This is how it was at 14:22:07."
    assert "  not ready/break for 12m, since 14:10:00" in text


def test_a_new_state_and_a_new_day_are_read_at_once(history: HistoryReader) -> None:
    page, shown = AgentPage(KEY), look(away(), SHIFT)
    page(shown, 80)
    first = page.wanted_past
    page(look(away(reason="meal")), 80)
    assert page.wanted_past == first
    page(look(away(state=READY, reason="", since=ago(5))), 80)
    assert page.wanted_past != first
    page.read_past(history, shown)
    tomorrow = look(away(), SHIFT, now=NOW + 86_400_000, age_s=-86_400.0)
    assert "  The day is being read from history ..." in drawn(page, tomorrow)


def test_an_agent_who_is_gone_has_no_page(history: HistoryReader) -> None:
    page, shown = AgentPage(KEY), look(make_agent("1002"))
    assert page(shown, 80) is None
    page.read_past(history, shown)


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_the_page_fits_every_width(history: HistoryReader, width: int) -> None:
    page, shown = AgentPage(KEY), look(away(), SHIFT, make_queue())
    page.read_past(history, shown)
    assert max(map(len, drawn(page, shown, width))) <= width


def test_a_shift_of_another_agent_is_not_theirs(history: HistoryReader) -> None:
    other: Shift = make_shift(agent="1002")
    page, shown = AgentPage(KEY), look(away(scheduled_s=None, adherent_s=None), other)
    page.read_past(history, shown)
    text = "\n".join(drawn(page, shown))
    assert "No shift is known." in text
    assert "plan  " not in text
