"""`supervisor-tui find`: today's and earlier calls by digits, time, queue, agent or id."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import closing

import msgspec
from msgspec.structs import replace

from data.cache.history_model import FoundContact
from data.cache.history_reader import HistoryReader
from data.errors import StoreError
from data.files import FloorFiles
from data.floor import FloorSnapshot
from data.model import Ms
from data.status import SiteInfo
from screens.presenters.contacts import present_found
from screens.text import _
from supervisor_tui.commands.common import (
    checked_site,
    open_configuration,
    read_snapshot,
    sites_of,
)
from supervisor_tui.commands.show import wants_ascii
from supervisor_tui.config import floor_files
from supervisor_tui.failures import UsageError
from supervisor_tui.find_words import FindWords, FindWordsError, find_contacts, parse_words
from supervisor_tui.instants import instant
from supervisor_tui.plain import render_table, terminal_width
from supervisor_tui.show_json import encode

FOUND, NOTHING = 0, 1
INSTANTS = ("created_at", "queued_at", "answered_at", "ended_at")


def run(arguments: argparse.Namespace) -> int:
    """Print the contacts that were found; 1 where there are none.

    Raises:
        UsageError: A word is a time or a day that there is not.
        StoreError: The history cannot be read.
    """
    configuration = open_configuration(arguments)
    words = _parse(arguments)
    only = checked_site(configuration, arguments.site)
    sites = [site for site in sites_of(configuration) if only in {None, site.id}]
    files = floor_files(configuration)
    now = _clocks(files)
    with closing(HistoryReader.open(files.history)) as reader:
        found = find_contacts(reader.find, words, sites, now)
    if arguments.json:
        sys.stdout.write(encode({"contacts": [_shape(contact) for contact in found]}))
    else:
        is_ascii = wants_ascii(configuration, arguments)
        lines = _lines(found, sites, now(sites[0].id), is_ascii=is_ascii)
        sys.stdout.writelines(f"{line}\n" for line in lines)
    return FOUND if found else NOTHING


def _parse(arguments: argparse.Namespace) -> FindWords:
    try:
        words = parse_words(arguments.words)
    except FindWordsError as error:
        message = _("{word} is no time and no day.").format(word=error)
        raise UsageError(message) from None
    return words if arguments.day is None else replace(words, day=arguments.day)


def _clocks(files: FloorFiles) -> Callable[[str], Ms]:
    """Tells the present at a site, by its id; the host's where the cache cannot say."""
    try:
        snapshot = read_snapshot(files)
    except StoreError:
        snapshot = FloorSnapshot()
    return lambda site: snapshot.clock(site).now()


def _lines(
    found: Sequence[FoundContact], sites: Sequence[SiteInfo], now: Ms, *, is_ascii: bool
) -> list[str]:
    if not found:
        return [_("Nothing was found.")]
    view = present_found(found, sites, now)
    width = terminal_width(is_terminal=sys.stdout.isatty())
    return render_table(view.columns, view.rows, width, is_ascii=is_ascii)


def _shape(contact: FoundContact) -> dict[str, object]:
    """A found contact as JSON has it: instants as text, the rest as it is."""
    shape: dict[str, object] = msgspec.to_builtins(contact)
    return {**shape, **{name: instant(getattr(contact, name)) for name in INSTANTS}}
