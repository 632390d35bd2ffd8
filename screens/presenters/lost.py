"""Callers who were lost: who is still lost, for how long, and who has taken it upon them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from msgspec.structs import replace

from data.cache.history_callers import AnsweredContact, LostContact
from data.desk.messages import DESK
from data.figures.doings import NO_DOINGS, Doings
from data.figures.freshness import Moment
from data.figures.lost import LostCaller, LostState
from data.figures.queues import source_ages
from data.floor import FloorSnapshot, Key
from data.model import Kind, Ms
from data.status import ActionRow, SiteInfo
from screens.formats import (
    format_caller,
    format_clock,
    format_count,
    format_duration,
    format_moment,
)
from screens.presenters.acts import pending_words
from screens.presenters.lazy import ItemTable, Place
from screens.presenters.rows import Column, RowView
from screens.presenters.sites import SiteColumn
from screens.presenters.table import SortKey, TableView, ViewState, fit_numbers, make_row
from screens.text import _, ngettext, pgettext
from screens.tones import Tone, urgency, worst

MANY_TRIES = 2
"""From so many tries on a caller who is still lost is marked."""

_COLUMNS = 7
_URGENCY = tuple(LostState)
LostItem: TypeAlias = tuple[LostCaller, bool, ActionRow | None]
"""A caller, whether the source of the last try is not current, and what is under way."""


def lost_columns() -> tuple[Column, ...]:
    """The columns of lost callers, in the language in use."""
    return (
        Column("caller", pgettext("lost column", "Caller"), 10, sort_letter="c"),
        Column(
            "tries",
            pgettext("lost column", "Tries"),
            5,
            is_right=True,
            sort_letter="t",
            help=_("how often the caller was lost today; short abandons do not count"),
        ),
        Column(
            "last",
            pgettext("lost column", "Last"),
            5,
            is_right=True,
            rank=1,
            sort_letter="l",
            help=_("when the caller was lost last, by the site's clock"),
        ),
        Column(
            "waited",
            pgettext("lost column", "Waited"),
            6,
            is_right=True,
            rank=5,
            sort_letter="w",
            help=_("the longest wait of all tries"),
        ),
        Column("queue", pgettext("lost column", "Queue"), 10, rank=3, grows=True, sort_letter="q"),
        Column("state", pgettext("lost column", "State"), 25, sort_letter="s"),
        Column(
            "complaint",
            pgettext("lost column", "Compl."),
            6,
            rank=4,
            sort_letter="o",
            help=_("the open complaint of this caller"),
        ),
    )


class LostTable(ItemTable[LostItem]):
    """Lost callers as a table: those still lost first, most tries and longest ago at the top."""

    def __init__(self) -> None:
        super().__init__()
        self._sites = SiteColumn.of((), None)
        self._infos: tuple[SiteInfo, ...] = ()
        self._zones: dict[str, str] = {}
        self._person = ""

    def present(
        self,
        callers: Sequence[LostCaller],
        snapshot: FloorSnapshot,
        moment: Moment,
        view: ViewState,
        *,
        site: str | None = None,
        person: str = "",
        shows_short: bool = False,
        doings: Doings = NO_DOINGS,
    ) -> TableView:
        """The table at an instant.

        Args:
            callers: Whom to show.
            snapshot: The floor as of one commit: its sites, and how fresh its sources are.
            moment: The present.
            view: Sorting and filter.
            site: The site that the callers are of; None for all sites.
            person: Who looks: what they have claimed says so.
            shows_short: Show those who only ever hung up at once, too.
            doings: What that person did: what is under way stands over what is known.
        """
        sites = snapshot.sites
        column = SiteColumn.of(sites, site)
        if (column, sites, person) != (self._sites, self._infos, self._person):
            self._sites, self._infos, self._person = column, sites, person
            self._zones = {info.id: info.zone for info in sites}
            self.forget()
        ages = source_ages(snapshot, moment)
        old = {place for place, age in ages.items() if age.is_old}
        keyed = [
            (Key(one.site, DESK, one.key), one)
            for one in callers
            if shows_short or not one.is_short_only
        ]
        items = {
            key: (one, (one.site, one.source) in old, _pending(key, snapshot, doings))
            for key, one in keyed
        }
        columns = column.columns(lost_columns(), rank=2)
        notes = lost_notes(callers, shows_short=shows_short) if callers else ()
        return replace(self.arrange(items, columns, view, moment.now), notes=notes)

    def judge(self, item: LostItem, now: Ms) -> Place:
        """Still lost before claimed before called back before got through."""
        del now  # nothing about a lost caller changes with time alone
        caller, is_old, _waiting = item
        tone = Tone.STALE if is_old else worst(*_tones(caller))
        order = (
            _URGENCY.index(caller.state),
            -urgency(worst(*_tones(caller))),
            -caller.tries,
            caller.last_at,
            caller.key,
        )
        return Place(lost_row_key(caller), tone, order)

    def row(self, item: LostItem) -> RowView:
        """A caller's row."""
        caller, is_old, _waiting = item
        cells, tones = self.words(item), self._sites.insert(_tones(caller), Tone.NORMAL)
        return make_row(lost_row_key(caller), cells, tones, is_old=is_old)

    def words(self, item: LostItem) -> Sequence[str]:
        """The cells."""
        caller, _is_old, pending = item
        zone = self._zones.get(caller.site, "UTC")
        return self._sites.insert(
            (
                format_caller(caller.caller_masked),
                format_count(caller.tries or caller.short_tries),
                format_clock(caller.last_at, zone),
                format_duration(caller.longest_wait_s),
                caller.queue_name,
                pending_words(pending) if pending else state_words(caller, zone, self._person),
                caller.complaint,
            ),
            self._sites.name(caller.site),
        )

    def sort_key(self, item: LostItem, column: str) -> SortKey:
        """What a caller is sorted by in a column."""
        caller, _is_old, _waiting = item
        keys: dict[str, SortKey] = {
            "caller": caller.caller_masked or None,
            "site": self._sites.name(caller.site),
            "tries": caller.tries,
            "last": caller.last_at,
            "waited": caller.longest_wait_s,
            "queue": caller.queue_name,
            "state": state_words(caller, self._zones.get(caller.site, "UTC"), self._person),
            "complaint": caller.complaint or None,
        }
        return keys[column]


