"""What is on at a queue, in words: in its row, on its page, and in the frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from data.actions.verbs import Verb
from data.figures.doings import NO_DOINGS, Doings
from data.figures.loans import due_loans
from data.figures.queues import FloorFigures
from data.figures.switches import (
    CLOSED,
    EMERGENCY,
    OVERFLOW,
    REMIND_MS,
    SwitchOn,
    switch_order,
    switches_of,
    switches_on,
)
from data.floor import Key
from data.model import Kind, Queue, Switch
from screens.formats import MINUTE, format_age, format_clock, format_duration
from screens.look import Look
from screens.presenters.lines import Piece
from screens.text import C_, Word, _, pgettext
from screens.tones import Tone

_TEN_MINUTES = 10 * MINUTE
_SHORT: dict[str, Word] = {
    CLOSED: C_("switch in a row", "closed"),
    EMERGENCY: C_("switch in a row", "msg"),
    OVERFLOW: C_("switch in a row", "ovf"),
}
_ON: dict[str, Word] = {
    CLOSED: C_("switch", "Closed"),
    EMERGENCY: C_("switch", "Emergency message on"),
    OVERFLOW: C_("switch", "Overflow on"),
}
_OFF: dict[str, Word] = {
    CLOSED: C_("switch", "Open"),
    EMERGENCY: C_("switch", "Emergency message off"),
    OVERFLOW: C_("switch", "Overflow off"),
}


def short_word(name: str, label: str = "") -> str:
    """A switch that is on, in one word; one that the program does not know has its own name."""
    word = _SHORT.get(name)
    return str(word) if word is not None else label or name.replace("_", " ")


def switch_cell(on: Sequence[SwitchOn], pending: Sequence[str] = ()) -> str:
    """What is on at a queue: the first with how long it has been on, and `!` once that is long.

    Args:
        on: What is on, what matters most first.
        pending: What the person has asked for and what has not come yet, in words.
    """
    words = [_one(each) if not at else f"+{short_word(each.name)}" for at, each in enumerate(on)]
    return " ".join([*words, *pending])


def pending_switches(queue: Key, doings: Doings, name: str = "") -> list[str]:
    """What the person has asked for at a queue and what is on its way, in words.

    Args:
        queue: The queue.
        doings: What the person did.
        name: The switch that is meant; empty for all.
    """
    found = []
    for row in doings.rows:
        is_its = (row.kind, row.site, row.source, row.entity) == (Kind.QUEUE, *queue)
        if not is_its or not row.state.is_open or row.verb != Verb.SWITCH:
            continue
        switch = str(row.fields.get("name", ""))
        if name in {"", switch}:
            on = pgettext("pending", "{switch}…")
            text = on if row.fields.get("on") else pgettext("pending", "not {switch}…")
            found.append(text.format(switch=short_word(switch)))
    return found


def switch_sentences(queue: Queue, on: Iterable[SwitchOn], zone: str) -> Iterable[str]:
    """What can be put on or off at a queue, and how it stands, one sentence each.

    Args:
        queue: The queue.
        on: What of it is on.
        zone: The zone whose clock times to name.
    """
    by_name = {each.name: each for each in on}
    for switch in sorted(queue.switches, key=switch_order):
        its = by_name.get(switch.name)
        yield _on_sentence(its, zone) if its is not None else _off_sentence(switch)


def switch_cells(look: Look) -> dict[Key, str]:
    """By queue, what is on there and what the person has asked for; nothing is not named."""
    return cells_of(look.figures, look.viewing.remind_ms, look.doings)


def cells_of(
    floor: FloorFigures, remind_ms: int = REMIND_MS, doings: Doings = NO_DOINGS
) -> dict[Key, str]:
    """As `switch_cells`, of figures alone.

    Args:
        floor: The figures of the queues.
        remind_ms: How long something may be on before somebody is reminded of it.
        doings: What the person did.
    """
    cells = {}
    for one in floor.queues:
        if one.queue.switches:
            on = switches_of(one.key, one.queue, one.as_of, remind_ms)
            words = switch_cell(on, pending_switches(one.key, doings))
            if words:
                cells[one.key] = words
    return cells


def reminder_pieces(look: Look) -> tuple[Piece, ...]:
    """What has to be put back, for the frame: what is long on, loans that are due, what was lost.

    It stays until that is done, or somebody puts it off on purpose.
    """
    remind_ms = look.viewing.remind_ms
    on = switches_on(look.snapshot, look.site, look.figures.ages, look.moment, remind_ms)
    counts = Counter(short_word(each.name, each.label) for each in on if each.is_due)
    pieces = [
        Piece(_("{switch} {count} !").format(switch=word, count=count), Tone.LOOK)
        for word, count in counts.items()
    ]
    loans = len(due_loans(look.snapshot, look.site, look.moment.now))
    if loans:
        pieces.append(Piece(_("loans {count} due !").format(count=loans), Tone.LOOK))
    missing = sum(
        health.upset.missing
        for health in look.snapshot.sources
        if health.upset is not None and look.site in {None, health.site}
    )
    if any(each.remind for each in look.viewing.checklists):
        from screens.presenters.checklists import reminder_piece

        pieces.append(reminder_piece(look))
    if missing:
        pieces.append(Piece(_("restore {count} !").format(count=missing), Tone.LOOK))
    return tuple(pieces)


def _one(each: SwitchOn) -> str:
    word = short_word(each.name, each.label)
    if each.on_s is None:
        return word
    age = _minutes(each.on_s)
    return f"{word} {age}!" if each.is_due else f"{word} {age}"


def _minutes(seconds: float) -> str:
    """As elsewhere, but whole minutes from the first: what ticks by the second draws the eye."""
    return format_duration(seconds) if seconds >= _TEN_MINUTES else f"{int(seconds) // MINUTE}m"


def _on_sentence(each: SwitchOn, zone: str) -> str:
    what = _switch_words(_ON, each.name, each.label, _("{switch} on"))
    if each.since is None:
        return (
            what
            if each.by is None
            else _("{switch}, by {name}.").format(switch=what, name=each.by.name)
        )
    parts = {"switch": what, "since": format_clock(each.since, zone), "age": format_age(each.on_s)}
    if each.by is None:
        text = _("{switch} since {since}, {age}.")
    else:
        text = _("{switch} since {since}, {age}, by {name}.")
        parts["name"] = each.by.name
    said = text.format(**parts)
    return _("! {sentence} Is it still wanted?").format(sentence=said) if each.is_due else said


def _off_sentence(switch: Switch) -> str:
    what = _switch_words(_OFF, switch.name, switch.label, _("{switch} off"))
    return _("{switch}.").format(switch=what)


def _switch_words(table: dict[str, Word], name: str, label: str, text: str) -> str:
    """How a switch stands; what the floor calls it comes before what everybody does."""
    if label:
        return text.format(switch=label)
    word = table.get(name)
    return str(word) if word is not None else text.format(switch=name.replace("_", " "))
