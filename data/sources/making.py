"""Which source speaks to which kind of endpoint."""

from __future__ import annotations

from typing import Protocol

from data.model import Change
from data.settings import SiteSettings, SourceKind, SourceSettings
from data.sources.base import Source
from data.sync.backoff import Timing
from data.sync.requests import Request


class ActingSource(Source, Protocol):
    """A source that carries out actions, too."""

    async def act(self, request: Request) -> tuple[Change, ...]:
        """Have an action carried out; the records as they are afterwards."""
        ...


def make_source(
    settings: SourceSettings, site: SiteSettings, *, key: bytes, timing: Timing
) -> ActingSource:
    """The source for an endpoint; its kind's code is loaded only where it is used.

    Raises:
        FetchError: The endpoint's address may not be asked.
        StoreError: A secret or a certificate file cannot be used.
    """
    if settings.kind is SourceKind.ASTERISK:
        from data.sources.asterisk.source import AsteriskSource

        return AsteriskSource(settings, site, key=key, timing=timing)
    from data.sources.supervision import SupervisionSource

    return SupervisionSource(settings, site, key=key, timing=timing)
