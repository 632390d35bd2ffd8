"""What the source of a record can be asked for: not every telephone system can do everything."""

from __future__ import annotations

from data.actions.rules import RULES
from data.actions.verbs import Verb
from data.desk.messages import DESK
from screens.look import Look
from screens.text import _


def can(look: Look, site: str, source: str, verb: Verb) -> bool:
    """Whether a source can be asked for something; one that has not said so is asked.

    Args:
        look: The floor.
        site: The source's site.
        source: The id of the source; the floor's own desk can do all that is done at a desk.
        verb: What is to be done.
    """
    operation = RULES[verb].operation
    if source == DESK or not operation:
        return True
    offered = next(
        (
            health.operations
            for health in look.snapshot.sources
            if (health.site, health.source) == (site, source)
        ),
        None,
    )
    return offered is None or operation in offered


def cannot_words() -> str:
    """Why something is greyed that the source of a record cannot be asked for."""
    return _("This telephone system cannot do that, or does not let our account do it.")
