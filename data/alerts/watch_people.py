"""The figures of agents, their shifts and complaints that rules watch."""

from __future__ import annotations

import heapq

from data.alerts.docket import Docket
from data.alerts.hygiene import Hygiene, lost_together, source_subject
from data.alerts.judge import Reading
from data.alerts.running import Subject
from data.alerts.view import View
from data.figures.roster import NEVER, Fit, classify
from data.floor import FloorSnapshot, Key
from data.model import Agent, AgentState, Escalation, Kind, Ms, Shift
from data.rules.limits import Scope
from data.settings import Figure

_STATES = {
    AgentState.NOT_READY: Figure.NOT_READY,
    AgentState.WORKING_AFTER_CONTACT: Figure.AFTER_CONTACT,
    AgentState.UNREACHABLE: Figure.UNREACHABLE,
}
_NOT_THERE = frozenset({Fit.MISSING, Fit.LATE, Fit.LEFT})
_AROUND_MS = 24 * 3_600_000
_NOTHING = Scope()


class AgentWatch:
    """Tells the docket of agents, and the hygiene of phones that were lost together."""

    def __init__(self, docket: Docket, hygiene: Hygiene) -> None:
        self._docket = docket
        self._hygiene = hygiene
        self._lost: dict[tuple[str, str], dict[Key, Ms]] = {}

    def look(self, view: View) -> bool:
        """Read who has changed; whether other phones are lost together than before."""
        touched: set[tuple[str, str]] = set()
        for key in view.changed(Kind.AGENT):
            agent = view.snapshot.agents.get(key)
            self._read(key, agent, view.now)
            place = (key.site, key.source)
            lost = self._lost.setdefault(place, {})
            if agent is not None and agent.state is AgentState.UNREACHABLE:
                if lost.get(key) != agent.since:
                    lost[key] = agent.since
                    touched.add(place)
            elif lost.pop(key, None) is not None:
                touched.add(place)
        differing = [self._count(place, view.now) for place in touched]
        return any(differing)

    def _count(self, place: tuple[str, str], now: Ms) -> bool:
        phones = lost_together(self._lost[place].items())
        reading = Reading(len(phones), now) if phones else None
        self._docket.tell(source_subject(Figure.PHONES_LOST, *place), reading, now, _at(place))
        return self._hygiene.lose(place, phones)

    def _read(self, key: Key, agent: Agent | None, now: Ms) -> None:
        figures: dict[Figure, Reading | None] = dict.fromkeys(_STATES.values())
        figures[Figure.ASSIST] = None
        scope = _NOTHING
        if agent is not None:
            scope = Scope(site=key.site, queues=agent.queues, team=agent.team, client=agent.client)
            figure = _STATES.get(agent.state)
            if figure is not None:
                figures[figure] = Reading(0, agent.since, 1)
            if agent.assist_since is not None and agent.assist_by is None:
                figures[Figure.ASSIST] = Reading(0, agent.assist_since, 1)
        for figure, reading in figures.items():
            subject = Subject(figure, key.site, key.source, Kind.AGENT.value, key.id)
            self._docket.tell(subject, reading, now, scope)


