"""What `doctor` asks an endpoint: whether it answers, what it speaks, who we are, what time it is.

Loads the network's libraries: only ever imported by the `doctor` command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from data import contract
from data.callers import KEY_BYTES
from data.clean import clean_text
from data.errors import FloorError
from data.settings import SiteSettings, SourceSettings
from data.sources.base import Opened
from data.sources.supervision import SupervisionSource
from data.status import ClockAnchor
from data.sync.fetch import Answer, Fetcher
from screens.sentences import error_sentence
from screens.text import _
from supervisor_tui.doctor import Finding, Level

LOOK_OFFSET_S = 30.0
"""Ages are right in any case, by the endpoint's clock; logs of both are hard to compare."""

_T = TypeVar("_T")


async def look_at_endpoint(site: SiteSettings, settings: SourceSettings) -> list[Finding]:
    """Open a session with one source, close it again, and say what was learned."""
    name = f"{site.id}/{settings.id}"
    try:
        fetcher = _Noting(settings)
        # Nothing that has a caller in it is asked for: any key will do.
        source = SupervisionSource(settings, site, key=bytes(KEY_BYTES), fetcher=fetcher)
        try:
            opened = await source.open()
        finally:
            await source.close()
    except FloorError as error:
        text = _("{name}: {problem}").format(name=name, problem=error_sentence(error))
        return [Finding(Level.BAD, text)]
    return list(_findings(name, opened, fetcher.session))


def _findings(name: str, opened: Opened, session: contract.Session | None) -> Iterator[Finding]:
    if session is not None:
        text = _("{name}: answers as version {least} to {most}; we are {who}, who may {rights}.")
        yield Finding(
            Level.OK,
            text.format(
                name=name,
                least=session.schema.min,
                most=session.schema.max,
                who=clean_text(session.actor.name),
                rights=clean_text(", ".join(session.scopes)) or _("read nothing"),
            ),
        )
    told: list[Finding] = []

    def say(level: Level, text: str) -> None:
        told.append(Finding(level, _("{name}: {text}").format(name=name, text=text)))

    look_at_clock(say, opened.anchor)
    yield from told


def look_at_clock(say: Callable[[Level, str], None], anchor: ClockAnchor) -> None:
    """How far the endpoint's clock is from this host's.

    Args:
        say: Told how that stands, in words that follow the name of the source.
        anchor: The endpoint's clock.
    """
    offset = (anchor.server_ms - anchor.wall_ms) / 1000
    if anchor.rate != 1:
        text = _("its clock is simulated, {rate} times as fast.")
        say(Level.OK, text.format(rate=anchor.rate))
    elif abs(offset) > LOOK_OFFSET_S:
        text = _("its clock is {offset} s from this host's. Check both against NTP.")
        say(Level.LOOK, text.format(offset=f"{offset:+.0f}"))
    else:
        text = _("its clock is {offset} s from this host's.")
        say(Level.OK, text.format(offset=f"{offset:+.1f}"))


class _Noting(Fetcher):
    """Keeps the session that passes through."""

    session: contract.Session | None = None

    async def get(self, path: str, kind: type[_T], **how: Any) -> tuple[_T, Answer]:
        """Ask, and note a session."""
        value, answer = await super().get(path, kind, **how)
        if isinstance(value, contract.Session):
            self.session = value
        return value, answer
