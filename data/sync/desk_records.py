"""What the floor's own desk keeps, as the records that the screens see.

Complaints and notes are read like an endpoint's, every string cleaned; only their callers are left
as they are, for they were masked and hashed before anybody could act on them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from data.desk.alerts import as_alert, as_mute
from data.desk.checklists import as_checklist
from data.desk.handovers import as_handover
from data.desk.incidents import as_incident
from data.desk.keeper import Kept
from data.desk.loans import as_loan
from data.desk.lost_callers import as_case
from data.desk.messages import DESK
from data.desk.notes import with_history
from data.desk.plans import as_record
from data.desk.problems import as_changes
from data.desk.promises import as_promise
from data.model import AnyRecord, Change, Escalation, Kind, Note
from data.settings import Mask
from data.sources.native_ids import stored_id
from data.sources.supervision_decode import Origin, decode_change

_OWN: Mapping[str, Callable[[str, Kept], AnyRecord]] = {
    Kind.LOST_CALLER: as_case,
    Kind.LOAN: as_loan,
    Kind.ALERT: as_alert,
    Kind.MUTE: as_mute,
    Kind.INCIDENT: as_incident,
    Kind.CHECKLIST: as_checklist,
    Kind.HANDOVER: as_handover,
    Kind.SHIFT: as_record,
    Kind.PROMISE: as_promise,
}
"""What is kept otherwise than the contract has it, if it has it at all."""
SHOWN_KINDS = (
    *(Kind.ESCALATION, Kind.NOTE, Kind.LOST_CALLER, Kind.LOAN, Kind.SHIFT),
    *(Kind.ALERT, Kind.MUTE),
    *(Kind.INCIDENT, Kind.CHECKLIST, Kind.HANDOVER, Kind.PROMISE),
)


def as_change(site: str, kept: Kept) -> Change:
    """A version of a record at a site's desk; one without data was deleted."""
    kind, entity = Kind(kept.kind), stored_id(kept.id)
    make = _OWN.get(kind)
    if make is None:
        record = _told(site, kept)
    else:
        record = None if kept.data is None else make(site, kept)
        if record is not None and entity != kept.id:
            record = msgspec.structs.replace(record, id=entity)
    return Change(kind=kind, id=entity, version=kept.version, at=kept.at, record=record)


def _told(site: str, kept: Kept) -> AnyRecord | None:
    """A complaint or a note."""
    (raw,) = as_changes((kept,))
    change = decode_change(raw, Origin(site, DESK, Mask.NONE, b""))
    record = None if change is None else change.record
    if isinstance(record, Note):
        return with_history(record, kept)
    if isinstance(record, Escalation):
        key = kept.data.caller_key
        return msgspec.structs.replace(record, caller_key=key if isinstance(key, str) else "")
    return record