def _pending(key: Key, snapshot: FloorSnapshot, doings: Doings) -> ActionRow | None:
    """What a person did about a caller and the desk's record does not show yet."""
    if not doings.rows:
        return None
    case = snapshot.lost_cases.get(key)
    return doings.pending(Kind.LOST_CALLER, key, case.version if case is not None else 0)


def lost_row_key(caller: LostCaller) -> str:
    """The key of a caller's row: of the record that the desk keeps of them."""
    return "/".join((caller.site, DESK, caller.key))


def state_words(caller: LostCaller, zone: str, person: str = "") -> str:
    """How it stands with a caller, in words.

    Args:
        caller: Who was lost.
        zone: The zone whose clock times to name.
        person: Who looks.
    """
    match caller.state:
        case LostState.GOT_THROUGH:
            clock = format_clock(caller.got_through_at, zone)
            return _("got through {clock}").format(clock=clock)
        case LostState.CALLED_BACK:
            clock = format_clock(caller.called_back_at, zone)
            return _("called back {clock}").format(clock=clock)
        case LostState.CLAIMED:
            clock = format_clock(caller.claimed_at, zone)
            if person and caller.claimed_by_id == person:
                return _("claimed by me {clock}").format(clock=clock)
            return _("claimed by {name} {clock}").format(name=caller.claimed_by, clock=clock)
        case LostState.LOST:
            if caller.is_short_only:
                return pgettext("lost caller", "hung up at once")
            return pgettext("lost caller", "still lost")


