"""Complaints that another system keeps, put on the desk's record: each once, all or none."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta

from data import contract
from data.actions.fields import Outcome, Resolution, Severity
from data.contract import from_ms
from data.desk.complaints import CLOSED
from data.desk.keeper import Keeper
from data.desk.registry import KIND, PackRegistry
from data.model import Ms

Status = Literal[
    "new",
    "acknowledged",
    "assessing",
    "investigating",
    "response_offered",
    "awaiting_customer",
    "resolved",
    "closed",
    "referred",
]


class ImportedComplaint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One complaint as the other system has it."""

    reference: Annotated[str, Meta(min_length=1, max_length=32)]
    """The other system's own; with the site it names the record for good."""
    received_at: Annotated[int, Meta(ge=0, lt=2**48)]
    """When the customer complained, ms."""
    summary: Annotated[str, Meta(min_length=1, max_length=4000)]
    kind: Literal["complaint", "enquiry"] = "complaint"
    status: Status = "new"
    severity: Severity = "medium"
    tier: Annotated[int, Meta(ge=1, le=4)] = 2
    channel: contract.ChannelName = "voice"
    queue: Annotated[str, Meta(max_length=255)] = ""
    agent: Annotated[str, Meta(max_length=255)] = ""
    remedy_sought: Annotated[str, Meta(max_length=4000)] = ""
    vulnerable: bool = False
    caller_masked: Annotated[str, Meta(max_length=32)] = ""
    outcome: Outcome | None = None
    resolution: Resolution | None = None


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What one file holds, as it is handed to whoever keeps the desk."""

    site: str
    by: str
    """Who imports it, as people know them."""
    rows: tuple[ImportedComplaint, ...]


class Imported(msgspec.Struct, frozen=True):
    """What became of a batch."""

    added: int = 0
    known: int = 0
    """How many were on record already, and stay as they are."""
    problem: str = ""
    """The code of what kept all of it from being imported."""


def told(batch: Batch, done: Imported) -> str:
    """What the log of actions says of an import."""
    return f"{batch.site} {batch.by}: {done.added} new, {done.known} known"


def record_id(site: str, reference: str) -> str:
    """The id of the record for another system's reference, the same however often it is asked."""
    return "i-" + hashlib.sha256(f"{site}\0{reference}".encode()).hexdigest()[:40]


def import_batch(keeper: Keeper, registry: PackRegistry, batch: Batch, now: Ms) -> Imported:
    """Put those on record that are not yet; inside one transaction of the keeper.

    Args:
        keeper: The site's desk.
        registry: Sets their clocks.
        batch: The complaints.
        now: The server's time.
    """
    added = 0
    for row in batch.rows:
        entity = record_id(batch.site, row.reference)
        if keeper.get(KIND, entity) is None:
            keeper.put(KIND, entity, _record(row, registry, batch.by, now), at=now, by="")
            added += 1
    return Imported(added=added, known=len(batch.rows) - added)


def _record(
    row: ImportedComplaint, registry: PackRegistry, by: str, now: Ms
) -> contract.Escalation:
    at, received_at = from_ms(now), from_ms(row.received_at)
    is_over = row.status in CLOSED
    clocks = registry.clocks_from(row.kind, row.received_at)
    made = contract.Escalation(
        reference=row.reference,
        kind=row.kind,
        status=row.status,
        severity=row.severity,
        tier=row.tier,
        received_at=received_at,
        channel=row.channel,
        queue=row.queue or UNSET,
        agent=row.agent or UNSET,
        summary=row.summary,
        remedy_sought=row.remedy_sought or UNSET,
        vulnerable=row.vulnerable,
        caller_masked=row.caller_masked or UNSET,
        owner=None,
        clocks=_settled(clocks, at) if is_over else list(clocks),
        events=[
            contract.EscalationEvent(
                at=received_at, who=by, what="raised", value=registry.rules(row.kind)
            ),
            contract.EscalationEvent(at=at, who=by, what="imported", value=row.status),
        ],
        outcome=row.outcome or UNSET,
        resolution=row.resolution or UNSET,
    )
    return registry.retimed(made, now)


def _settled(
    clocks: Sequence[contract.ComplaintClock], at: contract.Time
) -> list[contract.ComplaintClock]:
    """When the other system settled it is not known: at the latest now."""
    return [msgspec.structs.replace(clock, met_at=at, paused=False) for clock in clocks]
