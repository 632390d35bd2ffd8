"""A pane told line by line: once as a whole, and then what changed. Pure, and without a screen.

A line is a name and then labels with values, which a screen reader can read out and `grep` can
find: `act: Claims DE: Wait 7, Long 3:12`. Marks are words here. What only time has moved is no
change: a wait that goes on is no news, that it passed its limit is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from data.figures.freshness import Moment, SourceAge
from data.figures.queues import source_ages
from data.floor import FloorSnapshot
from data.model import Freshness
from screens.formats import format_clock
from screens.glyphs import to_ascii
from screens.presenters.lines import freshness_words
from screens.presenters.queue_fields import SWITCHES
from screens.presenters.rows import Column, RowView
from screens.presenters.table import TableView
from screens.text import N_, _
from screens.tones import Tone
from supervisor_tui.plain import Pane, Wanted, pane_head, pane_view

TICKING = frozenset({"adherence", "age", "for", "forecast", "good", "left", "longest", "peak"})
"""Columns whose cells time alone changes."""
_AGE = re.compile(r" \d\w*")
"""For how long a switch has been on; that it is a long time, its `!` says."""
_NAMES: Mapping[Pane, tuple[str, ...]] = {
    Pane.QUEUES: ("name",),
    Pane.AGENTS: ("ext", "name"),
    Pane.ESCALATIONS: ("reference",),
    Pane.ROSTER: ("name",),
    Pane.ALERTS: ("where", "what"),
    Pane.NOTES: ("kind", "text"),
    Pane.CHECKLISTS: ("list", "item"),
    Pane.LOST: ("caller",),
    Pane.STATUS: ("site", "source"),
}
_MARKS = {
    Tone.ACT: N_("act"),
    Tone.LOOK: N_("look"),
    Tone.HELP: N_("asks for help"),
    Tone.STALE: N_("old"),
}


class _Told(msgspec.Struct, frozen=True):
    """What was last told of a row."""

    name: str
    cells: Mapping[str, str]
    """By the ids of the columns, those that tick left out."""
    tone: Tone


class Teller:
    """Tells one pane, and remembers what it has told.

    Args:
        pane: The pane.
        wanted: Which part of the floor, and how.
        is_ascii: Tell in ASCII.
    """

    def __init__(self, pane: Pane, wanted: Wanted, *, is_ascii: bool = False) -> None:
        self._pane = pane
        self._wanted = wanted
        self._is_ascii = is_ascii
        self._told: dict[str, _Told] = {}
        self._sources: dict[tuple[str, str], tuple[Freshness, str]] = {}

    def whole(self, snapshot: FloorSnapshot, moment: Moment) -> list[str]:
        """Everything: how fresh it is, each row, and the legend."""
        view = self._view(snapshot, moment)
        self._remember(view, snapshot, moment)
        rows = [self._sentence(view.columns, row) for row in view.rows]
        head = [line.strip() for line in pane_head(self._pane, snapshot, moment, self._wanted)]
        return self._written([*head, *rows, *view.notes])

    def changes(self, snapshot: FloorSnapshot, moment: Moment) -> list[str]:
        """One line for each row, and for each source, of which something else has become true.

        A row that turns old because its source does is not told again: the source is.
        """
        view = self._view(snapshot, moment)
        ages = source_ages(snapshot, moment)
        zones = {site.id: site.zone for site in snapshot.sites}
        before, sources = self._told, self._sources
        self._remember(view, snapshot, moment)
        found: list[tuple[tuple[str, str], str]] = []
        if self._pane is not Pane.STATUS:
            found += [
                (place, _source_words(ages[place], snapshot))
                for place, state in self._sources.items()
                if sources.get(place) != state
            ]
        found += [
            (_place(row.key), said)
            for row in view.rows
            if not row.is_static and (said := self._changed(view.columns, row, before))
        ]
        found += [
            (_place(key), _("{name}: gone").format(name=told.name))
            for key, told in before.items()
            if key not in self._told
        ]
        return self._written(_timed(place, said, ages, zones) for place, said in found)

    def _view(self, snapshot: FloorSnapshot, moment: Moment) -> TableView:
        return pane_view(self._pane, snapshot, moment, self._wanted)

    def _remember(self, view: TableView, snapshot: FloorSnapshot, moment: Moment) -> None:
        told = {}
        for row in view.rows:
            if row.is_static:
                continue
            before = self._told.get(row.key)
            is_old = row.tone is Tone.STALE and before is not None
            told[row.key] = _Told(
                self._name(view.columns, row),
                _lasting(view.columns, row),
                before.tone if before is not None and is_old else row.tone,
            )
        self._told = told
        self._sources = {
            place: (age.state, age.silent_switch)
            for place, age in source_ages(snapshot, moment).items()
            if self._wanted.site in {None, place[0]}
        }

    def _changed(self, columns: Sequence[Column], row: RowView, before: Mapping[str, _Told]) -> str:
        """What is new of a row, or nothing."""
        now, told = self._told[row.key], before.get(row.key)
        if told is None:
            return _("new: {row}").format(row=self._sentence(columns, row))
        new = {id_ for id_, cell in now.cells.items() if told.cells.get(id_) != cell}
        if now.tone is told.tone:
            return self._sentence(columns, row, new) if new else ""
        new |= {
            column.id
            for column, tone in zip(columns, row.tones, strict=False)
            if tone is row.tone and tone in _MARKS
        }
        if row.tone in _MARKS:
            return self._sentence(columns, row, new)
        return _("well again: {row}").format(row=self._sentence(columns, row, new))

    def _sentence(
        self, columns: Sequence[Column], row: RowView, only: Collection[str] | None = None
    ) -> str:
        """A row as a name, and labels with values; only some of them where so wanted."""
        names = self._names(row)
        values = ", ".join(
            _("{label} {value}").format(label=column.title, value=cell)
            for column, cell in zip(columns, row.cells, strict=True)
            if cell and column.id not in names and (only is None or column.id in only)
        )
        name, mark = self._name(columns, row), _MARKS.get(row.tone)
        said = _("{name}: {values}").format(name=name, values=values) if values else name
        return _("{mark}: {row}").format(mark=_(mark), row=said) if mark is not None else said

    def _name(self, columns: Sequence[Column], row: RowView) -> str:
        cells = {column.id: cell for column, cell in zip(columns, row.cells, strict=True)}
        return " ".join(cells[name] for name in self._names(row) if cells.get(name))

    def _names(self, row: RowView) -> tuple[str, ...]:
        """The columns that name a row: the site first, where there are several."""
        names = _NAMES[self._pane]
        return names if row.is_static or "site" in names else ("site", *names)

    def _written(self, lines: Iterable[str]) -> list[str]:
        return [to_ascii(line) if self._is_ascii else line for line in lines]


def _lasting(columns: Sequence[Column], row: RowView) -> dict[str, str]:
    """The cells of a row that time alone does not change."""
    return {
        column.id: _AGE.sub("", cell) if column.id == SWITCHES else cell
        for column, cell in zip(columns, row.cells, strict=True)
        if column.id not in TICKING
    }


def _timed(
    place: tuple[str, str],
    said: str,
    ages: Mapping[tuple[str, str], SourceAge],
    zones: Mapping[str, str],
) -> str:
    """A line behind the time of its site, by that site's own clock."""
    age = ages.get(place)
    if age is None:
        return said
    clock = format_clock(age.now, zones.get(place[0], "UTC"), with_seconds=True)
    return _("{time} {said}").format(time=clock, said=said)


def _source_words(age: SourceAge, snapshot: FloorSnapshot) -> str:
    """How a source does now, by name."""
    health = age.health
    site = next((each for each in snapshot.sites if each.id == health.site), None)
    return _("{site} {source}: {freshness}").format(
        site=site.name or site.id if site is not None else health.site,
        source=health.source,
        freshness=freshness_words(age, site.zone if site is not None else "UTC"),
    )


def _place(key: str) -> tuple[str, str]:
    """The site and the source of a row, by its key."""
    site, source, *_rest = key.split("/", 2)
    return site, source
