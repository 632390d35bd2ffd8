"""What can be put on or off at queues."""

from __future__ import annotations

from collections.abc import Collection

from data.actions.seen import seen_of
from data.actions.verbs import Undo, Verb
from data.figures.doings import Target
from data.figures.switches import CLOSED, EMERGENCY, ORDER, OVERFLOW
from data.floor import Key
from data.model import Queue, Switch
from screens.acting.can import can, cannot_words
from screens.acting.offer import Offer
from screens.look import Look
from screens.presenters.switches import pending_switches
from screens.text import C_, N_, Word, _

_EFFECTS = {
    (CLOSED, True): N_("new callers are turned away from now on; who waits is still answered"),
    (CLOSED, False): N_("takes in new contacts again"),
    (EMERGENCY, True): N_(
        "everybody who enters it hears the message; your words, where the system speaks texts"
    ),
    (EMERGENCY, False): N_("nobody hears the message any more"),
    (OVERFLOW, True): N_("what it cannot take goes elsewhere"),
    (OVERFLOW, False): N_("keeps all of its contacts"),
}
_LACKS: dict[str, Word] = {
    CLOSED: C_("why not", "This telephone system cannot close this queue."),
    EMERGENCY: C_("why not", "This telephone system has no emergency message for this queue."),
    OVERFLOW: C_("why not", "This telephone system has no overflow for this queue."),
}


def queue_offers(
    key: Key, queue: Queue, look: Look, among: Collection[Queue] = ()
) -> tuple[Offer, ...]:
    """Putting each switch of a queue on or off; the way of the offer is the switch's name.

    Of several queues together one key makes all alike: as long as one of them is off, it puts
    them on, and those that are on already are left as they are.

    Args:
        key: Of the queue.
        queue: The queue.
        look: The floor.
        among: The queues that are meant together with it.
    """
    return tuple(_offer(key, queue, name, look, among) for name in ORDER)


def _offer(key: Key, queue: Queue, name: str, look: Look, among: Collection[Queue]) -> Offer:
    on = any(not each.on for one in (queue, *among) if (each := _switch(one, name)) is not None)
    target = Target(
        key=key,
        subject=queue.name,
        fields={"name": name, "on": on},
        seen=seen_of(Verb.SWITCH, queue),
        undo=Undo(Verb.SWITCH, {"name": name, "on": not on}),
    )
    return Offer(
        verb=Verb.SWITCH,
        target=target,
        why_not=_why_not(key, queue, name, on, look),
        effect=_(_EFFECTS[name, on]),
        way=name,
        # Opening it again brings nobody back who was turned away.
        is_final=(name, on) == (CLOSED, True),
    )


def _why_not(key: Key, queue: Queue, name: str, on: bool, look: Look) -> str:
    switch = _switch(queue, name)
    if not can(look, key.site, key.source, Verb.SWITCH):
        return cannot_words()
    if switch is None:
        return str(_LACKS[name])
    if pending_switches(key, look.doings, name):
        return _("Your last action on {queue} is still on its way.").format(queue=queue.name)
    if switch.on is on:
        return _already(queue, switch)
    return ""


def _already(queue: Queue, switch: Switch) -> str:
    if switch.by is None:
        return _("{queue} is so already.").format(queue=queue.name)
    return _("{queue} is so already, by {name}.").format(queue=queue.name, name=switch.by.name)


def _switch(queue: Queue, name: str) -> Switch | None:
    return next((each for each in queue.switches if each.name == name), None)
