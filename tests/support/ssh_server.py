"""A private SSH server on a loopback port, as careless as a host can be but for our block of rules.

Everything that a server may allow is allowed: every variable, files of the home that set
variables, forwarding of every kind, SFTP. What keeps an account then is the block that `host setup`
writes, and the account's shell. It needs root, and the folder that an SSH server wants to be there.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from tests.support.shared_floor import SharedFloor
from tests.support.waiting import wait_until
from tests.terminal.ptylab import Session

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/sbin")
LOCALHOST = "127.0.0.1"
RUN_S = 30.0

_PRIVATE = Path("/run/sshd")
_CARELESS = """
PidFile none
UsePAM yes
AcceptEnv *
PermitUserEnvironment yes
AllowAgentForwarding yes
AllowTcpForwarding yes
AllowStreamLocalForwarding yes
GatewayPorts yes
X11Forwarding yes
Subsystem sftp internal-sftp
"""


class SshServer:
    """A server for a shared floor's accounts, and a client that has a key of theirs.

    Args:
        shared: The floor, set up.
        folder: Where the keys and the server's log go.
        impatient: The account whose dead line is noticed after three seconds, not a minute.
    """

    def __init__(self, shared: SharedFloor, folder: Path, impatient: str) -> None:
        self.folder = folder
        self.port = free_port()
        self._shared = shared
        self.config = shared.places.ssh_config
        self._make_key("host_key")
        self._make_key("key")
        self.config.write_text(
            f"ListenAddress {LOCALHOST}:{self.port}\nHostKey {folder / 'host_key'}\n{_CARELESS}"
            f"Match User {impatient}\n    ClientAliveInterval 1\n    ClientAliveCountMax 2\n"
            f"Match all\nInclude {shared.places.ssh_rules}\n"
        )

    @contextmanager
    def running(self) -> Iterator[SshServer]:
        """While it serves."""
        with ExitStack() as stack:
            log = stack.enter_context((self.folder / "log").open("wb"))
            command = [str(SSHD), "-D", "-e", "-f", str(self.config)]
            server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log)
            stack.callback(server.wait)
            stack.callback(server.kill)
            wait_until(self._answers)
            yield self

    def home(self, account: str) -> Path:
        """The home of an account."""
        return Path(pwd.getpwnam(account).pw_dir)

    def let_in(self, account: str) -> None:
        """Put the client's key where the account's own files are, with wishes that do not count."""
        own = self.home(account) / ".ssh"
        own.mkdir(mode=0o700)
        wishes = f'command="/bin/bash -i",environment="BASH_ENV={self.home(account)}/trap"'
        (own / "authorized_keys").write_text(f"{wishes} {(self.folder / 'key.pub').read_text()}")
        self.give_home(account)

    def give_home(self, account: str) -> None:
        """Make all in the home of an account its own."""
        found = pwd.getpwnam(account)
        home = self.home(account)
        for path in (home, *home.rglob("*")):
            os.chown(path, found.pw_uid, found.pw_gid, follow_symlinks=False)

    def client(self, program: str, *arguments: str) -> list[str]:
        """A program of the SSH client, with this server's keys."""
        options = {
            "IdentityFile": self.folder / "key",
            "IdentitiesOnly": "yes",
            "UserKnownHostsFile": self.folder / "known_hosts",
            "StrictHostKeyChecking": "accept-new",
            "BatchMode": "yes",
            "Port": self.port,
        }
        named = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        return [program, "-F", "/dev/null", *named, *arguments]

    def ssh(self, account: str, *arguments: str) -> list[str]:
        """`ssh` to an account; the arguments come before its name."""
        return self.client("ssh", *arguments, f"{account}@{LOCALHOST}")

    def log_in(self, account: str, *asked: str, **how: Any) -> Session:
        """On a terminal, whatever is asked for."""
        options = how.pop("options", ())
        return Session([*self.ssh(account, "-tt", *options), *asked], **how)

    def run(self, command: list[str], **how: Any) -> subprocess.CompletedProcess[str]:
        """A client without a terminal, to its end."""
        how = {"stdin": subprocess.DEVNULL, "timeout": RUN_S, "errors": "replace", **how}
        return subprocess.run(command, capture_output=True, text=True, check=False, **how)

    def processes(self, account: str) -> list[psutil.Process]:
        """What runs as an account."""
        uid = pwd.getpwnam(account).pw_uid
        found = []
        for process in psutil.process_iter():
            try:
                if process.uids().real == uid and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.NoSuchProcess:
                continue
        return found

    def program(self, account: str) -> psutil.Process:
        """The process of an account's screen."""
        (found,) = [each for each in self.processes(account) if "supervisor_tui" in each.cmdline()]
        return found

    def _make_key(self, name: str) -> None:
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / name)]
        subprocess.run(command, check=True)

    def _answers(self) -> bool:
        try:
            with socket.create_connection((LOCALHOST, self.port), 1) as line:
                return line.recv(4) == b"SSH-"
        except OSError:
            return False


def can_start() -> bool:
    """Whether an SSH server could start here."""
    return os.geteuid() == 0 or _PRIVATE.exists()


@contextmanager
def private_folder() -> Iterator[None]:
    """The empty folder without which no SSH server starts; a running service has made it."""
    is_ours = not _PRIVATE.exists()
    if is_ours:
        _PRIVATE.mkdir(mode=0o755)
    try:
        yield
    finally:
        if is_ours:
            _PRIVATE.rmdir()


def free_port() -> int:
    """A port of the loopback that nobody has just now."""
    with socket.socket() as found:
        found.bind((LOCALHOST, 0))
        return int(found.getsockname()[1])


def through(local: int, port: int, *, is_socks: bool) -> bytes:
    """What comes through a forwarded port before it is closed."""
    lines: list[socket.socket] = []

    def connected() -> bool:
        with suppress(OSError):
            lines.append(socket.create_connection((LOCALHOST, local), 1))
        return bool(lines)

    wait_until(connected)
    with lines[0] as line:
        line.settimeout(10)
        if is_socks:
            line.sendall(b"\5\1\0" + b"\5\1\0\1\x7f\0\0\1" + port.to_bytes(2, "big"))
        got = b""
        with suppress(ConnectionResetError):
            while piece := line.recv(64):
                got += piece
        return got


@contextmanager
def agent(folder: Path) -> Iterator[str]:
    """An agent of the client's, and where it listens."""
    where = str(folder / "agent")
    with subprocess.Popen(["ssh-agent", "-D", "-a", where], stdout=subprocess.DEVNULL) as running:
        try:
            wait_until(lambda: Path(where).exists())
            yield where
        finally:
            running.terminate()
