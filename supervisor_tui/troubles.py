"""What is the matter, in sentences: said once when it begins, taken back when it is over."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from data.cache.database import UNUSABLE
from data.clock import monotonic_ms, wall_ms
from data.errors import Code
from data.figures.queues import source_ages
from data.files import FloorFiles
from data.model import Freshness
from data.sync.lock import is_held, read_note
from data.sync.notice import Notice, read_notice
from data.sync.wanted import ask_now
from screens.actions import COMMANDS
from screens.key_names import keys_of, show_key
from screens.look import Look
from screens.text import _
from screens.tones import Tone

if TYPE_CHECKING:
    from data.figures.freshness import SourceAge
    from data.floor import FloorSnapshot
    from supervisor_tui.app import SupervisorApp


_SETTLED_NS = 200_000_000
"""Longer than any tick of a file system's clock."""
ABSENT_MS, SILENT_MS = 5_000, 20_000
"""So long a floor may be without a sync process, for one is starting; and so long may one that has
just begun say nothing of figures that are old, or leave a cache of an older version as it is."""


class Troubles:
    """What is the matter on a floor. The words for it are loaded when something is.

    Args:
        files: The floor.
    """

    def __init__(self, files: FloorFiles) -> None:
        self._files = files
        self._problem: Code | None = None
        self._said = ""
        self._calm_ns = -1
        """When the note was written that complained of nothing."""
        self._is_live = False
        """Whether all figures were live when they were last drawn."""
        self._is_silent = False
        """Whether they were old then, and nobody has said why."""
        self._missed_since_ms: int | None = None

    def now(self, problem: Code | None) -> tuple[str, ...]:
        """What keeps the program itself from its work just now, in sentences.

        Args:
            problem: Why the cache cannot be read; None where it can.
        """
        if problem is not self._problem:
            self._problem = problem
            if problem in UNUSABLE:
                ask_now(self._files)  # who writes the cache may not have noticed
        notice = self._notice()
        missed = "" if notice is not None else self._word_missed()
        if problem is None and notice is None and not missed:
            return ()
        from screens.sentences import sentence

        texts = []
        if problem is not None and problem is not Code.FILE_MISSING:
            old = self._word_old_sync() if problem is Code.FILE_OLDER else ""
            texts.append(old or sentence(problem, str(self._files.cache)))
        if notice is not None:
            text = sentence(notice.code, notice.detail)
            if notice.is_acting_only:
                template = _("Nothing can be done on this floor just now. {problem}")
                text = template.format(problem=text)
            elif notice.has_ended:
                text = _("The sync process has ended. {problem}").format(problem=text)
            texts.append(text)
        return (*texts, missed) if missed else tuple(texts)

    def _word_old_sync(self) -> str:
        """That whoever is to bring the cache up to date is older itself; empty for a new one.

        It was there before an update and would never end, for this screen is one to stay for.
        """
        note = read_note(self._files.sync_lock) if is_held(self._files) else None
        if note is None or wall_ms() - note.started < SILENT_MS:
            return ""
        template = _(
            "The sync process, {pid}, is of an older version than this screen. End it: the next one"
            " brings the floor's files up to date."
        )
        return template.format(pid=note.pid)

    def _word_missed(self) -> str:
        """That figures grow old because nobody fetches any; empty where somebody does."""
        is_there = not self._is_live and is_held(self._files)
        if self._is_live or (is_there and not self._is_silent):
            self._missed_since_ms = None
            return ""
        now_ms = monotonic_ms()
        if self._missed_since_ms is None:
            self._missed_since_ms = now_ms
        if now_ms - self._missed_since_ms < (SILENT_MS if is_there else ABSENT_MS):
            return ""
        if not is_there:
            template = _(
                "No sync process runs, so nothing new comes. What it said last is in {path}."
            )
            return template.format(path=self._files.sync_log)
        note = read_note(self._files.sync_lock)
        template = _(
            "The sync process, {pid}, has told nothing of late. End it if it stands still."
        )
        return template.format(pid=note.pid if note else "-")

    def _notice(self) -> Notice | None:
        """What the sync process complains of; a calm note is read again once it is rewritten."""
        try:
            written_ns = os.stat(self._files.sync_lock).st_mtime_ns  # noqa: PTH116 - each second
        except OSError:
            written_ns = -1
        if written_ns == self._calm_ns:
            return None
        notice = read_notice(self._files)
        is_settled = written_ns + _SETTLED_NS < time.time_ns()
        self._calm_ns = written_ns if notice is None and is_settled else -1
        return notice

    def show(self, app: SupervisorApp) -> None:
        """Open the page of the sources."""
        from screens.sources_page import sources_page

        app.show_page(_("The sources"), sources_page)

    def tell(self, app: SupervisorApp, look: Look) -> None:
        """Say above the keys what is the matter, since it is and no longer than it is.

        Args:
            app: Where to say it.
            look: The look that is drawn.
        """
        ages = source_ages(look.snapshot, look.moment).values()
        old = [age for age in ages if age.is_old]
        self._is_live = bool(ages) and all(age.state is Freshness.LIVE for age in ages)
        self._is_silent = len(old) == len(ages) and not any(
            age.silent_switch or age.health.problem for age in old
        )
        worst = next(iter(look.troubles), "") or _first_of_sources(look, old)
        if worst:
            # In front, where a narrow terminal does not cut it off.
            keys = keys_of(COMMANDS["sources"], app.parts.keymap)
            template = _("({key}) {problem}") if keys else "{problem}"
            worst = template.format(key="".join(map(show_key, keys[:1])), problem=worst)
        before, self._said = self._said, worst
        if worst == before:
            return
        if before:
            app.withdraw(before)
        if worst:
            app.tell(worst, Tone.STALE)


def _first_of_sources(look: Look, old: Sequence[SourceAge]) -> str:
    if not old:
        return ""
    from screens.presenters.status import problem_words

    for age in old:
        problem = problem_words(age)
        if problem:
            health, sites = age.health, look.snapshot.sites
            name = next((one.name for one in sites if one.id == health.site), "") or health.site
            template = _whose(age, look.snapshot)
            return template.format(site=name, source=health.source, problem=problem)
    return ""


def _whose(age: SourceAge, snapshot: FloorSnapshot) -> str:
    """How to name a source: not at all where it is the only one, with its site where need be."""
    if len(snapshot.sources) == 1:
        return "{problem}"
    its = [one for one in snapshot.sources if one.site == age.health.site]
    if len(snapshot.sites) > 1:
        return _("{site}: {problem}") if len(its) == 1 else _("{site}, {source}: {problem}")
    return _("{source}: {problem}")
