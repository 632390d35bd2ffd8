"""`supervisor-tui handover`: the draft of a shift's handover as text, Markdown or JSON."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterable, Iterator

from data.figures.freshness import Moment
from data.figures.handover import Section
from data.model import HandoverLine
from data.people import People
from screens.glyphs import to_ascii
from screens.look import Look, Viewing
from screens.presenters.handover import Sheet, Showing, title_words
from screens.presenters.handover_changes import changes_since
from screens.presenters.handover_sheet import sheet_of, since_when, site_of
from screens.presenters.handover_words import draft_sentences, section_words, worded
from screens.text import _
from supervisor_tui.commands.common import checked_site, open_configuration, read_snapshot
from supervisor_tui.commands.show import ensure_cache, wants_ascii
from supervisor_tui.config import Configuration, floor_files
from supervisor_tui.failures import UsageError
from supervisor_tui.instants import instant
from supervisor_tui.plain import terminal_width
from supervisor_tui.show_json import Json, encode

_SPECIAL = str.maketrans({each: f"\\{each}" for each in "\\`*_[]<>#|"})


def run(arguments: argparse.Namespace) -> int:
    """Print the draft.

    Raises:
        UsageError: There is no such site, or the time is none that has been.
        StoreError: The cache cannot be read.
    """
    configuration = open_configuration(arguments)
    look = _look(configuration, arguments)
    site = site_of(look)
    since = None
    if arguments.since:
        place = next((each.zone for each in look.snapshot.sites if each.id == site), "UTC")
        since = since_when(arguments.since, look.moment.now, place)
        if since is None:
            text = _("“{text}” is no time that has been: 14:00, or 2026-03-29 22:00.")
            raise UsageError(text.format(text=arguments.since))
    sheet = sheet_of(look, site, since)
    names = {each.id: each.name or each.id for each in look.snapshot.sites}
    if arguments.format == "json":
        sys.stdout.write(encode(_json(sheet)))
        return 0
    title = title_words(sheet, Showing.DRAFT, names.get(site, site))
    lines = _markdown(sheet, title) if arguments.format == "markdown" else _text(sheet, title)
    is_ascii = wants_ascii(configuration, arguments)
    for line in lines:
        print(to_ascii(line) if is_ascii else line)
    return 0


def _look(configuration: Configuration, arguments: argparse.Namespace) -> Look:
    site = checked_site(configuration, arguments.site)
    files = floor_files(configuration)
    if not arguments.offline:
        ensure_cache(configuration, files)
    snapshot = read_snapshot(files)
    floor = configuration.floor
    viewing = Viewing(
        floor_name=floor.name,
        formula=floor.formula,
        rules=configuration.rules,
        person=getattr(arguments, "person", "") or floor.person,
        owners=tuple(People(configuration.people).listed),
    )
    moment = Moment.of(snapshot.clock(site))
    return Look(snapshot=snapshot, moment=moment, viewing=viewing, site=site)


def _parts(lines: Iterable[HandoverLine]) -> Iterator[tuple[Section, list[HandoverLine]]]:
    found = list(lines)
    for section in Section:
        yield section, [each for each in found if each.section == section]


def _text(sheet: Sheet, title: str) -> Iterator[str]:
    width = terminal_width(is_terminal=sys.stdout.isatty())
    yield f" {title}"
    yield from (f" {said}" for said in draft_sentences(sheet.draft))
    for section, lines in _parts(worded(sheet.draft, sheet.by)):
        yield ""
        yield f" {_head(sheet, section, lines)}"
        for line in lines:
            mark = "! " if line.is_risk else "  "
            yield from textwrap.wrap(
                line.text,
                max(20, width - 1),
                initial_indent=f" {mark}",
                subsequent_indent="   ",
                break_on_hyphens=False,
            )
    yield from _changes(sheet, "", " ")


def _markdown(sheet: Sheet, title: str) -> Iterator[str]:
    yield f"# {title.translate(_SPECIAL)}"
    for said in draft_sentences(sheet.draft):
        yield ""
        yield said.translate(_SPECIAL)
    for section, lines in _parts(worded(sheet.draft, sheet.by)):
        yield ""
        yield f"## {_head(sheet, section, lines)}"
        if lines:
            yield ""
        for line in lines:
            text = line.text.translate(_SPECIAL)
            yield f"- [ ] {text}" if line.is_risk else f"- {text}"
    yield from _changes(sheet, "", "## ", is_markdown=True)


def _head(sheet: Sheet, section: Section, lines: list[HandoverLine]) -> str:
    """The title of a part with its count; what is not known has none."""
    if section in sheet.draft.unknown:
        return _("{part}: not known").format(part=section_words(section))
    return _("{part}: {count}").format(part=section_words(section), count=len(lines))


def _changes(sheet: Sheet, gap: str, head: str, *, is_markdown: bool = False) -> Iterator[str]:
    """What differs from the handover that the person has signed last."""
    if sheet.left is None:
        return
    changes = changes_since(sheet.left[1], sheet.draft, sheet.by)
    yield gap
    yield head + title_words(sheet, Showing.CHANGES, sheet.draft.site)
    yield from [""] if is_markdown else []
    for line in changes.new:
        yield _change(_("new: {text}").format(text=line.text), is_markdown=is_markdown)
    for each in changes.changed:
        yield _change(_("changed: {text}").format(text=each.now.text), is_markdown=is_markdown)
    for line in changes.gone:
        yield _change(_("gone: {text}").format(text=line.text), is_markdown=is_markdown)


def _change(text: str, *, is_markdown: bool) -> str:
    return f"- {text.translate(_SPECIAL)}" if is_markdown else f"   {text}"


def _json(sheet: Sheet) -> Json:
    draft, left = sheet.draft, sheet.left
    changes = None if left is None else changes_since(left[1], draft, sheet.by)
    return {
        "site": draft.site,
        "since": instant(draft.since),
        "as_of": instant(draft.now),
        "is_old": draft.is_old,
        "sections": [
            {
                "section": section.value,
                "is_known": section not in draft.unknown,
                "lines": [
                    {"key": each.key, "text": each.text, "is_risk": each.is_risk} for each in lines
                ],
            }
            for section, lines in _parts(worded(draft, sheet.by))
        ],
        "since_left": None
        if left is None or changes is None
        else {
            "signed_by": left[1].signed_by.name,
            "signed_at": instant(left[1].signed_at),
            "new": [each.key for each in changes.new],
            "changed": [each.now.key for each in changes.changed],
            "gone": [each.key for each in changes.gone],
        },
    }
