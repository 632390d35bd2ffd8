"""What an account of Asterisk's manager may do, found out without doing any of it.

ListCommands lists the actions that the account may use and no others, so what is missing there is
a right that is missing. Which events an account is shown nobody tells: that shows only while
something happens.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from data.settings import SourceSettings
from screens.text import N_, _
from supervisor_tui.doctor import Level
from supervisor_tui.doctor_asterisk_places import GENERAL, Report

_PROOF = {
    "agent": "queuepause",
    "call": "redirect",
    "originate": "originate",
    "reporting": "coreshowchannels",
    "system": "dbput",
    "command": "command",
    "config": "updateconfig",
}
"""By which action a right shows; reporting shows by what system allows as well."""
_DANGEROUS = ("system", "command", "config")
"""Each of them is as good as the PBX itself to whoever finds the secret."""
CALLERS, CALLS = "agent", "call"
"""Classes of events: of queues and their members; of calls."""


class Ability(msgspec.Struct, frozen=True):
    """Something the program can do, and what it takes."""

    what: str
    actions: tuple[str, ...]
    right: str


_ABILITIES = (
    Ability(
        N_("see who talks to whom, and when the server was started"),
        ("CoreShowChannels", "CoreStatus", "CoreSettings"),
        "reporting",
    ),
    Ability(
        N_("pause agents, move them between queues and change penalties"),
        ("QueuePause", "QueueAdd", "QueueRemove", "QueuePenalty"),
        "agent",
    ),
    Ability(N_("hang up calls and send waiting callers elsewhere"), ("Hangup", "Redirect"), "call"),
    Ability(N_("listen, whisper and barge in"), ("Originate",), "originate"),
)
_DATABASE_TOGGLES = Ability(N_("put toggles on and off"), ("DBPut", "DBDel", "DBGet"), "system")
_DEVICE_TOGGLES = Ability(N_("put toggles on and off"), ("Setvar", "Getvar"), "call")
_TRUNKS = Ability(N_("see whether trunks are up"), ("PJSIPShowEndpoints",), "system")


class Heard(msgspec.Struct, frozen=True):
    """What was heard in a few seconds of listening."""

    classes: frozenset[str] = frozenset()
    """Of the events that were shown to us."""
    has_times: bool | None = None
    """Whether events carry the server's time; None where none came."""
    was_busy: bool = False
    """Something happened meanwhile that every event of a queue tells of."""
    seconds: float = 0.0


def look_at_rights(report: Report, settings: SourceSettings, commands: Mapping[str, str]) -> None:
    """What may be done, what not, and what need not be.

    Args:
        report: Gets the findings.
        settings: What is wanted depends on them.
        commands: What ListCommands listed, by names in lower case; empty where it did not.
    """
    if not commands:
        report.say(Level.LOOK, _("its rights were not tried: it does not list its actions."))
        return
    wanted = _wanted(settings)
    held = {right for right, action in _PROOF.items() if action in commands}
    missing = [ability for ability in wanted if not _may(ability, commands)]
    needed = {ability.right for ability in wanted}
    line = f"write = {','.join(sorted(held - set(_DANGEROUS) | needed))}"
    able = "; ".join(_(ability.what) for ability in wanted if ability not in missing)
    if able:
        report.say(Level.OK, _("the account may: {what}.").format(what=able))
    if missing:
        unable = "; ".join(_(ability.what) for ability in missing)
        text = _("the account may not: {what}.").format(what=unable)
        report.ask(Level.LOOK, text, line, section=report.account)
    surplus = [right for right in _DANGEROUS if right in held - needed]
    if surplus:
        text = _("the account may do more than it needs ({rights}); its secret is worth the PBX.")
        text = text.format(rights=", ".join(surplus))
        report.ask(Level.LOOK, text, line, section=report.account)


def wanted_classes(commands: Collection[str]) -> frozenset[str]:
    """The classes of events that an account with such rights has a use for."""
    return frozenset({CALLERS, CALLS} if "originate" in commands else {CALLERS})


def look_at_events(report: Report, heard: Heard, commands: Collection[str]) -> None:
    """Which events the account is shown, as far as something happened.

    Args:
        report: Gets the findings.
        heard: What was heard.
        commands: What ListCommands listed, by names in lower case.
    """
    line = "read = agent,call"
    if CALLERS in heard.classes:
        report.say(Level.OK, _("the account is shown what happens in queues."))
    elif heard.was_busy:
        text = _(
            "the account is not shown what happens in queues: states come late, and calls are "
            "not counted."
        )
        report.ask(Level.BAD, text, line, section=report.account)
    else:
        text = _(
            "whether the account is shown what happens in queues was not tried: nothing happened "
            "for {seconds} s."
        )
        text = text.format(seconds=f"{heard.seconds:.0f}")
        report.ask(Level.LOOK, text, line, section=report.account)
    if CALLERS in heard.classes and not wanted_classes(commands) <= heard.classes:
        text = _(
            "whether the account is shown calls was not tried: none came or went. Without it a "
            "phone that does not answer when one wants to listen is told late."
        )
        report.ask(Level.LOOK, text, line, section=report.account)
    if heard.has_times is False:
        text = _("events do not tell when they happened; the time of their arrival has to do.")
        report.ask(Level.LOOK, text, "timestampevents = yes", section=GENERAL)
    elif heard.has_times:
        report.say(Level.OK, _("events tell when they happened."))


def _wanted(settings: SourceSettings) -> tuple[Ability, ...]:
    """What this configuration makes use of."""
    toggles = [toggle for queue in settings.queue for toggle in queue.toggle]
    wanted = list(_ABILITIES)
    if any(toggle.database for toggle in toggles):
        wanted.append(_DATABASE_TOGGLES)
    elif toggles:
        wanted.append(_DEVICE_TOGGLES)
    if any(pattern.startswith(("PJSIP/", "*")) for pattern in settings.trunks):
        wanted.append(_TRUNKS)
    return tuple(wanted)


def _may(ability: Ability, commands: Collection[str]) -> bool:
    return all(action.lower() in commands for action in ability.actions)
