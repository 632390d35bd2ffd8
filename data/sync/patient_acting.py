"""Acting that waits until its files can be used: the floor is shown all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from data.errors import StoreError
from data.sync.journal import Journal
from data.sync.tasks import rest

if TYPE_CHECKING:
    from data.sync.acting import Acting
    from data.sync.desk_source import DeskSource

REOPEN_S = 5.0


class PatientActing:
    """Acting once the outbox and the desk can be opened; until then, the reason why not.

    What screens have saved stays where it is meanwhile, and is taken in afterwards.

    Args:
        begin: Opens all that acting needs; raises `StoreError`.
        journal: Where it is written down when that fails.
    """

    def __init__(self, begin: Callable[[], Acting], journal: Journal) -> None:
        self._begin = begin
        self._journal = journal
        self._acting: Acting | None = None
        self.problem: StoreError | None = None
        """Why nothing can be done on the floor just now; None where it can."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits that could be done in time by this process."""
        return self._acting is None or self._acting.is_idle

    @property
    def desk(self) -> DeskSource | None:
        """The floor's own desk; None while it cannot be used."""
        return None if self._acting is None else self._acting.desk

    async def run(self, stop: asyncio.Event) -> None:
        """Act until told to stop."""
        self.begin()
        while self._acting is None and not stop.is_set():
            await rest(stop, REOPEN_S)
            self.begin()
        if self._acting is not None:
            await self._acting.run(stop)

    def keep_house(self) -> None:
        """What is due from time to time."""
        if self._acting is not None:
            self._acting.keep_house()

    def close(self) -> None:
        """Leave the files as they are to be found."""
        if self._acting is not None:
            self._acting.close()

    def begin(self) -> None:
        """Open what acting needs, if that can be done now."""
        if self._acting is not None:
            return
        try:
            self._acting = self._begin()
        except StoreError as problem:
            if self.problem is None or self.problem.code is not problem.code:
                detail = problem.detail
                self._journal.write("cannot_act", code=problem.code.value, detail=detail)
            self.problem = problem
        else:
            self.problem = None
