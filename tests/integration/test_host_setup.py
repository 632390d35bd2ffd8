"""`host setup` and what `doctor` says of a host: by a host of make-believe accounts, real files."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from data.files import FloorFiles
from supervisor_tui.commands.host import set_up
from supervisor_tui.config import Configuration, load_config
from supervisor_tui.doctor import Level
from supervisor_tui.doctor_host import look_at_host
from supervisor_tui.failures import UsageError
from supervisor_tui.host.plan import Names, Places, host_plan, restricted_accounts
from supervisor_tui.host.system import Access, Host, HostError
from tests.support.ssh_server import SSHD, can_start, private_folder

CONFIG = """
[floor]
name = "Harbour"
state_dir = "{state}"
sync = "external"
[[site]]
id = "main"
zone = "Europe/Berlin"
[[site.source]]
id = "pbx"
url = "http://127.0.0.1:9/"
token_file = "token"
[[site.source]]
id = "switch"
kind = "asterisk"
url = "http://127.0.0.1:9/"
username = "panel"
secret_file = "secret"
[people.anna]
id = "anna"
name = "Anna"
role = "supervisor"
[people.ada]
id = "ada"
name = "Ada"
role = "administrator"
"""


class Village(Host):
    """A host on which accounts are names in a table; files are real, their owners remembered."""

    def __init__(self, *accounts: str) -> None:
        self.ran: list[tuple[str, ...]] = []
        self._uids = {"root": 0}
        self._groups: dict[str, tuple[int, set[str]]] = {"root": (0, set())}
        self._given: dict[Path, Access] = {}
        self._shells: dict[str, str] = {}
        for account in accounts:
            self._add(account)

    @property
    def is_root(self) -> bool:
        return True

    def uid(self, account: str) -> int | None:
        return self._uids.get(account)

    def gid(self, group: str) -> int | None:
        return self._groups[group][0] if group in self._groups else None

    def shell(self, account: str) -> str | None:
        return self._shells.get(account, "/bin/bash") if account in self._uids else None

    def is_member(self, account: str, group: str) -> bool:
        return group in self._groups and account in self._groups[group][1]

    def access(self, path: Path) -> Access | None:
        found = super().access(path)
        if found is None:
            return None
        mine = Access(0, 0, found.mode, found.is_folder, found.is_regular)
        return self._given.get(path, mine)

    def give(self, path: Path, access: Access) -> None:
        path.chmod(0o700 if access.is_folder else 0o600)
        self._given[path] = access

    def run(self, *command: str) -> None:
        self.ran.append(command)
        match command:
            case ("groupadd", *_, name):
                self._groups[name] = (50_000 + len(self._groups), set())
            case ("useradd", *_, name):
                self._add(name)
            case ("usermod", "--shell", shell, account):
                self._shells[account] = shell
            case ("usermod", "--append", "--groups", group, account):
                if group not in self._groups:
                    raise HostError(f"usermod: group '{group}' does not exist")
                self._groups[group][1].add(account)
            case _:
                raise AssertionError(command)

    def _add(self, account: str) -> None:
        self._uids[account] = 60_000 + len(self._uids)
        self._groups[account] = (60_000 + len(self._groups), {account})

    def forget(self, path: Path) -> None:
        """Somebody has taken it back."""
        self._given.pop(path)


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    for name in ("token", "secret"):
        (tmp_path / name).write_text("secret")
        (tmp_path / name).chmod(0o600)
    (tmp_path / "config.toml").write_text(CONFIG.format(state=tmp_path / "state"))
    return load_config(tmp_path / "config.toml")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    etc = tmp_path / "etc"
    return Places(etc / "units", etc / "ssh", etc / "floor", "/opt/floor/bin/python3")


def do(configuration: Configuration, places: Places, host: Host, *, is_dry: bool = False) -> int:
    return set_up(configuration, Names(), places, host, is_dry=is_dry)


def test_a_dry_run_says_all_and_does_nothing(
    configuration: Configuration,
    places: Places,
    capsys: pytest.CaptureFixture[str],
) -> None:
    host = Village("anna", "ada")
    assert do(configuration, places, host, is_dry=True) == 1
    said = capsys.readouterr().out
    for needed in (
        "groupadd --system floor\n",
        "--shell /usr/sbin/nologin floor-sync",
        "usermod --append --groups floor-only anna",
        "usermod --shell /bin/sh anna",
        f"install -d -o anna -g floor-sync -m 2770 {configuration.floor.state_dir}/spool/anna/new",
        "chown floor-sync:floor-sync",
        "ForceCommand",
        "NoNewPrivileges=yes",
        "sshd -t && systemctl reload ssh",
    ):
        assert needed in said
    assert "floor-only ada" not in said
    assert "/bin/sh ada" not in said
    assert host.ran == []
    assert not places.units.exists()
    assert not Path(configuration.floor.state_dir).exists()


def test_it_does_all_once_and_nothing_twice(
    configuration: Configuration, places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    host = Village("anna", "ada")
    assert do(configuration, places, host) == 0
    files = FloorFiles(Path(configuration.floor.state_dir))
    service, floor = host.gid("floor-sync"), host.gid("floor")
    spool = host.access(files.spool / "anna" / "new")
    assert spool == Access(host.uid("anna") or 0, service or 0, 0o2770, True, False)
    root = host.access(files.root)
    assert root == Access(host.uid("floor-sync") or 0, floor or 0, 0o2750, True, False)
    for name in ("token", "secret"):
        access = host.access(configuration.path.parent / name)
        assert access is not None
        assert (access.uid, access.mode) == (host.uid("floor-sync"), 0o400)
    assert places.screen.stat().st_mode & 0o777 == 0o755
    done = len(host.ran)
    capsys.readouterr()
    assert do(configuration, places, host) == 0
    assert len(host.ran) == done
    lines = capsys.readouterr().out.split("\n\n")[0].splitlines()
    assert {line.split()[0] for line in lines} == {"ok"}


def test_a_file_that_somebody_edited_stays_and_ours_lies_beside(
    configuration: Configuration, places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    host = Village("anna", "ada")
    do(configuration, places, host)
    edited = places.ssh_rules.read_text() + "    PermitTTY no\n"
    places.ssh_rules.write_text(edited)
    places.unit.write_text("[Unit]\n# my own\n")
    assert do(configuration, places, host) == 1
    assert places.ssh_rules.read_text() == edited
    assert places.unit.read_text() == "[Unit]\n# my own\n"
    assert "ForceCommand" in places.ssh_rules.with_name(places.ssh_rules.name + ".new").read_text()
    assert "somebody edited it, so it stays" in capsys.readouterr().out


def test_a_file_of_ours_follows_the_configuration(
    configuration: Configuration, places: Places, tmp_path: Path
) -> None:
    host = Village("anna", "ada")
    do(configuration, places, host)
    path = tmp_path / "config.toml"
    path.write_text(path.read_text().replace("Harbour", "Quay"))
    assert do(load_config(path), places, host) == 0
    assert "Quay" in places.unit.read_text()


def test_people_without_an_account_are_left_to_the_host(
    configuration: Configuration, places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    host = Village("ada")
    assert do(configuration, places, host, is_dry=True) == 1
    assert "\nto do  account anna with the shell /bin/sh" in capsys.readouterr().out
    assert do(configuration, places, host) == 1
    said = capsys.readouterr().out
    assert "yours  account anna, which [people] names\n         adduser anna" in said
    assert not (Path(configuration.floor.state_dir) / "spool" / "anna").exists()
    host._add("anna")
    assert do(configuration, places, host) == 0


def test_doctor_names_what_is_wrong_with_what_mends_it(
    configuration: Configuration, places: Places
) -> None:
    host = Village("anna", "ada")
    do(configuration, places, host)
    files = FloorFiles(Path(configuration.floor.state_dir))
    host.forget(files.spool / "anna")
    host._groups["floor-only"][1].discard("anna")
    names = Names()
    told = [
        finding.text
        for finding in look_at_host(configuration, host, places, names)
        if finding.level is Level.BAD
    ]
    assert any("install -d -o anna -g floor-sync -m 2770" in text for text in told)
    assert any("usermod --append --groups floor-only anna" in text for text in told)
    assert do(configuration, places, host) == 0
    said = list(look_at_host(configuration, host, places, names))
    # The SSH server of this host knows nothing of accounts that are names in a table.
    bad = [finding.text for finding in said if finding.level is Level.BAD]
    assert [text for text in bad if "SSH" not in text] == []
    assert "The host is set up for a floor that accounts share." in [each.text for each in said]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('sync = "external"', "", "A shared floor needs state_dir and sync"),
        ("[people.anna]", '[people."an na"]', "an na cannot be the name of an account."),
        ("[people.anna]", '[people."-x"]', "-x cannot be the name of an account."),
        ('state"', 'sta te"', "a plain path, without blanks and quotes"),
        ('state"', "st'$(id)\"", "a plain path, without blanks and quotes"),
    ],
)
def test_what_would_need_quoting_is_refused(
    configuration: Configuration, old: str, new: str, why: str
) -> None:
    path = configuration.path
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(UsageError, match=why):
        host_plan(load_config(path))


def test_a_hostile_floor_name_stays_a_comment(configuration: Configuration, places: Places) -> None:
    path = configuration.path
    name = r'name = "x\nUser=root\u001b]0;@python@%n`id`"'
    path.write_text(path.read_text().replace('name = "Harbour"', name))
    do(load_config(path), places, Village("anna", "ada"))
    lines = places.unit.read_text().splitlines()
    assert [line for line in lines if line.startswith("User=")] == ["User=floor-sync"]
    for written in (places.unit, places.screen, places.ssh_rules):
        assert not set(written.read_text()) & set("\x1b`%")


def test_administrators_and_whoever_is_named_keep_their_shell(configuration: Configuration) -> None:
    assert restricted_accounts(configuration, Names()) == ["anna"]
    assert restricted_accounts(configuration, Names(with_shell=frozenset({"anna"}))) == []


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_the_service_is_valid_and_hardly_exposed(
    configuration: Configuration, places: Places, tmp_path: Path
) -> None:
    python = tmp_path / "python3"
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    places = Places(places.units, places.ssh, places.programs, str(python))
    do(configuration, places, Village("anna", "ada"))
    verify = ["systemd-analyze", "verify", "--man=no", str(places.unit)]
    ended = subprocess.run(verify, capture_output=True, text=True, check=False)
    ours = [line for line in ended.stderr.splitlines() if places.unit.name in line]
    assert ours == []
    security = ["systemd-analyze", "security", "--offline=true", "--threshold=15"]
    ended = subprocess.run(
        [*security, "--no-pager", str(places.unit)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout


@pytest.mark.skipif(SSHD is None, reason="sshd is not here")
@pytest.mark.skipif(not can_start(), reason="sshd has no /run/sshd, and only root can make it")
def test_the_ssh_server_takes_the_rules(configuration: Configuration, places: Places) -> None:
    do(configuration, places, Village("anna", "ada"))
    key = places.ssh / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    config = places.ssh / "sshd_config"
    config.write_text(f"HostKey {key}\nInclude {places.ssh_rules}\n")
    with private_folder():
        ended = subprocess.run([str(SSHD), "-t", "-f", config], capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
