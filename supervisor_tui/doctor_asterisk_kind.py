"""What kind of Asterisk a server is: one whose files a GUI writes, a VICIdial, or neither.

The dialplan tells, by contexts that others do not have; nothing is asked that does anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from data.clean import clean_text
from data.settings import SourceSettings
from data.sources.asterisk.channels import ChannelRow
from data.sources.asterisk.packets import Answer
from screens.text import _
from supervisor_tui.doctor import Level
from supervisor_tui.doctor_asterisk_places import Report

_GUI_CONTEXTS = ("from-internal-additional", "ext-queues")
_VICIDIAL_CONTEXTS = ("vicidial-auto", "vicidial-auto-phones")
_VICIDIAL_ACCOUNTS = frozenset({"cron", "sendcron", "listencron", "updatecron"})
_VICIDIAL_ROOM = re.compile(r"(8|9)600\d{3}")
_ROOMS = frozenset({"MeetMe", "ConfBridge"})


class Asker(Protocol):
    """Whoever speaks to the manager."""

    async def ask(self, action: str, fields: Mapping[str, str] | None = None, /) -> Answer:
        """An answer of one packet."""
        ...


async def recognise(
    report: Report,
    settings: SourceSettings,
    talker: Asker,
    commands: Collection[str],
    channels: Sequence[ChannelRow],
    phones: Sequence[str],
) -> None:
    """Say what kind of server it is, and whether its dialplan has what the configuration names.

    Args:
        report: Gets the findings, and whether a GUI writes the server's files.
        settings: The source's.
        talker: Whom to ask.
        commands: What the account may ask, in lower case.
        channels: Those that are up.
        phones: On which people listen.
    """
    if "getvar" in commands:
        report.has_gui = any([await _has(talker, context) for context in _GUI_CONTEXTS])
        marks = [context for context in _VICIDIAL_CONTEXTS if await _has(talker, context)]
        await _look_at_dialplan(report, settings, talker, phones)
    else:
        marks = []
    if settings.username in _VICIDIAL_ACCOUNTS:
        marks.append(settings.username)
    marks += _rooms(channels)[:1]
    if report.has_gui:
        text = _(
            "FreePBX, Issabel or the like writes its files: what is ours stands in _custom.conf."
        )
        report.say(Level.OK, text)
    if marks:
        text = _(
            "this looks like VICIdial (it has {marks}). Its agents sit in conferences and are not "
            "members of queues: nothing of its campaigns is seen here, only queues of queues.conf."
        )
        report.say(Level.LOOK, text.format(marks=clean_text(", ".join(marks))))


async def _look_at_dialplan(
    report: Report, settings: SourceSettings, talker: Asker, phones: Sequence[str]
) -> None:
    """Whether what the configuration names is in the dialplan."""
    if await _lacks(talker, settings.context):
        text = _(
            "the dialplan has no context {context}: phones are not found there. Set context to "
            "the one in which your phones dial."
        )
        report.say(Level.LOOK, text.format(context=settings.context))
        return
    for queue in settings.queue:
        if queue.extension and await _lacks(talker, _place(queue.extension, settings)):
            text = _("the dialplan has no {extension}, which is to lead into {queue}.")
            name = clean_text(queue.name)
            report.say(Level.LOOK, text.format(extension=queue.extension, queue=name))
    for phone in phones:
        if "/" not in phone and await _lacks(talker, _place(phone, settings)):
            text = _("the dialplan has no {phone}, which is somebody's phone: nobody can listen.")
            report.say(Level.LOOK, text.format(phone=clean_text(phone)))


def _place(extension: str, settings: SourceSettings) -> str:
    """An extension, with or without a context, as the dialplan is asked for it."""
    number, _at, context = extension.partition("@")
    return f"{context or settings.context},{number}"


async def _has(talker: Asker, place: str) -> bool:
    """Whether the dialplan has a context, or an extension in it (`context,extension`)."""
    return await _told(talker, place) == "1"


async def _lacks(talker: Asker, place: str) -> bool:
    """Whether the dialplan has it not; a server that cannot tell says neither."""
    return await _told(talker, place) == "0"


async def _told(talker: Asker, place: str) -> str:
    answer = await talker.ask("Getvar", {"Variable": f"DIALPLAN_EXISTS({place})"})
    return answer.fields.get("value", "").strip()


def _rooms(channels: Sequence[ChannelRow]) -> list[str]:
    """Conferences that are numbered as those of VICIdial's agents are."""
    return [
        row.data.partition(",")[0]
        for row in channels
        if row.application in _ROOMS and _VICIDIAL_ROOM.match(row.data)
    ]
