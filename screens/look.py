"""What every pane is shown: the floor as of one commit, the moment, and how this floor reads it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import msgspec

from data.errors import Code
from data.figures.doings import NO_DOINGS, Doings
from data.figures.freshness import Moment
from data.figures.queues import FloorFigures, QueueBook
from data.floor import FloorSnapshot
from data.model import Freshness, Ms
from data.people import Person
from data.rules.service_level import Formula
from data.settings import ChecklistSettings, CostSettings, PlanningSettings, RuleSettings


class Viewing(msgspec.Struct, frozen=True, kw_only=True):
    """What stays the same while the screen runs."""

    floor_name: str
    formula: Formula
    rules: tuple[RuleSettings, ...]
    is_ascii: bool = False
    person: str = ""
    remind_ms: int = 30 * 60_000
    """How long something may be on at a queue before somebody is reminded of it."""
    who: Person | None = None
    """The person with their role and teams; None for somebody whom the floor does not know."""
    owners: tuple[Person, ...] = ()
    """Who of the floor may own a complaint, the person who looks first."""
    checklists: tuple[ChecklistSettings, ...] = ()
    """What is gone through each day; empty: what comes along with the program."""
    reasons: Mapping[str, str] = {}
    """The floor's reasons of not ready, code and words; empty where it names none."""
    roster_rules: Mapping[str, str] = {}
    """By site the rules that its shifts are held against; the usual ones for others."""
    cost: CostSettings = CostSettings()
    """What work costs, for reports."""
    planning: PlanningSettings = PlanningSettings()
    """How it is reckoned what is needed."""


class Past(msgspec.Struct, frozen=True):
    """What is so in the present while one looks at the past."""

    now: Ms
    alerts: int = 0
    """How many alerts are open."""


class Look(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One look at the floor; everything on the screen is drawn from the same one."""

    snapshot: FloorSnapshot
    moment: Moment
    viewing: Viewing
    site: str | None = None
    """The site looked at; None for all of the floor."""
    problem: Code | None = None
    """Why the cache cannot be read just now."""
    troubles: tuple[str, ...] = ()
    """What else keeps the program from its work, in sentences."""
    doings: Doings = NO_DOINGS
    """What the person did lately, and what of it is still to come."""
    phone: str = ""
    """The person's own phone today; empty where none is known."""
    past: Past | None = None
    """Where the floor is shown as it was at `moment`: what is so now. Nothing can be sent then."""
    queues: QueueBook = msgspec.field(default_factory=QueueBook)
    """What is kept of the queues from look to look."""

    @property
    def until(self) -> Ms | None:
        """The instant up to which history counts; None in the present: all there is."""
        return self.moment.now if self.past is not None else None

    @property
    def is_past_partial(self) -> bool:
        """Whether today's past is being read just now, so that a part of it would mislead."""
        return any(
            health.is_reading_past and health.state is Freshness.LIVE
            for health in self.snapshot.sources
            if self.site in {None, health.site}
        )

    @cached_property
    def figures(self) -> FloorFigures:
        """The figures of the queues; computed once for the frame and the pane."""
        viewing = self.viewing
        return self.queues.figures(self.snapshot, self.site, self.moment, viewing.formula)
