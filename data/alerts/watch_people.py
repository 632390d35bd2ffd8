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

_AGENT = Kind.AGENT.value
_OF_STATES = (Figure.NOT_READY, Figure.AFTER_CONTACT, Figure.UNREACHABLE)
SOON_MS = 5_000
"""As often it is looked who has been in a state for nearly as long as a rule allows."""
_NOT_THERE = frozenset({Fit.MISSING, Fit.LATE, Fit.LEFT})
_AROUND_MS = 24 * 3_600_000
_NOTHING = Scope()


class AgentWatch:
    """Tells the docket of agents, and the hygiene of phones that were lost together."""

    def __init__(self, docket: Docket, hygiene: Hygiene) -> None:
        self._docket = docket
        self._hygiene = hygiene
        self._lost: dict[tuple[str, str], dict[Key, Ms]] = {}
        self._starts_ms = {figure: docket.starts_at(figure) * 1000 for figure in _OF_STATES}
        self._told: set[tuple[Key, Figure]] = set()
        """Whose states the docket knows of."""
        self._later: dict[Key, tuple[float, Figure]] = {}
        """Who is in a state of which no rule speaks yet, and when one may."""
        self._later_at: Ms = 0

    def look(self, view: View) -> bool:
        """Read who has changed; whether other phones are lost together than before."""
        touched: set[tuple[str, str]] = set()
        self._take_due(view)
        for key, old, agent in view.agents:
            self._read(key, old, agent, view.now)
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

    def _take_due(self, view: View) -> None:
        """Tell of those who have been in a state for so long that rules speak of it soon."""
        now = view.now
        if self._later_at - SOON_MS <= now < self._later_at:
            return
        self._later_at = now + SOON_MS
        soon = now + 2 * SOON_MS
        for key in [key for key, (due, _figure) in self._later.items() if due <= soon]:
            _due, figure = self._later.pop(key)
            agent = view.snapshot.agents.get(key)
            if agent is not None and _figure_of(agent.state) is figure:
                self._tell(key, figure, Reading(0, agent.since, 1), agent, now)

    def _read(self, key: Key, old: Agent | None, agent: Agent | None, now: Ms) -> None:
        """Tell what is so by now, and what was so and is no more; of somebody new all."""
        figure = None if agent is None else _figure_of(agent.state)
        self._later.pop(key, None)
        for was in _OF_STATES:
            if was is not figure and (old is None or (key, was) in self._told):
                self._tell(key, was, None, agent, now)
        if figure is not None and agent is not None:
            due = agent.since + self._starts_ms[figure]
            if old is not None and due > now + 2 * SOON_MS and (key, figure) not in self._told:
                # Most states are over long before a rule speaks of them.
                self._later[key] = (due, figure)
            else:
                self._tell(key, figure, Reading(0, agent.since, 1), agent, now)
        asks = agent is not None and agent.assist_since is not None and agent.assist_by is None
        if asks or old is None or old.assist_since is not None:
            since = agent.assist_since if agent is not None and asks else None
            reading = None if since is None else Reading(0, since, 1)
            self._tell(key, Figure.ASSIST, reading, agent, now)

    def _tell(
        self, key: Key, figure: Figure, reading: Reading | None, agent: Agent | None, now: Ms
    ) -> None:
        if reading is None:
            self._told.discard((key, figure))
        else:
            self._told.add((key, figure))
        scope = _NOTHING
        if agent is not None:
            scope = Scope(site=key.site, queues=agent.queues, team=agent.team, client=agent.client)
        self._docket.tell(
            Subject(figure, key.site, key.source, _AGENT, key.id), reading, now, scope
        )


def _figure_of(state: AgentState) -> Figure | None:
    """What is watched of a state; asked too often for a mapping of an enumeration's members."""
    if state is AgentState.NOT_READY:
        return Figure.NOT_READY
    if state is AgentState.WORKING_AFTER_CONTACT:
        return Figure.AFTER_CONTACT
    return Figure.UNREACHABLE if state is AgentState.UNREACHABLE else None


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
        snapshot, now = view.snapshot, view.now
        is_same_staff = all(old is not None and new is not None for _key, old, new in view.agents)
        is_listed = self._listed_until - _AROUND_MS <= now < self._listed_until
        if view.changed(Kind.SHIFT) or not is_same_staff or not is_listed:
            dirty = self._list(view)
        else:
            shifts_of = self._shifts_of.get
            dirty = {shift for key, _old, _new in view.agents for shift in shifts_of(key, ())}
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
