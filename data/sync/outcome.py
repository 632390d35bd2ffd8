"""How a sync process ended, and what kept it from serving a source."""

from __future__ import annotations

import msgspec

from data.errors import Code


class SyncProblem(msgspec.Struct, frozen=True):
    """Why a source, or the floor as a whole, could not be served."""

    site: str
    source: str
    code: Code
    detail: str = ""

    def __str__(self) -> str:
        """For logs and scripts; a screen words the code."""
        where = f"{self.site}/{self.source}: " if self.source else ""
        return f"{where}{self.code.value}{': ' if self.detail else ''}{self.detail}"


class SyncOutcome(msgspec.Struct, frozen=True):
    """How a sync process ended."""

    ok: bool
    problems: tuple[SyncProblem, ...] = ()
