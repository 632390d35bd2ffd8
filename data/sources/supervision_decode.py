"""The supervision API's messages as model records: decoded by type, cleaned, masked.

Every string passes `clean_text` here, callers' numbers are masked here, and numbers that the cache
could not hold are refused here. A row that does not decode raises `RowRefused` and costs only
itself; an enumeration value that is not known becomes `unknown` or `other`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache, partial
from typing import Any, TypeAlias, TypedDict

import msgspec
from msgspec import UnsetType

from data import contract, model
from data.callers import key_number, mask_number
from data.clean import NAME_LIMIT, TEXT_LIMIT, clean_text
from data.contract import to_ms
from data.model import AgentState, Change, Channel, ContactState, Kind, Ms
from data.settings import Mask
from data.sources import supervision_words as words
from data.sources.native_ids import shared_id, stored_id

WORD_LIMIT = 64
KEY_LIMIT = 64
LINK_LIMIT = 2000
LARGEST_WHOLE = 2**53
"""Beyond it a number is no count of anything, and SQLite's 64 bits are near."""

_AGENT_STATES = {
    "agentNull": AgentState.LOGGED_OFF,
    "agentNotReady": AgentState.NOT_READY,
    "agentReady": AgentState.READY,
    "agentBusy": AgentState.BUSY,
    "agentWorkingAfterCall": AgentState.WORKING_AFTER_CONTACT,
}
# A dictionary answers in a sixth of the time that an enumeration takes to find its member.
_KINDS = {name: Kind(name) for name in contract.ENTITY_TYPES}
_CHANNELS = {channel.value: channel for channel in Channel}
_CONTACT_STATES = {state.value: state for state in ContactState}
# Teams and skills are few words, told over and over: each is kept once.
_word = lru_cache(maxsize=4096)(partial(clean_text, limit=WORD_LIMIT))


_Maker: TypeAlias = Callable[[Any, "Who", contract.RawChange, "Origin"], model.AnyRecord]


class RowRefused(Exception):
    """A row that is not what its type has to be."""


class Origin(msgspec.Struct, frozen=True):
    """Where rows come from, and how their callers are to be protected."""

    site: str
    source: str
    mask: Mask
    key: bytes
    """The floor's own key for callers' numbers."""


class Who(TypedDict):
    """What names a record."""

    site: str
    source: str
    id: str


class Caller(TypedDict):
    """What may be kept of a caller."""

    caller_masked: str
    caller_key: str


def decode_change(raw: contract.RawChange, origin: Origin) -> Change | None:
    """One change as the model has it; None where its type is one that is not known here.

    Raises:
        RowRefused: It does not decode.
    """
    kind = _KINDS.get(raw.type)
    if kind is None:
        return None
    entity, at = stored_id(raw.id), to_ms(raw.at)
    record = None
    if raw.op != "delete":
        if raw.op != "upsert" or isinstance(raw.data, UnsetType):
            raise RowRefused(raw.type)
        record = _decode_record(kind, raw, entity, origin)
    by = clean_text(raw.by, KEY_LIMIT) if raw.by else ""
    return Change(kind=kind, id=entity, version=raw.version, at=at, record=record, by=by)


def _decode_record(
    kind: Kind, raw: contract.RawChange, entity: str, origin: Origin
) -> model.AnyRecord:
    try:
        data: Any = _decoder(kind).decode(raw.data)  # type: ignore[arg-type]
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise RowRefused(raw.type) from error
    who: Who = {"site": origin.site, "source": origin.source, "id": entity}
    return _MAKERS[kind](data, who, raw, origin)


@cache
def _decoder(kind: Kind) -> msgspec.json.Decoder[Any]:
    """Made for a kind once there is a row of it: that takes as long as decoding a hundred."""
    return msgspec.json.Decoder(contract.ENTITY_TYPES[kind])


def _name(text: str) -> str:
    return clean_text(text, NAME_LIMIT)


def _known(value: str | UnsetType, known: frozenset[str], other: str = "unknown") -> str:
    """A value of an enumeration that later versions may extend."""
    if isinstance(value, UnsetType) or not value:
        return ""
    return value if value in known else other


def _said(value: str | UnsetType, limit: int = NAME_LIMIT) -> str:
    return clean_text(value, limit) if isinstance(value, str) else ""


def _referred(value: str | UnsetType) -> str:
    return stored_id(value) if isinstance(value, str) else ""


def _instant(value: Any) -> Ms | None:
    return to_ms(value) if value is not None else None


def _whole(value: int) -> int:
    if not -LARGEST_WHOLE <= value <= LARGEST_WHOLE:
        raise RowRefused("number")
    return value


