"""What differs from a handover that was signed, in the words of the one and of the other."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from data.figures.handover import Draft, DraftLine, since_left
from data.model import Handover, HandoverLine
from screens.presenters.handover_words import Wording, line_words, signed_text


class Changed(msgspec.Struct, frozen=True):
    """Something that stands in both, and otherwise than it was signed."""

    now: HandoverLine
    before: HandoverLine


class Changes(msgspec.Struct, frozen=True):
    """What has come, what has changed and what has gone."""

    new: tuple[HandoverLine, ...]
    changed: tuple[Changed, ...]
    gone: tuple[HandoverLine, ...]


def changes_since(signed: Handover, draft: Draft, by: Wording) -> Changes:
    """What differs from a handover.

    Args:
        signed: As it was signed.
        draft: As it is now.
        by: What lines are worded with.
    """
    found = since_left(signed, draft)
    # A clock that had no date when it was signed is no other one for having one today.
    then = replace(by, read_at=signed.signed_at)
    return Changes(
        new=tuple(_line(each, by) for each in found.new),
        changed=tuple(
            Changed(_line(now, by), before)
            for before, now in found.kept
            if (before.text, before.is_risk) != (signed_text(line_words(now, then)), now.is_risk)
        ),
        gone=found.gone,
    )


def _line(line: DraftLine, by: Wording) -> HandoverLine:
    return HandoverLine(line.section.value, line.key, line_words(line, by), line.is_risk)
