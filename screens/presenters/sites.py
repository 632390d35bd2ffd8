"""Which site a row is of: said by a column of its own where several sites stand in one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from data.status import SiteInfo
from screens.cells import cell_width
from screens.presenters.rows import Column
from screens.text import _, pgettext

LEAST, MOST = 4, 8
"""Cells of the column: as many as the names need; a longer name is cut with a sign."""

_Value = TypeVar("_Value")


class SiteColumn(msgspec.Struct, frozen=True):
    """The column of sites of one table; nothing at all where there is only one to look at."""

    names: Mapping[str, str]
    """The names of all sites of the floor, by id."""
    at: int
    """Before which column it stands."""
    is_shown: bool

    @classmethod
    def of(cls, sites: Sequence[SiteInfo], chosen: str | None, at: int = 1) -> SiteColumn:
        """The column for a table.

        Args:
            sites: All sites of the floor.
            chosen: The id of the site looked at; None for all.
            at: How many columns stand before it.
        """
        names = {site.id: site.name or site.id for site in sites}
        return cls(names, at, is_shown=len(sites) > 1 and chosen is None)

    def name(self, site: str) -> str:
        """What people call a site."""
        return self.names.get(site, site)

    def insert(self, values: Iterable[_Value], own: _Value) -> tuple[_Value, ...]:
        """The values of a row, with the one for this column where it is shown."""
        all_of = [*values]  # Python keeps thousands of tuples that came of generators
        if not self.is_shown:
            return tuple(all_of)
        return (*all_of[: self.at], own, *all_of[self.at :])

    def columns(self, others: Sequence[Column], *, rank: int) -> tuple[Column, ...]:
        """The columns of a table with this one.

        Args:
            others: The table's own columns.
            rank: When it gives way: low enough to stay at 80 cells.
        """
        width = max((cell_width(name) for name in self.names.values()), default=LEAST)
        own = Column(
            "site",
            pgettext("table column", "Site"),
            min(MOST, max(LEAST, width)),
            rank=rank,
            sort_letter="i",
            help=_("the site, where there are several"),
            is_needed=True,
        )
        return self.insert(others, own)
