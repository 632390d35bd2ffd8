"""What the configuration says of a site's queues, and what a queue says of itself."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TypedDict

from data.clean import clean_text
from data.model import Ms
from data.rules.call_counts import Limits
from data.settings import QueueSettings, SiteSettings, SourceSettings
from data.sources.asterisk.rows import QueueRow
from data.status import SiteInfo
from data.zones import site_day_start

_USUAL_THRESHOLD_S = 20
_SHORTEST_DAY_MS = 22 * 3_600_000
_CLIENT_LIMIT = 64


class Who(TypedDict):
    """Of which site and source a record is."""

    site: str
    source: str


class Terms:
    """What holds for the queues of one source.

    Attributes:
        who: Names the source in its records.
        limits: By queue: what 'within' and 'short' mean there.
        wrapups_s: By queue: seconds of after-contact work.
    """

    def __init__(self, site: SiteSettings, settings: SourceSettings) -> None:
        self.who: Who = {"site": site.id, "source": settings.id}
        self.limits: dict[str, Limits] = {}
        self.wrapups_s: dict[str, float] = {}
        self._site = SiteInfo(id=site.id, name=site.name, zone=site.zone, day_start=site.day_start)
        self._settings = settings
        self._queues = {one.name: one for one in settings.queue}
        self._shown: dict[str, bool] = {}
        self._day_start: Ms = 0

    def learn(self, row: QueueRow) -> None:
        """Take in what a queue says of itself; what is configured goes before."""
        queue, ours = row.queue, self._of(row.queue)
        threshold = ours.threshold
        if threshold is None:
            threshold = row.threshold_s or _USUAL_THRESHOLD_S
        short = self._settings.short_abandon if ours.short_abandon is None else ours.short_abandon
        self.limits[queue] = Limits(round(threshold), round(short))
        wrapup = self._settings.wrap_up if ours.wrap_up is None else ours.wrap_up
        if wrapup:
            self.wrapups_s[queue] = wrapup

    def shows(self, queue: str) -> bool:
        """Whether a queue is to be seen."""
        shown = self._shown.get(queue)
        if shown is None:
            show, hide = self._settings.show, self._settings.hide
            shown = not show or any(fnmatchcase(queue, pattern) for pattern in show)
            shown = shown and not any(fnmatchcase(queue, pattern) for pattern in hide)
            self._shown[queue] = shown
        return shown

    def title(self, queue: str) -> str:
        """What people call a queue."""
        return clean_text(self._of(queue).title or queue)

    def client(self, queue: str) -> str:
        """The firm for which its calls are answered; empty where it is not configured."""
        return clean_text(self._of(queue).client, _CLIENT_LIMIT)

    def target_percent(self, queue: str) -> float:
        """What its service level should be."""
        target = self._of(queue).target
        return self._settings.target if target is None else target

    def day_start(self, at: Ms) -> Ms:
        """When the site's counting day that holds an instant began."""
        if not self._day_start <= at < self._day_start + _SHORTEST_DAY_MS:
            self._day_start = site_day_start(self._site, at)
        return self._day_start

    def _of(self, queue: str) -> QueueSettings:
        return self._queues.get(queue) or QueueSettings(name=queue)