def _whole_or_none(value: int | None) -> int | None:
    return None if value is None else _whole(value)


def _caller(masked: str | UnsetType, key: str | UnsetType, origin: Origin) -> Caller:
    """What may be kept of a caller: the server's key, or one of our own from the full number."""
    number = masked if isinstance(masked, str) else ""
    given = _said(key, KEY_LIMIT)
    return {
        "caller_masked": mask_number(number, origin.mask),
        "caller_key": given or (key_number(number, origin.key) if number else ""),
    }


def _counts(counts: contract.Counts) -> model.Counts:
    whole = ("offered", "answered", "answered_within", "abandoned", "abandoned_within")
    for name in (*whole, "abandoned_short", "transferred"):
        _whole(getattr(counts, name))
    return msgspec.convert(counts, model.Counts, from_attributes=True)


def _queue(
    data: contract.Queue, who: Who, _raw: contract.RawChange, _origin: Origin
) -> model.Queue:
    return model.Queue(
        **who,
        client=_word(data.client),
        name=_name(data.name),
        channel=_CHANNELS.get(data.channel, Channel.OTHER),
        direction=_known(data.direction, words.DIRECTIONS),
        contacts_waiting=_whole(data.contacts_waiting),
        longest_wait_since=_instant(data.longest_wait_since),
        threshold_s=_whole(data.threshold_s),
        short_abandon_s=_whole(data.short_abandon_s),
        target_percent=data.target_percent,
        day=_counts(data.day),
        day_started_at=to_ms(data.day_started_at),
        switches=tuple(
            model.Switch(
                name=_word(each.name),
                on=each.on,
                since=_instant(each.since),
                by=_person(each.by),
                label=_word(each.label),
            )
            for each in data.switches
        ),
    )


def _interval(
    data: contract.Interval, who: Who, _raw: contract.RawChange, _origin: Origin
) -> model.Interval:
    return model.Interval(
        **who,
        queue=shared_id(data.queue),
        starts_at=to_ms(data.starts_at),
        minutes=_whole(data.minutes),
        counts=_counts(data.counts),
        forecast_offered=data.forecast_offered,
        forecast_aht_s=data.forecast_aht_s,
    )


def _contact(
    data: contract.Contact, who: Who, raw: contract.RawChange, origin: Origin
) -> model.Contact:
    state = _CONTACT_STATES.get(data.state, ContactState.UNKNOWN)
    since = to_ms(raw.at)
    if state is ContactState.WAITING:
        since = to_ms(data.queued_at or data.created_at)
    return model.Contact(
        **who,
        **_caller(data.caller_masked, data.caller_key, origin),
        queue=shared_id(data.queue),
        channel=_CHANNELS.get(data.channel, Channel.OTHER),
        direction=_known(data.direction, words.DIRECTIONS),
        state=state,
        state_since=since,
        created_at=to_ms(data.created_at),
        queued_at=_instant(data.queued_at),
        answered_at=_instant(data.answered_at),
        position=_whole_or_none(data.position),
        priority=_whole(data.priority),
        agent=shared_id(data.agent),
        listeners=tuple([_word(each) for each in data.listeners]),
        recording=clean_text(data.recording, LINK_LIMIT),
    )


def _agent(
    data: contract.Agent, who: Who, _raw: contract.RawChange, _origin: Origin
) -> model.Agent:
    state = _AGENT_STATES.get(data.state, AgentState.UNKNOWN)
    if not data.logged_on:
        state = AgentState.LOGGED_OFF
    pending = _AGENT_STATES.get(data.pending_state, AgentState.UNKNOWN)
    since = to_ms(data.state_since)
    return model.Agent(
        **who,
        name=_name(data.name),
        team=_word(data.team),
        state=state,
        since=since,
        reason=_word(data.reason_code),
        pending_state=pending if data.pending_state else None,
        queues=tuple([shared_id(each) for each in data.queues]),
        penalties=tuple(
            [model.Penalty(shared_id(each.queue), _whole(each.penalty)) for each in data.penalties]
        ),
        contact=stored_id(data.contact) if data.contact else None,
        skills=tuple(
            [model.Skill(_word(each.name), _whole_or_none(each.level)) for each in data.skills]
        ),
        reachable=data.reachable,
        assist_since=_instant(data.assist_since),
        assist_by=_person(data.assist_by) if data.assist_since else None,
        state_by=_person(data.state_by),
        remote=data.remote,
        reported_state=state,
        reported_since=since,
        today=_agent_day(data.today),
    )


