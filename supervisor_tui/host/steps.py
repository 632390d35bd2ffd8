"""The single things a shared host needs: how each stands, what it is in words, and doing it."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Protocol

import msgspec

from screens.text import _
from supervisor_tui.host.system import PLAIN_SHELL, Access, Host
from supervisor_tui.host.written import Found, find, write

NO_SHELL = "/usr/sbin/nologin"
_PLAIN_SHELLS = frozenset(
    f"{folder}/{name}" for folder in ("/bin", "/usr/bin") for name in ("sh", "dash")
)


class Standing(Enum):
    """How a step stands."""

    DONE = "done"
    TO_DO = "to_do"
    LEFT = "left"
    """Somebody has to decide or do something that is not ours to do."""
    UNSEEN = "unseen"
    """This account may not look."""


class Step(Protocol):
    """One thing that a shared host needs."""

    def look(self, host: Host) -> Standing:
        """How it stands."""
        ...

    def words(self) -> str:
        """What it is."""
        ...

    def command(self) -> str:
        """What brings it about, as a person would type it."""
        ...

    def do(self, host: Host) -> None:
        """Bring it about.

        Raises:
            HostError: It cannot be.
        """
        ...


class GroupStep(msgspec.Struct, frozen=True):
    """A group."""

    name: str

    def look(self, host: Host) -> Standing:
        """Whether it is there."""
        return Standing.TO_DO if host.gid(self.name) is None else Standing.DONE

    def words(self) -> str:
        """Names it."""
        return _("group {name}").format(name=self.name)

    def command(self) -> str:
        """The system's program for it."""
        return f"groupadd --system {self.name}"

    def do(self, host: Host) -> None:
        """Add it."""
        host.run("groupadd", "--system", self.name)


class ServiceStep(msgspec.Struct, frozen=True):
    """The account of the sync process: its own group, no shell, no home."""

    name: str

    def look(self, host: Host) -> Standing:
        """Whether it is there, with a group of its name."""
        if host.uid(self.name) is None:
            return Standing.TO_DO
        return Standing.DONE if host.gid(self.name) is not None else Standing.LEFT

    def words(self) -> str:
        """Names it."""
        return _("service account {name} with a group of its own").format(name=self.name)

    def command(self) -> str:
        """The system's program for it."""
        return " ".join(self._arguments())

    def do(self, host: Host) -> None:
        """Add it."""
        host.run(*self._arguments())

    def _arguments(self) -> tuple[str, ...]:
        nowhere = ("--home-dir", "/nonexistent", "--no-create-home")
        return ("useradd", "--system", "--user-group", *nowhere, "--shell", NO_SHELL, self.name)


class AccountStep(msgspec.Struct, frozen=True):
    """The account of a person: it must be there; making it is the host's own affair."""

    name: str

    def look(self, host: Host) -> Standing:
        """Whether it is there."""
        return Standing.LEFT if host.uid(self.name) is None else Standing.DONE

    def words(self) -> str:
        """Names it."""
        return _("account {name}, which [people] names").format(name=self.name)

    def command(self) -> str:
        """What is usual."""
        return f"adduser {self.name}"

    def do(self, host: Host) -> None:
        """Nothing: how people get accounts differs from host to host."""


class MemberStep(msgspec.Struct, frozen=True):
    """An account in a group."""

    account: str
    group: str

    def look(self, host: Host) -> Standing:
        """Whether it is in it."""
        return Standing.DONE if host.is_member(self.account, self.group) else Standing.TO_DO

    def words(self) -> str:
        """Names both."""
        text = _("account {account} in the group {group}")
        return text.format(account=self.account, group=self.group)

    def command(self) -> str:
        """The system's program for it."""
        return f"usermod --append --groups {self.group} {self.account}"

    def do(self, host: Host) -> None:
        """Add it to those it is in; of an account that is not there another step tells."""
        if host.uid(self.account) is not None:
            host.run("usermod", "--append", "--groups", self.group, self.account)


