"""What the types cannot say of a configuration: names that must agree, addresses, zones, files."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from data.errors import FloorError
from data.settings import ComplaintSettings, RuleSettings, SiteSettings, SourceSettings
from data.zones import zone
from screens.text import _
from supervisor_tui.config_decode import Fault
from supervisor_tui.config_locate import KeyPath
from supervisor_tui.config_model import Document

PACK_KEYS = ("pack", "enquiry_pack")
FILE_KEYS = ("token_file", "ca_file", "client_certificate", "client_key")
SECRET_KEYS = frozenset({"token_file", "client_key"})


def check(document: Document) -> list[Fault]:
    """Every fault of a document whose types are right and whose paths are absolute."""
    faults = [
        *_site_faults(document),
        *_person_faults(document),
        *_rule_faults(document),
        *_pack_faults(document.complaints),
    ]
    return sorted(faults, key=lambda fault: [str(part) for part in fault.path])


def with_absolute_paths(document: Document, folder: Path) -> Document:
    """The same with every path in it taken as written from this folder, `~` filled in."""

    def absolute(path: str) -> str:
        return str(folder / Path(path).expanduser()) if path else ""

    def source(each: SourceSettings) -> SourceSettings:
        paths = {key: absolute(getattr(each, key)) for key in FILE_KEYS}
        return msgspec.structs.replace(each, **paths)

    def site(each: SiteSettings) -> SiteSettings:
        return msgspec.structs.replace(each, source=tuple(map(source, each.source)))

    def pack(name: str) -> str:
        return absolute(name) if "/" in name or name.endswith(".toml") else name

    floor = msgspec.structs.replace(document.floor, state_dir=absolute(document.floor.state_dir))
    packs = {key: pack(getattr(document.complaints, key)) for key in PACK_KEYS}
    complaints = msgspec.structs.replace(document.complaints, **packs)
    return msgspec.structs.replace(
        document, floor=floor, complaints=complaints, site=tuple(map(site, document.site))
    )


def is_loopback(host: str) -> bool:
    """Whether an address can only be this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _site_faults(document: Document) -> Iterator[Fault]:
    if not document.site:
        yield Fault(("site",), _("at least one [[site]]"))
    yield from _twice([site.id for site in document.site], ("site",))
    for index, site in enumerate(document.site):
        path: KeyPath = ("site", index)
        yield from _zone_faults(site.zone, (*path, "zone"))
        if not site.source:
            yield Fault((*path, "source"), _("at least one [[site.source]]"))
        yield from _twice([source.id for source in site.source], (*path, "source"))
        for number, source in enumerate(site.source):
            yield from _source_faults(source, (*path, "source", number))


def _zone_faults(name: str, path: KeyPath) -> Iterator[Fault]:
    try:
        zone(name)
    except FloorError:
        from zoneinfo import available_timezones

        from supervisor_tui.config_faults import nearest

        expected = _("a time zone as in 'Europe/Berlin'")
        yield Fault(path, expected, nearest(name, available_timezones()))


def _twice(ids: list[str], path: KeyPath) -> Iterator[Fault]:
    seen: Counter[str] = Counter()
    for index, name in enumerate(ids):
        seen[name] += 1
        if seen[name] > 1:
            yield Fault((*path, index, "id"), _("a name that no other one there has"))


def _source_faults(source: SourceSettings, path: KeyPath) -> Iterator[Fault]:
    expected = url_fault(source.url)
    if expected:
        yield Fault((*path, "url"), expected)
    for key in FILE_KEYS:
        expected = _file_fault(getattr(source, key), is_secret=key in SECRET_KEYS)
        if expected:
            yield Fault((*path, key), expected)
    if source.client_key and not source.client_certificate:
        yield Fault((*path, "client_certificate"), _("the certificate that client_key is for"))


def url_fault(url: str) -> str:
    """What was expected instead of the address of an endpoint; nothing where it is good."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return _("an address as in 'https://pbx.example.com/api'")
    if parts.scheme not in {"http", "https"} or not host:
        return _("an address as in 'https://pbx.example.com/api'")
    if parts.username is not None or parts.password is not None:
        return _("an address without a name and password: they belong into token_file")
    if parts.query or parts.fragment:
        return _("an address without '?' and '#'")
    if parts.scheme == "http" and not is_loopback(host):
        return _("an address with https: http is for this machine alone")
    return ""


def _file_fault(name: str, *, is_secret: bool) -> str:
    """What is wrong with a file; nothing where this account may not look at it.

    The screens of a shared floor run under accounts that are meant not to see the sync process's
    secrets; whether that process can read them is for `doctor` to say.
    """
    if not name:
        return ""
    try:
        status = Path(name).stat()
    except PermissionError:
        return ""
    except OSError:
        return _("a file that exists")
    if not stat.S_ISREG(status.st_mode):
        return _("a file, not a folder or a device")
    if is_secret and _is_open(status):
        return _("a file that only its owner can read (chmod 600)")
    return ""


def _is_open(status: os.stat_result) -> bool:
    """Whether a secret is open to others; another account's may be readable by its group."""
    is_own = status.st_uid == os.geteuid()
    return bool(status.st_mode & (0o077 if is_own else 0o027))


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


def _has_one_limit(rule: RuleSettings) -> bool:
    return (rule.above is None) != (rule.below is None)
