"""What the types cannot say of a configuration: names that must agree, zones, paths, packs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from data.errors import FloorError
from data.rules.limits import is_broken
from data.settings import (
    ComplaintSettings,
    CostSettings,
    RuleSettings,
    SiteSettings,
    SourceSettings,
)
from data.zones import zone
from screens.text import _
from supervisor_tui.config_decode import Fault
from supervisor_tui.config_locate import KeyPath
from supervisor_tui.config_model import Document
from supervisor_tui.config_sources import PATH_KEYS, names_twice, source_faults

PACK_KEYS = ("pack", "enquiry_pack")


def check(document: Document) -> list[Fault]:
    """Every fault of a document whose types are right and whose paths are absolute."""
    faults = [
        *_site_faults(document),
        *_person_faults(document),
        *_rule_faults(document),
        *_pack_faults(document.complaints),
        *_cost_faults(document.cost),
        *_program_faults(document),
    ]
    return sorted(faults, key=lambda fault: [str(part) for part in fault.path])


def with_absolute_paths(document: Document, folder: Path) -> Document:
    """The same with every path in it taken as written from this folder, `~` filled in."""

    def absolute(path: str) -> str:
        return str(folder / Path(path).expanduser()) if path else ""

    def source(each: SourceSettings) -> SourceSettings:
        paths = {key: absolute(getattr(each, key)) for key in PATH_KEYS}
        return msgspec.structs.replace(each, **paths)

    def site(each: SiteSettings) -> SiteSettings:
        sources = tuple(map(source, each.source))
        return msgspec.structs.replace(each, source=sources, roster_rules=pack(each.roster_rules))

    def pack(name: str) -> str:
        return absolute(name) if "/" in name or name.endswith(".toml") else name

    floor = msgspec.structs.replace(document.floor, state_dir=absolute(document.floor.state_dir))
    packs = {key: pack(getattr(document.complaints, key)) for key in PACK_KEYS}
    complaints = msgspec.structs.replace(document.complaints, **packs)
    return msgspec.structs.replace(
        document, floor=floor, complaints=complaints, site=tuple(map(site, document.site))
    )


def _site_faults(document: Document) -> Iterator[Fault]:
    if not document.site:
        yield Fault(("site",), _("at least one [[site]]"))
    yield from names_twice((site.id for site in document.site), ("site",), "id")
    for index, site in enumerate(document.site):
        path: KeyPath = ("site", index)
        yield from _zone_faults(site.zone, (*path, "zone"))
        yield from _roster_faults(site, (*path, "roster_rules"))
        if not site.source:
            yield Fault((*path, "source"), _("at least one [[site.source]]"))
        yield from names_twice((source.id for source in site.source), (*path, "source"), "id")
        for number, source in enumerate(site.source):
            yield from source_faults(source, (*path, "source", number))


def _zone_faults(name: str, path: KeyPath) -> Iterator[Fault]:
    try:
        zone(name)
    except FloorError:
        from zoneinfo import available_timezones

        from supervisor_tui.config_faults import nearest

        expected = _("a time zone as in 'Europe/Berlin'")
        yield Fault(path, expected, nearest(name, available_timezones()))


def _roster_faults(site: SiteSettings, path: KeyPath) -> Iterator[Fault]:
    """What is wrong with a site's rules of rosters; those that come along are known to be good."""
    if site.roster_rules == SiteSettings(id=site.id).roster_rules:
        return
    from data.rules.roster_rules import load_rules
    from data.rules.rule_error import RuleError
    from screens.rule_sentences import rule_sentence

    try:
        load_rules(site.roster_rules)
    except RuleError as error:
        expected = _("a rule pack ({reason})").format(reason=rule_sentence(error))
        yield Fault(path, expected)


def _person_faults(document: Document) -> Iterator[Fault]:
    ids = [person.id for person in document.people.values()]
    person = document.floor.person
    if ids and person and person not in ids:
        from supervisor_tui.config_faults import nearest

        yield Fault(
            ("floor", "person"), _("the id of somebody under [people]"), nearest(person, ids)
        )


def _pack_faults(complaints: ComplaintSettings) -> Iterator[Fault]:
    """What is wrong with rule packs; those that come with the program are known to be good."""
    named = {key: getattr(complaints, key) for key in PACK_KEYS}
    if set(named.values()) <= {"", ComplaintSettings().pack}:
        return
    from data.rules.rule_error import RuleError
    from data.rules.rule_packs import decode_pack, read_pack
    from screens.rule_sentences import rule_sentence

    for key, name in named.items():
        try:
            if name:
                decode_pack(read_pack(name))
        except RuleError as error:
            reason = rule_sentence(error)
            expected = _("a rule pack ({reason})").format(reason=reason)
            yield Fault(("complaints", key), expected)


def _rule_faults(document: Document) -> Iterator[Fault]:
    sites = [site.id for site in document.site]
    for index, rule in enumerate(document.rules):
        path: KeyPath = ("rules", index)
        if not _has_one_limit(rule):
            yield Fault((*path, "above"), _("either above or below"))
        if rule.site and rule.site not in sites:
            from supervisor_tui.config_faults import nearest

            yield Fault((*path, "site"), _("the id of a [[site]]"), nearest(rule.site, sites))
        yield from _alert_faults(rule, path)


def _alert_faults(rule: RuleSettings, path: KeyPath) -> Iterator[Fault]:
    """What is wrong with how a rule raises alerts."""
    yield from _day_faults(rule.valid_from, (*path, "valid_from"))
    if rule.clear is not None and _has_one_limit(rule) and is_broken(rule, rule.clear):
        yield Fault((*path, "clear"), _("a value that does not break the rule"))
    if rule.command and not rule.command[0].startswith("/"):
        yield Fault((*path, "command"), _("first the absolute path of a program"))


def _cost_faults(cost: CostSettings) -> Iterator[Fault]:
    """A rate without a currency says nothing, and of two for the same one would be guessed."""
    if cost.rate and not cost.currency:
        yield Fault(("cost", "currency"), _("the code of a currency as in 'EUR'"))
    taken: set[tuple[str, str, str]] = set()
    for index, rate in enumerate(cost.rate):
        path: KeyPath = ("cost", "rate", index)
        yield from _day_faults(rate.valid_from, (*path, "valid_from"))
        same = rate.team, rate.client, rate.valid_from
        if same in taken:
            yield Fault(path, _("one rate for a team, a client and a day"))
        taken.add(same)


def _day_faults(text: str, path: KeyPath) -> Iterator[Fault]:
    try:
        date.fromisoformat(text or "2000-01-01")
    except ValueError:
        yield Fault(path, _("a day as in '2026-12-01'"))


def _program_faults(document: Document) -> Iterator[Fault]:
    """Programs are named by their whole path: which one runs is not left to an environment."""
    programs: list[tuple[KeyPath, tuple[str, ...]]] = [
        (("screen", "unlock_command"), document.screen.unlock_command),
        *((("night", index, "command"), each.command) for index, each in enumerate(document.night)),
    ]
    for path, command in programs:
        if command and not command[0].startswith("/"):
            yield Fault(path, _("a program by its whole path, as in ['/usr/bin/page', 'lena']"))


def _has_one_limit(rule: RuleSettings) -> bool:
    return (rule.above is None) != (rule.below is None)
