"""What would become of the queues with an agent more or fewer, or a fifth more calls, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from data.figures.moves import Move, Slip
from data.floor import FloorSnapshot, Key
from data.model import Ms
from data.rules.what_if import Change, Outlook, QueueState, changed, move, outlook
from screens import words
from screens.formats import (
    UNDEFINED,
    format_clock,
    format_count,
    format_duration,
    format_percent,
    localised,
)
from screens.presenters.rows import Column, RowView
from screens.presenters.table import TableView, make_row
from screens.text import _, pgettext
from screens.tones import Tone

MORE_CALLS = 1.2
_NAMED = 3
MOST_HINTS = 8


def outlook_table(states: Sequence[QueueState], snapshot: FloorSnapshot) -> TableView:
    """Each queue as it is, and its service level were something otherwise; the worst first."""
    columns = (
        Column("queue", pgettext("what if", "Queue"), 14, grows=True),
        Column("calls", pgettext("what if", "Calls"), 5, is_right=True, rank=3),
        Column("heads", pgettext("what if", "Heads"), 5, is_right=True),
        Column("need", pgettext("what if", "Need"), 4, is_right=True),
        Column("level", pgettext("what if", "SL"), 4, is_right=True),
        Column("asa", pgettext("what if", "ASA"), 5, is_right=True, rank=2),
        Column("lost", pgettext("what if", "Ab%"), 4, is_right=True, rank=1),
        Column("fewer", pgettext("what if", "-1"), 4, is_right=True),
        Column("more", pgettext("what if", "+1"), 4, is_right=True),
        Column("calls_more", pgettext("what if", "+20%"), 4, is_right=True),
        Column("lost_more", pgettext("what if", "Ab+20"), 5, is_right=True, rank=4),
    )
    rows = []
    for state in states:
        now = outlook(state)
        fewer, more, busier = (
            outlook(changed([state], [change])[0])
            for change in (Change(agents=-1), Change(agents=1), Change(calls=MORE_CALLS))
        )
        cells = (
            queue_name(state.key, snapshot),
            format_count(state.calls),
            localised(f"{state.agents:.1f}"),
            format_count(now.required),
            _share(now.service_level),
            format_duration(now.asa_s),
            _share(now.abandon_rate),
            *(_share(one.service_level) for one in (fewer, more, busier)),
            _share(busier.abandon_rate),
        )
        is_short = now.required is not None and state.agents < now.required
        tone = Tone.LOOK if is_short else Tone.NORMAL
        tones = [tone if place == 4 else Tone.NORMAL for place in range(len(cells))]
        rows.append((now.service_level, make_row(str(state.key), cells, tones, is_old=False)))
    rows.sort(key=lambda one: (one[0], one[1].cells[0]))
    return _view(columns, [row for _level, row in rows])


def supposed_table(
    states: Sequence[QueueState], changes: Sequence[Change], snapshot: FloorSnapshot
) -> TableView:
    """The queues that something supposed would change, as they are and as they would be."""
    columns = (
        Column("queue", pgettext("what if", "Queue"), 14, grows=True),
        Column("calls", pgettext("what if", "Calls"), 9, rank=3),
        Column("heads", pgettext("what if", "Heads"), 11, rank=2),
        Column("level", pgettext("what if", "SL"), 7),
        Column("asa", pgettext("what if", "ASA"), 11),
        Column("lost", pgettext("what if", "Ab%"), 7, rank=1),
    )
    rows = []
    for state, after in zip(states, changed(states, changes), strict=True):
        if state == after:
            continue
        old, new = outlook(state), outlook(after)
        rows.append(
            _plain_row(
                str(state.key),
                queue_name(state.key, snapshot),
                _pair(format_count(state.calls), format_count(after.calls)),
                _pair(localised(f"{state.agents:.1f}"), localised(f"{after.agents:.1f}")),
                _from_to(old, new),
                _pair(format_duration(old.asa_s), format_duration(new.asa_s)),
                _pair(_share(old.abandon_rate), _share(new.abandon_rate)),
            )
        )
    return _view(columns, rows)


def moves_table(
    found: Sequence[Move], states: Sequence[QueueState], snapshot: FloorSnapshot
) -> TableView:
    """Who could help whom, with both queues' service levels before and after."""
    columns = (
        Column("saved", pgettext("what if", "Hours"), 5, is_right=True),
        Column("heads", pgettext("what if", "Heads"), 5, is_right=True),
        Column("from", pgettext("what if", "From"), 12),
        Column("level_from", pgettext("what if", "SL"), 7, rank=2),
        Column("to", pgettext("what if", "To"), 12),
        Column("level_to", pgettext("what if", "SL"), 7),
        Column("who", pgettext("what if", "Who could"), 14, grows=True, rank=1),
    )
    known = {state.key: state for state in states}
    rows = []
    for one in found[:MOST_HINTS]:
        both = [known[one.source], known[one.target]]
        after = changed(both, [move(one.heads, one.source, one.target)])
        levels = [_from_to(outlook(a), outlook(b)) for a, b in zip(both, after, strict=True)]
        rows.append(
            _plain_row(
                f"{one.source}/{one.target}",
                localised(f"{one.saved_h:.1f}"),
                format_count(one.heads),
                queue_name(one.source, snapshot),
                levels[0],
                queue_name(one.target, snapshot),
                levels[1],
                _names(one.agents, snapshot),
            )
        )
    return _view(columns, rows)


