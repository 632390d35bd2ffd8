"""The floor as it was at any instant, from history.

States of agents come from segments, contacts from their rows, counts from the intervals less what
was added to them later. What history keeps no instants of (who serves which queue, thresholds,
notes, plans) is as the last keyframe before the instant has it, or else as it is today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from msgspec.structs import replace

from data.cache import rewind_agents, rewind_calls, rewind_contacts
from data.cache import rewind_queries as queries
from data.cache.history_keyframes import newest_rows
from data.cache.history_model import Sort
from data.cache.history_reader import HistoryReader
from data.cache.rewind_agents import Named, agent_at
from data.cache.rewind_calls import Later, Limits, Stay
from data.cache.rewind_contacts import Holders, caller_keys, contact_at, is_there
from data.cache.rewind_queues import intervals_at, queue_at
from data.figures.complaint_then import complaint_then
from data.floor import FloorSnapshot, Key
from data.model import (
    Agent,
    AgentState,
    Alert,
    AnyRecord,
    Contact,
    Escalation,
    Freshness,
    Interval,
    Kind,
    Ms,
    Queue,
)
from data.status import SourceHealth
from data.zones import site_day_start

BEFORE_DAY_MS = 3_600_000
"""How much before the day's beginning the last half hour may reach."""
_KEPT = (
    *(Kind.QUEUE, Kind.AGENT, Kind.ESCALATION, Kind.SHIFT),
    *(Kind.NOTE, Kind.ALERT, Kind.LOST_CALLER, Kind.LOAN),
)
_R = TypeVar("_R", bound=AnyRecord)


class Rewind:
    """Shows the floor at earlier instants. For one thread at a time.

    Args:
        reader: The floor's history.
        present: The floor as it is: its sites and sources, and what history does not keep.
    """

    def __init__(self, reader: HistoryReader, present: FloorSnapshot) -> None:
        self._ask = reader.ask
        self._reader = reader
        self._present = present

    def at(self, instant: Ms) -> FloorSnapshot:
        """The floor as it was at an instant; read-only, and without actions.

        Raises:
            StoreError: History can no longer be read.
        """
        return _Then(self._reader, self._present, instant).snapshot()


