"""Eight attempts to get out of a restricted account over a real SSH server; none does.

The accounts are made and set up by `host setup`, the server has the block that it writes and is
otherwise as careless as a server can be, and the client is OpenSSH's. Each attempt ends with a word
to the person or on the screen of the floor.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from supervisor_tui.doctor import Level
from supervisor_tui.doctor_host import look_at_host
from supervisor_tui.host.plan import Places
from supervisor_tui.host.system import Host
from tests.support.shared_floor import SharedFloor, shared_floor
from tests.support.ssh_server import (
    LOCALHOST,
    SSHD,
    SshServer,
    agent,
    free_port,
    private_folder,
    through,
)
from tests.support.waiting import wait_until
from tests.terminal.commanding import type_unknown_commands
from tests.terminal.ptylab import Session

NEEDED = ("ssh", "sftp", "scp", "ssh-keygen", "useradd")
MISSING = [name for name in NEEDED if not shutil.which(name)]

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can make accounts"),
    pytest.mark.skipif(SSHD is None, reason="sshd is not here"),
    pytest.mark.skipif(bool(MISSING), reason=f"not here: {', '.join(MISSING)}"),
    pytest.mark.pty,
    pytest.mark.xdist_group("accounts"),
]

UP = r"Queues(?s:.*)Claims"
REFUSAL = "gets the screen of its floor and nothing else"
NO_SCREEN = "There is no screen: the standard input is not a terminal.\n"
GONE_S = 20.0


class Person:
    """A restricted account: what it may try, and what would show that it got out."""

    def __init__(self, server: SshServer, account: str) -> None:
        self.server, self.account = server, account
        self.home = server.home(account)
        self.marker = self.home / "escaped"
        self._lay_traps()
        server.let_in(account)

    def _lay_traps(self) -> None:
        """Whatever a shell, SSH, PAM or Python might read in a home says so in a file."""
        trap = f'echo "$0 $*" >> {self.marker}\n'
        for name in (".bashrc", ".bash_profile", ".profile", ".zshenv", "trap", "rc"):
            (self.home / name).write_text(trap)
        code = f"open({str(self.marker)!r}, 'a').write(__name__)\nclass Driver: pass\n"
        for name in ("sitecustomize", "usercustomize", "evil", "data", "msgspec"):
            (self.home / f"{name}.py").write_text(code)
        for name in ("w3m", "xdg-open", "vi", "env", "python", "bash"):
            (self.home / name).write_text(f"#!/bin/sh\n{trap}")
            (self.home / name).chmod(0o755)

    @property
    def environ(self) -> dict[str, str]:
        """Everything that names a program, a module or a file; the linker would complain of it."""
        return {
            "TEXTUAL_DRIVER": "evil:Driver",
            "TEXTUAL_LOG": f"{self.home}/textual.log",
            "TEXTUAL_SCREENSHOT": "0",
            "TEXTUAL_PRESS": "q",
            "PYTHONPATH": str(self.home),
            "PYTHONSTARTUP": f"{self.home}/evil.py",
            "PYTHONINSPECT": "1",
            "BROWSER": f"{self.home}/w3m",
            "EDITOR": f"{self.home}/vi",
            "BASH_ENV": f"{self.home}/trap",
            "ENV": f"{self.home}/trap",
            "LD_PRELOAD": f"{self.home}/evil.so",
            "SUPERVISOR_TUI_CONFIG": f"{self.home}/other.toml",
        }

    def log_in(self, *asked: str, **how: Any) -> Session:
        return self.server.log_in(self.account, *asked, **how)

    def ask(self, *asked: str) -> subprocess.CompletedProcess[str]:
        """Without a terminal."""
        return self.server.run([*self.server.ssh(self.account, "-T"), *asked])

    def assert_kept(self) -> None:
        """Nothing ran and nothing was written; and nothing is left running."""
        assert not self.marker.exists(), self.marker.read_text()
        assert not (self.home / "textual.log").exists()
        assert list(self.home.rglob("*.svg")) == []
        wait_until(lambda: not self.server.processes(self.account), GONE_S)


@pytest.fixture(scope="module")
def shared() -> Iterator[SharedFloor]:
    with shared_floor() as shared, private_folder():
        assert shared.set_up() == 0
        if not shared.can_be_run:
            pytest.skip("other accounts cannot read this Python or this checkout")
        shared.start()
        yield shared


@pytest.fixture(scope="module")
def server(shared: SharedFloor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    server = SshServer(shared, tmp_path_factory.mktemp("ssh"), impatient=shared.other)
    with server.running():
        yield server


@pytest.fixture(scope="module")
def person(shared: SharedFloor, server: SshServer) -> Person:
    return Person(server, shared.one)


def leave(session: Session) -> None:
    session.send("q")
    assert session.wait_exit() == 0


def test_the_floor_is_shown_and_leaving_ends_the_session(person: Person) -> None:
    with person.log_in() as session:
        session.wait_for(UP)
        assert "Shared" in session.text
        leave(session)
    person.assert_kept()


def test_1_a_shell_is_asked_for(person: Person) -> None:
    for asked in (["bash", "-i"], ["id;", "id"], ["$(id)"]):
        ended = person.ask(*asked)
        assert (ended.returncode, ended.stdout) == (1, "")
        assert REFUSAL in ended.stderr
    with person.log_in("bash", "-i") as session:
        session.wait_for(UP)
        type_unknown_commands(session, "!id", "sh")
        assert person.server.program(person.account).children() == []
        assert b"uid=" not in session.raw
        leave(session)
    person.assert_kept()


def test_2_files_are_asked_for(person: Person) -> None:
    server, own = person.server, f"{person.account}@{LOCALHOST}"
    fetched, brought = server.folder / "fetched", person.home / "brought"
    attempts = (
        server.client("sftp", own),
        server.client("scp", f"{own}:/etc/passwd", str(fetched)),
        server.client("scp", "-O", f"{own}:/etc/passwd", str(fetched)),
        server.client("scp", str(server.folder / "key.pub"), f"{own}:{brought}"),
        server.client("scp", "-O", str(server.folder / "key.pub"), f"{own}:{brought}"),
    )
    for attempt in attempts:
        ended = server.run(attempt)
        assert ended.returncode != 0, attempt
        # What runs instead of a subsystem can say nothing that would reach the person.
        word = REFUSAL if "-O" in attempt else "Connection closed"
        assert word in ended.stderr, attempt
    assert not fetched.exists()
    assert not brought.exists()
    person.assert_kept()


@pytest.mark.parametrize("kind", ["-L", "-D", "-W", "unix"])
def test_3_a_way_to_another_port_is_asked_for(person: Person, kind: str) -> None:
    """The sandbox's own port would answer."""
    target, local = f"{LOCALHOST}:{person.server.port}", free_port()
    if kind == "-W":
        ended = person.server.run(person.server.ssh(person.account, "-W", target))
        assert "SSH-" not in ended.stdout
        assert "administratively prohibited" in ended.stderr
        return
    asked = {
        "-L": ["-L", f"{local}:{target}"],
        "-D": ["-D", str(local)],
        "unix": ["-L", f"{local}:/run/any.sock"],
    }[kind]
    with Session(person.server.ssh(person.account, "-N", *asked)) as session:
        assert b"SSH-" not in through(local, person.server.port, is_socks=kind == "-D")
        session.wait_for(r"open failed: (administratively\s+prohibited|connect failed)")
    person.assert_kept()


