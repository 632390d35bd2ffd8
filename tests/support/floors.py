"""A floor of a test's own: configuration, files and home in one folder, the program run on it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.files import FloorFiles
from supervisor_tui.sandbox_child import SandboxChild
from tests.terminal.ptylab import Session

COMMAND = [sys.executable, "-P", "-m", "supervisor_tui"]
RUN_S = 90.0


@dataclass(frozen=True)
class Place:
    """One folder with everything that the program may touch.

    Args:
        folder: Empty; nothing outside of it is read or written.
    """

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def files(self) -> FloorFiles:
        return FloorFiles(self.folder / "state")

    @property
    def environ(self) -> dict[str, str]:
        """A small environment of which nothing is the tester's but where programs are."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
        }

    def configure(self, url: str, floor: str = "", source: str = "", extra: str = "") -> Place:
        """Write the configuration of a floor with one source; lines are added to its tables."""
        self.config.write_text(
            f'[floor]\nname = "Test"\nstate_dir = "state"\nlinger = 0\n{floor}\n'
            '[[site]]\nid = "main"\nzone = "Europe/Berlin"\nday_start = "06:00"\n'
            f'[[site.source]]\nid = "pbx"\nurl = "{url}"\nmin_interval = 0.05\n{source}\n{extra}\n'
        )
        return self

    def run(self, *arguments: object, **how: Any) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, as a person without a terminal would."""
        how["env"] = {**self.environ, **how.pop("env", {})}
        return subprocess.run(
            self.command(*arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **{"timeout": RUN_S, **how},
        )

    def show(self, pane: str) -> dict[str, Any]:
        """A pane as `show --json` has it."""
        document: dict[str, Any] = json.loads(self.told("show", pane, "--json"))
        return document

    def told(self, *arguments: object, **how: Any) -> str:
        """What a command prints that has nothing to complain of."""
        ended = self.run(*arguments, **how)
        assert (ended.returncode, ended.stderr) == (0, "")
        return ended.stdout

    def screen(self, *arguments: object, **how: Any) -> Session:
        """The program on a pty."""
        how["env"] = {**self.environ, **how.pop("env", {})}
        return Session(self.command(*arguments), **how)

    def command(self, *arguments: object) -> list[str]:
        """The program with this floor's configuration."""
        return [*COMMAND, "--config", str(self.config), *map(str, arguments)]


class Endpoint:
    """A sandbox in a process of its own, which can be killed and started again at its address.

    Args:
        options: Arguments of `supervisor-tui sandbox`.
    """

    def __init__(self, options: Sequence[str]) -> None:
        self._port = ("--port", str(_free_port()))
        self._child = SandboxChild([*options, *self._port])
        self._options = options

    def __enter__(self) -> Endpoint:
        self._child.__enter__()
        return self

    def __exit__(self, *_details: object) -> None:
        self._child.close()

    @property
    def url(self) -> str:
        """The base URL of its API."""
        return self._child.url

    def backstage(self, path: str) -> Any:
        """What it says under /sandbox."""
        host = self.url.removesuffix("/supervision/v1")
        with urllib.request.urlopen(f"{host}/sandbox/{path}", timeout=30) as answer:
            return json.loads(answer.read())

    def kill(self) -> None:
        """End it as a crash would."""
        process = self._child._process
        assert process is not None
        process.kill()
        self._child.close()

    def start_again(self, *options: str) -> None:
        """At the same address, with records of another epoch; with other options where given."""
        self._child = SandboxChild([*(options or self._options), *self._port])
        self._child.__enter__()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
