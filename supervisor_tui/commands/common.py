"""What several commands do: open the configuration, name the sites, look at the cache once.

The sync process opens the configuration alone, and is waited for: the rest comes where it is used.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from data.files import FloorFiles
from data.status import SiteInfo
from screens.text import _, set_language
from screens.words import name_reasons
from supervisor_tui.config import Configuration, load_config
from supervisor_tui.failures import UsageError

if TYPE_CHECKING:
    from data.floor import FloorSnapshot


def open_configuration(arguments: argparse.Namespace) -> Configuration:
    """The configuration that is meant, in whose language everything is said from now on.

    Raises:
        ConfigError: It cannot be used.
    """
    configuration = load_config(arguments.config)
    set_language(configuration.screen.language or None)
    name_reasons(configuration.floor.reasons)
    return configuration


def sites_of(configuration: Configuration) -> tuple[SiteInfo, ...]:
    """The floor's sites as the screens know them."""
    return tuple(
        SiteInfo(id=site.id, name=site.name or site.id, zone=site.zone, day_start=site.day_start)
        for site in configuration.sites
    )


def checked_site(configuration: Configuration, wanted: str) -> str | None:
    """The id of a site that was asked for; None where none was.

    Raises:
        UsageError: The floor has no such site.
    """
    from supervisor_tui.config_faults import nearest

    known = [site.id for site in configuration.sites]
    if not wanted or wanted in known:
        return wanted or None
    close = nearest(wanted, known)
    if close:
        text = _("This floor has no site {site}; did you mean {nearest}?")
    else:
        text = _("This floor has no site {site}; it has {sites}.")
    raise UsageError(text.format(site=wanted, nearest=close, sites=", ".join(known)))


def read_snapshot(files: FloorFiles) -> FloorSnapshot:
    """The floor as the cache has it now.

    Raises:
        StoreError: There is no cache, or it cannot be read.
    """
    from data.cache.reader import CacheReader
    from data.floor import Floor

    reader = CacheReader.open(files.cache)
    try:
        return Floor().apply(reader.read(0))
    finally:
        reader.close()
