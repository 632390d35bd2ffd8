"""A whole floor in one process: two persons, a sync process, a line, a server, and one clock."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from data.actions.fields import Audience, Noted, Reason, Resolved, Severed, Written
from data.actions.verbs import Verb
from data.clock import ManualClock
from data.files import FloorFiles
from data.model import Ms
from data.sandbox.ports import Put
from data.status import ActionState
from data.sync.asks import Ask
from tests.support.proof.judge import Judge
from tests.support.proof.line import Line
from tests.support.proof.mortal import Killed
from tests.support.proof.person import Person, Press, builtins
from tests.support.proof.process import Process
from tests.support.proof.server import OPTIONS, Server

COMPLAINTS = ("e/0", "e/1", "e/2")
AGENTS = ("a/0", "a/1")
NAMES = ("anna", "karl")
SEVERITIES = ("low", "medium", "high", "critical")
QUIET_LOOKS = 40
QUIET_STEP_S = 40.0
WAYS: dict[Verb, Any] = {
    Verb.CLAIM: lambda _n: {},
    Verb.HAND_BACK: lambda _n: {},
    Verb.ACKNOWLEDGE: lambda _n: {},
    Verb.SEVERITY: lambda n: builtins(Severed(SEVERITIES[n % 4])),
    Verb.ADD_NOTE: lambda n: builtins(Noted(f"note {n}")),
    Verb.RESOLVE: lambda _n: builtins(Resolved(resolution="apologised")),
    Verb.REOPEN: lambda _n: {},
    Verb.PAUSE: lambda n: builtins(Reason(f"{n % 4}")),
    Verb.READY: lambda _n: {},
    Verb.MESSAGE: lambda n: builtins(Written(f"note {n}", Audience("everybody"))),
}
"""What can be done, and what is said with it."""


class World:
    """One floor.

    Args:
        root: An empty folder, best in memory.
    """

    def __init__(self, root: Path) -> None:
        self._loop = asyncio.Runner()
        self.clock = ManualClock(OPTIONS.instant(OPTIONS.starts_at))
        self.server = Server(self.clock)
        self.line = Line(self.server, self.clock)
        self.files = FloorFiles(root / "floor").make()
        self.persons = [Person(self.files, name, self.clock) for name in NAMES]
        self.witness = Person(self.files, "witness", self.clock)
        self.pressed: dict[Ms, Press] = {}
        self._count = 0
        self.judge = Judge(self)
        self.process = Process(self.files, self.line, self.clock, self.judge.check_cache)
        self.line.about_to_send = self.judge.check_sending
        self.line.moves = self.move
        self.look(acts=False)

    @property
    def epoch(self) -> str:
        """Of the records that are shown."""
        return self.process.cache.remembered("hh", "acd").epoch

    def press(self, person: int, verb: Verb, which: int, dying_at: int = -1) -> None:
        """A person presses a key, at a record as they see it."""
        self._count += 1
        one = self.persons[person]
        entities = AGENTS if verb in {Verb.PAUSE, Verb.READY} else COMPLAINTS
        entity = entities[which % len(entities)]
        made = one.press(verb, entity, self.epoch, WAYS[verb](self._count), dying_at)
        if made is not None:
            self.pressed[made.pressed_at] = made

    def ask(self, person: int, ask: Ask, which: int) -> None:
        """A person asks for something about one of their own actions."""
        one = self.persons[person]
        rows = [told.row for told in one.told.values() if told.row.key]
        if not rows:
            return
        row = rows[which % len(rows)]
        asked_at = one.ask(ask, row)
        if ask is Ask.RETRY and row.pressed_at in self.pressed:
            # Of what is settled by then it makes another action, as if the key were pressed now.
            before = self.pressed[row.pressed_at]
            self.pressed[asked_at] = replace(before, pressed_at=asked_at, is_saved=False)

    def look(self, *, acts: bool = True, reads: bool = True, reads_first: bool = False) -> None:
        """One look of the sync process, which may die of it."""
        steps = [(acts, self._act), (reads, self._read)]
        try:
            for is_wanted, step in reversed(steps) if reads_first else steps:
                if is_wanted:
                    self._loop.run(step())
        except Killed:
            self.restart()
        self.see()

    def restart(self) -> None:
        """The sync process is killed, and another one begins."""
        self._loop.run(self.process.end())
        self.line.forget()
        self.process.begin()

    def see(self) -> None:
        """Everybody looks at their screen."""
        for one in self.persons:
            one.look()
        self.judge.check_told()

    def leave(self, person: int) -> None:
        """A screen is killed, and its person sits down at another one."""
        self.persons[person].leave()
        self.persons[person].begin()

    def arrive(self) -> None:
        """What the line had kept arrives."""
        self._loop.run(self.line.let_strays_arrive())
        self.judge.check_ledger()

    def elsewhere(self, what: str, which: int) -> None:
        """Somebody who is not of this floor changes records."""
        if not self.server.is_up:
            return
        self._count += 1
        server, now = self.server, self.clock.now()
        complaint = COMPLAINTS[which % 3]
        found = server.get("escalation", complaint)
        match what:
            case "edit" if found is not None:
                severity = SEVERITIES[self._count % 4]
                self._put(
                    "escalation", complaint, msgspec.structs.replace(found, severity=severity)
                )
            case "delete" if found is not None:
                self._put("escalation", complaint, None)
            case "make" if found is None:
                self._put("escalation", complaint, server.first(complaint))
            case "agent":
                agent = AGENTS[which % 2]
                states = ("agentBusy", "agentReady", "agentNotReady")
                was = server.get("agent", agent)
                news = msgspec.structs.replace(was, state=states[self._count % 3])
                self._put("agent", agent, news)
            case "pair":
                shifts = [server.get("shift", f"s/{n}") for n in range(2)]
                swapped = [
                    msgspec.structs.replace(each, agent_id=other.agent_id)
                    for each, other in zip(shifts, reversed(shifts), strict=True)
                ]
                server.put(*(Put("shift", f"s/{n}", each) for n, each in enumerate(swapped)))
        assert now <= self.clock.now()

    def back_up(self) -> None:
        """The server's records are copied."""
        if self.server.is_up:
            self.server.backup = self.server.back_up()

    def restore(self, *, counts_anew: bool) -> None:
        """The server's records go back to the last copy."""
        if self.server.is_up:
            self.server.restore(self.server.backup, counts_anew=counts_anew)

    def compact(self) -> None:
        """The server forgets how its records came to be."""
        if self.server.is_up:
            self.server.compact()

    def stop_or_start_server(self, *, is_up: bool) -> None:
        """The server is killed, with all that it remembers, or begins a new day."""
        if self.server.is_up and not is_up:
            self.server.kill()
        elif is_up and not self.server.is_up:
            self.server.begin()

    def move(self) -> None:
        """Something moves while a page is on its way."""
        self.elsewhere(("edit", "delete", "make", "pair")[self._count % 4], self._count)

    def quiet(self) -> None:
        """Let everything come to its end, with all of it well."""
        self.process.death.at = ""
        self.line.act_faults.clear()
        self.line.read_faults.clear()
        if not self.server.is_up:
            self.server.begin()
        self.arrive()
        for _ in range(QUIET_LOOKS):
            self.look()
            self._answer_questions()
            if self.process.outbox.is_empty and not any(self.files.spool.rglob("new/*")):
                break
            self.clock.advance(QUIET_STEP_S)
        self.clock.advance(QUIET_STEP_S)
        self.look()
        self.look()
        self.judge.check_end()

    def close(self) -> None:
        """Let go of everything."""
        for one in (*self.persons, self.witness):
            one.leave()
        self._loop.run(self.process.end())
        self._loop.close()

    def _answer_questions(self) -> None:
        for one in self.persons:
            for told in one.told.values():
                if told.row.state is ActionState.HELD:
                    one.ask(Ask.DROP, told.row)

    def _put(self, kind: str, entity: str, data: Any) -> None:
        self.server.put(Put(kind, entity, data))

    async def _act(self) -> None:
        await self.process.act()
        self.judge.check_ledger()

    async def _read(self) -> None:
        await self.process.read()