class ShiftWatch:
    """Tells the docket who is late, missing or has left, by the roster."""

    def __init__(self, docket: Docket) -> None:
        self._docket = docket
        self._agent_of: dict[Key, Key] = {}
        self._shifts_of: dict[Key, list[Key]] = {}
        self._due: list[tuple[Ms, Key]] = []
        self._until: dict[Key, Ms] = {}
        self._listed_until: Ms = 0
        self._off: dict[Key, Key] = {}
        """By agent, the shift for which they are told to be off the plan."""

    def look(self, view: View) -> None:
        """Read whose shift or state has changed, and whose standing time alone changes."""
        snapshot, before, now = view.snapshot, view.before, view.now
        changed = view.changed(Kind.AGENT)
        is_same_staff = all((key in before.agents) is (key in snapshot.agents) for key in changed)
        is_listed = self._listed_until - _AROUND_MS <= now < self._listed_until
        if view.changed(Kind.SHIFT) or not is_same_staff or not is_listed:
            dirty = self._list(view)
        else:
            dirty = {shift for key in changed for shift in self._shifts_of.get(key, ())}
        while self._due and self._due[0][0] <= now:
            at, key = heapq.heappop(self._due)
            if self._until.get(key) == at:
                dirty.add(key)
        for key in dirty:
            self._read(key, snapshot, now)

    def _list(self, view: View) -> set[Key]:
        """Whose shifts are near; all of them are to be read."""
        snapshot, now = view.snapshot, view.now
        self._listed_until = now + _AROUND_MS // 2
        by_id: dict[tuple[str, str], Key] = {(key.site, key.id): key for key in snapshot.agents}
        gone = set(self._agent_of)
        self._agent_of, self._shifts_of, self._due, self._until = {}, {}, [], {}
        for key, shift in snapshot.shifts.items():
            is_near = shift.ends_at > now and shift.starts_at < now + _AROUND_MS
            if key.site != view.site or not is_near:
                continue
            own = Key(shift.site, shift.source, shift.agent)
            who = own if own in snapshot.agents else by_id.get((shift.site, shift.agent), own)
            self._agent_of[key] = who
            self._shifts_of.setdefault(who, []).append(key)
        off = {missed: who for who, missed in self._off.items()}
        for missed in gone - self._agent_of.keys():
            if missed in off:
                self._tell(off[missed], missed, None, None, now)
        return set(self._agent_of)

    def _read(self, key: Key, snapshot: FloorSnapshot, now: Ms) -> None:
        who = self._agent_of[key]
        agent = snapshot.agents.get(who)
        standing = classify(snapshot.shifts[key], agent, now)
        is_off = standing.fit in _NOT_THERE and standing.since is not None
        reading = Reading(0, standing.since or now, 1) if is_off else None
        self._tell(who, key, agent, reading, now)
        if standing.until < NEVER:
            self._until[key] = max(standing.until, now + 1)
            heapq.heappush(self._due, (self._until[key], key))

    def _tell(
        self, who: Key, shift: Key, agent: Agent | None, reading: Reading | None, now: Ms
    ) -> None:
        """Of several shifts of one agent the one that is missed speaks."""
        if reading is not None:
            self._off[who] = shift
        elif self._off.get(who) == shift:
            del self._off[who]
        else:
            return
        scope = (
            Scope(site=who.site, queues=agent.queues, team=agent.team, client=agent.client)
            if agent is not None
            else Scope(site=who.site)
        )
        subject = Subject(Figure.LATE, who.site, who.source, Kind.AGENT.value, who.id)
        self._docket.tell(subject, reading, now, scope)


def read_complaint(docket: Docket, key: Key, complaint: Escalation | None, now: Ms) -> None:
    """Tell the docket how much time is left of a complaint: to the first clock not yet met."""
    dues = (
        [clock.due_at for clock in complaint.clocks if clock.met_at is None and not clock.paused]
        if complaint is not None and complaint.is_open
        else []
    )
    subject = Subject(Figure.CLOCK_LEFT, key.site, key.source, Kind.ESCALATION.value, key.id)
    scope = _NOTHING
    if complaint is not None:
        scope = Scope(site=key.site, queues=(complaint.queue,), client=complaint.client)
    docket.tell(subject, Reading(0, min(dues), -1) if dues else None, now, scope)


def shift_of(snapshot: FloorSnapshot, who: Key, now: Ms) -> Shift | None:
    """The shift that an agent is in; looks at all of them: not for every second."""
    return next(
        (
            shift
            for shift in snapshot.shifts.values()
            if shift.agent == who.id
            and shift.site == who.site
            and shift.starts_at <= now < shift.ends_at
        ),
        None,
    )


def _at(place: tuple[str, str]) -> Scope:
    return Scope(site=place[0])
