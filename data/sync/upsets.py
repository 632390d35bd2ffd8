"""Notices that a source has lost what it had been told, and keeps the floor as it was before.

After a restart of a telephone system, memberships that were made by hand are gone, ranks are those
of its configuration again, and pauses have ended. Nobody can put that right who does not know what
was: an hourly keyframe may be an hour old. So the floor is kept whole at the very moment at which
the loss is seen and before anything of it is written. Two things tell of it: the source says that
it has begun anew, and then whatever is missing counts, be it one agent; or many memberships go in
one read, which people do not do one after the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from data.cache.history_reader import HistoryReader
from data.cache.history_writer import HistoryWriter
from data.errors import StoreError
from data.floor import Key
from data.model import Agent, AnyRecord, Kind, Ms
from data.rules.restoring import (
    MANY,
    PAUSE_HOLDS_MS,
    Lack,
    is_many,
    memberships_gone,
    missing,
)
from data.sources.base import Batch
from data.status import Upset
from data.sync.derive import Deriver, Plan
from data.sync.health import Health
from data.sync.journal import Journal

SETTLED_MS = 5 * 60_000
"""A system that began anew is given so long to lose something, before nothing counts as lost."""
FORGOTTEN_MS = 4 * 3_600_000
"""So long after a loss nobody wants back what was: half a shift has gone."""


LONGEST_GAP_MS = 2 * 3_600_000
"""Where nobody looked for longer, people will have changed more than was lost."""
_MOST_EARLIER = 8
_PAUSES = frozenset({Lack.NOT_READY, Lack.NOT_READY_THERE})
_Lacking: TypeAlias = tuple[bool, str]
"""Whether it is a pause, and the queue that it is about."""
_After: TypeAlias = Callable[[str], Agent | None]
"""An agent, by id, as they are once a page has been written."""


class FloorKeeper:
    """Keeps the whole floor in history, and knows it again.

    Args:
        history: The floor's history, once it is open.
        records: All rows of the floor as they were last written.
        journal: Where it is noted what could not be done.
    """

    def __init__(
        self,
        history: Callable[[], HistoryWriter],
        records: Callable[[], Sequence[tuple[Kind, AnyRecord]]],
        journal: Journal,
    ) -> None:
        self._history = history
        self._records = records
        self._journal = journal

    def keep(self, at: Ms) -> bool:
        """Keep the floor as it was last written; whether that could be done.

        Args:
            at: The instant at which it was known to be so.
        """
        try:
            self._history().keyframe(at, self._records())
        except StoreError as problem:
            self._journal.write("history", code=problem.code.value)
            return False
        return True

    def agents(self, at: Ms) -> Mapping[Key, Agent]:
        """The agents as they were kept last, not after an instant; none where they were not."""
        file = self._history().file
        try:
            kept = HistoryReader(file.path, file.connection).kept_floor(at)
        except StoreError as problem:
            self._journal.write("history", code=problem.code.value)
            return {}
        return kept.agents if kept is not None else {}


class UpsetWatch:
    """Looks at every page before it is written.

    Args:
        who: The site and the source.
        rows: The source's rows as they were last written.
        health: Where it is said.
        keeper: Keeps the floor; without one, nothing counts as lost.
        journal: Where it is noted.
    """

    def __init__(
        self,
        who: tuple[str, str],
        rows: Deriver,
        health: Health,
        keeper: FloorKeeper | None,
        journal: Journal,
    ) -> None:
        self._who = who
        self._rows = rows
        self._health = health
        self._keeper = keeper
        self._journal = journal
        self._before: dict[str, Agent] | None = None
        """The agents as they were before the loss that is known."""
        self._lacks: dict[str, Counter[_Lacking]] = {}
        """What those of them lack who lack anything."""
        self._has_counted = False
        self._run = ""
        """The run of the system, or the epoch, whose beginning has been noticed."""

    def look(self, page: Batch, plan: Plan, now: Ms, epoch: str, *, is_whole: bool = False) -> None:
        """Before a page is written: see what it takes away.

        Args:
            page: As the source told it.
            plan: What it comes to.
            now: The present on the server's clock.
            epoch: The history that the page is of.
            is_whole: What the plan does not name is no more.
        """
        if self._keeper is None:
            return
        after = _after(plan, self._rows, is_whole=is_whole)
        named = None if is_whole else [name for kind, name in plan.rows if kind is Kind.AGENT]
        if self._has_restarted(page, epoch):
            self._notice(self._keeper, now, has_restarted=True)
        elif self._loses_many(named, after):
            self._notice(self._keeper, now, has_restarted=False)
        if self._health.row.upset is not None:
            self._compare(self._keeper, self._health.row.upset, now, named, after)
            self._say(self._health.row.upset, now, _Queues(plan, self._rows, is_whole=is_whole))

    def _has_restarted(self, page: Batch, epoch: str) -> bool:
        """Whether this is the first page of another run: the next may come before that is kept."""
        row = self._health.row
        has_both = bool(page.startup and row.startup)
        known, run = (row.startup, page.startup) if has_both else (row.epoch, epoch)
        if not known or run in {known, self._run}:
            return False
        self._run = run
        return True

    def _loses_many(self, named: Sequence[str] | None, after: _After) -> bool:
        """Whether more memberships go than people take away; most pages take away none."""
        agents = self._agents() if named is None else self._agents_named(named)
        gone = sum(memberships_gone(agent, after(name)) for name, agent in agents.items())
        return gone >= MANY and is_many(gone, self._agents().values())

    def _notice(self, keeper: FloorKeeper, now: Ms, *, has_restarted: bool) -> None:
        """Keep the floor as it is still written, unless the same loss was noticed before."""
        row = self._health.row
        known = row.upset
        if known is not None and not has_restarted and now - known.at < SETTLED_MS:
            return  # a loss in several steps is one loss
        kept_at = min(row.last_ok_at or now, now - 1)
        agents = self._agents()
        if not agents or now - kept_at > LONGEST_GAP_MS or not keeper.keep(kept_at):
            return
        site, source = self._who
        self._journal.write("upset", site=site, source=source, restarted=int(has_restarted))
        upset = Upset(at=now, kept_at=kept_at, missing=0, has_restarted=has_restarted)
        if known is not None and known.missing:
            # What was before the first loss is wanted back as long as it is missing.
            earlier = (*known.earlier, known.at)[-_MOST_EARLIER:]
            upset = replace(upset, kept_at=known.kept_at, missing=known.missing, earlier=earlier)
        else:
            self._before, self._lacks, self._has_counted = agents, {}, False
        self._health.upset(upset)

    def _compare(
        self,
        keeper: FloorKeeper,
        upset: Upset,
        now: Ms,
        named: Iterable[str] | None,
        after: _After,
    ) -> None:
        """What is missing still of those who are named."""
        if self._before is None:
            self._before = self._kept(keeper, upset.kept_at)
        # Who goes later goes by themselves: what is missing only becomes less then.
        is_late = now - upset.at > SETTLED_MS and self._has_counted
        for name in self._before if named is None or not self._has_counted else named:
            if name in self._before:
                lost = missing(self._before[name], after(name))
                lacks = Counter((each.what in _PAUSES, each.queue) for each in lost)
                before = self._lacks.pop(name, Counter())
                if lacks := lacks & before if is_late else lacks:
                    self._lacks[name] = lacks
        self._has_counted = True

    def _say(self, upset: Upset, now: Ms, queues: _Queues) -> None:
        """How much can still be given back, while that matters to anybody."""
        age_ms = now - upset.at
        total: Counter[_Lacking] = sum(self._lacks.values(), Counter())
        count = sum(
            times
            for (is_pause, queue), times in total.items()
            if not (is_pause and age_ms > PAUSE_HOLDS_MS) and not (queue and queues.has_gone(queue))
        )
        if age_ms > (FORGOTTEN_MS if count else SETTLED_MS):
            self._before, self._lacks, self._has_counted = None, {}, False
            self._health.upset(None)
        else:
            self._health.upset(replace(upset, missing=count))

    def _kept(self, keeper: FloorKeeper, at: Ms) -> dict[str, Agent]:
        """What an earlier process kept."""
        kept = keeper.agents(at).items()
        return {key.id: agent for key, agent in kept if (key.site, key.source) == self._who}

    def _agents_named(self, names: Iterable[str]) -> dict[str, Agent]:
        rows = {name: self._rows.row(Kind.AGENT, name) for name in names}
        return {
            name: row.record
            for name, row in rows.items()
            if row is not None and isinstance(row.record, Agent)
        }

    def _agents(self) -> dict[str, Agent]:
        records = (record for _kind, record in self._rows.records())
        return {record.id: record for record in records if isinstance(record, Agent)}


class _Queues:
    """The queues as they are once a plan has been written."""

    def __init__(self, plan: Plan, rows: Deriver, *, is_whole: bool) -> None:
        self._plan = plan
        self._rows = rows
        self._is_whole = is_whole

    def has_gone(self, name: str) -> bool:
        """Whether there are queues, but this one is not among them: it takes nobody back."""
        return not self._is_there(Kind.QUEUE, name) and any(
            kind is Kind.QUEUE and self._is_there(kind, record.id)
            for kind, record in self._rows.records()
        )

    def _is_there(self, kind: Kind, name: str) -> bool:
        row = self._plan.rows.get((kind, name))
        if row is None and not self._is_whole:
            row = self._rows.row(kind, name)
        return row is not None and row.record is not None


def _after(plan: Plan, rows: Deriver, *, is_whole: bool) -> _After:
    """The agents as they are once a plan has been written."""

    def agent(name: str) -> Agent | None:
        row = plan.rows.get((Kind.AGENT, name))
        if row is None and not is_whole:
            row = rows.row(Kind.AGENT, name)
        return row.record if row is not None and isinstance(row.record, Agent) else None

    return agent
