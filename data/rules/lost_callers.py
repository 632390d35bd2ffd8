"""Whether a caller who was lost is in somebody's hands, by what the desk has kept of it.

One reading for the desk, which decides who may take a caller, and for the pane, which shows who
has. A claim holds until its owner has called back, or for half a day if they never say so: then it
was forgotten, and the caller is anybody's again. Having called back answers the losses before it
and none after.
"""

from __future__ import annotations

import msgspec

from data.model import LostCase, Ms, Owner

CLAIM_LIFE_MS = 12 * 3_600_000


class LostStanding(msgspec.Struct, frozen=True):
    """What has been done about one caller's latest loss."""

    owner: Owner | None = None
    """Who has taken it, or called back."""
    called_back_at: Ms | None = None


def standing(case: LostCase | None, last_lost_at: Ms, now: Ms) -> LostStanding:
    """What has been done about a caller.

    Args:
        case: What the desk keeps; None where nothing was ever done.
        last_lost_at: When the caller was lost last.
        now: The present on the server's clock.
    """
    if case is None or case.owner is None:
        return LostStanding()
    if case.called_back_at is not None:
        if case.called_back_at < last_lost_at:
            return LostStanding()
        return LostStanding(case.owner, case.called_back_at)
    if now - case.owner.since > CLAIM_LIFE_MS:
        return LostStanding()
    return LostStanding(case.owner)
