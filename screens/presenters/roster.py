"""The roster: who is late or missing, and the day of each as a bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from data.cache.history_model import Segment
from data.figures.agents import contact_in_hand
from data.figures.freshness import Moment, SourceAge, own_now
from data.figures.queues import source_ages
from data.figures.roster import DEVIATIONS, Fit, Standing, classify
from data.floor import FloorSnapshot, Key
from data.model import Agent, Contact, Kind, Ms, Shift
from data.rules.adherence import impact
from data.rules.shift_plan import planned_activity
from data.zones import site_day_start
from screens import words
from screens.formats import UNDEFINED, format_clock, format_duration
from screens.presenters.agent_fields import agent_state_words
from screens.presenters.lazy import LazyTable, Place
from screens.presenters.roster_bar import BarScale
from screens.presenters.rows import Column, RowView
from screens.presenters.sites import SiteColumn
from screens.presenters.table import DEFAULT_VIEW, SortKey, TableView, ViewState, make_row
from screens.text import _, pgettext
from screens.tones import Tone

DAY_MS = 86_400_000
LEAST_BAR = 14
"""Cells of the bar on the narrowest terminal."""
BAR = 34
"""Cells of the bar on a terminal of 80."""
_ORDER = (*DEVIATIONS, Fit.FITS, Fit.UNKNOWN, Fit.OFF)


class RosterItem(NamedTuple):
    """What a row of the roster is made of, but for the time."""

    key: Key
    shift: Shift
    agent: Agent | None
    contact: Contact | None
    is_old: bool


class RosterLook(msgspec.Struct, frozen=True, kw_only=True):
    """How the roster is looked at."""

    snapshot: FloorSnapshot
    site: str | None
    moment: Moment
    view: ViewState = DEFAULT_VIEW
    bar: int = BAR
    """Cells of the bars."""
    past: Mapping[Key, Sequence[Segment]] = msgspec.field(default_factory=dict)
    """What happened today, by the keys of agents; whom it lacks has not been read."""


def roster_columns(bar_title: str = "", bar: int = BAR) -> tuple[Column, ...]:
    """The columns of the roster, in the language in use.

    Args:
        bar_title: The hours over the bars.
        bar: Cells of the bars.
    """
    return (
        Column("name", pgettext("roster column", "Agent"), 14, sort_letter="a"),
        Column("team", pgettext("roster column", "Team"), 6, rank=5, sort_letter="t"),
        Column(
            "starts",
            pgettext("roster column", "From"),
            5,
            is_right=True,
            rank=4,
            sort_letter="f",
            help=_("when the shift begins, by the site's clock"),
        ),
        Column(
            "ends",
            pgettext("roster column", "To"),
            5,
            is_right=True,
            rank=3,
            sort_letter="e",
            help=_("when the shift ends, by the site's clock"),
        ),
        Column("day", bar_title, bar, help=_("left of | what happened, right of it the plan")),
        Column("plan", pgettext("roster column", "Plan"), 9, rank=1, sort_letter="p"),
        Column("now", pgettext("roster column", "Now"), 14, sort_letter="n"),
        Column(
            "for",
            pgettext("roster column", "For"),
            5,
            is_right=True,
            rank=2,
            help=_("how long in this state"),
        ),
    )


def present_roster(
    snapshot: FloorSnapshot, site: str | None, moment: Moment, view: ViewState = DEFAULT_VIEW
) -> TableView:
    """The shifts of today as a table, looked at once: see `RosterTable`."""
    look = RosterLook(snapshot=snapshot, site=site, moment=moment, view=view)
    return RosterTable().present(look)


class RosterTable(LazyTable):
    """The roster from look to look: who deviates from the plan first, the longest of each kind."""

    def __init__(self) -> None:
        super().__init__()
        self._look = RosterLook(snapshot=FloorSnapshot(), site=None, moment=Moment(0, 0))
        self._before = FloorSnapshot()
        self._common: tuple[object, ...] = ()
        self._today: dict[Key, Key] = {}
        """The shifts of today, and whose they are."""
        self._shifts_of: dict[Key, list[Key]] = {}
        self._ages: Mapping[tuple[str, str], SourceAge] = {}
        self._sites = SiteColumn({}, 1, is_shown=False)
        self._zones: dict[str, str] = {}
        self._scales: dict[str, BarScale] = {}

    def present(self, look: RosterLook) -> TableView:
        """The table for a look."""
        snapshot, moment = look.snapshot, look.moment
        self._before, self._look = self._look.snapshot, look
        self._ages = source_ages(snapshot, moment)
        self._sites = SiteColumn.of(snapshot.sites, look.site)
        self._zones = {info.id: info.zone for info in snapshot.sites}
        self._scales = {}
        shown = [info.id for info in snapshot.sites if look.site in {None, info.id}]
        first = shown[0] if shown else ""
        hours = self._scale(first).hours(self._zones.get(first, "UTC"))
        columns = self._sites.columns(roster_columns(hours, look.bar), rank=1)
        return self.follow(self._suspects(), self._touched, columns, look.view, moment.now)

    def shown_agents(self, keys: Sequence[str]) -> tuple[Key, ...]:
        """The agents whose shifts have these row keys, for reading what they did."""
        places = (Key(*key.split("/", 2)) for key in keys)
        return tuple(self._today[place] for place in places if place in self._today)

    def _suspects(self) -> set[Key]:
        """The shifts that may stand elsewhere: of agents that changed, or all on a new day."""
        snapshot, before = self._look.snapshot, self._before
        days = self._days()
        old = {place for place, age in self._ages.items() if age.is_old}
        common = (days, old, set(self._ages))
        changed = snapshot.agents_since(before)
        is_same_staff = all((old is None) is (new is None) for old, new in changed.values())
        if (
            common == self._common
            and is_same_staff
            and not snapshot.changed_since(before, Kind.SHIFT)
        ):
            return {shift for key in changed for shift in self._shifts_of.get(key, ())}
        self._common = common
        gone, by_id = set(self._today), self._by_id()
        self._today, self._shifts_of = {}, {}
        for key, shift in snapshot.shifts.items():
            day = days.get(key.site)
            if day is None or shift.ends_at <= day or shift.starts_at >= day + DAY_MS:
                continue
            who = _own_key(shift)
            if who not in snapshot.agents:
                who = by_id.get((shift.site, shift.agent), who)
            self._today[key] = who
            self._shifts_of.setdefault(who, []).append(key)
        return gone.union(self._today)

    def _touched(self) -> set[Key]:
        """The shifts whose words may be others though they stand where they stood.

        They are those of contacts that changed; whose agent did is judged anew anyway.
        """
        snapshot, before = self._look.snapshot, self._before
        people: set[Key] = set()
        for was in snapshot.contacts_since(before).values():
            for contact in was:
                if contact is not None:
                    people.add(Key(contact.site, contact.source, contact.agent))
        return {shift for key in people for shift in self._shifts_of.get(key, ())}

    def _days(self) -> dict[str, Ms]:
        """When the day began at each site looked at."""
        look = self._look
        return {
            info.id: site_day_start(info, look.moment.now)
            for info in look.snapshot.sites
            if look.site in {None, info.id}
        }

    def _item(self, key: Key) -> RosterItem:
        snapshot = self._look.snapshot
        agent = snapshot.agents.get(self._today[key])
        contact = contact_in_hand(snapshot, agent) if agent is not None else None
        age = self._ages.get((key.site, agent.source if agent is not None else key.source))
        is_old = age.is_old if age is not None else True
        return RosterItem(key, snapshot.shifts[key], agent, contact, is_old)

    def place_of(self, key: Key, now: Ms) -> Place | None:
        """By how somebody stands against the shift, and for how long."""
        if key not in self._today:
            return None
        item = self._item(key)
        here = self._now(item.key)
        standing = classify(item.shift, item.agent, here)
        name = item.agent.name if item.agent is not None else item.shift.agent
        is_over = here >= item.shift.ends_at
        rank = _ORDER.index(standing.fit) if not item.is_old else _ORDER.index(Fit.UNKNOWN)
        begun = standing.since if standing.since is not None else item.shift.starts_at
        tone = Tone.STALE if item.is_old else _tone(standing)
        until = standing.until + (now - here)
        return Place("/".join(item.key), tone, (rank, is_over, begun, name, item.key.id), until)

    def row_of(self, key: Key) -> RowView:
        """A row with its bar."""
        item = self._item(key)
        shift, agent, now = item.shift, item.agent, self._now(item.key)
        standing = classify(shift, agent, now)
        zone = self._zones.get(item.key.site, "UTC")
        scale = self._scale(item.key.site)
        who = Key(agent.site, agent.source, agent.id) if agent is not None else _own_key(shift)
        activity = planned_activity(shift, now)
        state_s = (now - agent.since) / 1000 if agent is not None and agent.since else None
        cells = (
            *_who(item),
            format_clock(shift.starts_at, zone),
            format_clock(shift.ends_at, zone),
            scale.draw(shift, self._look.past.get(who, ()), now),
            words.activity(activity) if activity else UNDEFINED,
            _with_impact(now_words(item, standing, now), item, activity),
            format_duration(state_s),
        )
        tones = [Tone.NORMAL] * len(cells)
        tones[6] = _tone(standing)
        return make_row(
            "/".join(item.key),
            self._sites.insert(cells, self._sites.name(item.key.site)),
            self._sites.insert(tones, Tone.NORMAL),
            is_old=item.is_old,
        )

    def words_of(self, key: Key) -> Sequence[str]:
        """Name, team, site, plan and present."""
        item = self._item(key)
        now = self._now(item.key)
        activity = planned_activity(item.shift, now)
        return (
            *_who(item),
            self._sites.name(item.key.site),
            words.activity(activity) if activity else "",
            now_words(item, classify(item.shift, item.agent, now), now),
        )

    def sort_key_of(self, key: Key, column: str) -> SortKey:
        """By the text of a column, or the instant behind it."""
        item = self._item(key)
        now = self._now(item.key)
        activity = planned_activity(item.shift, now)
        name, team = _who(item)
        keys: dict[str, SortKey] = {
            "name": name,
            "team": team if team != UNDEFINED else None,
            "site": self._sites.name(item.key.site),
            "starts": -item.shift.starts_at,
            "ends": -item.shift.ends_at,
            "plan": words.activity(activity) if activity else None,
        }
        if column == "now" and item.agent is not None:
            return now_words(item, classify(item.shift, item.agent, now), now)
        return keys.get(column)

    def _by_id(self) -> Mapping[tuple[str, str], Key]:
        """Agents of any source of a site, where a roster comes from a source without agents."""
        snapshot = self._look.snapshot
        telephony = {(key.site, key.source) for key in snapshot.agents}
        if all((key.site, key.source) in telephony for key in snapshot.shifts):
            return {}
        return {(key.site, key.id): key for key in snapshot.agents}

    def _now(self, key: Key) -> Ms:
        return own_now(self._ages, key, self._look.moment)

    def _scale(self, site: str) -> BarScale:
        if site not in self._scales:
            self._scales[site] = BarScale.of(self._look.bar, self._look.moment.now)
        return self._scales[site]


def now_words(item: RosterItem, standing: Standing, now: Ms) -> str:
    """What somebody does, or how they deviate from the plan: `absent 32m`, `late 8m`."""
    minutes = standing.minutes(now)
    if minutes is None or standing.since is None:
        agent = item.agent
        return agent_state_words(agent, item.contact) if agent is not None else UNDEFINED
    span = format_duration((now - standing.since) / 1000)
    match standing.fit:
        case Fit.MISSING:
            return _("absent {span}").format(span=span)
        case Fit.LATE:
            return _("late {span}").format(span=span)
        case Fit.LEFT:
            return _("left {span}").format(span=span)
        case Fit.LONG_BREAK:
            return _("break {span}").format(span=span)
        case _:
            return _("away {span}").format(span=span)


def _with_impact(present: str, item: RosterItem, activity: str) -> str:
    """Marked where somebody is there for the callers though something else is planned."""
    if not activity or item.agent is None or impact(activity, item.agent.state) <= 0:
        return present
    return _("{present} +").format(present=present)


def _tone(standing: Standing) -> Tone:
    if standing.fit is Fit.MISSING:
        return Tone.ACT
    return Tone.LOOK if standing.fit in DEVIATIONS else Tone.NORMAL


def _who(item: RosterItem) -> tuple[str, str]:
    """Name and team."""
    if item.agent is None:
        return item.shift.agent, UNDEFINED
    return item.agent.name, item.agent.team or UNDEFINED


def _own_key(shift: Shift) -> Key:
    return Key(shift.site, shift.source, shift.agent)
