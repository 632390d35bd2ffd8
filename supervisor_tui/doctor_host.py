"""What `doctor` looks at on a host whose accounts share a floor: every step of `host setup`.

Which names were given to `host setup` shows by what is there: the owner of the floor's folder is
the sync process's account, and its group is the floor's.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

from data.clean import clean_text
from data.files import FloorFiles
from data.people import account_name
from data.settings import Sync
from data.sync.outbox_reading import put_aside
from screens.text import _
from supervisor_tui.config import Configuration, floor_files
from supervisor_tui.doctor import Finding, Level
from supervisor_tui.failures import UsageError
from supervisor_tui.host.plan import Names, Places, host_plan, restricted_accounts
from supervisor_tui.host.steps import FileStep, Standing, Step
from supervisor_tui.host.system import Host

_SSH_WANTED = {
    "disableforwarding": "yes",
    "permituserrc": "no",
    "permittunnel": "no",
    "permituserenvironment": "no",
}
_EMPTIED = ("LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "BASH_ENV", "ENV")
_HARMLESS = frozenset({"LANG", "LANGUAGE", "TERM", "COLORTERM", "NO_COLOR"})
"""What a person's terminal may tell of itself, besides LC_*."""
SSHD_S = 10.0


def look_at_host(
    configuration: Configuration,
    host: Host | None = None,
    places: Places | None = None,
    names: Names | None = None,
) -> Iterator[Finding]:
    """How each thing stands that a shared floor needs; nothing where the floor is not shared.

    Args:
        configuration: The floor's.
        host: What is looked at.
        places: Where the files of setup are.
        names: What accounts and groups are called; by default, what they seem to be called.
    """
    files = floor_files(configuration)
    yield from _look_at_aside(files)
    if configuration.floor.sync is not Sync.EXTERNAL or not configuration.people:
        return
    host, places = host or Host(), places or Places()
    names = names or _names(files, configuration, host)
    try:
        plan = host_plan(configuration, names, places)
    except UsageError as error:
        yield Finding(Level.LOOK, str(error))
        return
    counts = dict.fromkeys(Standing, 0)
    for step in plan:
        standing = step.look(host)
        counts[standing] += 1
        yield from _finding(step, standing)
    if counts[Standing.UNSEEN]:
        text = _("Some of the host can only be looked at by root: sudo supervisor-tui doctor")
        yield Finding(Level.LOOK, text)
    elif counts[Standing.DONE] == len(plan):
        yield Finding(Level.OK, _("The host is set up for a floor that accounts share."))
    if host.is_root:
        for account in restricted_accounts(configuration, names)[:1]:
            yield from _look_at_sshd(account, places)


def _finding(step: Step, standing: Standing) -> Iterator[Finding]:
    what, command = step.words(), step.command()
    if standing is Standing.TO_DO:
        text = _("Not as it should be: {what}. Mend it: {command}")
        yield Finding(Level.BAD, text.format(what=what, command=command))
    elif standing is Standing.LEFT and isinstance(step, FileStep):
        text = _("Edited by somebody: {what}. Compare: {command}")
        command = "supervisor-tui host setup --dry-run"
        yield Finding(Level.LOOK, text.format(what=what, command=command))
    elif standing is Standing.LEFT:
        text = _("Missing, or something else: {what}. Mend it: {command}")
        yield Finding(Level.BAD, text.format(what=what, command=command))


def _names(files: FloorFiles, configuration: Configuration, host: Host) -> Names:
    """What accounts and groups are called here, by whose the floor's folder is."""
    usual = Names()
    try:
        found = files.root.stat()
    except OSError:
        return usual
    service = account_name(found.st_uid)
    group = host.group_name(found.st_gid)
    only = f"{group}-only"
    kept = frozenset(
        account
        for account in restricted_accounts(configuration, usual)
        if host.gid(only) is not None and not host.is_member(account, only)
    )
    if service == "root":
        return usual
    return Names(service, group, kept)


def _look_at_sshd(account: str, places: Places) -> Iterator[Finding]:
    """Whether the SSH server itself would keep an account to its screen."""
    sshd = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/sbin")
    if sshd is None:
        yield Finding(Level.LOOK, _("No SSH server was found, so its rules were not looked at."))
        return
    who = f"user={account},host=localhost,addr=127.0.0.1"
    command = [sshd, "-T", "-f", str(places.ssh_config), "-C", who]
    ended = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=SSHD_S, errors="replace"
    )
    if ended.returncode:
        text = _("The SSH server does not say what it does with {account}: {reason}")
        reason = clean_text(ended.stderr.strip()) or str(ended.returncode)
        yield Finding(Level.BAD, text.format(account=account, reason=reason))
        return
    wrong = _wrong_settings(ended.stdout, str(places.screen))
    if wrong:
        text = _("SSH does not keep {account} to its screen: {settings}. Mend it: {command}")
        mend = f"grep Include {places.ssh_config}; sshd -t && systemctl reload ssh"
        wrong_ones = ", ".join(wrong)
        yield Finding(Level.BAD, text.format(account=account, settings=wrong_ones, command=mend))
    else:
        text = _("SSH keeps {account} to its screen.")
        yield Finding(Level.OK, text.format(account=account))


def _wrong_settings(told: str, screen: str) -> list[str]:
    """The settings that do not keep an account to its screen, of what `sshd -T` tells."""
    pairs = [line.partition(" ")[::2] for line in told.splitlines()]
    wanted = {*_SSH_WANTED.items(), ("forcecommand", screen)}
    wanted |= {("setenv", f"{name}=") for name in _EMPTIED}
    wrong = {name for name, value in wanted if (name, value) not in pairs}
    wrong |= {
        f"acceptenv {value}"
        for name, value in pairs
        if name == "acceptenv" and value not in _HARMLESS and not value.startswith("LC_")
    }
    return sorted(wrong)


def _look_at_aside(files: FloorFiles) -> Iterator[Finding]:
    for name in put_aside(files):
        text = _("A damaged outbox was put aside as {name}. Keep it until all in it is known.")
        yield Finding(Level.LOOK, text.format(name=name))
