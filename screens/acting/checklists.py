"""What can be done to the items of checklists."""

from __future__ import annotations

from data.actions.verbs import Undo, Verb
from data.figures.checklists import Item, Run
from data.figures.doings import Target
from data.model import Ms
from screens.acting.offer import Offer
from screens.formats import format_duration
from screens.text import _


def tick_offers(run: Run, item: Item, now: Ms) -> tuple[Offer, ...]:
    """Ticking an item, and taking the tick back.

    Args:
        run: The run that is on.
        item: The item.
        now: The present.
    """
    fields = {"name": run.settings.name, "item": item.text, "starts_at": run.starts_at}
    ticked = untick = ""
    if item.tick is not None:
        ticked = _("{name} has ticked it.").format(name=item.tick.by.name)
    elif now < run.starts_at:
        left = format_duration((run.starts_at - now) / 1000)
        ticked = _("It begins in {left}.").format(left=left)
    if item.tick is None:
        untick = _("Nobody has ticked it.")
    subject = _(item.text)
    done = Target(run.key, run.version, subject, fields, undo=Undo(Verb.UNTICK, fields))
    undone = Target(run.key, run.version, subject, fields, undo=Undo(Verb.TICK, fields))
    return Offer(Verb.TICK, done, why_not=ticked), Offer(Verb.UNTICK, undone, why_not=untick)
