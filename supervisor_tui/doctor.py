"""What `doctor` looks at on this host: the terminal, the files, the sync process, zones, room.

Each finding is one line: how it stands, and, where it does not stand well, what to do about it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

import msgspec

from data.cache.database import WAL_LIMIT_BYTES
from data.cache.filesystem import refuse_network
from data.cache.history_reader import HistoryReader
from data.cache.reader import CacheReader
from data.clock import wall_ms
from data.errors import StoreError
from data.files import FloorFiles
from data.rules.rule_error import RuleError
from data.settings import Sync
from data.sync.lock import is_held, read_note
from data.sync.notice import read_notice
from data.zones import tzdata_version
from screens.formats import format_duration
from screens.rule_sentences import rule_sentence
from screens.sentences import error_sentence, sentence
from screens.text import _
from supervisor_tui.config import ConfigError, Configuration, word_problem
from supervisor_tui.keymap import floor_keymap
from supervisor_tui.terminal import TerminalProfile, word_reason
from supervisor_tui.terminal_locale import is_utf8

LOOK_FREE_MB = 1024
BAD_FREE_MB = 100
SYSTEM_ZONES = Path("/usr/share/zoneinfo/tzdata.zi")


class Level(StrEnum):
    """How something stands."""

    OK = "ok"
    LOOK = "look"
    BAD = "bad"


class Finding(msgspec.Struct, frozen=True):
    """One line of the report."""

    level: Level
    text: str


def look_at_terminal(profile: TerminalProfile, environ: Mapping[str, str]) -> Iterator[Finding]:
    """What was found out about the terminal."""
    if profile.reason is not None:
        yield Finding(Level.LOOK, word_reason(profile.reason))
    colours = {0: _("no colours"), "full": _("all colours")}.get(
        profile.colours, _("{count} colours").format(count=profile.colours)
    )
    yield Finding(
        Level.OK,
        _("Terminal {term}: {colours}, {characters}, {mouse}.").format(
            term=environ.get("TERM", "-"),
            colours=colours,
            characters=_("ASCII") if profile.is_ascii else _("UTF-8"),
            mouse=_("mouse") if profile.has_mouse else _("no mouse"),
        ),
    )
    if not is_utf8(environ):
        text = _(
            "The locale is not UTF-8, so names appear in ASCII. Set LANG, for example C.UTF-8."
        )
        yield Finding(Level.LOOK, text)


def look_at_keys(configuration: Configuration) -> Iterator[Finding]:
    """Whether the keys of the configuration can be."""
    try:
        floor_keymap(configuration)
    except ConfigError as error:
        yield from (Finding(Level.BAD, word_problem(problem)) for problem in error.problems)


def look_at_holidays(configuration: Configuration) -> Iterator[Finding]:
    """Whether the public holidays of the sites are known: forecasts leave them out."""
    from data.rules.public_holidays import parse_holidays

    for site in configuration.sites:
        try:
            parse_holidays(site.holidays)
        except RuleError as problem:
            text = _("Holidays of {site}: {problem}")
            yield Finding(Level.BAD, text.format(site=site.id, problem=rule_sentence(problem)))


def look_at_files(files: FloorFiles) -> Iterator[Finding]:
    """The floor's folder, whom its files are open to, and how much room there is."""
    if not files.root.exists():
        text = _("The floor has no files yet; the first sync process makes {folder}.")
        yield Finding(Level.OK, text.format(folder=files.root))
    else:
        try:
            files.make()
            refuse_network(files.root)
        except StoreError as error:
            yield Finding(Level.BAD, error_sentence(error))
        yield from _look_at_modes(files)
        yield from _look_into(files)
    yield from _look_at_room(files.root)


def look_at_sync(configuration: Configuration, files: FloorFiles) -> Iterator[Finding]:
    """Whether a sync process runs, since when, and what it complains of."""
    yield from _look_at_notice(files)
    if is_held(files):
        note = read_note(files.sync_lock)
        if note is None:
            yield Finding(Level.OK, _("The sync process runs."))
            return
        age = format_duration(max(0, wall_ms() - note.started) / 1000)
        text = _("The sync process {pid} has been running for {age}.").format(pid=note.pid, age=age)
        yield Finding(Level.OK, text)
    elif configuration.floor.sync is Sync.EXTERNAL:
        text = _(
            "No sync process runs, and the configuration leaves starting it to others. Start it."
        )
        yield Finding(Level.BAD, text)
    else:
        yield Finding(Level.OK, _("No sync process runs; the screen starts one."))


def look_at_zones(system: Path = SYSTEM_ZONES) -> Iterator[Finding]:
    """The release of the time zones in use, beside the host's."""
    pinned = tzdata_version()
    found = _system_zones(system)
    yield Finding(
        Level.OK,
        _("Time zones {pinned} are in use; this host has {system}, which is not used.").format(
            pinned=pinned, system=found or _("none")
        ),
    )
    if found > pinned:
        text = _("The host's time zones are newer: pip install --upgrade tzdata")
        yield Finding(Level.LOOK, text)


def _look_at_modes(files: FloorFiles) -> Iterator[Finding]:
    private = {files.desk, files.caller_key, files.sync_log}
    for path in (files.cache, files.history, files.desk, files.caller_key, files.sync_log):
        try:
            mode = path.stat().st_mode
        except OSError:
            continue
        forbidden = 0o077 if path in private else 0o027
        if mode & forbidden:
            text = _("Other people can get at {file}: chmod {mode} {file}")
            wanted = f"{mode & 0o777 & ~forbidden:o}"
            yield Finding(Level.BAD, text.format(file=path, mode=wanted))


def _look_into(files: FloorFiles) -> Iterator[Finding]:
    """Whether what the screens read can be read."""
    for path, look in ((files.cache, CacheReader.open), (files.history, HistoryReader.open)):
        if path.exists():
            try:
                look(path).close()
            except StoreError as error:
                yield Finding(Level.BAD, error_sentence(error))
            yield from _look_at_log(path)


def _look_at_log(path: Path) -> Iterator[Finding]:
    """Whether the log beside a file grows because somebody stands still while reading it."""
    log = path.with_name(f"{path.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    if size > WAL_LIMIT_BYTES:
        text = _(
            "Some program stands still while it reads {file}, and {log} grows: {size} MB. End it."
        )
        text = text.format(file=path, log=log.name, size=size // 2**20)
        yield Finding(Level.LOOK, text)


def _look_at_notice(files: FloorFiles) -> Iterator[Finding]:
    """What keeps the sync process from its work, or the last one, where it has ended."""
    notice = read_notice(files)
    if notice is None:
        return
    text = _("The sync process is kept from its work. {problem}")
    if notice.is_acting_only:
        text = _("Nothing can be done on this floor just now. {problem}")
    elif notice.has_ended:
        text = _("The sync process has ended. {problem}")
    yield Finding(Level.BAD, text.format(problem=sentence(notice.code, notice.detail)))


def _look_at_room(folder: Path) -> Iterator[Finding]:
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free // (1024 * 1024)
    text = _("{free} MB are free where {folder} is.").format(free=free, folder=folder)
    if free < BAD_FREE_MB:
        yield Finding(Level.BAD, _("{text} Make room.").format(text=text))
    elif free < LOOK_FREE_MB:
        yield Finding(Level.LOOK, _("{text} Make room soon.").format(text=text))
    else:
        yield Finding(Level.OK, text)


def _system_zones(path: Path) -> str:
    """The host's release, which stands in the first line; empty where it has none."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            found = re.match(r"# version (\S+)", file.readline(200))
    except OSError:
        return ""
    return found[1] if found else ""
