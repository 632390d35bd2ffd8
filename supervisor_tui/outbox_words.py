"""What `supervisor-tui outbox` prints: every action with what came of it, and why what is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import msgspec

from data.model import Ms
from data.status import ActionRow
from data.sync.asks import WhyNot
from screens.formats import format_moment
from screens.presenters.acts import act_line, outcome_mark, outcome_words
from screens.text import N_, _
from supervisor_tui.instants import instant

SHORT_ID = 13
"""The whole instant of a key: fewer characters are alike for all of one minute."""

_WHY_NOT = {
    WhyNot.NOT_KNOWN: N_("This floor does not know you: an administrator can add you to [people]."),
    WhyNot.NOT_YOURS: N_("{name} did this: only they and administrators may."),
    WhyNot.SETTLED: N_("It is settled already: {outcome}."),
    WhyNot.DONE: N_("It is done: there is nothing to try again."),
    WhyNot.CONFLICT: N_(
        "The record has been changed since. Look at it on the screen, and do it again there."
    ),
    WhyNot.ONCE: N_(
        "Nobody knows whether it was done, and it must not be done twice. Look at the record."
    ),
    WhyNot.NO_SUCH_ACTION: N_("There is no such action."),
}


def outbox_lines(rows: Sequence[ActionRow], zones: Mapping[str, str], now: Ms) -> Iterable[str]:
    """Every action in a line, oldest first.

    Args:
        rows: The actions.
        zones: By site, the zone whose clock times to name.
        now: The present.
    """
    shown = short_id_length(rows)
    for row in rows:
        zone = zones.get(row.site, "UTC")
        yield _("{mark} {id}  {clock}  {name}: {line}").format(
            mark=outcome_mark(row),
            id=row.key[:shown],
            clock=format_moment(row.pressed_at, zone, now),
            name=row.actor_name or row.actor or "-",
            line=act_line(row, zone),
        )


def outbox_json(
    rows: Sequence[ActionRow], zones: Mapping[str, str], about: Mapping[str, object]
) -> str:
    """The same as one object; docs/json.md says what each field is."""
    document = {
        **about,
        "actions": [_row_json(row, zones.get(row.site, "UTC")) for row in rows],
    }
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=2).decode()


def why_not_words(reason: WhyNot, row: ActionRow, zone: str) -> str:
    """Why what was asked of an action cannot be."""
    return _(_WHY_NOT[reason]).format(
        name=row.actor_name or row.actor or "-", outcome=outcome_words(row, zone)
    )


def short_id_length(rows: Sequence[ActionRow]) -> int:
    """How many characters of each id tell all of them apart."""
    keys = sorted(row.key for row in rows)
    longest = SHORT_ID
    for one, other in pairwise(keys):
        while longest < len(one) and one[:longest] == other[:longest]:
            longest += 1
    return longest


def _row_json(row: ActionRow, zone: str) -> dict[str, object]:
    return {
        "id": row.key,
        "verb": row.verb,
        "site": row.site,
        "source": row.source,
        "kind": row.kind,
        "entity": row.entity,
        "subject": row.subject,
        "actor": row.actor,
        "actor_name": row.actor_name,
        "state": row.state,
        "open": row.state.is_open,
        "failed": row.state.is_failure,
        "code": row.code,
        "words": outcome_words(row, zone),
        "held_by": row.held_by,
        "held_since": instant(row.held_since),
        "attempts": row.attempts,
        "version": row.version or None,
        "pressed_at": instant(row.pressed_at),
        "not_after": instant(row.not_after),
        "updated_at": instant(row.updated_at),
    }
