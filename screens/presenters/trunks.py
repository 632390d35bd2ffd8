"""Lines to the outside, one by one: registrations with providers, and trunks."""

from __future__ import annotations

from collections.abc import Iterator

from data.floor import FloorSnapshot
from data.status import Line, SourceHealth
from screens.formats import UNDEFINED, format_count
from screens.presenters.rows import Column, RowView
from screens.presenters.table import TableView, fit_numbers, make_row
from screens.text import C_, Word, _, pgettext
from screens.tones import MARKS, Tone

_UP: dict[bool | None, Word] = {
    True: C_("line to the outside", "up"),
    False: C_("line to the outside", "DOWN"),
    None: C_("line to the outside", "not known"),
}


def trunk_table(health: SourceHealth) -> TableView:
    """The lines of a source, those that are down first.

    Args:
        health: The source.
    """
    columns = (
        Column("name", pgettext("line column", "Line"), 24, grows=True),
        Column("up", pgettext("line column", "Up"), 9),
        Column("calls", pgettext("line column", "Calls"), 5, is_right=True),
        Column("state", pgettext("line column", "In its own words"), 20, rank=1, grows=True),
    )
    lines = sorted(health.lines, key=lambda line: (line.is_up is not False, line.name))
    rows = tuple(_row(line) for line in lines)
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(rows))


def trunk_notes(snapshot: FloorSnapshot, site: str | None) -> Iterator[str]:
    """Each line in a sentence, for plain text.

    Args:
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
    """
    for health in snapshot.sources:
        if site not in {None, health.site}:
            continue
        for line in health.lines:
            told = _("{mark} {site}/{source}  {line}: {up} ({state}), calls {calls}")
            yield told.format(
                mark=MARKS[_tone(line)],
                site=health.site,
                source=health.source,
                line=line.name,
                up=_UP[line.is_up],
                state=line.state or UNDEFINED,
                calls=format_count(line.calls),
            )


def _row(line: Line) -> RowView:
    tone = _tone(line)
    cells = (line.name, str(_UP[line.is_up]), format_count(line.calls), line.state or UNDEFINED)
    return make_row(line.name, cells, (Tone.NORMAL, tone, Tone.NORMAL, Tone.NORMAL), is_old=False)


def _tone(line: Line) -> Tone:
    return Tone.LOOK if line.is_up is False else Tone.NORMAL