def test_3_ways_back_and_the_agent_are_asked_for(person: Person) -> None:
    server = person.server
    back = f"{free_port()}:{LOCALHOST}:{server.port}"
    strict = ("-N", "-o", "ExitOnForwardFailure=yes")
    ended = server.run(server.ssh(person.account, *strict, "-R", back))
    assert ended.returncode == 255
    assert "remote port forwarding failed" in ended.stderr
    display = {"DISPLAY": ":9", "XAUTHORITY": str(server.folder / "xauthority")}
    with agent(server.folder) as where:
        wanted = {**display, "SSH_AUTH_SOCK": where}
        with person.log_in(options=["-A", "-X"], env=wanted) as session:
            session.wait_for(UP)
            assert b"X11 forwarding request failed" in session.raw
            assert not {"SSH_AUTH_SOCK", "DISPLAY"} & set(_environ_of(person))
            leave(session)
    person.assert_kept()


def _environ_of(person: Person) -> dict[str, str]:
    return person.server.program(person.account).environ()


def test_4_no_terminal_is_asked_for(person: Person) -> None:
    ended = person.ask()
    assert (ended.returncode, ended.stderr) == (0, NO_SCREEN)
    assert "Claims" in ended.stdout
    # One that never says anything, and never listens, is not waited for either.
    command = person.server.ssh(person.account, "-T")
    null = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=null, stderr=null) as silent:
        assert silent.wait(20) == 0
    person.assert_kept()


def test_5_the_environment_names_programs_modules_and_files(person: Person) -> None:
    lines = "".join(f"{name}={value}\n" for name, value in person.environ.items())
    (person.home / ".ssh" / "environment").write_text(lines)
    (person.home / ".ssh" / "rc").write_text(f"echo rc >> {person.marker}\n")
    lines = "".join(f"{name} OVERRIDE={value}\n" for name, value in person.environ.items())
    (person.home / ".pam_environment").write_text(lines)
    person.server.give_home(person.account)
    # The client's own linker must not stumble: what it sends is set, not had.
    sent = ["-o", "SetEnv=" + " ".join("=".join(each) for each in person.environ.items())]
    with person.log_in(options=sent) as session:
        session.wait_for(UP)
        assert "Shared" in session.text
        assert not set(_environ_of(person)) & set(person.environ)
        leave(session)
        assert b"ld.so" not in session.raw
    ended = person.server.run(person.server.ssh(person.account, "-T", *sent))
    assert (ended.returncode, ended.stderr) == (0, NO_SCREEN)
    person.assert_kept()