def slips_table(
    found: Sequence[Slip], snapshot: FloorSnapshot, zones: Mapping[str, str]
) -> TableView:
    """Whose break could slip, and to when."""
    columns = (
        Column("saved", pgettext("what if", "Hours"), 5, is_right=True),
        Column("who", pgettext("what if", "Agent"), 16, grows=True),
        Column("what", pgettext("what if", "What"), 9),
        Column("at", pgettext("what if", "At"), 5, is_right=True),
        Column("better", pgettext("what if", "Better"), 6, is_right=True),
    )
    rows = []
    for one in found[:MOST_HINTS]:
        zone = zones.get(one.shift.site, "UTC")
        rows.append(
            _plain_row(
                "/".join(one.shift) + str(one.starts_at),
                localised(f"{one.saved_h:.2f}"),
                _agent_name(one.agent, snapshot),
                words.activity(one.kind),
                format_clock(one.starts_at, zone),
                format_clock(one.better_at, zone),
            )
        )
    return _view(columns, rows)


def slack_words(at: Ms, heads: int, zone: str) -> str:
    """When there is most room for coaching or training."""
    return _("{time}: ~{heads} more planned than needed, the most of the rest of the day.").format(
        time=format_clock(at, zone), heads=heads
    )


def queue_name(key: object, snapshot: FloorSnapshot) -> str:
    """A queue as people call it."""
    queue = snapshot.queues.get(key) if isinstance(key, Key) else None
    return queue.name if queue is not None else str(key)


def _names(agents: Sequence[Key], snapshot: FloorSnapshot) -> str:
    names = ", ".join(_agent_name(key, snapshot) for key in agents[:_NAMED])
    more = len(agents) - _NAMED
    return _("{names} +{more}").format(names=names, more=more) if more > 0 else names


def _agent_name(key: Key, snapshot: FloorSnapshot) -> str:
    agent = snapshot.agents.get(key)
    return agent.name if agent is not None else key.id


def _from_to(before: Outlook, after: Outlook) -> str:
    return _pair(_share(before.service_level), _share(after.service_level))


def _pair(before: str, after: str) -> str:
    return f"{before}>{after}"


def _share(share: float | None) -> str:
    return UNDEFINED if share is None else format_percent(100 * share, 0)


def _plain_row(key: str, *cells: str) -> RowView:
    return make_row(key, cells, (Tone.NORMAL,) * len(cells), is_old=False)


def _view(columns: tuple[Column, ...], rows: Iterable[RowView]) -> TableView:
    made = tuple(rows)
    return TableView(columns, made, len(made), len(made))
