"""What is measured and what it runs against: an installed copy, a sandbox, a floor."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from data.cache.reader import CacheReader
from data.errors import StoreError
from data.model import Kind
from tests.benchmarks.accounts import end, new_mark
from tests.benchmarks.terminal import MARK, Link, Terminal

ROOT = Path(__file__).parents[2]
YARDSTICKS = Path(__file__).parent / "yardsticks"
SOURCES = ("supervisor_tui", "screens", "data", "pyproject.toml", "README.md", "LICENSE")
LIMIT_S = 120.0

CONFIG = """\
[floor]
name = "Benchmark"
state_dir = "{state}"
sync = "{sync}"
linger = 0

[[site]]
id = "main"
zone = "Europe/Berlin"

[[site.source]]
id = "sandbox"
kind = "supervision"
url = "{url}"
"""


def install(folder: Path) -> Path:
    """Install the project, byte-compiled, into a folder; answers where its packages are."""
    source, target = folder / "source", folder / "packages"
    source.mkdir()
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "install", "--no-deps", "--target", str(target), str(source)], check=True)
    compileall.compile_dir(target, quiet=2)
    return target


@dataclass(frozen=True, slots=True)
class Stage:
    """Where runs happen."""

    folder: Path
    packages: Path

    def environ(self, mark: str) -> dict[str, str]:
        """A small environment in which byte code is used and kept."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {
            **kept,
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(self.packages),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            MARK: mark,
        }

    @contextmanager
    def terminal(
        self, argv: list[str], size: tuple[int, int], link: Link | None = None
    ) -> Iterator[Terminal]:
        """A program on a terminal; all that it started ends with it."""
        mark = new_mark()
        try:
            with Terminal(argv, self.environ(mark), size, link) as terminal:
                yield terminal
        finally:
            end(mark)

    def hello(self) -> list[str]:
        """The yardstick that says hello."""
        return [sys.executable, "-P", str(YARDSTICKS / "hello.py")]

    def table(self, rows: int, columns: int, share: float) -> list[str]:
        """The yardstick in curses."""
        script = str(YARDSTICKS / "table.py")
        return [sys.executable, "-P", script, str(rows), str(columns), str(share)]

    @contextmanager
    def sandbox(self, *options: str) -> Iterator[str]:
        """A sandbox; its address."""
        command = [sys.executable, "-P", "-m", "supervisor_tui", "sandbox", *options]
        mark = new_mark()
        process = subprocess.Popen(command, env=self.environ(mark), stdout=subprocess.PIPE)
        try:
            assert process.stdout is not None
            yield process.stdout.readline().decode().strip()
        finally:
            end(mark)
            process.wait()
            process.stdout.close()


@dataclass(frozen=True, slots=True)
class Floor:
    """A configuration and its files."""

    stage: Stage
    config: Path

    @classmethod
    def make(cls, stage: Stage, url: str, *, sync: str = "external") -> Floor:
        """A floor with no files yet."""
        state = stage.folder / f"floor-{new_mark()}"
        config = state.with_suffix(".toml")
        config.write_text(CONFIG.format(state=state, url=url, sync=sync), encoding="utf-8")
        config.chmod(0o600)
        return cls(stage, config)

    @property
    def cache(self) -> Path:
        """The floor's cache.db."""
        return self.config.with_suffix("") / "cache.db"

    def screen(self) -> list[str]:
        """The command of the screen."""
        return self._command()

    def wait_filled(self, agents: int) -> None:
        """Wait until a running sync process has brought all agents.

        Raises:
            TimeoutError: It has not within two minutes.
        """
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            with suppress(StoreError), closing(CacheReader.open(self.cache)) as cache:
                if sum(kind is Kind.AGENT for kind, _ in cache.read(0).upserts) >= agents:
                    return
            time.sleep(0.2)
        raise TimeoutError(f"{agents} agents in {self.cache}")

    def fill(self) -> None:
        """Sync once: only where so little changes that there is an end to it."""
        subprocess.run(
            self._command("sync", "--once"), env=self.stage.environ(""), check=True, timeout=LIMIT_S
        )

    @contextmanager
    def sync(self) -> Iterator[psutil.Process]:
        """A sync process that runs as long as the block."""
        mark = new_mark()
        process = subprocess.Popen(
            self._command("sync"), env=self.stage.environ(mark), stderr=subprocess.DEVNULL
        )
        try:
            yield psutil.Process(process.pid)
        finally:
            end(mark)
            process.wait()

    def _command(self, *arguments: str) -> list[str]:
        program = [sys.executable, "-P", "-m", "supervisor_tui"]
        return [*program, *arguments, "--config", str(self.config)]
