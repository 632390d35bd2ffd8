"""Who says that they act, where screen and sync process run under one account."""

from __future__ import annotations

from data.settings import Sync
from screens.text import _
from supervisor_tui.config import Configuration
from supervisor_tui.failures import UsageError


def check_claim(configuration: Configuration, claimed: str) -> None:
    """Refuse a claim that a screen would not heed: else one looks for why one may do nothing.

    Args:
        configuration: The floor's.
        claimed: What `--as` says; empty where it says nothing.

    Raises:
        UsageError: The floor knows nobody of that id, or goes by accounts alone.
    """
    if claimed and configuration.floor.sync is not Sync.AUTO:
        text = _(
            "--as {claimed}: others start this floor's sync process (sync = “external”), so "
            "whose account it is acts. Leave --as away."
        )
        raise UsageError(text.format(claimed=claimed))
    check_known(configuration, claimed)


def check_known(configuration: Configuration, claimed: str) -> None:
    """Refuse an id that is nobody's; a floor that lists nobody knows everybody.

    Args:
        configuration: The floor's.
        claimed: What `--as` says; empty where it says nothing.

    Raises:
        UsageError: The floor knows nobody of that id.
    """
    ids = sorted(person.id for person in configuration.people.values())
    if claimed and ids and claimed not in ids:
        text = _("--as {claimed}: nobody under [people] has that id. There are: {ids}.")
        raise UsageError(text.format(claimed=claimed, ids=", ".join(ids)))
