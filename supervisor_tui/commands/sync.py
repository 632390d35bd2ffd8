"""`supervisor-tui sync`: the process that asks the endpoints and writes the floor's files."""

from __future__ import annotations

import argparse
import sys

from data.errors import LockHeld
from screens.sentences import error_sentence
from supervisor_tui.commands.common import open_configuration
from supervisor_tui.config import Configuration
from supervisor_tui.garbage import keep_what_is_there
from supervisor_tui.spared import spare_tls


def run(arguments: argparse.Namespace) -> int:
    """Keep the floor in step until told to end, or bring it up to date once.

    Raises:
        LockHeld: Another sync process keeps it in step; with `--once` that is as good.
        StoreError: The floor's folder cannot be used.
    """
    return keep_in_step(open_configuration(arguments), once=arguments.once)


def keep_in_step(configuration: Configuration, *, once: bool = False) -> int:
    """Keep a floor in step until told to end, or bring it up to date once.

    Args:
        configuration: Which floor.
        once: Read every source once and end.

    Returns:
        The exit status.

    Raises:
        LockHeld: Another sync process keeps it in step; with `once` that is as good.
        StoreError: The floor's folder cannot be used.
    """
    if not _needs_tls(configuration):
        spare_tls()
    from supervisor_tui.syncing import sync  # and with it asyncio, which looks for TLS

    keep_what_is_there()
    try:
        return sync(configuration, once=once)
    except LockHeld as error:
        if not once:
            raise
        print(error_sentence(error), file=sys.stderr)
        return 0


def _needs_tls(configuration: Configuration) -> bool:
    """Whether any endpoint is asked otherwise than in the clear: on this host, as a rule."""
    urls = [source.url for site in configuration.sites for source in site.source]
    return not all(url.lower().startswith("http:") for url in urls)