def test_6_it_is_suspended_or_interrupted(person: Person) -> None:
    with person.log_in() as session:
        session.wait_for(UP)
        session.send("\x1a\x1c")  # perhaps before the program reads its keys
        session.send("?")
        session.wait_for("Esc close")
        session.send("\x1b")
        session.wait_for(UP)
        session.send("\x1a\x1c\x03")
        session.wait_for("again leaves the program")
        assert person.server.program(person.account).status() != psutil.STATUS_STOPPED
        leave(session)
        assert session.attributes == session.attributes_before
    person.assert_kept()


def test_7_a_link_an_editor_or_a_program_is_opened(person: Person) -> None:
    with person.log_in() as session:
        session.wait_for(UP)
        type_unknown_commands(session, "open https://example.com/", "edit x", "browse")
        assert person.server.program(person.account).children(recursive=True) == []
        leave(session)
    person.assert_kept()


def test_8_a_picture_or_a_file_is_written(person: Person) -> None:
    before = set(person.home.rglob("*"))
    with person.log_in() as session:
        session.wait_for(UP)
        session.send("\x10\x13")  # where others have a palette of commands, and save
        type_unknown_commands(session, "screenshot x.svg", "export x.csv")
        leave(session)
    written = [path for path in set(person.home.rglob("*")) - before if path.is_file()]
    assert {path.name for path in written} <= {"settings.json", "screens.lock"}
    person.assert_kept()


def test_another_floor_or_command_is_asked_for(person: Person, shared: SharedFloor) -> None:
    asked = (
        f"supervisor-tui --config {person.home}/other.toml",
        f"show queues --config {person.home}/other.toml",
        "supervisor-tui history import /etc/passwd",
        f"'; touch {person.marker}; '",
    )
    for each in asked:
        ended = person.ask(each)
        assert (ended.returncode, ended.stdout) == (1, "")
        assert REFUSAL in ended.stderr
    with person.log_in(asked[0]) as session:
        session.wait_for(UP)
        command = person.server.program(person.account).cmdline()
        assert command[1:] == [
            "-I",
            "-m",
            "supervisor_tui",
            "--config",
            str(shared.configuration.path),
        ]
        leave(session)
    person.assert_kept()


def test_a_client_that_is_killed_leaves_nothing_behind(person: Person) -> None:
    with person.log_in() as session:
        session.wait_for(UP)
        assert person.server.processes(person.account)
        session.signal(signal.SIGKILL)
        person.assert_kept()


def test_a_client_that_stands_still_leaves_nothing_behind(
    shared: SharedFloor, server: SshServer
) -> None:
    server.let_in(shared.other)
    with server.log_in(shared.other) as session:
        session.wait_for(UP)
        session.signal(signal.SIGSTOP)
        wait_until(lambda: not server.processes(shared.other), GONE_S)


def test_a_dead_line_is_noticed_within_75_seconds(shared: SharedFloor, server: SshServer) -> None:
    """The block as it is written, of which the test before shows that it works."""
    who = f"user={shared.one},host=localhost,addr={LOCALHOST}"
    told = server.run([str(SSHD), "-T", "-f", str(server.config), "-C", who]).stdout.splitlines()
    assert {"clientaliveinterval 15", "clientalivecountmax 4"} <= set(told)


def test_doctor_asks_the_server(shared: SharedFloor, server: SshServer) -> None:
    """What the careless server lets in is named; the block alone is enough on a usual one."""
    checked = server.run([str(SSHD), "-t", "-f", str(server.config)])
    assert (checked.returncode, checked.stderr) == (0, "")
    careless = _doctor(shared, shared.places)
    assert [line for line in careless if "does not keep" in line]
    assert re.search(r": acceptenv \*, permituserenvironment\. Mend it", "\n".join(careless))
    usual = server.folder / "usual"
    head = f"HostKey {server.folder / 'host_key'}\nAcceptEnv LANG LC_*\n"
    usual.write_text(f"{head}Include {shared.places.ssh_rules}\n")
    assert f"SSH keeps {shared.one} to its screen." in _doctor(shared, _with(shared, usual))
    usual.write_text(head)
    (bare,) = [line for line in _doctor(shared, _with(shared, usual)) if "does not keep" in line]
    assert "disableforwarding, forcecommand" in bare
    usual.write_text("Nonsense yes\n")
    told = _doctor(shared, _with(shared, usual))
    assert [line for line in told if "does not say" in line and "Nonsense" in line]


def _with(shared: SharedFloor, config: Path) -> Places:
    places = shared.places
    return Places(places.units, places.ssh, places.programs, places.python, config)


def _doctor(shared: SharedFloor, places: Places) -> Sequence[str]:
    found = look_at_host(shared.configuration, Host(), places)
    return [each.text for each in found if each.level in {Level.BAD, Level.OK}]
