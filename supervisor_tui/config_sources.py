"""What the types cannot say of a source: its address, its files, and which keys its kind has."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import msgspec

from data.settings import QueueSettings, SourceKind, SourceSettings, ToggleSettings
from screens.text import _
from supervisor_tui.config_decode import Fault
from supervisor_tui.config_locate import KeyPath

FILE_KEYS = ("token_file", "ca_file", "client_certificate", "client_key", "secret_file")
SECRET_KEYS = frozenset({"token_file", "client_key", "secret_file"})
PATH_KEYS = (*FILE_KEYS, "queue_log")
SUPERVISION_KEYS = ("site", "token_file")
ASTERISK_KEYS = (
    "username",
    "secret_file",
    "secret_variable",
    "sign_in",
    "queue_log",
    "show",
    "hide",
    "short_abandon",
    "target",
    "wrap_up",
    "trunks",
    "context",
    "queue",
)
"""Keys that only one kind of source has."""
_ENDINGS = frozenset({"rawman", "arawman", "mxml", "amxml", "manager", "amanager"})
"""The pages of Asterisk's manager, which the program appends by itself."""
_EXTENSION = re.compile(r"[^@\s,|/]+(@[^@\s,|/]+)?")
_CONTEXT = re.compile(r"[^@\s,|/]+")


def source_faults(source: SourceSettings, path: KeyPath) -> Iterator[Fault]:
    """What is wrong with a source whose types are right and whose paths are absolute."""
    expected = url_fault(source.url, plain_http=source.plain_http)
    if not expected and source.kind is SourceKind.ASTERISK:
        expected = _page_fault(source.url)
    if expected:
        yield Fault((*path, "url"), expected)
    for key in FILE_KEYS:
        expected = file_fault(getattr(source, key), is_secret=key in SECRET_KEYS)
        if expected:
            yield Fault((*path, key), expected)
    if source.client_key and not source.client_certificate:
        yield Fault((*path, "client_certificate"), _("the certificate that client_key is for"))
    if source.kind is SourceKind.ASTERISK:
        yield from _foreign_keys(source, SUPERVISION_KEYS, SourceKind.SUPERVISION, path)
        yield from _asterisk_faults(source, path)
    else:
        yield from _foreign_keys(source, ASTERISK_KEYS, SourceKind.ASTERISK, path)


def url_fault(url: str, *, plain_http: bool = False) -> str:
    """What was expected instead of the address of an endpoint; nothing where it is good."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return _("an address as in 'https://pbx.example.com/api'")
    if parts.scheme not in {"http", "https"} or not host:
        return _("an address as in 'https://pbx.example.com/api'")
    if parts.username is not None or parts.password is not None:
        return _("an address without a name and password: what signs us in has keys of its own")
    if parts.query or parts.fragment:
        return _("an address without '?' and '#'")
    if parts.scheme == "http" and not plain_http and not is_loopback(host):
        return _(
            "an address with https: http is for this machine alone; "
            "plain_http = true where the way there is guarded otherwise"
        )
    return ""


def is_loopback(host: str) -> bool:
    """Whether an address can only be this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def file_fault(name: str, *, is_secret: bool) -> str:
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


def without_page(url: str) -> str:
    """A good address of an Asterisk without the page of its manager that people know it by."""
    parts = urlsplit(url)
    before, _slash, last = parts.path.rstrip("/").rpartition("/")
    return urlunsplit(parts._replace(path=before)) if last in _ENDINGS else url


def is_one_line(text: str) -> bool:
    """Whether a text has nothing in it that ends a line or cannot be written."""
    return not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in text)


def names_twice(names: Iterable[str], path: KeyPath, key: str) -> Iterator[Fault]:
    """A fault for each name that stands in the tables of an array a second time."""
    seen: Counter[str] = Counter()
    for index, name in enumerate(names):
        seen[name] += 1
        if seen[name] > 1:
            yield Fault((*path, index, key), _("a name that no other one there has"))


def _page_fault(url: str) -> str:
    expected = _("an address that ends before the manager's page, as in '{url}'")
    return "" if without_page(url) == url else expected.format(url=without_page(url))


def _is_open(status: os.stat_result) -> bool:
    """Whether a secret is open to others; another account's may be readable by its group."""
    is_own = status.st_uid == os.geteuid()
    return bool(status.st_mode & (0o077 if is_own else 0o027))


def _is_folder(name: str) -> bool:
    """Whether this is a folder, as far as this account may look."""
    try:
        return stat.S_ISDIR(Path(name).stat().st_mode)
    except OSError:
        return False


def _foreign_keys(
    source: SourceSettings, keys: Iterable[str], kind: SourceKind, path: KeyPath
) -> Iterator[Fault]:
    """A fault for each key that this kind of source would not heed."""
    expected = _("this key only where kind = '{kind}'").format(kind=kind.value)
    defaults = {field.name: field.default for field in msgspec.structs.fields(source)}
    for key in keys:
        if getattr(source, key) != defaults[key]:
            close = "secret_file" if key == "token_file" else ""
            yield Fault((*path, key), expected, close)


def _asterisk_faults(source: SourceSettings, path: KeyPath) -> Iterator[Fault]:
    if not source.username or not is_one_line(source.username):
        yield Fault((*path, "username"), _("the account's name as it stands in manager.conf"))
    if bool(source.secret_file) == bool(source.secret_variable):
        yield Fault((*path, "secret_file"), _("either secret_file or secret_variable"))
    if source.queue_log and _is_folder(source.queue_log):
        yield Fault((*path, "queue_log"), _("a file, not a folder or a device"))
    for key in ("show", "hide", "trunks"):
        for index, pattern in enumerate(getattr(source, key)):
            if not pattern or not is_one_line(pattern):
                yield Fault((*path, key, index), _("a name or a pattern as in 'sales*'"))
    if not _CONTEXT.fullmatch(source.context):
        expected = _("the name of a context as in 'from-internal'")
        yield Fault((*path, "context"), expected)
    yield from names_twice((queue.name for queue in source.queue), (*path, "queue"), "name")
    for index, queue in enumerate(source.queue):
        yield from _queue_faults(queue, (*path, "queue", index))


def _queue_faults(queue: QueueSettings, path: KeyPath) -> Iterator[Fault]:
    if not is_one_line(queue.name):
        yield Fault((*path, "name"), _("the queue's name as Asterisk has it"))
    if queue.extension and not _EXTENSION.fullmatch(queue.extension):
        yield Fault((*path, "extension"), _("an extension as in '600' or '600@ext-queues'"))
    yield from names_twice((toggle.name for toggle in queue.toggle), (*path, "toggle"), "name")
    for index, toggle in enumerate(queue.toggle):
        yield from _toggle_faults(toggle, (*path, "toggle", index))


def _toggle_faults(toggle: ToggleSettings, path: KeyPath) -> Iterator[Fault]:
    if bool(toggle.database) == bool(toggle.device):
        yield Fault((*path, "database"), _("either database or device"))
    if toggle.database and toggle.on == toggle.off:
        yield Fault((*path, "off"), _("something else than what 'on' is"))
    for key in ("on", "off"):
        if not is_one_line(getattr(toggle, key)):
            yield Fault((*path, key), _("one line of text"))
