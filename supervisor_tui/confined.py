"""Keeping an account within its floor: what may be run, which configuration, and no other program.

What holds a restricted account is its host: `host setup` lets SSH run one program for it, in an
environment of its own. This is the second wall. On a host with a configuration of its own, whoever
that configuration lists, other than its administrators, gets that floor and what looks at it, and
nothing that reads another configuration, writes a file of choice or serves others. And while such a
screen is up, its process cannot start another program, whatever part of it should try.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from typing import Any

from data.people import account_name
from data.settings import Role, Sync
from screens.text import _
from supervisor_tui.config import HOST_CONFIG, VARIABLE, ConfigError, Configuration, load_config
from supervisor_tui.failures import UsageError

ALLOWED = frozenset(
    {
        *("screen", "show", "watch", "find", "suppose", "outbox", "doctor", "audit"),
        *("staffing", "shift", "intervals", "rotation", "adherence", "rest", "forecast"),
        *("roster show", "roster check"),
    }
)
"""Commands that only look, work something out, or act as the person does on the screen."""

_PROGRAMS = frozenset(
    {
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
        "os.system",
        "pty.spawn",
        "subprocess.Popen",
        "webbrowser.open",
    }
)
"""Audit events of Python: each means that another program would run."""


def refuse(arguments: argparse.Namespace, environ: Mapping[str, str] = os.environ) -> None:
    """Refuse what a restricted account of this host asks for and may not have.

    Costs one look for a file on hosts that have no configuration of their own.

    Raises:
        UsageError: What it may not have.
    """
    if not HOST_CONFIG.exists():
        return
    try:
        configuration = load_config(HOST_CONFIG)
    except ConfigError:
        return  # the command itself says what is wrong with it
    if not is_restricted(configuration, account_name(os.geteuid())):
        return
    asked = _asked(arguments)
    if asked not in ALLOWED:
        message = _("Your account is kept to its floor on this host: {command} is not part of it.")
        raise UsageError(message.format(command=asked))
    named = arguments.config or environ.get(VARIABLE) or HOST_CONFIG
    if os.path.realpath(named) != os.path.realpath(HOST_CONFIG):
        message = _("Your account is kept to its floor on this host, which is that of {file}.")
        raise UsageError(message.format(file=HOST_CONFIG))


def _asked(arguments: argparse.Namespace) -> str:
    """The command, and of rosters what is done to them."""
    if arguments.command != "roster":
        return str(arguments.command)
    from data.rules.roster_rules import is_file

    asked = f"roster {arguments.task}"
    # What is wrong with a file is told, and with it what the file holds.
    return f"{asked} --rules FILE" if is_file(getattr(arguments, "rules", "")) else asked


def is_restricted(configuration: Configuration, account: str) -> bool:
    """Whether a configuration keeps an account to its floor."""
    person = configuration.people.get(account)
    return (
        configuration.screen.restricted
        and person is not None
        and person.role is not Role.ADMINISTRATOR
    )


def start_nothing(configuration: Configuration) -> None:
    """See to it that this process starts no other program from now on.

    Only where it has no reason to: a screen that starts its own sync process has one.
    """
    if configuration.screen.restricted and configuration.floor.sync is Sync.EXTERNAL:
        programs = frozenset(map(tuple, own_programs(configuration)))

        def forbid(event: str, details: tuple[Any, ...]) -> None:
            if event not in _PROGRAMS:
                return
            if event == "subprocess.Popen" and _is_own(details, programs):
                return
            # No OSError: what looks for a program to run would take that for a missing one.
            raise RuntimeError(event)

        sys.addaudithook(forbid)


def own_programs(configuration: Configuration) -> list[list[str]]:
    """The programs that the configuration itself names for a screen, each with its arguments."""
    called = [list(each.command) for each in configuration.night]
    return [*called, unlock_command(configuration)]


def unlock_command(configuration: Configuration) -> list[str]:
    """What asks for the password of whoever wants to unlock the screen.

    `su` asks PAM for the password of one's own account, on Debian and on RHEL alike, and is not
    left to the environment. Without a password that the host knows, nothing unlocks; of root it
    asks none, so for root there is nothing by itself.
    """
    account = account_name(os.geteuid())
    written = configuration.screen.unlock_command
    if not written:
        return [] if os.geteuid() == 0 else ["/bin/su", "-c", "true", account]
    return [part.replace("{account}", account) for part in written]


def _is_own(details: tuple[Any, ...], programs: frozenset[tuple[str, ...]]) -> bool:
    """Whether what is about to run is, to the last argument, a program of the configuration."""
    executable, arguments = details[0], details[1]
    if not isinstance(arguments, list | tuple) or not arguments:
        return False
    return tuple(arguments) in programs and executable in {None, arguments[0]}