def _person(person: contract.Person | None) -> model.Person | None:
    return None if person is None else model.Person(person.id, _name(person.name))


def _agent_day(day: contract.AgentDay | None) -> model.AgentDay:
    if day is None:
        return model.AgentDay()
    for value in (day.handled, day.sales, day.dials):
        _whole_or_none(value)
    return msgspec.convert(day, model.AgentDay, from_attributes=True)


def _escalation(
    data: contract.Escalation, who: Who, raw: contract.RawChange, origin: Origin
) -> model.Escalation:
    return model.Escalation(
        **who,
        **_caller(data.caller_masked, data.caller_key, origin),
        reference=_word(data.reference),
        kind=_known(data.kind or "complaint", words.ESCALATION_KINDS, "complaint"),
        status=_known(data.status, words.STATUSES),
        severity=_known(data.severity, words.SEVERITIES),
        tier=_whole(data.tier),
        received_at=to_ms(data.received_at),
        channel=_CHANNELS.get(str(data.channel), Channel.OTHER),
        queue=_referred(data.queue),
        contact=_referred(data.contact),
        agent=_referred(data.agent),
        summary=clean_text(data.summary, TEXT_LIMIT),
        remedy_sought=_said(data.remedy_sought, TEXT_LIMIT),
        vulnerable=data.vulnerable,
        owner=_owner(data.owner),
        clocks=tuple(
            model.ComplaintClock(
                _word(each.name), to_ms(each.due_at), _instant(each.met_at), each.paused
            )
            for each in data.clocks
        ),
        events=tuple(
            model.EscalationEvent(
                at=to_ms(each.at),
                who=_name(each.who),
                what=_word(each.what),
                note=clean_text(each.note, TEXT_LIMIT),
                value=clean_text(each.value, NAME_LIMIT),
            )
            for each in data.events
        ),
        outcome=_known(data.outcome, words.OUTCOMES),
        resolution=_known(data.resolution, words.RESOLUTIONS, "other"),
        referred_to=_said(data.referred_to),
        recording=_said(data.recording, LINK_LIMIT),
        version=raw.version,
    )


def _owner(owner: contract.Owner | None) -> model.Owner | None:
    if owner is None:
        return None
    return model.Owner(owner.id, _name(owner.name), to_ms(owner.since))


def _shift(
    data: contract.Shift, who: Who, _raw: contract.RawChange, _origin: Origin
) -> model.Shift:
    return model.Shift(
        **who,
        agent=shared_id(data.agent_id),
        starts_at=to_ms(data.starts_at),
        ends_at=to_ms(data.ends_at),
        local_start=_word(data.local_start),
        zone=_word(data.zone),
        activities=tuple(
            model.Activity(
                _known(each.kind, words.ACTIVITIES, "other"),
                to_ms(each.starts_at),
                to_ms(each.ends_at),
            )
            for each in data.activities
        ),
    )


def _note(data: contract.Note, who: Who, _raw: contract.RawChange, _origin: Origin) -> model.Note:
    return model.Note(
        **who,
        author=data.author,
        text=clean_text(data.text, TEXT_LIMIT),
        written_at=to_ms(data.written_at),
        about=_about(data.about),
        audience=_audience(data.audience),
        read_by=tuple(_word(each) for each in data.read_by),
    )


def _audience(audience: contract.Audience | None) -> model.Audience | None:
    if audience is None:
        return None
    kind = _known(audience.kind, words.AUDIENCES)
    return model.Audience(kind, tuple(stored_id(each) for each in audience.ids))


def _alert(
    data: contract.Alert, who: Who, _raw: contract.RawChange, _origin: Origin
) -> model.Alert:
    return model.Alert(
        **who,
        name=_word(data.kind),
        severity=_known(data.severity, words.ALERT_SEVERITIES),
        raised_at=to_ms(data.raised_at),
        about=_about(data.about),
        text=clean_text(data.text, TEXT_LIMIT),
        acknowledged_by=None if data.acknowledged_by is None else _name(data.acknowledged_by),
    )


def _about(about: contract.About | None) -> model.About | None:
    if about is None:
        return None
    return model.About(_known(about.type, frozenset(contract.ENTITY_TYPES)), stored_id(about.id))


_MAKERS: dict[Kind, _Maker] = {
    Kind.QUEUE: _queue,
    Kind.INTERVAL: _interval,
    Kind.CONTACT: _contact,
    Kind.AGENT: _agent,
    Kind.ESCALATION: _escalation,
    Kind.SHIFT: _shift,
    Kind.NOTE: _note,
    Kind.ALERT: _alert,
}
