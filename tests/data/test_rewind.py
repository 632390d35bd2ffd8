"""What the past is made of where no ledger is at hand: keyframes, folding sources, alerts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from data.cache.history_reader import HistoryReader
from data.cache.history_writer import HistoryWriter, Step
from data.cache.rewind import Rewind
from data.files import FloorFiles
from data.floor import FloorSnapshot, Key
from data.model import AgentDay, AgentState, Alert, AnyRecord, ContactState, Freshness, Kind
from tests.builders import (
    NOW,
    SITE,
    SOURCE,
    ago,
    make_agent,
    make_contact,
    make_health,
    make_queue,
    make_snapshot,
)

KINDS: dict[str, Kind] = {"Agent": Kind.AGENT, "Contact": Kind.CONTACT, "Queue": Kind.QUEUE}
AGENT = Key(SITE, SOURCE, "1001")


def step(minutes_ago: float, record: AnyRecord) -> Step:
    return Step(ago(minutes_ago * 60), KINDS[type(record).__name__], record.id, None, record)


def doing(minutes_ago: float, state: AgentState, **more: Any) -> Step:
    since = ago(minutes_ago * 60)
    return step(minutes_ago, make_agent("1001", state=state, since=since, **more))


@contextmanager
def rewound(
    folder: Path, steps: list[Step], present: FloorSnapshot, *keyframes: tuple[float, AnyRecord]
) -> Iterator[Rewind]:
    files = FloorFiles(folder).make()
    writer = HistoryWriter.open(files)
    writer.add(SITE, SOURCE, steps)
    for minutes_ago, record in keyframes:
        writer.keyframe(ago(minutes_ago * 60), [(KINDS[type(record).__name__], record)])
    writer.close()
    with closing(HistoryReader.open(files.history)) as reader:
        yield Rewind(reader, present)


def at(rewind: Rewind, minutes_ago: float) -> FloorSnapshot:
    return rewind.at(ago(minutes_ago * 60))


def test_what_history_keeps_no_instants_of_is_as_in_the_keyframe_before(tmp_path: Path) -> None:
    present = make_snapshot(make_agent("1001", team="south", queues=("sales",)), make_queue())
    kept = make_agent("1001", team="north", queues=("claims",), today=AgentDay(handled=7))
    steps = [doing(90, AgentState.NOT_READY, reason="break"), doing(10, AgentState.READY)]
    with rewound(tmp_path, steps, present, (60, kept)) as rewind:
        then = at(rewind, 30).agents[AGENT]
        assert (then.team, then.queues, then.today.handled) == ("north", ("claims",), 7)
        assert (then.state, then.reason, then.since) == (AgentState.NOT_READY, "break", ago(5400))
        before = at(rewind, 80).agents[AGENT]
        assert (before.team, before.queues) == ("south", ("sales",))
        assert at(rewind, 5).agents[AGENT].state is AgentState.READY
        assert not at(rewind, 95).agents


def test_who_was_kept_and_of_whom_no_state_is_known_is_unknown(tmp_path: Path) -> None:
    with rewound(tmp_path, [], make_snapshot(), (60, make_agent("1001"))) as rewind:
        then = at(rewind, 30).agents[AGENT]
        assert (then.state, then.contact) == (AgentState.UNKNOWN, None)


def test_who_had_left_was_not_there(tmp_path: Path) -> None:
    left = Step(ago(1800), Kind.AGENT, "1001", make_agent("1001"), None)
    steps = [doing(60, AgentState.READY), left]
    with rewound(tmp_path, steps, make_snapshot(), (50, make_agent("1001"))) as rewind:
        assert AGENT in at(rewind, 40).agents
        assert AGENT not in at(rewind, 20).agents


def test_a_source_that_folds_is_shown_as_of_its_last_change(tmp_path: Path) -> None:
    steps = [doing(60, AgentState.READY), doing(30, AgentState.NOT_READY)]
    for folds, known_at in ((True, ago(30 * 60)), (False, ago(20 * 60))):
        present = make_snapshot(sources=(make_health(folds=folds),))
        with rewound(tmp_path / str(folds), steps, present) as rewind:
            (health,) = at(rewind, 20).sources
            assert (health.state, health.last_ok_at) == (Freshness.LIVE, known_at)
            (health,) = at(rewind, 70).sources
            assert (health.state, health.last_ok_at) == (Freshness.OFFLINE, None)


def test_who_is_rung_at_waits_where_the_telephone_system_counts_so(tmp_path: Path) -> None:
    came = ago(300)
    contact = {"created_at": came, "queued_at": came, "state": ContactState.WAITING}
    steps = [
        step(5, make_queue("claims")),
        step(5, make_contact("c1", queue="claims", state_since=came, **contact)),
        doing(4, AgentState.RINGING, contact="c1"),
    ]
    for kind, waiting in (("asterisk", 1), ("supervision", 0)):
        present = make_snapshot(make_queue("claims"), sources=(make_health(kind=kind),))
        with rewound(tmp_path / kind, steps, present) as rewind:
            then = at(rewind, 3)
            (queue,) = then.queues.values()
            (shown,) = then.contacts.values()
            assert shown.state is ContactState.RINGING
            assert queue.contacts_waiting == waiting
            assert at(rewind, 4.5).queues[Key(SITE, SOURCE, "claims")].contacts_waiting == 1


def test_alerts_are_those_that_stood(tmp_path: Path) -> None:
    alert = Alert(
        site=SITE,
        source="@desk",
        id="w",
        name="longest_wait",
        raised_at=ago(3600),
        ended_at=ago(1200),
        acknowledged_by="k-orlov",
        acknowledged_at=ago(1800),
    )
    present = make_snapshot(alerts={Key(SITE, "@desk", "w"): alert})
    with rewound(tmp_path, [], present) as rewind:
        assert not at(rewind, 70).alerts
        (raised,) = at(rewind, 50).alerts.values()
        assert (raised.ended_at, raised.acknowledged_by) == (None, None)
        (seen,) = at(rewind, 25).alerts.values()
        assert (seen.ended_at, seen.acknowledged_by) == (None, "k-orlov")
        assert not at(rewind, 10).alerts
        assert rewind.at(NOW).sites == present.sites
