"""Runs what the configuration wants to be run when an alert is raised.

The program and its arguments come from the configuration alone; what is known of the alert goes to
its standard input as one JSON object. There is no shell, nothing remote becomes an argument, and
what takes too long is ended with all it has started.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Sequence

import msgspec

from data.floor import FloorSnapshot, Key
from data.model import Alert, Cause, Kind
from data.settings import RuleSettings
from data.sync.journal import Journal

LONGEST_S = 30.0
ENDED = "ended"
AT_ONCE = 4
WAITING = 100
"""So many may wait for their turn; of more it is written down that they were not run."""
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def document_of(alert: Alert, snapshot: FloorSnapshot) -> bytes:
    """An alert for a program: as it is kept, with what its site and its queue are called.

    No person is named: of an agent and of a complaint there is the id.

    Args:
        alert: The alert.
        snapshot: The floor.
    """
    fields = msgspec.to_builtins(alert)
    info = next((one for one in snapshot.sites if one.id == alert.site), None)
    fields["site_name"] = alert.site if info is None else info.name or info.id
    if alert.about is not None and alert.about.kind == Kind.QUEUE:
        queue = snapshot.queues.get(Key(alert.site, alert.telephony, alert.about.id))
        fields["about_name"] = alert.about.id if queue is None else queue.name
    return msgspec.json.encode(fields) + b"\n"


class AlertCommands:
    """Commands that run, and those that wait for their turn.

    Args:
        rules: The floor's rules.
        journal: Where it is told what became of each.
        failed: Is told how a command failed, so that it can be seen on the alert.
        longest_s: After so many seconds one is ended.
    """

    def __init__(
        self,
        rules: Sequence[RuleSettings],
        journal: Journal,
        failed: Callable[[Alert, Cause], None],
        longest_s: float = LONGEST_S,
    ) -> None:
        self._commands = {
            (rule.called, rule.severity.value): rule.command for rule in rules if rule.command
        }
        self._journal = journal
        self._failed = failed
        self._longest_s = longest_s
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._begun: dict[str, set[str]] = {}
        """By alert, in what severities its command has been begun."""

    def start(self, alert: Alert, document: bytes) -> None:
        """Run what is to be run for an alert, as soon as it is its turn, once in each severity.

        Args:
            alert: The alert.
            document: What the command gets on standard input.
        """
        command = self._commands.get((alert.rule, alert.severity))
        begun = self._begun.get(alert.id, ())
        if command is None or alert.severity in begun:
            return
        self._begun[alert.id] = {*begun, alert.severity}
        if len(self._tasks) >= WAITING:
            self._tell(alert, "too_many")
            return
        task = asyncio.create_task(self._run(command, alert, document))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def forget(self, alert: str) -> None:
        """Forget an alert that is not kept any more."""
        self._begun.pop(alert, None)

    async def end(self) -> None:
        """End whatever still runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, command: Sequence[str], alert: Alert, document: bytes) -> None:
        async with self._turn:
            try:
                process = await asyncio.create_subprocess_exec(
                    *command,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                    cwd="/",
                    env={"PATH": _PATH, "LANG": "C.UTF-8"},
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                self._tell(alert, "not_started", detail=type(error).__name__)
                return
            try:
                async with asyncio.timeout(self._longest_s):
                    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                        await process.communicate(document)
                    await process.wait()
                self._tell(alert, ENDED, status=process.returncode)
            except TimeoutError:
                self._tell(alert, "too_long")
            finally:
                if process.returncode is None:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)
                    while process.returncode is None:
                        # It is dead already: who ends us now waits for it no longer than we do.
                        with contextlib.suppress(asyncio.CancelledError):
                            await process.wait()

    def _tell(self, alert: Alert, outcome: str, **more: str | int | float | None) -> None:
        if outcome != ENDED or more.get("status") != 0:
            self._failed(alert, Cause(outcome, more))
        self._journal.write("alert_command", rule=alert.rule, outcome=outcome, **more)
