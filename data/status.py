"""How sites, sources and actions stand: what the sync process tells the screens beside the rows."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from data.actions.verbs import Undo
from data.model import Freshness, Kind, Ms


class SwitchState(msgspec.Struct, frozen=True, gc=False):
    """What an API says of a system behind it (`live`, `stale` or `down`), and as of when."""

    name: str
    state: str
    as_of: Ms


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A line to the outside: a registration with a provider, or a trunk."""

    name: str
    is_up: bool | None = None
    """None where that is not told."""
    state: str = ""
    """In the telephone system's own words."""
    calls: int | None = None
    """Channels that are up on it; None where the right to know is missing."""


class Upset(msgspec.Struct, frozen=True, kw_only=True):
    """A source that has lost what it had been told: who serves which queue, ranks, pauses."""

    at: Ms
    """When that was noticed, on the server's clock."""
    kept_at: Ms
    """The instant of the keyframe in history that has the floor as it was before."""
    missing: int
    """How much of it is not as it was before, as of the last read."""
    has_restarted: bool
    """The system began anew; else many memberships went at once."""
    earlier: tuple[Ms, ...] = ()
    """When it had lost something before, since `kept_at`, that was still missing then."""


class ClockAnchor(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How to read the server's clock on this host, without trusting the host's wall clock.

    The monotonic clock is one for all processes of a boot, so an anchor taken by the sync process
    serves the screens. After a reboot (`boot_id` differs) the wall clock has to do.
    """

    server_ms: Ms
    monotonic_ms: int
    wall_ms: int
    boot_id: str
    rate: float = 1.0
    """Server seconds per real second; other than 1 only for simulations."""


class SourceHealth(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How a source is doing, as the sync process last saw it."""

    site: str
    source: str
    kind: str
    state: Freshness
    problem: str = ""
    """A code of `data.errors.Code`, worded by the screen; empty when all is well."""
    problem_detail: str = ""
    last_ok_mono_ms: int | None = None
    """Monotonic instant of the last success or heartbeat; with `boot_id`, its age on this host."""
    last_ok_at: Ms | None = None
    """The same on the server's clock: since when the figures are as they are."""
    boot_id: str = ""
    failures: int = 0
    poll_s: float = 15.0
    skipped_rows: int = 0
    """Rows that could not be decoded since the process started: a count, never silent."""
    switches: tuple[SwitchState, ...] = ()
    lines: tuple[Line, ...] = ()
    """To the outside, where the source tells of them."""
    anchor: ClockAnchor | None = None
    is_reading_past: bool = False
    """What happened today is still being read into history: what is there so far is a part."""
    operations: tuple[str, ...] | None = None
    """The contract's operations that can be asked of it; None while that is not known."""
    clock_offset_s: float = 0.0
    """Server wall clock minus this host's, seconds."""
    epoch: str = ""
    """The history that the versions of its rows belong to: those of another one mean nothing."""
    startup: str = ""
    """What names the run that the telephone system is in; another one: it has begun anew."""
    folds: bool = False
    """It tells of the last change alone where several came between two looks."""
    upset: Upset | None = None
    """What it lost lately, until it has it back or nobody can want it back any more."""


class SiteInfo(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A site as the screens need to know it."""

    id: str
    name: str
    zone: str
    day_start: str
    """Local time at which the counting day begins, `HH:MM`."""


class ActionState(StrEnum):
    """What became of something a person did."""

    SAVED = "saved"
    SENDING = "sending"
    HELD = "held"
    """What it was meant for has changed since: its person has to say whether it is still meant."""
    DONE = "done"
    REFUSED = "refused"
    CONFLICT = "conflict"
    EXPIRED = "expired"
    UNKNOWN_OUTCOME = "unknown_outcome"
    DROPPED = "dropped"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be settled."""
        return self in {ActionState.SAVED, ActionState.SENDING, ActionState.HELD}

    @property
    def is_failure(self) -> bool:
        """Whether it came to nothing, or may have: what a person has to be told of."""
        return self not in {
            ActionState.SAVED,
            ActionState.SENDING,
            ActionState.HELD,
            ActionState.DONE,
            ActionState.DROPPED,
        }


class ActionRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The mirror of an action in the cache: what was asked, of what, and how it stands."""

    key: str
    actor: str
    verb: str
    """What was asked, for example `claim`."""
    site: str
    kind: Kind
    entity: str
    state: ActionState
    pressed_at: Ms
    not_after: Ms
    updated_at: Ms
    code: str = ""
    """A code of `data.errors.Code` where it was not done, or why it has to be tried again."""
    held_by: str = ""
    held_since: Ms | None = None
    actor_name: str = ""
    source: str = ""
    """Whose record it is about: with site, kind and entity, the key of a row."""
    subject: str = ""
    """What the person saw it called, such as a complaint's reference."""
    attempts: int = 0
    version: int = 0
    """Once done: the version of the record that it made; older ones do not show it yet."""
    fields: dict[str, Any] = {}
    """What was asked beside the verb."""
    comment: str = ""
    seen: dict[str, str] = {}
    """What mattered of the record as the person saw it."""
    undo: Undo | None = None
    """What takes it back, where anything does."""
