"""What has to be asked about alerts: what was done, and how long they are not to ring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from data.actions.verbs import Verb
from screens.acting.alerts import MUTE_MINUTES
from screens.acting.loan_asks import minutes_of
from screens.acting.offer import COMMENT, Ask, Settled, Wanted
from screens.text import _
from screens.widgets.form import Field

_MINUTE_MS = 60_000


def _done_fields(_wanted: Wanted) -> tuple[Field, ...]:
    return (Field(COMMENT, _("What is done about it"), limit=1000),)


def _mute_fields(_wanted: Wanted) -> tuple[Field, ...]:
    label = _("For how long, as 10m or 1h30")
    return (Field("for", label, f"{MUTE_MINUTES}m", limit=8, is_needed=True, check=_problem),)


def _problem(text: str) -> str:
    return "" if minutes_of(text) else _("A time is written 10m, 2h or 1h30, up to 24 hours.")


def _settle(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    minutes = minutes_of(str(fields.get("for", ""))) or MUTE_MINUTES
    until = wanted.look.moment.now + minutes * _MINUTE_MS
    offers = [
        replace(each, target=replace(each.target, fields={**each.target.fields, "until": until}))
        for each in wanted.offers
    ]
    return Settled(replace(wanted, offers=offers))


ASKS: Mapping[Verb, Ask] = {
    Verb.ACKNOWLEDGE_ALERT: Ask(_done_fields, words=(COMMENT,)),
    Verb.MUTE: Ask(_mute_fields, words=("for",), settle=_settle),
}
"""By verb."""