class _Then:
    """One instant, and what was read for it."""

    def __init__(self, reader: HistoryReader, present: FloorSnapshot, at: Ms) -> None:
        self._ask, self._reader, self._present, self._at = reader.ask, reader, present, at
        kept = newest_rows(reader.ask, at, _KEPT)
        self._kept_at = kept.at if kept is not None else None
        self._kept: Mapping[Kind, Mapping[Key, AnyRecord]] = kept.rows if kept is not None else {}
        self._day_starts = {info.id: site_day_start(info, at) for info in present.sites}
        self._queues = rewind_agents.named(self._ask, Sort.QUEUE)
        self._queue_names = {queue.key: queue for queue in self._queues.values()}
        self._agents = rewind_agents.named(self._ask, Sort.AGENT)
        self._since = self._counted_from()
        self._doings = rewind_agents.doings_at(self._ask, self._since, at)
        self._holders = Holders(self._doings.lasting, self._agents)

    def snapshot(self) -> FloorSnapshot:
        """The floor."""
        complaints, latest = self._complaints(), self._latest()
        stays, wrapping = self._stays()
        contacts = self._contacts([*stays, *wrapping], complaints.values())
        intervals = self._intervals([*stays, *wrapping])
        agents = self._agents_then({stay.row: stay for stay in (*stays, *wrapping)})
        return FloorSnapshot(
            rev=self._present.rev,
            queues=self._queues_then(contacts.values(), intervals.values()),
            intervals=intervals,
            contacts=contacts,
            agents=agents,
            escalations=complaints,
            shifts=self._nearest(Kind.SHIFT, self._present.shifts),
            notes={
                key: note
                for key, note in self._nearest(Kind.NOTE, self._present.notes).items()
                if note.written_at <= self._at
            },
            alerts=self._alerts(),
            lost_cases=self._nearest(Kind.LOST_CALLER, {}),
            loans={
                key: loan
                for key, loan in self._nearest(Kind.LOAN, self._present.loans).items()
                if loan.lent_at <= self._at
            },
            sites=self._present.sites,
            sources=tuple(
                then_healthy(health, self._at, latest.get((health.site, health.source)))
                for health in self._present.sources
            ),
        )

    def _stays(self) -> tuple[list[Stay], list[Stay]]:
        """What was in a queue or in service, and what was still worked on after that."""
        stays = rewind_calls.stays_at(self._ask, self._at)
        known = {stay.row for stay in stays}
        worked = self._holders.rows(AgentState.WORKING_AFTER_CONTACT)
        rows = [row for row in worked if row not in known]
        return stays, rewind_calls.stays_of(self._ask, rows)

    def _contacts(
        self, stays: Iterable[Stay], complaints: Iterable[Escalation]
    ) -> dict[Key, Contact]:
        shown = [stay for stay in stays if is_there(stay, self._at)]
        numbers = {number for stay in shown for number in (stay.client, stay.mask)}
        words = rewind_agents.words(self._ask, numbers)
        callers = caller_keys(complaints)
        found: dict[Key, Contact] = {}
        for stay in sorted(shown, key=lambda one: one.leg):
            queue = self._queues.get(stay.queue)
            if queue is not None:
                contact = contact_at(stay, self._at, self._holders, queue, words, callers)
                found[Key(contact.site, contact.source, contact.id)] = contact
        return found

    def _intervals(self, under_way: list[Stay]) -> dict[Key, Interval]:
        at = self._at
        earliest = min(self._day_starts.values(), default=at) - BEFORE_DAY_MS
        rows = self._ask(queries.INTERVALS, {"start": earliest, "at": at})
        ends = max((starts_at + minutes * 60_000 for _, starts_at, minutes, *_ in rows), default=at)
        stays: list[Stay | Later] = [*under_way]
        stays += rewind_calls.later_stays(self._ask, at, ends)
        work = rewind_calls.later_work(self._ask, at, ends)
        names = {number: queue.key for number, queue in self._queues.items()}
        return intervals_at(rows, stays, work, self._limits, names, at)

    def _limits(self, key: Key) -> Limits:
        queue = self._queue(key)
        return Limits(queue.threshold_s, queue.short_abandon_s)

    def _queue(self, key: Key) -> Queue:
        found = self._kept.get(Kind.QUEUE, {}).get(key) or self._present.queues.get(key)
        if isinstance(found, Queue):
            return found
        told = self._queue_names.get(key)  # calls of another system: the name, and nothing else
        name, client = (told.label or key.id, told.client) if told is not None else (key.id, "")
        return Queue(**key._asdict(), name=name, client=client)

    def _queues_then(
        self, contacts: Iterable[Contact], intervals: Iterable[Interval]
    ) -> dict[Key, Queue]:
        """The queues there were: those of the keyframe, and those that had contacts that day."""
        waiting: dict[Key, list[Contact]] = defaultdict(list)
        for contact in contacts:
            waiting[rewind_contacts.place(contact)].append(contact)
        counted: dict[Key, list[Interval]] = defaultdict(list)
        for interval in intervals:
            counted[Key(interval.site, interval.source, interval.queue)].append(interval)
        kinds = {(one.site, one.source): one.kind for one in self._present.sources}
        keys = self._nearest(Kind.QUEUE, self._present.queues).keys() | counted.keys()
        return {
            key: queue_at(
                self._queue(key),
                counted.get(key, ()),
                waiting.get(key, ()),
                kinds.get((key.site, key.source), ""),
                self._day_start(key.site),
            )
            for key in sorted(keys)
        }

    def _agents_then(self, stays: Mapping[int, Stay]) -> dict[Key, Agent]:
        """Those who were there; who was only kept, and of whom history has no state, is unknown."""
        kept, present, names = self._kept.get(Kind.AGENT, {}), self._present.agents, self._agents
        counted = kept if self._since == self._kept_at else {}
        doings, at = self._doings, self._at
        reasons = rewind_agents.words(self._ask, (one.reason for one in doings.lasting))
        found: dict[Key, Agent] = {}
        for doing in doings.lasting:
            key = names[doing.number].key
            stay = stays.get(doing.contact)
            in_hand = stay.id if stay is not None and is_there(stay, at) else None
            before = counted.get(key)
            today = rewind_agents.day_at(
                before.today if isinstance(before, Agent) else None, doings.spent[doing.number]
            )
            agent = kept.get(key) or present.get(key)
            if not isinstance(agent, Agent):
                agent = _unheard_of(names[doing.number])
            found[key] = agent_at(agent, doing, reasons[doing.reason], in_hand, today)
        absent = {key: agent for key, agent in kept.items() if key not in found}
        known = {names[number].key for number in doings.known} if absent else set()
        for key, agent in absent.items():
            if key not in known and isinstance(agent, Agent):
                found[key] = replace(agent, state=AgentState.UNKNOWN, since=0, contact=None)
        return found

    def _counted_from(self) -> Ms:
        """The instant whose sums of the agents' day are known: the keyframe's, or the beginning."""
        starts = self._day_starts.values()
        if self._kept_at is None or self._kept_at < max(starts, default=0):
            return min(starts, default=self._at)
        return self._kept_at

    def _complaints(self) -> dict[Key, Escalation]:
        kept, newer = self._kept.get(Kind.ESCALATION, {}), self._present.escalations
        found: dict[Key, Escalation] = {}
        for key in sorted(kept.keys() | newer.keys()):
            old = kept.get(key)
            then = complaint_then(
                old if isinstance(old, Escalation) else None,
                self._kept_at or 0,
                newer.get(key),
                self._at,
            )
            if then is not None:
                found[key] = then
        return found

    def _alerts(self) -> dict[Key, Alert]:
        """Those that stood: today's record of an alert tells best when it ended."""
        found: dict[Key, Alert] = {}
        for key, alert in {**self._kept.get(Kind.ALERT, {}), **self._present.alerts}.items():
            if not isinstance(alert, Alert) or alert.raised_at > self._at:
                continue
            if alert.ended_at is not None and alert.ended_at <= self._at:
                continue
            is_seen = (alert.acknowledged_at or 0) <= self._at
            found[key] = replace(
                alert,
                ended_at=None,
                acknowledged_by=alert.acknowledged_by if is_seen else None,
                acknowledged_name=alert.acknowledged_name if is_seen else "",
                acknowledged_at=alert.acknowledged_at if is_seen else None,
            )
        return found

    def _nearest(self, kind: Kind, present: Mapping[Key, _R]) -> dict[Key, _R]:
        """Rows as the keyframe has them; where there is none, as they are today."""
        kept = self._kept.get(kind)
        return dict(present) if kept is None else {**kept}  # type: ignore[dict-item]

    def _day_start(self, site: str) -> Ms:
        return self._day_starts.get(site, 0)

    def _latest(self) -> dict[tuple[str, str], Ms]:
        """When each source had last told of anything by then."""
        found: dict[tuple[str, str], Ms] = {}
        for number, latest in self._doings.latest.items():
            site, source, _ = self._agents[number].key
            if latest > found.get((site, source), -1):
                found[site, source] = latest
        return found


def then_healthy(health: SourceHealth, at: Ms, latest: Ms | None) -> SourceHealth:
    """How a source stood at an instant, as far as history tells.

    Args:
        health: As it is today.
        at: The instant.
        latest: When it had last told of anything by then; None where nothing is known of it. What
            a source that folds changes has shown between that and `at` is not known.
    """
    return replace(
        health,
        state=Freshness.LIVE if latest is not None else Freshness.OFFLINE,
        problem="",
        problem_detail="",
        last_ok_at=latest if latest is None or health.folds else at,
        last_ok_mono_ms=None,
        boot_id="",
        failures=0,
        skipped_rows=0,
        switches=(),
        lines=(),
        anchor=None,
        operations=(),
        upset=None,
    )


def _unheard_of(named: Named) -> Agent:
    """Somebody who is in history and nowhere else."""
    return Agent(**named.key._asdict(), name=named.label or named.key.id, client=named.client)
