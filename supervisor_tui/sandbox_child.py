"""A sandbox as a child process: started, waited for, and ended whatever happens to its parent.

The child reads one end of a pipe of which this process holds the other. However this process ends,
kill -9 included, the pipe closes, and the sandbox ends with it.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
from collections.abc import Sequence

from data.clock import monotonic_ms
from data.errors import Code, FloorError

START_S = 60.0
END_S = 3.0


class SandboxChild:
    """Runs `supervisor-tui sandbox` for as long as the `with` block lasts.

    Args:
        options: Further arguments of the command.
    """

    def __init__(self, options: Sequence[str] = ()) -> None:
        self._options = tuple(options)
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe = -1
        self.url = ""

    def __enter__(self) -> SandboxChild:
        """Start it and wait until it answers.

        Raises:
            FloorError: It ended or did not answer in time; `detail` is what it said.
        """
        reading, self._pipe = os.pipe()
        command = [sys.executable, "-P", "-m", "supervisor_tui", "sandbox", *self._options]
        try:
            self._process = subprocess.Popen(
                [*command, "--until-eof", str(reading)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(reading,),
                start_new_session=True,
            )
        finally:
            os.close(reading)
        try:
            self.url = self._first_line()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_details: object) -> None:
        """End it."""
        self.close()

    def close(self) -> None:
        """Close the pipe, wait for the sandbox to end, and end it the hard way if it does not."""
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()

    def _first_line(self) -> str:
        process = self._process
        if process is None or process.stdout is None or process.stderr is None:
            raise FloorError(Code.INTERNAL, "sandbox")
        deadline = monotonic_ms() + START_S * 1000
        line = b""
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                left = (deadline - monotonic_ms()) / 1000
                if left <= 0 or not selector.select(left):
                    raise FloorError(Code.TIMED_OUT, "sandbox")
                piece = os.read(process.stdout.fileno(), 4096)
                if not piece:
                    raise FloorError(Code.INTERNAL, _last_words(process))
                line += piece
        return line.decode("utf-8", "replace").strip()


def _last_words(process: subprocess.Popen[bytes]) -> str:
    """The last line that a child wrote to its error output."""
    said = process.stderr.read() if process.stderr is not None else b""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else f"exit {process.wait()}"
