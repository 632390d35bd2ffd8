"""What can be done to a row, why what cannot be done cannot, and what has to be asked first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from data.actions.verbs import Verb
from data.figures.doings import Target
from screens.look import Look

if TYPE_CHECKING:
    from screens.widgets.form import Answers, Field

COMMENT = "comment"
"""The field of a form that goes with the action as its comment, whatever the verb."""


class Offer(msgspec.Struct, frozen=True):
    """One verb for one row."""

    verb: Verb
    target: Target
    about: str = ""
    """What else a person knows it by."""
    why_not: str = ""
    """Why it cannot be done to this row now, in a sentence; empty where it can."""
    effect: str = ""
    """What it will do to this row, in words; empty where the verb says it all."""
    row: str = ""
    """The key of the row in its table, where it was chosen there."""
    way: str = ""
    """Which of several ways of doing the verb it is, such as the name of a queue's switch."""
    is_final: bool = False
    """What it does meanwhile cannot be taken back, though it can be ended."""


class Wanted(msgspec.Struct, frozen=True):
    """What somebody is about to do: the verb, and to what."""

    verb: Verb
    offers: Sequence[Offer]
    look: Look
    phone: str = ""
    """The person's own phone today, for what rings it."""


def none_of(wanted: Wanted, why_not: str) -> Wanted:
    """What was wanted, to none of the rows, and why."""
    offers = [replace(each, why_not=each.why_not or why_not) for each in wanted.offers]
    return replace(wanted, offers=offers)


def all_but_comment(answers: Answers) -> dict[str, Any]:
    """What stands in a form as the fields of an action: what is empty says nothing."""
    return {name: value for name, value in answers.items() if name != COMMENT and value}


class Settled(msgspec.Struct, frozen=True):
    """What an answer has made of what somebody wanted."""

    wanted: Wanted
    fields: Mapping[str, Any] = {}
    """The fields of the action."""


def as_wanted(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    """What was wanted, with the fields that were answered."""
    return Settled(wanted, fields)


class Ask(msgspec.Struct, frozen=True):
    """What has to be known before something is done."""

    fields: Callable[[Wanted], tuple[Field, ...]]
    """What the form asks."""
    read: Callable[[Answers], Mapping[str, Any]] = all_but_comment
    """The fields of the action, from what stands in the form."""
    words: tuple[str, ...] = ()
    """The fields in the order in which they are typed on the `:` line; the last takes the rest."""
    title: str = ""
    """What the form is for, where it lets one choose among verbs; a message id."""
    settle: Callable[[Wanted, Mapping[str, Any]], Settled] = as_wanted
    """What the answer makes of what was wanted: another verb, other targets, what takes it back."""
