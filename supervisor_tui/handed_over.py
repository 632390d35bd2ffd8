"""Handovers that wait for somebody: said once at each screen, to whoever may take them over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from data.actions.verbs import Verb
from data.floor import Key
from data.model import Handover
from screens.actions import BY_ID
from screens.key_names import keys_of, show_key
from screens.text import ngettext
from screens.tones import Tone

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp


class HandedOver:
    """Tells of handovers that somebody else has signed, while a risk of them is open."""

    def __init__(self) -> None:
        self._handovers: Mapping[Key, Handover] = {}
        self._told: set[Key] = set()

    def tell(self, app: SupervisorApp) -> None:
        """Say who has handed over, and which key shows it."""
        handovers, actor = app.snapshot.handovers, app.parts.doer.actor
        if handovers is self._handovers or not actor.may(Verb.TAKE_OVER):
            return
        self._handovers = handovers
        if not handovers:
            return
        from data.figures.handover import LONGEST_MS, to_take_over

        now = app.snapshot.clock().now()
        for site in app.snapshot.sites:
            found = to_take_over(app.snapshot, site.id, actor.id)
            if found is None or found[0] in self._told or now - found[1].signed_at > LONGEST_MS:
                continue
            self._told.add(found[0])
            keys = keys_of(BY_ID["app.handover"], app.parts.keymap)
            left = len(found[1].unacknowledged)
            text = ngettext(
                "{name} has handed over {site}: {left} risk to take over  {key} shows it",
                "{name} has handed over {site}: {left} risks to take over  {key} shows them",
                left,
            )
            said = text.format(
                name=found[1].signed_by.name,
                site=site.name or site.id,
                left=left,
                key=show_key(keys[0]) if keys else ":handover",
            )
            app.announce(said, Tone.LOOK)
