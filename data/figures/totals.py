"""The totals of a floor: by group of queues, for each site and over all of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from data.figures.queues import Figures, FloorFigures, Group, QueueFigures, group_of


class Total(msgspec.Struct, frozen=True):
    """Some queues of one group, joined."""

    group: Group
    site: str | None
    """The site whose queues these are; None over all sites."""
    queues: tuple[QueueFigures, ...]
    figures: Figures
    old_sites: tuple[str, ...]
    """The sites of which a part of these figures is not current."""

    @property
    def is_partly_old(self) -> bool:
        """Whether some of the sites in it are current and others are not."""
        return 0 < len(self.old_sites) < len({one.key.site for one in self.queues})


def totals(
    floor: FloorFigures, queues: Iterable[QueueFigures], sites: Sequence[str]
) -> tuple[Total, ...]:
    """The totals of each group that has a queue: of each site in it, and then over all.

    Where all queues of a group are of one site, its total is the total over all, and is given
    once, as that.

    Args:
        floor: The figures that the queues are of.
        queues: The figures of the queues to join.
        sites: The ids of the floor's sites, in the order in which to name them.
    """
    found = []
    many = list(queues)
    for group in Group:
        of_group = [one for one in many if group_of(one.queue) is group]
        here = {one.key.site for one in of_group}
        if len(here) > 1:
            found += [
                _total(floor, group, site, [one for one in of_group if one.key.site == site])
                for site in sorted(here, key=lambda each: _place(each, sites))
            ]
        if of_group:
            found.append(_total(floor, group, None, of_group))
    return tuple(found)


def _total(
    floor: FloorFigures, group: Group, site: str | None, queues: Sequence[QueueFigures]
) -> Total:
    old = dict.fromkeys(one.key.site for one in queues if one.is_old)
    return Total(group, site, tuple(queues), floor.join(queues), tuple(old))


def _place(site: str, sites: Sequence[str]) -> tuple[int, str]:
    return (sites.index(site) if site in sites else len(sites), site)
