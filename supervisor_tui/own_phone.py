"""A person's own phone: the one of the configuration, or the one at today's desk."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from data.floor import FloorSnapshot
from data.people import Person
from data.zones import local
from screens.text import _
from screens.tones import Tone
from supervisor_tui.person import PersonalFile

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp

_NUMBER = re.compile(r"[0-9A-Za-z+*#@._/-]{1,64}", re.ASCII)


class OwnPhone:
    """What is rung for a person who listens in.

    Args:
        person: Whose phone it is; None for somebody whom the floor does not know.
        personal: Remembers today's.
    """

    def __init__(self, person: Person | None, personal: PersonalFile) -> None:
        self._listed = person.phone if person is not None else ""
        self._personal = personal

    def on(self, day: str) -> str:
        """The number on a day; the one said for another day counts no more. Empty: not known."""
        settings = self._personal.settings
        return settings.phone if settings.phone and settings.phone_day == day else self._listed

    def say(self, number: str, day: str) -> bool:
        """Take another number for a day; False where it will not be remembered."""
        settings = self._personal.settings
        settings.phone, settings.phone_day = number, day
        return self._personal.keep()


def day_of(snapshot: FloorSnapshot) -> str:
    """The date on the floor now, at its first site."""
    zone = snapshot.sites[0].zone if snapshot.sites else "UTC"
    return local(snapshot.clock().now(), zone).date().isoformat()


def choose_phone(app: SupervisorApp, number: str) -> None:
    """Take a number as the person's own phone for today, or tell which one it is.

    Args:
        app: Where it was typed.
        number: The number; empty: tell.
    """
    phone, day = app.parts.doer.own_phone, day_of(app.snapshot)
    if not number:
        known = phone.on(day)
        text = _("Your phone today is {number}.") if known else _("No phone of yours is known.")
        app.say(text.format(number=known))
    elif _NUMBER.fullmatch(number) is None:
        app.say(_("“{number}” is no number of a phone.").format(number=number), Tone.LOOK)
    elif phone.say(number, day):
        app.say(_("Your phone today is {number}.").format(number=number))
    else:
        text = _("Your phone is {number}; that could not be saved for the next start.")
        app.say(text.format(number=number), Tone.LOOK)
    app.draw()
