"""What `doctor` asks a live Asterisk, none of which changes anything there.

Loads the network's libraries: only ever imported by the `doctor` command.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import msgspec

from data.clock import monotonic_ms
from data.errors import FloorError
from data.settings import SignIn, SiteSettings, SourceSettings
from data.sources.asterisk.channels import CHANNELS_END, ChannelRow, channel_rows
from data.sources.asterisk.lines import read_lines
from data.sources.asterisk.manager import Manager, Opening
from data.sources.asterisk.packets import Answer
from data.sources.asterisk.snapshot import STATUS_ENDS, QueuesNow, queues_now
from data.status import Line
from screens.text import _
from supervisor_tui.doctor import Finding, Level
from supervisor_tui.doctor_asterisk_kind import recognise
from supervisor_tui.doctor_asterisk_log import look_at_log
from supervisor_tui.doctor_asterisk_places import GENERAL, Report
from supervisor_tui.doctor_asterisk_queues import listed, look_at_members, look_at_queues
from supervisor_tui.doctor_asterisk_reach import explain
from supervisor_tui.doctor_asterisk_rights import (
    CALLERS,
    Heard,
    look_at_events,
    look_at_rights,
    wanted_classes,
)
from supervisor_tui.doctor_endpoint import look_at_clock

TRIED = 22
"""The series of Asterisk that this program was tried with."""
LISTEN_S = 5.0
PAUSE_S = 0.3
SHORT_LIFE_S = 30
"""A session that lives shorter may end between two looks, and events with it."""
_TRUNK_LISTS = frozenset({"pjsipshowendpoints", "sippeers", "iaxpeerlist"})
_MEMBER_KEYS = ("incall", "pausedreason", "lastpause")
"""What older servers do not tell of a member."""


class Talker(Protocol):
    """What the doctor needs of `data.sources.asterisk.manager.Manager`."""

    @property
    def life_s(self) -> int:
        """Seconds for which a session lives after its last request; 0 where that is not told."""
        ...

    async def open(self) -> Opening:
        """See who the server is."""
        ...

    async def ask(self, action: str, fields: Mapping[str, str] | None = None, /) -> Answer:
        """Ask for something that is told in one packet."""
        ...

    async def rows(self, action: str, ends_with: str, /) -> Answer:
        """Ask for a list."""
        ...

    async def wait(self, seconds: float) -> Answer:
        """Wait for events."""
        ...

    async def close(self) -> None:
        """Log off."""
        ...


class Look(msgspec.Struct, frozen=True):
    """What was seen of the queues at one moment."""

    queues: QueuesNow
    keys: frozenset[str]
    """Of all that is told of members, in lower case."""


async def look_at_asterisk(
    site: SiteSettings,
    settings: SourceSettings,
    talker: Talker | None = None,
    *,
    phones: Sequence[str] = (),
    listen_s: float = LISTEN_S,
) -> list[Finding]:
    """Everything worth knowing of one Asterisk, and for what is wrong the line that mends it.

    Args:
        site: The source's.
        settings: The source's.
        talker: Who speaks to the manager; by default, one of the doctor's own.
        phones: On which people listen, as far as they are this server's.
        listen_s: How long to listen for events.
    """
    report = Report(name=f"{site.id}/{settings.id}", account=settings.username)
    try:
        asked: Talker = talker or Manager(settings)
        try:
            await _examine(report, settings, asked, phones, listen_s)
        finally:
            await asked.close()
    except FloorError as error:
        explain(report, settings, error)
    if report.asks_for_lines:
        text = _(
            "after a change of manager.conf: asterisk -rx 'manager reload'; of http.conf: asterisk "
            "-rx 'module reload http'. docs/asterisk.md tells all of it in order."
        )
        report.say(Level.LOOK, text)
    return report.findings


async def _examine(
    report: Report,
    settings: SourceSettings,
    talker: Talker,
    phones: Sequence[str],
    listen_s: float,
) -> None:
    opening = await talker.open()
    _say_who(report, opening)
    look_at_clock(report.say, opening.anchor)
    _say_life(report, settings, talker.life_s)
    commands = (await talker.ask("ListCommands")).fields
    channels = await _channels(talker, commands)
    await recognise(report, settings, talker, commands, channels or (), phones)
    first = await _look(talker)
    look_at_queues(report, settings, first.queues)
    look_at_members(report, settings, first.queues)
    _say_age(report, opening, first)
    lines = await read_lines(talker, settings, channels)
    _say_lines(report, settings, commands, lines)
    heard = await _listen(talker, first.queues, wanted_classes(commands), listen_s)
    look_at_rights(report, settings, commands)
    look_at_events(report, heard, commands)
    look_at_log(report, settings, opening.anchor.server_ms)


def _say_who(report: Report, opening: Opening) -> None:
    text = _("answers as Asterisk {version}, up since {startup}; we are {account}.")
    if not opening.version:
        text = _("answers; its version may not be known to {account}.")
    text = text.format(
        version=opening.version,
        startup=opening.startup or _("an unknown time"),
        account=report.account,
    )
    report.say(Level.OK, text)


def _say_age(report: Report, opening: Opening, look: Look) -> None:
    """How much is known of this version, and what it does not tell."""
    lacking = [key for key in _MEMBER_KEYS if key not in look.keys] if look.keys else []
    if lacking:
        text = _("this version does not tell {keys} of agents: their states are guesses.")
        report.say(Level.BAD, text.format(keys=", ".join(lacking)))
    series = re.match(r"\D*(\d+)\.", opening.version)
    if series is not None and int(series[1]) != TRIED:
        text = _(
            "this program was tried with Asterisk {tried}, not with {series}. Compare its first "
            "figures with 'queue show'."
        )
        report.say(Level.LOOK, text.format(tried=TRIED, series=series[1]))


def _say_life(report: Report, settings: SourceSettings, life_s: int) -> None:
    if settings.sign_in is SignIn.DIGEST or not life_s:
        return
    if life_s < SHORT_LIFE_S:
        text = _("a session lives for {life} s, so events get lost whenever the line is slow.")
        report.ask(Level.LOOK, text.format(life=life_s), "httptimeout = 60", section=GENERAL)
    else:
        text = _("a session lives for {life} s without a request.")
        report.say(Level.OK, text.format(life=life_s))


async def _channels(talker: Talker, commands: Mapping[str, str]) -> tuple[ChannelRow, ...] | None:
    """The channels that are up; None where the account may not see them."""
    if "coreshowchannels" not in commands:
        return None
    return channel_rows(await talker.rows("CoreShowChannels", CHANNELS_END))


def _say_lines(
    report: Report, settings: SourceSettings, commands: Collection[str], lines: Sequence[Line]
) -> None:
    """Which trunks there are, and which of them are down."""
    if lines:
        text = _("lines to the outside: {names}.")
        report.say(Level.OK, text.format(names=listed(line.name for line in lines)))
    elif settings.trunks and not _TRUNK_LISTS.isdisjoint(commands):
        text = _("no line to the outside is seen. Do the names in trunks begin as in PJSIP/...?")
        report.say(Level.LOOK, text)
    down = [line.name for line in lines if line.is_up is False]
    if down:
        text = _("down at present: {names}.")
        report.say(Level.LOOK, text.format(names=listed(down)))


async def _look(talker: Talker) -> Look:
    status = await talker.rows("QueueStatus", STATUS_ENDS)
    members = (packet for packet in status.packets if packet.event == "QueueMember")
    return Look(queues_now(status), frozenset(key for packet in members for key in packet.first))


async def _listen(
    talker: Talker, before: QueuesNow, wanted: frozenset[str], seconds: float
) -> Heard:
    """Listen until every class of events that is wanted has been heard, or time is up."""
    classes: set[str] = set()
    stamped: set[bool] = set()
    began = monotonic_ms()
    is_over = False
    while not is_over and not wanted <= classes:
        left_s = seconds - (monotonic_ms() - began) / 1000
        is_over = left_s <= 0
        # What was noticed by a look has its event behind it, so the look comes first.
        now = (await _look(talker)).queues if is_over else None
        answer = await talker.wait(max(1.0, left_s))
        for packet in answer.packets:
            classes.add(packet.early("privilege").partition(",")[0])
            stamped.add(bool(packet.late("timestamp")))
        if now is None:
            await asyncio.sleep(min(PAUSE_S, seconds))
        elif CALLERS not in classes and _happened(before, now):
            return Heard(frozenset(classes), _all(stamped), was_busy=True, seconds=seconds)
    return Heard(frozenset(classes), _all(stamped), seconds=seconds)


def _all(stamped: set[bool]) -> bool | None:
    return all(stamped) if stamped else None


def _happened(before: QueuesNow, now: QueuesNow) -> bool:
    """Whether something happened of which events of queues tell."""
    if before.entries.keys() != now.entries.keys():
        return True

    def states(seen: QueuesNow) -> dict[tuple[str, str], tuple[int, bool, int]]:
        rows = seen.members.items()
        return {key: (row.status, row.is_paused, row.calls_taken) for key, row in rows}

    return states(before) != states(now)
