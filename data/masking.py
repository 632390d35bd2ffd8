"""The floor without anybody in it: what a locked screen may show.

What may be shown is copied; nothing is taken out of what there is. So a record of a new kind, or a
new field of a record, is hidden until somebody decides here that it names nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TypeVar

from msgspec.structs import replace

from data.floor import FloorSnapshot, Key
from data.model import (
    About,
    Agent,
    Alert,
    Checklist,
    Escalation,
    Kind,
    Mute,
    Person,
    Queue,
    Switch,
)
from data.status import Line, SourceHealth

_Record = TypeVar("_Record")
_PLACES = frozenset({"queue", "site", "source"})
"""What an alert may be about without telling of anybody."""


class Mask:
    """Makes views of a floor in which nobody is named; the same again for the same view."""

    def __init__(self) -> None:
        self._of = FloorSnapshot()
        self._masked = FloorSnapshot()

    def over(self, snapshot: FloorSnapshot) -> FloorSnapshot:
        """The queues, sites, sources, ages and alerts of a view, and how many agents are where."""
        if snapshot is not self._of:
            self._of, self._masked = snapshot, masked(snapshot)
        return self._masked


def masked(snapshot: FloorSnapshot) -> FloorSnapshot:
    """A view in which no agent, caller, subject, note or phone can be read."""
    return FloorSnapshot(
        rev=snapshot.rev,
        queues=MappingProxyType({key: _queue(one) for key, one in snapshot.queues.items()}),
        intervals=snapshot.intervals,
        agents=_numbered(snapshot.agents, _agent),
        escalations=_numbered(snapshot.escalations, _complaint),
        alerts=_numbered(snapshot.alerts, partial(_alert, numbers=_numbers(snapshot))),
        checklists=MappingProxyType({key: _ticks(one) for key, one in snapshot.checklists.items()}),
        mutes=_numbered(_of_places(snapshot.mutes), _mute),
        sites=snapshot.sites,
        sources=tuple(map(_source, snapshot.sources)),
    )


def _numbered(
    rows: Mapping[Key, _Record], shown: Callable[[_Record, Key], _Record]
) -> Mapping[Key, _Record]:
    """Rows under numbers: an agent's id is a phone or a name, a contact's id may be a number."""
    found: dict[Key, _Record] = {}
    for number, (key, row) in enumerate(rows.items(), 1):
        place = Key(key.site, key.source, str(number))
        found[place] = shown(row, place)
    return MappingProxyType(found)


def _queue(queue: Queue) -> Queue:
    if not queue.switches:
        return queue
    switches = tuple(
        Switch(name=each.name, on=each.on, since=each.since, label=each.label)
        for each in queue.switches
    )
    return replace(queue, switches=switches)


def _agent(agent: Agent, place: Key) -> Agent:
    """Where somebody is, and what they do; not who."""
    return Agent(
        site=place.site,
        source=place.source,
        id=place.id,
        name="",
        state=agent.state,
        since=agent.since,
        queues=agent.queues,
        reachable=agent.reachable,
        assist_since=agent.assist_since,
        # That somebody answers the hand, and not who.
        assist_by=None if agent.assist_by is None else replace(agent.assist_by, id="", name=""),
        reported_state=agent.reported_state,
        reported_since=agent.reported_since,
        is_inferred=agent.is_inferred,
        paused_in=agent.paused_in,
    )


def _ticks(checklist: Checklist) -> Checklist:
    """What has been ticked, for the first lines count it; not by whom."""
    ticks = (replace(each, by=Person("", "")) for each in checklist.ticks)
    return replace(checklist, ticks=tuple(ticks))


def _complaint(complaint: Escalation, place: Key) -> Escalation:
    """How many there are, and their clocks."""
    return Escalation(
        site=place.site,
        source=place.source,
        id=place.id,
        reference="",
        kind=complaint.kind,
        status=complaint.status,
        severity=complaint.severity,
        received_at=complaint.received_at,
        channel=complaint.channel,
        queue=complaint.queue,
        clocks=complaint.clocks,
    )


def _numbers(snapshot: FloorSnapshot) -> Mapping[tuple[str, Key], str]:
    """Under which number each agent and complaint stands, as `_numbered` gives them."""
    kinds = {Kind.AGENT: snapshot.agents, Kind.ESCALATION: snapshot.escalations}
    return {
        (kind.value, key): str(number)
        for kind, rows in kinds.items()
        for number, key in enumerate(rows, 1)
    }


def _alert(alert: Alert, place: Key, numbers: Mapping[tuple[str, Key], str]) -> Alert:
    """What kind of alert it is, how bad, and since when; of a place which, of others a number."""
    about = alert.about
    if about is not None and about.kind not in _PLACES:
        number = numbers.get((about.kind, Key(alert.site, alert.telephony, about.id)))
        about = None if number is None else About(about.kind, number)
    return Alert(
        site=place.site,
        source=place.source,
        id=place.id,
        # A source's own name for it may name anybody.
        name=alert.name if alert.is_own else "",
        severity=alert.severity,
        raised_at=alert.raised_at,
        about=about,
        acknowledged_by=None if alert.acknowledged_by is None else "",
        telephony=alert.telephony,
        rule=alert.rule,
        limit=alert.limit,
        is_below=alert.is_below,
        began_at=alert.began_at,
        ended_at=alert.ended_at,
        peak=alert.peak,
        peak_at=alert.peak_at,
        slope=alert.slope,
        held=alert.held,
        under=alert.under,
        acknowledged_at=alert.acknowledged_at,
    )


def _of_places(mutes: Mapping[Key, Mute]) -> Mapping[Key, Mute]:
    """Those that are not about somebody: such a mute without its person would mute everything."""
    return {
        key: mute for key, mute in mutes.items() if mute.about is None or mute.about.kind in _PLACES
    }


def _mute(mute: Mute, place: Key) -> Mute:
    """What does not ring, and until when; not by whom."""
    return Mute(
        site=place.site,
        source=place.source,
        id=place.id,
        rule=mute.rule,
        about=mute.about,
        muted_by=Person("", ""),
        muted_at=mute.muted_at,
        until=mute.until,
        ended_at=mute.ended_at,
    )


def _source(health: SourceHealth) -> SourceHealth:
    """How a source does. A line to the outside is often called by its number."""
    lines = tuple(Line(name="", is_up=line.is_up, calls=line.calls) for line in health.lines)
    return replace(health, lines=lines, problem_detail="")
