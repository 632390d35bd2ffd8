"""Putting a complaint or an enquiry on record, about what is under the cursor.

It goes to the source of the contact where that keeps complaints, else to the floor's own desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from data.actions.verbs import Verb
from data.desk.messages import DESK
from data.figures.doings import Target
from data.floor import Key
from data.model import Agent, Channel, Contact, Ms, Queue
from data.zones import local, zone
from screens import complaint_words, words
from screens.acting.can import can
from screens.acting.offer import COMMENT, Offer, Settled, Wanted
from screens.formats import format_caller, format_clock
from screens.look import Look
from screens.text import _

if TYPE_CHECKING:
    from data.cache.history_model import FoundContact
    from data.figures.lost import LostCaller
    from screens.widgets.form import Field

_SEVERITIES = ("low", "medium", "high", "critical")
_RECEIVED = "received"
"""The field in which a person types when it came in; `received_at` is the instant of it."""


def raise_of_contact(contact: Contact, look: Look) -> Offer:
    """A complaint of somebody who is on the floor, or was a moment ago."""
    agent = look.snapshot.agents.get(Key(contact.site, contact.source, contact.agent))
    subject = format_caller(contact.caller_masked)
    return _offer(
        Key(contact.site, contact.source, contact.id),
        _or_id(subject, contact.id),
        {
            "queue": contact.queue,
            "contact": contact.id,
            "agent": contact.agent,
            "channel": contact.channel.value,
            "caller_masked": contact.caller_masked,
            "caller_key": contact.caller_key,
        },
        look,
        agent,
    )


def raise_of_agent(agent: Agent, look: Look) -> Offer:
    """A complaint about the contact that an agent has in hand, or about the agent."""
    contact = look.snapshot.contacts.get(Key(agent.site, agent.source, agent.contact or ""))
    if contact is not None:
        return raise_of_contact(replace(contact, agent=agent.id), look)
    key = Key(agent.site, agent.source, agent.id)
    fields = {"agent": agent.id, "channel": Channel.VOICE.value}
    return _offer(key, agent.name, fields, look, agent)


def raise_of_queue(queue: Queue, look: Look) -> Offer:
    """A complaint about what happens in a queue."""
    key = Key(queue.site, queue.source, queue.id)
    fields = {"queue": queue.id, "channel": queue.channel.value}
    return _offer(key, queue.name, fields, look)


def raise_of_lost(caller: LostCaller, look: Look) -> Offer:
    """A complaint of a caller who was lost."""
    fields = {
        "queue": caller.queue,
        "contact": caller.contacts[-1].contact if caller.contacts else "",
        "channel": Channel.VOICE.value,
        "caller_masked": caller.caller_masked,
        "caller_key": caller.key if caller.has_key else "",
    }
    key = Key(caller.site, caller.source, caller.key)
    return _offer(key, _or_id(format_caller(caller.caller_masked), caller.key), fields, look)


def raise_of_found(found: FoundContact, look: Look) -> Offer:
    """A complaint about a contact that was looked up."""
    fields = {
        "queue": found.queue,
        "contact": found.id,
        "agent": found.agent,
        "channel": found.channel.value,
        "caller_masked": found.caller_masked,
    }
    key = Key(found.site, found.source, found.id)
    return _offer(key, _or_id(format_caller(found.caller_masked), found.id), fields, look)


def _or_id(subject: str, other: str) -> str:
    return subject if any(map(str.isdigit, subject)) else other


def _offer(
    key: Key, subject: str, fields: Mapping[str, str], look: Look, agent: Agent | None = None
) -> Offer:
    keeper = key.source if can(look, key.site, key.source, Verb.RAISE) else DESK
    queue = look.snapshot.queues.get(Key(key.site, key.source, fields.get("queue", "")))
    about = [queue.name if queue is not None else "", agent.name if agent is not None else ""]
    target = Target(
        key=Key(key.site, keeper, key.id),
        subject=subject,
        fields={name: value for name, value in fields.items() if value},
    )
    return Offer(
        Verb.RAISE,
        target,
        about="  ".join(each for each in about if each and each != subject),
        effect=_effect(key.site, keeper, fields.get("caller_key", ""), look),
    )


def _effect(site: str, keeper: str, caller: str, look: Look) -> str:
    """Where it goes on record, and whether this caller has complained before."""
    has = next(
        (
            each.reference
            for each in look.snapshot.escalations.values()
            if caller and each.is_open and (each.site, each.caller_key) == (site, caller)
        ),
        "",
    )
    if has and keeper == DESK:
        text = _("on record at the floor's own desk; this caller has {reference} open already")
    elif has:
        text = _("on record at {source}; this caller has {reference} open already")
    elif keeper == DESK:
        text = _("on record at the floor's own desk")
    else:
        text = _("on record at {source}")
    return text.format(source=keeper, reference=has)


def raise_fields(wanted: Wanted) -> tuple[Field, ...]:
    """What is asked of a new complaint."""
    from screens.widgets.form import Field

    kinds = tuple((code, complaint_words.kind(code)) for code in ("complaint", "enquiry"))
    severities = tuple((code, words.complaint_severity(code)) for code in _SEVERITIES)
    vulnerable = (("", _("no")), ("yes", _("yes: a vulnerable customer")))

    def check(text: str) -> str:
        return "" if received_at(text, wanted) is not None else _not_a_time(wanted)

    return (
        Field("summary", _("What"), limit=4000, is_needed=True),
        Field("kind", _("Kind"), options=kinds),
        Field("severity", _("Severity"), "medium", options=severities),
        Field("remedy_sought", _("Wants"), limit=4000),
        Field("vulnerable", _("Vulnerable"), options=vulnerable),
        Field(_RECEIVED, _("Received"), format_clock(*_now(wanted)), limit=16, check=check),
    )


def raised(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    """The fields of the action: when it came in as an instant, vulnerable or not."""
    at = received_at(str(fields.get(_RECEIVED, "")), wanted)
    if at is None:
        told = _not_a_time(wanted)
        offers = [replace(each, why_not=each.why_not or told) for each in wanted.offers]
        return Settled(replace(wanted, offers=offers), fields)
    said = {name: value for name, value in fields.items() if name not in {_RECEIVED, COMMENT}}
    said["vulnerable"] = bool(said.get("vulnerable"))
    return Settled(wanted, {**said, "received_at": at})


def received_at(text: str, wanted: Wanted) -> Ms | None:
    """The instant that somebody means by `14:05` or `2026-03-10 14:05`; None for one to come.

    A time without a date is the latest one: of yesterday where it has not yet been today. The
    minute that it is now means this moment, and so does nothing.

    Args:
        text: On the wall clock of the site.
        wanted: What is about to be put on record, and where.
    """
    now, place = _now(wanted)
    if not text.strip() or text.strip() == format_clock(now, place):
        return now
    here = local(now, place)
    try:
        if ":" in text.partition(" ")[0]:
            clock = datetime.strptime(text.strip(), "%H:%M").time()  # noqa: DTZ007 - zone below
            day = here.date() - timedelta(days=clock > here.time())
            wall = datetime.combine(day, clock)
        else:
            wall = datetime.strptime(text.strip(), "%Y-%m-%d %H:%M")  # noqa: DTZ007
    except ValueError:
        return None
    at = round(wall.replace(tzinfo=zone(place)).timestamp() * 1000)
    return at if 0 <= at <= now else None


def _now(wanted: Wanted) -> tuple[Ms, str]:
    """This moment, and the zone of the site."""
    site = wanted.offers[0].target.key.site
    zones = {each.id: each.zone for each in wanted.look.snapshot.sites}
    return wanted.look.moment.now, zones.get(site, "UTC")


def _not_a_time(wanted: Wanted) -> str:
    now, place = _now(wanted)
    text = _("Received: a time that has been, as {clock} or {date} {clock}.")
    return text.format(clock=format_clock(now, place), date=f"{local(now, place):%Y-%m-%d}")