def lost_notes(callers: Sequence[LostCaller], *, shows_short: bool) -> tuple[str, ...]:
    """What belongs below the table: how many are still lost, and who is left out."""
    counted = [caller for caller in callers if not caller.is_short_only]
    lost = sum(caller.state is LostState.LOST for caller in counted)
    notes = [
        ngettext(
            "{lost} still lost of {total} caller lost today",
            "{lost} still lost of {total} callers lost today",
            len(counted),
        ).format(lost=lost, total=len(counted))
    ]
    short = len(callers) - len(counted)
    if short and not shows_short:
        hidden = ngettext(
            "{count} more hung up at once", "{count} more hung up at once", short
        ).format(count=short)
        notes.append(hidden)
    return tuple(notes)


def lost_sentences(caller: LostCaller, zone: str, person: str = "") -> tuple[str, ...]:
    """A caller's day in words, what matters most first."""
    said = [state_words(caller, zone, person)]
    if caller.tries:
        tries = ngettext(
            "{count} try since {first}, the last at {last}; the longest wait was {wait}",
            "{count} tries since {first}, the last at {last}; the longest wait was {wait}",
            caller.tries,
        )
        said.append(
            tries.format(
                count=caller.tries,
                first=format_clock(caller.first_at, zone),
                last=format_clock(caller.last_at, zone),
                wait=format_duration(caller.longest_wait_s),
            )
        )
    if caller.short_tries:
        short = ngettext(
            "hung up at once {count} time", "hung up at once {count} times", caller.short_tries
        )
        said.append(short.format(count=caller.short_tries))
    if caller.claimed_by and caller.state is not LostState.CLAIMED:
        said.append(
            _("{name} took it at {clock}").format(
                name=caller.claimed_by, clock=format_clock(caller.claimed_at, zone)
            )
        )
    if not caller.has_key:
        said.append(_("the number is not known: later calls of this caller are not recognised"))
    return tuple(said)


def present_tries(caller: LostCaller, zone: str, now: Ms) -> TableView:
    """Every try of a caller and what was answered between, the newest first."""
    columns = (
        Column("at", pgettext("try column", "At"), 8, is_right=True),
        Column("waited", pgettext("try column", "Waited"), 6, is_right=True),
        Column("what", pgettext("try column", "What"), 20, grows=True),
        Column("queue", pgettext("try column", "Queue"), 12, rank=1),
        Column("contact", pgettext("try column", "Contact"), 12, rank=2),
    )
    told = [(one.left_at, _try_row(one, zone, now)) for one in caller.contacts]
    told += [(one.answered_at, _answer_row(one, zone, now)) for one in caller.answered]
    rows = tuple(row for _at, row in sorted(told, key=lambda pair: -pair[0]))
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(rows))


def _try_row(lost: LostContact, zone: str, now: Ms) -> RowView:
    cells = (
        format_moment(lost.left_at, zone, now),
        format_duration(lost.wait_s),
        pgettext("what a caller met", "lost"),
        lost.queue_name,
        lost.contact,
    )
    key = "/".join((lost.site, lost.source, lost.contact, str(lost.leg)))
    return make_row(key, cells, (Tone.NORMAL,) * len(cells), is_old=False)


def _answer_row(one: AnsweredContact, zone: str, now: Ms) -> RowView:
    who = one.agent_name or one.agent
    cells = (
        format_moment(one.answered_at, zone, now),
        "",
        _("answered by {who}").format(who=who)
        if who
        else pgettext("what a caller met", "answered"),
        one.queue_name,
        one.contact,
    )
    key = "/".join((one.site, one.source, one.contact, "answered"))
    return make_row(key, cells, (Tone.QUIET,) * len(cells), is_old=False)


def _tones(caller: LostCaller) -> tuple[Tone, ...]:
    """A tone for each cell: whoever is still lost and tries again, or complains, needs a look."""
    if caller.state in {LostState.CALLED_BACK, LostState.GOT_THROUGH}:
        return (Tone.QUIET,) * _COLUMNS
    tones = [Tone.NORMAL] * _COLUMNS
    if caller.state is LostState.LOST:
        if caller.tries >= MANY_TRIES:
            tones[1] = Tone.LOOK
        if caller.complaint:
            tones[-1] = Tone.ACT
    return tuple(tones)
