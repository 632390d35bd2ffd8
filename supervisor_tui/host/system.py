"""The host as `host setup` sees and changes it: accounts, groups, owners and modes, programs."""

from __future__ import annotations

import grp
import os
import pwd
import stat
import subprocess
from pathlib import Path

import msgspec

from data.clean import clean_text

RUN_S = 60.0
PLAIN_SHELL = "/bin/sh"
"""What runs where an account names no shell; given a command, it reads no file of anybody's."""
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class HostError(Exception):
    """Something could not be done on this host; its text is what the system said."""


class Access(msgspec.Struct, frozen=True):
    """Whose a file or folder is, and who may do what with it."""

    uid: int
    gid: int
    mode: int
    """Permission bits with setuid, setgid and sticky."""
    is_folder: bool
    is_regular: bool


class Host:
    """This host."""

    @property
    def is_root(self) -> bool:
        """Whether this process may change it."""
        return os.geteuid() == 0

    def uid(self, account: str) -> int | None:
        """The number of an account; None where there is none."""
        try:
            return pwd.getpwnam(account).pw_uid
        except KeyError:
            return None

    def gid(self, group: str) -> int | None:
        """The number of a group; None where there is none."""
        try:
            return grp.getgrnam(group).gr_gid
        except KeyError:
            return None

    def shell(self, account: str) -> str | None:
        """The login shell of an account; None where there is no such account."""
        try:
            return pwd.getpwnam(account).pw_shell or PLAIN_SHELL
        except KeyError:
            return None

    def group_name(self, gid: int) -> str:
        """The name of a group; its number where it has none."""
        try:
            return grp.getgrgid(gid).gr_name
        except KeyError:
            return str(gid)

    def is_member(self, account: str, group: str) -> bool:
        """Whether an account is in a group."""
        try:
            found = grp.getgrnam(group)
            primary = pwd.getpwnam(account).pw_gid
        except KeyError:
            return False
        return account in found.gr_mem or primary == found.gr_gid

    def access(self, path: Path) -> Access | None:
        """How a path stands; None where nothing is there, links are not followed.

        Raises:
            PermissionError: This account may not look.
        """
        try:
            found = path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return Access(
            found.st_uid,
            found.st_gid,
            stat.S_IMODE(found.st_mode),
            stat.S_ISDIR(found.st_mode),
            stat.S_ISREG(found.st_mode),
        )

    def give(self, path: Path, access: Access) -> None:
        """Set owner, group and mode of what is there, and of nothing that a link stands for.

        Raises:
            HostError: It cannot be, or is not what it should be.
        """
        try:
            descriptor = os.open(path, _OPEN)
        except OSError as error:
            raise _told(error) from error
        try:
            found = os.fstat(descriptor)
            is_other = stat.S_ISDIR(found.st_mode) != access.is_folder
            if is_other or (not access.is_folder and found.st_nlink != 1):
                raise HostError(str(path))
            os.fchown(descriptor, access.uid, access.gid)
            os.fchmod(descriptor, access.mode)
        except OSError as error:
            raise _told(error) from error
        finally:
            os.close(descriptor)

    def make_folder(self, path: Path) -> None:
        """Make a folder that only root can enter until it is given away, and those above it.

        Raises:
            HostError: It cannot be made.
        """
        try:
            path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            path.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise _told(error) from error

    def run(self, *command: str) -> None:
        """Run a program of the system, without a shell.

        Raises:
            HostError: It is not there, or failed; what it said.
        """
        try:
            ended = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=RUN_S,
                text=True,
                errors="replace",
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise HostError(clean_text(str(error))) from error
        if ended.returncode:
            said = clean_text((ended.stderr or ended.stdout).strip()) or str(ended.returncode)
            raise HostError(f"{command[0]}: {said}")


def _told(error: OSError) -> HostError:
    return HostError(clean_text(f"{error.strerror}: {error.filename}"))
