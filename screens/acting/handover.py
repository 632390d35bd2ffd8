"""Signing a handover, and taking over its risks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from data.actions.fields import HandoverSigned, LineSigned
from data.actions.verbs import Verb
from data.figures.doings import Doings, Target
from data.figures.handover import Section
from data.floor import Key
from data.model import DESK, Handover, HandoverLine, Kind, Ms
from screens.acting.offer import Ask, Offer, Settled, Wanted
from screens.presenters.handover import counts_words
from screens.presenters.handover_words import section_words, signed_text
from screens.text import N_, _, ngettext
from screens.widgets.form import Field

ROOM = 9000
"""Bytes of all lines of a handover: the file of an action has 16 KiB, and remarks come with it."""
_REMARK_LIMIT = 300


def sign_offer(site: str, since: Ms, lines: Sequence[HandoverLine], title: str) -> Offer:
    """Signing a draft as it was read.

    Args:
        site: Whose shift it is.
        since: From when on it tells.
        lines: Its lines in words, risks and others.
        title: What it is called.
    """
    kept = _with_room(lines)
    signed = HandoverSigned(since=since, lines=tuple(kept), left_out=len(lines) - len(kept))
    fields: dict[str, Any] = msgspec.to_builtins(signed)
    fields["since"] = since
    risks = sum(each.is_risk for each in kept)
    text = ngettext("{count} risk to be taken over", "{count} risks to be taken over", risks)
    effect = "; ".join([each for each in (counts_words(lines), text.format(count=risks)) if each])
    return Offer(
        Verb.SIGN_HANDOVER, Target(Key(site, DESK, ""), subject=title, fields=fields), effect=effect
    )


def take_over_offer(
    key: Key, signed: Handover, line: HandoverLine, person: str, doings: Doings
) -> Offer:
    """Acknowledging one risk.

    Args:
        key: Of the handover.
        signed: The handover.
        line: The line under the cursor.
        person: The id of who would act.
        doings: What that person did lately.
    """
    target = Target(key, signed.version, line.text[:80], {"line": line.key})
    return Offer(Verb.TAKE_OVER, target, why_not=_why_not(key, signed, line, person, doings))


def _why_not(key: Key, signed: Handover, line: HandoverLine, person: str, doings: Doings) -> str:
    if not line.is_risk:
        return _("This is no risk that somebody has to take over.")
    if line.acknowledged_by is not None:
        return _("{name} has taken it over.").format(name=line.acknowledged_by.name)
    if signed.signed_by.id == person:
        return _("You have signed this handover: somebody else takes it over.")
    is_sent = any(
        row.state.is_open
        and (row.kind, row.site, row.source, row.entity) == (Kind.HANDOVER, *key)
        and row.fields.get("line") == line.key
        for row in doings.rows
    )
    return _("Your last action on this risk is still on its way.") if is_sent else ""


def _with_room(lines: Sequence[HandoverLine]) -> list[LineSigned]:
    """As many lines as there is room for, the risks first; in their own order."""
    used, kept = 0, set()
    for at in sorted(range(len(lines)), key=lambda place: not lines[place].is_risk):
        used += len(msgspec.json.encode(_signed(lines[at])))
        if used > ROOM:
            break
        kept.add(at)
    return [_signed(line) for at, line in enumerate(lines) if at in kept]


def _signed(line: HandoverLine) -> LineSigned:
    text = signed_text(line.text)
    return LineSigned(section=line.section, key=line.key, text=text, is_risk=line.is_risk)


def _remark_fields(_wanted: Wanted) -> tuple[Field, ...]:
    return tuple(
        Field(section.value, section_words(section), limit=_REMARK_LIMIT) for section in Section
    )


def _remarked(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    remarks = [
        {"section": section.value, "text": fields[section.value]}
        for section in Section
        if fields.get(section.value)
    ]
    return Settled(wanted, {"remarks": remarks} if remarks else {})


ASKS: Mapping[Verb, Ask] = MappingProxyType(
    {
        Verb.SIGN_HANDOVER: Ask(
            _remark_fields, title=N_("sign handover, with your remarks"), settle=_remarked
        )
    }
)
"""What each verb has to ask first."""
