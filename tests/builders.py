"""Records with sane defaults: a test names only what it is about.

Everything happens around NOW, a Wednesday at 14:32:07 in Hamburg, whose day began at 06:00.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

from data.figures.freshness import Moment
from data.floor import FloorSnapshot, Key
from data.model import (
    Agent,
    AgentDay,
    AgentState,
    AnyRecord,
    ComplaintClock,
    Contact,
    ContactState,
    Counts,
    Escalation,
    Freshness,
    Interval,
    Ms,
    Queue,
    Shift,
)
from data.status import SiteInfo, SourceHealth

SITE = "hh1"
SOURCE = "pbx"
BOOT = "boot-1"
MONO_MS = 5_000_000

R = TypeVar("R", bound=AnyRecord)


def instant(text: str) -> Ms:
    """An instant from ISO text, UTC where it names no offset."""
    at = datetime.fromisoformat(text)
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


NOW = instant("2026-03-11T14:32:07+01:00")
DAY_START = instant("2026-03-11T06:00:00+01:00")
MOMENT = Moment(NOW, MONO_MS, BOOT)


def ago(seconds: float, now: Ms = NOW) -> Ms:
    """The instant so many seconds before now."""
    return now - round(seconds * 1000)


def make_site(**changes: Any) -> SiteInfo:
    return SiteInfo(
        **{"id": SITE, "name": "Hamburg", "zone": "Europe/Berlin", "day_start": "06:00"} | changes
    )


def make_health(**changes: Any) -> SourceHealth:
    """A source that was heard a second ago."""
    age_s = changes.pop("age_s", 1.0)
    fields: dict[str, Any] = {
        "site": SITE,
        "source": SOURCE,
        "kind": "supervision",
        "state": Freshness.LIVE,
        "last_ok_mono_ms": MONO_MS - round(age_s * 1000),
        "last_ok_at": ago(age_s),
        "boot_id": BOOT,
    }
    return SourceHealth(**fields | changes)


def make_counts(**changes: Any) -> Counts:
    """The worked example: 20 offered, 13 answered (9 within T), 7 abandoned (5 within, 2 short)."""
    fields: dict[str, Any] = {
        "offered": 20,
        "answered": 13,
        "answered_within": 9,
        "abandoned": 7,
        "abandoned_within": 5,
        "abandoned_short": 2,
        "wait_answered_s": 260.0,
        "talk_s": 1300.0,
        "hold_s": 130.0,
        "acw_s": 260.0,
    }
    return Counts(**fields | changes)


def make_queue(id: str = "claims", **changes: Any) -> Queue:  # noqa: A002 - the model's word
    fields: dict[str, Any] = {
        "site": SITE,
        "source": SOURCE,
        "name": id.replace("_", " ").capitalize(),
        "day": make_counts(),
        "day_started_at": DAY_START,
    }
    return Queue(id=id, **fields | changes)


def make_interval(queue: str = "claims", starts: str = "14:30", **changes: Any) -> Interval:
    """A quarter hour of today, by its local time in Hamburg."""
    fields: dict[str, Any] = {
        "site": SITE,
        "source": SOURCE,
        "id": f"{queue}@{starts}",
        "queue": queue,
        "starts_at": instant(f"2026-03-11T{starts}:00+01:00"),
        "counts": make_counts(),
    }
    return Interval(**fields | changes)


def make_agent(id: str = "1001", **changes: Any) -> Agent:  # noqa: A002
    fields: dict[str, Any] = {
        "site": SITE,
        "source": SOURCE,
        "name": f"Agent {id}",
        "state": AgentState.READY,
        "since": ago(42),
        "queues": ("claims",),
        "today": AgentDay(handled=10, talk_s=2000.0, hold_s=100.0, acw_s=300.0, ready_s=600.0),
    }
    return Agent(id=id, **fields | changes)


def make_contact(id: str = "c1", **changes: Any) -> Contact:  # noqa: A002
    fields: dict[str, Any] = {
        "site": SITE,
        "source": SOURCE,
        "queue": "claims",
        "state": ContactState.WAITING,
        "state_since": ago(60),
        "created_at": ago(70),
        "queued_at": ago(60),
        "caller_masked": "•••4912",
        "caller_key": "key-of-4912",
    }
    return Contact(id=id, **fields | changes)


def make_escalation(id: str = "e1", **changes: Any) -> Escalation:  # noqa: A002
    fields: dict[str, Any] = {
        "site": SITE,
        "source": SOURCE,
        "reference": "E-1042",
        "summary": "double charge",
        "received_at": ago(86_400),
        "clocks": (ComplaintClock("acknowledge", NOW + 720_000),),
    }
    return Escalation(id=id, **fields | changes)


def make_shift(id: str = "s1", **changes: Any) -> Shift:  # noqa: A002
    fields: dict[str, Any] = {
        "site": SITE,
        "source": SOURCE,
        "agent": "1001",
        "starts_at": instant("2026-03-11T08:00:00+01:00"),
        "ends_at": instant("2026-03-11T16:30:00+01:00"),
        "zone": "Europe/Berlin",
    }
    return Shift(id=id, **fields | changes)


def make_snapshot(
    *records: AnyRecord,
    sites: Iterable[SiteInfo] | None = None,
    sources: Iterable[SourceHealth] | None = None,
    **changes: Any,
) -> FloorSnapshot:
    """A floor of some records, by default of one live site."""
    return FloorSnapshot(
        rev=1,
        queues=_of(Queue, records),
        intervals=_of(Interval, records),
        contacts=_of(Contact, records),
        agents=_of(Agent, records),
        escalations=_of(Escalation, records),
        shifts=_of(Shift, records),
        sites=tuple(sites) if sites is not None else (make_site(),),
        sources=tuple(sources) if sources is not None else (make_health(),),
        **changes,
    )


def _of(kind: type[R], records: Iterable[AnyRecord]) -> dict[Key, R]:
    return {Key(r.site, r.source, r.id): r for r in records if isinstance(r, kind)}
