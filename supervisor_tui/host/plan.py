"""What a floor's host needs, in the order in which it is done.

The sync process has an account of its own. Its folder can be read by the floor's group; the outbox,
the desk and the secrets by it alone. Each person has a spool folder of their own, into which they
write and from which the sync process's own group takes away: nobody else can look into it, and the
owner of what lies there is who acted.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

import msgspec

from data.clean import clean_text
from data.files import FloorFiles
from data.settings import Role, Sync
from screens.text import _
from supervisor_tui.config import HOST_CONFIG, Configuration
from supervisor_tui.failures import UsageError
from supervisor_tui.host.steps import (
    AccessStep,
    AccountStep,
    FileStep,
    GroupStep,
    MemberStep,
    PlainShellStep,
    ServiceStep,
    Step,
)
from supervisor_tui.host.written import marked

UNIT_NAME = "supervisor-tui-sync.service"
SHARED_FOLDER, PRIVATE_FOLDER = 0o2750, 0o2770
CONFIG_MODE, SECRET_MODE, PROGRAM_MODE = 0o640, 0o400, 0o755

_NAME = re.compile(r"[a-z_][a-z0-9_.-]{0,31}", re.ASCII)
_PATH = re.compile(r"/[A-Za-z0-9._/+-]*", re.ASCII)
_PLACEHOLDER = re.compile(r"@([a-z_]+)@")


class Places(msgspec.Struct, frozen=True):
    """Where the files go that setup writes."""

    units: Path = Path("/etc/systemd/system")
    ssh: Path = Path("/etc/ssh/sshd_config.d")
    programs: Path = Path("/etc/supervisor-tui")
    python: str = sys.executable
    ssh_config: Path = Path("/etc/ssh/sshd_config")
    """The SSH server's own, which includes what is in `ssh`."""

    @property
    def unit(self) -> Path:
        """The service."""
        return self.units / UNIT_NAME

    @property
    def ssh_rules(self) -> Path:
        """What restricted accounts get over SSH."""
        return self.ssh / "60-supervisor-tui.conf"

    @property
    def screen(self) -> Path:
        """The one program of a restricted account."""
        return self.programs / "screen"


class Names(msgspec.Struct, frozen=True):
    """What accounts and groups are called."""

    service: str = "floor-sync"
    group: str = "floor"
    with_shell: frozenset[str] = frozenset()
    """Accounts that keep their shell over SSH, besides administrators."""

    @property
    def only(self) -> str:
        """The group of accounts that get the screen and nothing else."""
        return f"{self.group}-only"


def host_plan(
    configuration: Configuration, names: Names | None = None, places: Places | None = None
) -> list[Step]:
    """Every step, in order.

    Args:
        configuration: The floor's.
        names: What accounts and groups are called.
        places: Where files go.

    Raises:
        UsageError: The configuration is not one of a floor that accounts share.
    """
    names, places = names or Names(), places or Places()
    _check(configuration, names, places)
    floor = FloorFiles(Path(configuration.floor.state_dir))
    return [
        GroupStep(names.group),
        ServiceStep(names.service),
        MemberStep(names.service, names.group),
        *_people(configuration, names),
        *_access(configuration, floor, names),
        *_written(configuration, floor, names, places),
    ]


def restricted_accounts(configuration: Configuration, names: Names) -> list[str]:
    """Who gets the screen and nothing else, where the configuration restricts at all."""
    if not configuration.screen.restricted:
        return []
    return [
        account
        for account, person in configuration.people.items()
        if person.role is not Role.ADMINISTRATOR and account not in names.with_shell
    ]


def _people(configuration: Configuration, names: Names) -> Iterator[Step]:
    restricted = restricted_accounts(configuration, names)
    if restricted:
        yield GroupStep(names.only)
    for account in configuration.people:
        yield AccountStep(account)
        yield MemberStep(account, names.group)
        if account in restricted:
            yield MemberStep(account, names.only)
            yield PlainShellStep(account)


def _access(configuration: Configuration, floor: FloorFiles, names: Names) -> Iterator[Step]:
    service, group = names.service, names.group
    if configuration.path.parent == HOST_CONFIG.parent:
        yield AccessStep(configuration.path.parent, "root", group, 0o750)
    yield AccessStep(configuration.path, "root", group, CONFIG_MODE, is_folder=False)
    for secret in _secrets(configuration):
        yield AccessStep(secret, service, service, SECRET_MODE, is_folder=False)
    yield AccessStep(floor.root, service, group, SHARED_FOLDER)
    yield AccessStep(floor.spool, service, group, SHARED_FOLDER)
    for account in configuration.people:
        own = floor.spool / account
        for folder in (own, own / "tmp", own / "new"):
            yield AccessStep(folder, account, service, PRIVATE_FOLDER)


def _written(
    configuration: Configuration, floor: FloorFiles, names: Names, places: Places
) -> Iterator[Step]:
    # ProtectHome=yes would hide a program that is installed in somebody's home.
    is_in_home = any(Path(places.python).is_relative_to(home) for home in ("/home", "/root"))
    values = {
        "floor": _spoken(configuration.floor.name),
        "python": places.python,
        "config": str(configuration.path),
        "state": str(floor.root),
        "service": names.service,
        "group": names.group,
        "only": names.only,
        "screen": str(places.screen),
        "protect_home": "read-only" if is_in_home else "yes",
        "refusal": shlex.quote(
            _(
                "This account gets the screen of its floor and nothing else: "
                "log in without a command, and without sftp or scp."
            )
        ),
    }
    yield FileStep(places.unit, _filled("sync.service", values))
    if restricted_accounts(configuration, names):
        yield FileStep(places.screen, _filled("screen.sh", values), PROGRAM_MODE)
        yield FileStep(places.ssh_rules, _filled("sshd.conf", values))


def _secrets(configuration: Configuration) -> Iterable[Path]:
    found = {
        Path(name)
        for site in configuration.sites
        for source in site.source
        for name in (source.token_file, source.client_key, source.secret_file)
        if name
    }
    return sorted(found)


def _check(configuration: Configuration, names: Names, places: Places) -> None:
    """Everything that goes into a file of the system is plain; nothing has to be quoted there."""
    floor = configuration.floor
    if not floor.state_dir or floor.sync is not Sync.EXTERNAL:
        message = _(
            'A shared floor needs state_dir and sync = "external" in {file}, under [floor]: '
            "several accounts share one folder and one sync process."
        )
        raise UsageError(message.format(file=configuration.path))
    if not configuration.people:
        message = _("A shared floor needs its people in {file}: a table for each account.")
        raise UsageError(message.format(file=configuration.path))
    for name in (names.service, names.group, names.only, *configuration.people):
        if not _NAME.fullmatch(name):
            raise UsageError(_("{name} cannot be the name of an account.").format(name=name))
    for path in (floor.state_dir, str(configuration.path), places.python):
        if not _PATH.fullmatch(path) or ".." in Path(path).parts:
            message = _("{path}: a shared floor needs a plain path, without blanks and quotes.")
            raise UsageError(message.format(path=path))


def _filled(name: str, values: dict[str, str]) -> str:
    text = files("supervisor_tui.host").joinpath(f"templates/{name}").read_text(encoding="utf-8")
    return marked(_PLACEHOLDER.sub(lambda found: values[found[1]], text))


def _spoken(name: str) -> str:
    """A floor's name as it may stand in a comment or description of any file."""
    return re.sub(r"[^\w .,&'-]", "", clean_text(name)) or "a floor"
