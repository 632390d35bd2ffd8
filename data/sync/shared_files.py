"""The small files through which screens and the sync process know of each other.

The sync process makes them, so that screens of other accounts find them. Where there is no room for
one, the floor is shown all the same: it is told, and tried again.
"""

from __future__ import annotations

from collections.abc import Callable

from data.errors import FloorError, StoreError
from data.files import FloorFiles
from data.sync.journal import Journal
from data.sync.lock import make_screens_lock
from data.sync.night_marks import make_night_marks
from data.sync.wanted import make_wanted


class SharedFiles:
    """Makes them, and again what could not be made.

    Args:
        files: The floor.
        journal: Where it is said what could not be made.
    """

    def __init__(self, files: FloorFiles, journal: Journal) -> None:
        self._files = files
        self._journal = journal
        self._missing: list[Callable[[FloorFiles], None]] = [
            *(make_screens_lock, make_wanted, make_night_marks)
        ]
        self.problem: FloorError | None = None
        """Why there is not each of them; None where there is."""
        self.make()

    @property
    def shows_screens(self) -> bool:
        """Whether screens have what they lock: without it nobody knows how many there are."""
        return make_screens_lock not in self._missing

    def make(self) -> None:
        """Make those that there are not."""
        if not self._missing:
            return
        before, self.problem = self.problem, None
        for make in tuple(self._missing):
            try:
                make(self._files)
            except StoreError as problem:
                self.problem = self.problem or problem
            else:
                self._missing.remove(make)
        if self.problem is not None and before is None:
            code, detail = self.problem.code.value, self.problem.detail
            self._journal.write("not_made", code=code, detail=detail)
