"""`supervisor-tui host setup`: makes a host ready for a floor that several accounts share."""

from __future__ import annotations

import argparse
import sys

from screens.text import _, pgettext
from supervisor_tui.commands.common import open_configuration
from supervisor_tui.config import Configuration
from supervisor_tui.failures import UsageError
from supervisor_tui.host.plan import Names, Places, host_plan, restricted_accounts
from supervisor_tui.host.steps import FileStep, Standing, Step
from supervisor_tui.host.system import Host, HostError

ALL_DONE, SOME_LEFT = 0, 1


def run(arguments: argparse.Namespace) -> int:
    """Say what there is to do, or do it.

    Raises:
        UsageError: The configuration is of no shared floor, or this account may not.
    """
    configuration = open_configuration(arguments)
    names = Names(arguments.service, arguments.group, frozenset(arguments.shell))
    places = Places()
    return set_up(configuration, names, places, Host(), is_dry=arguments.dry_run)


def set_up(
    configuration: Configuration, names: Names, places: Places, host: Host, *, is_dry: bool
) -> int:
    """Go through every step.

    Args:
        configuration: The floor's.
        names: What accounts and groups are called.
        places: Where files go.
        host: What it is done to.
        is_dry: Only say what would be done.

    Raises:
        UsageError: As for `run`.
    """
    plan = host_plan(configuration, names, places)
    if not is_dry and not host.is_root:
        message = _("Only root can do this: look with --dry-run, then run it with sudo.")
        raise UsageError(message)
    status = ALL_DONE
    for step in plan:
        left = _say(step, host) if is_dry else _do(step, host)
        status = status or left
    print()
    for line in _afterwards(configuration, names, places):
        print(line)
    return status


def _say(step: Step, host: Host) -> int:
    standing = step.look(host)
    _tell(_word(standing), step)
    if standing is not Standing.DONE:
        print(f"         {step.command()}")
        if isinstance(step, FileStep) and standing is not Standing.UNSEEN:
            for line in step.text.splitlines():
                print(f"       | {line}".rstrip())
    return ALL_DONE if standing is Standing.DONE else SOME_LEFT


def _do(step: Step, host: Host) -> int:
    standing = step.look(host)
    if standing is Standing.DONE:
        _tell(_word(standing), step)
        return ALL_DONE
    if standing is Standing.TO_DO:
        try:
            step.do(host)
        except HostError as error:
            _tell(pgettext("host", "failed"), step)
            print(f"         {error}", file=sys.stderr)
            return SOME_LEFT
        standing = step.look(host)
        if standing is Standing.DONE:
            _tell(pgettext("host", "done"), step)
            return ALL_DONE
    _tell(_word(standing), step)
    _explain(step)
    return SOME_LEFT


def _explain(step: Step) -> None:
    """What is left to a person."""
    if not isinstance(step, FileStep):
        print(f"         {step.command()}")
        return
    try:
        step.leave_beside()
    except HostError as error:
        print(f"         {error}", file=sys.stderr)
        return
    text = _("somebody edited it, so it stays; what it would be now is in {path}")
    print("         " + text.format(path=step.beside))


def _tell(word: str, step: Step) -> None:
    print(f"{word:<6} {step.words()}")


def _afterwards(configuration: Configuration, names: Names, places: Places) -> list[str]:
    """What setup leaves to a person, for it may lock people out or cut them off."""
    lines = [
        _("Then, when all is done:"),
        "  systemctl daemon-reload",
        f"  systemctl enable --now {places.unit.name}",
    ]
    restricted = restricted_accounts(configuration, names)
    if restricted:
        accounts = ", ".join(restricted)
        text = _("Over SSH these get the screen and nothing else: {accounts}. To let it count:")
        lines += [text.format(accounts=accounts), "  sshd -t && systemctl reload ssh"]
    lines += [_("And look at it all with:"), "  supervisor-tui doctor"]
    return lines


def _word(standing: Standing) -> str:
    match standing:
        case Standing.DONE:
            return pgettext("host", "ok")
        case Standing.TO_DO:
            return pgettext("host", "to do")
        case Standing.LEFT:
            return pgettext("host", "yours")
        case Standing.UNSEEN:
            return pgettext("host", "hidden")