class PlainShellStep(msgspec.Struct, frozen=True):
    """The login shell of a restricted account.

    The SSH server runs the forced command by it. Many shells read a file of the account's home
    even then: bash its .bashrc, zsh its .zshenv. What stands in there would run before the screen.
    """

    account: str

    def look(self, host: Host) -> Standing:
        """Whether it is one that reads no such file; an account that is not there has none."""
        return Standing.DONE if host.shell(self.account) in _PLAIN_SHELLS else Standing.TO_DO

    def words(self) -> str:
        """Names it and why."""
        text = _("account {account} with the shell {shell}, which reads no file of its home")
        return text.format(account=self.account, shell=PLAIN_SHELL)

    def command(self) -> str:
        """The system's program for it."""
        return " ".join(self._arguments())

    def do(self, host: Host) -> None:
        """Change it; of an account that is not there another step tells."""
        if host.uid(self.account) is not None:
            host.run(*self._arguments())

    def _arguments(self) -> tuple[str, ...]:
        return ("usermod", "--shell", PLAIN_SHELL, self.account)


class AccessStep(msgspec.Struct, frozen=True):
    """A folder that is there, or a file as it is, with its owner, group and mode."""

    path: Path
    owner: str
    group: str
    mode: int
    is_folder: bool = True

    def look(self, host: Host) -> Standing:
        """Whether it is there and as it should be; what is something else is left."""
        wanted = self._wanted(host)
        try:
            found = host.access(self.path)
        except PermissionError:
            return Standing.UNSEEN
        if found is None:
            return Standing.TO_DO if self.is_folder else Standing.LEFT
        if not (found.is_folder if self.is_folder else found.is_regular):
            return Standing.LEFT
        return Standing.DONE if found == wanted else Standing.TO_DO

    def words(self) -> str:
        """Names it, whose it is and its mode."""
        text = (
            _("folder {path}: {owner}, group {group}, mode {mode}")
            if self.is_folder
            else _("file {path}: {owner}, group {group}, mode {mode}")
        )
        mode = f"{self.mode:04o}"
        return text.format(path=self.path, owner=self.owner, group=self.group, mode=mode)

    def command(self) -> str:
        """The system's programs for it."""
        if self.is_folder:
            return f"install -d -o {self.owner} -g {self.group} -m {self.mode:04o} {self.path}"
        who = f"{self.owner}:{self.group}"
        return f"chown {who} {self.path} && chmod {self.mode:04o} {self.path}"

    def do(self, host: Host) -> None:
        """Make it, and give it away; of an account that is not there another step tells."""
        wanted = self._wanted(host)
        if wanted is None:
            return
        if self.is_folder and host.access(self.path) is None:
            host.make_folder(self.path)
        host.give(self.path, wanted)

    def _wanted(self, host: Host) -> Access | None:
        """None while one of the accounts is not there yet."""
        uid, gid = host.uid(self.owner), host.gid(self.group)
        if uid is None or gid is None:
            return None
        return Access(uid, gid, self.mode, self.is_folder, not self.is_folder)


class FileStep(msgspec.Struct, frozen=True):
    """A file that setup writes; one that somebody edited is left, with ours beside it."""

    path: Path
    text: str
    mode: int = 0o644

    @property
    def beside(self) -> Path:
        """Where ours is put when the other is left."""
        return self.path.with_name(self.path.name + ".new")

    def look(self, host: Host) -> Standing:
        """Whether it says what it should."""
        try:
            found = find(self.path, self.text)
            access = host.access(self.path)
        except PermissionError:
            return Standing.UNSEEN
        except OSError:
            return Standing.LEFT
        if found is Found.EDITED:
            return Standing.LEFT
        is_right = access is not None and (access.uid, access.mode) == (0, self.mode)
        return Standing.DONE if found is Found.SAME and is_right else Standing.TO_DO

    def words(self) -> str:
        """Names it."""
        return _("file {path}").format(path=self.path)

    def command(self) -> str:
        """Ours: it is too long to type."""
        return "supervisor-tui host setup"

    def do(self, host: Host) -> None:
        """Write it."""
        del host  # one file is written as another
        write(self.path, self.text, self.mode)

    def leave_beside(self) -> None:
        """Write ours beside the one that was edited; nothing reads it there."""
        write(self.beside, self.text, self.mode)
