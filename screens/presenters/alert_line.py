"""How many alerts there are, for the first line."""

from __future__ import annotations

from data.figures.alerts import count_alerts, each_alert
from data.figures.freshness import Moment
from data.floor import FloorSnapshot
from screens.presenters.lines import Piece
from screens.text import _, ngettext
from screens.tones import Tone


def alert_pieces(snapshot: FloorSnapshot, site: str | None, moment: Moment) -> tuple[Piece, ...]:
    """Of how many alerts somebody has to act; and how many are muted.

    Args:
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        moment: The present.
    """
    counts = count_alerts(each_alert(snapshot, site, moment))
    pieces = []
    if counts.act:
        text = ngettext("!! {act} of {count} alert", "!! {act} of {count} alerts", counts.open)
        pieces.append(Piece(text.format(act=counts.act, count=counts.open), Tone.ACT))
    elif counts.look:
        text = ngettext("! {count} alert", "! {count} alerts", counts.open)
        pieces.append(Piece(text.format(count=counts.open), Tone.LOOK))
    elif counts.open:
        text = ngettext("{count} alert", "{count} alerts", counts.open)
        pieces.append(Piece(text.format(count=counts.open)))
    if counts.muted:
        pieces.append(Piece(_("{count} muted").format(count=counts.muted)))
    return tuple(pieces)
