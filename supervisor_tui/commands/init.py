"""`supervisor-tui init`: a configuration to begin with, every setting explained."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import tomllib
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from data.errors import FloorError
from data.settings import SourceKind
from data.zones import zone
from screens.text import _
from supervisor_tui.config import VARIABLE
from supervisor_tui.config_faults import nearest
from supervisor_tui.config_sources import (
    FILE_KEYS,
    SECRET_KEYS,
    file_fault,
    is_one_line,
    url_fault,
    without_page,
)
from supervisor_tui.failures import CommandFailed, UsageError
from supervisor_tui.folders import config_folder

MODE = 0o640
HOST_ZONE = Path("/etc/localtime")
"""A link to the rules of the zone that the host's clocks are set to, where it is one."""
_SOURCE_PLACE = "#@source\n"
"""Where the template takes in the part about the source."""
_PATHS = ("ca_file", "token_file", "secret_file", "queue_log")
_OPTIONS = {
    SourceKind.SUPERVISION: ("token_file",),
    SourceKind.ASTERISK: ("username", "secret_file", "secret_variable", "queue_log"),
}
"""What only one kind of source has."""
_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an endpoint; None where nothing is. The names are those of the keys."""

    kind: SourceKind = SourceKind.SUPERVISION
    url: str | None = None
    plain_http: bool = False
    ca_file: str | None = None
    token_file: str | None = None
    username: str | None = None
    secret_file: str | None = None
    secret_variable: str | None = None
    queue_log: str | None = None
    zone: str | None = None
    """Of the site."""


def run(arguments: argparse.Namespace) -> int:
    """Write a configuration, or print it.

    Raises:
        UsageError: What it should say is not possible.
        CommandFailed: There is a file already, or it cannot be written.
    """
    endpoint = _endpoint(arguments)
    text = fill_template(endpoint)
    if arguments.print:
        sys.stdout.write(text)
        _tell_what_is_missing(endpoint)
        return 0
    target = (arguments.config or _own_path()).expanduser().absolute()
    try:
        _write(target, text)
    except FileExistsError:
        message = _("{file} is there already and was left as it is.").format(file=target)
        raise CommandFailed(message) from None
    except OSError as error:
        message = _("{file} cannot be written: {reason}.")
        raise CommandFailed(message.format(file=target, reason=error.strerror)) from error
    print(_("Written: {file}").format(file=target))
    _tell_what_is_missing(endpoint)
    print(_("Next: supervisor-tui doctor --config {file}").format(file=target))
    return 0


def fill_template(endpoint: Endpoint) -> str:
    """The template for a kind of source, with what is known of the endpoint put in.

    Raises:
        UsageError: What is known is too little for this kind, of another, or cannot be.
    """
    _check(endpoint)
    part = _template(f"source_{endpoint.kind.value}.toml")
    text = _template("config.toml").replace(_SOURCE_PLACE, part, 1)
    for key in ("url", "zone", "username", "secret_variable", *_PATHS):
        value = getattr(endpoint, key)
        if value is not None:
            text = _set(text, key, _absolute(value) if key in _PATHS else value)
    if endpoint.plain_http:
        text = _set(text, "plain_http", endpoint.plain_http)
    if endpoint.url is not None:
        # Two floors of one name would share their files.
        text = _set(text, "name", f"Floor at {urlsplit(endpoint.url).netloc}")
    tomllib.loads(text)
    return text


def _endpoint(arguments: argparse.Namespace) -> Endpoint:
    """What was typed about the endpoint.

    Raises:
        UsageError: There is no source of this kind.
    """
    kinds = [each.value for each in SourceKind]
    kind = arguments.source or SourceKind.SUPERVISION.value
    if kind not in kinds:
        message = _("--source: there is no kind {kind}; it is one of {kinds}")
        close = nearest(kind, kinds) or ", ".join(kinds)
        raise UsageError(message.format(kind=kind, kinds=close))
    typed = (field for field in Endpoint.__struct_fields__ if field not in {"kind", "zone"})
    known = {field: getattr(arguments, field) for field in typed}
    if (
        kind == SourceKind.ASTERISK
        and known["url"]
        and not url_fault(known["url"], plain_http=True)
    ):
        known["url"] = without_page(known["url"])
    return Endpoint(kind=SourceKind(kind), zone=_host_zone(), **known)


def _host_zone() -> str | None:
    """The zone of this host, which is most likely the floor's; None where that is not told."""
    _folder, _mark, name = str(HOST_ZONE.resolve()).partition("/zoneinfo/")
    try:
        zone(name)
    except FloorError:
        return None
    return name


def _check(endpoint: Endpoint) -> None:
    for kind, keys in _OPTIONS.items():
        given = [key for key in keys if getattr(endpoint, key) is not None]
        if given and kind is not endpoint.kind:
            message = _("{option} is for --source {kind}")
            raise UsageError(message.format(option=_option(given[0]), kind=kind.value))
    for key in Endpoint.__struct_fields__:
        value = getattr(endpoint, key)
        if isinstance(value, str) and (not value or not is_one_line(value)):
            message = _("{option}: expected one line of text")
            raise UsageError(message.format(option=_option(key)))
    expected = (
        "" if endpoint.url is None else url_fault(endpoint.url, plain_http=endpoint.plain_http)
    )
    if expected:
        raise UsageError(_("--url: expected {expected}").format(expected=expected))
    if endpoint.kind is SourceKind.ASTERISK:
        _check_asterisk(endpoint)


def _check_asterisk(endpoint: Endpoint) -> None:
    """Hold to what an Asterisk needs: a file without it would be no configuration."""
    variable = endpoint.secret_variable
    # What was given is not repeated: it may be the secret itself.
    if variable is not None and not _VARIABLE_NAME.fullmatch(variable):
        raise UsageError(_("--secret-variable: expected the name of a variable, as in PBX_SECRET"))
    has_secret = (endpoint.secret_file is None) != (variable is None)
    if endpoint.url is None or endpoint.username is None or not has_secret:
        message = _(
            "--source asterisk needs --url, --username, and either --secret-file or "
            "--secret-variable"
        )
        raise UsageError(message)


def _tell_what_is_missing(endpoint: Endpoint) -> None:
    """Say on stderr what the person has still to do to the files that are named."""
    for key in FILE_KEYS:
        name = _absolute(getattr(endpoint, key, None) or "")
        expected = file_fault(name, is_secret=key in SECRET_KEYS)
        if expected:
            message = _("Still to be done: {file} has to be {expected}.")
            print(message.format(file=name, expected=expected), file=sys.stderr)


def _template(name: str) -> str:
    return files("supervisor_tui").joinpath(f"templates/{name}").read_text(encoding="utf-8")


def _absolute(path: str) -> str:
    return str(Path(path).expanduser().absolute()) if path else ""


def _option(key: str) -> str:
    return f"--{key.replace('_', '-')}"


def _set(text: str, key: str, value: str | bool) -> str:
    """Give a key of the template, marked as a comment or not, a value; its first place counts."""
    line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
    return re.sub(rf"^(# )?{key} = .*$", lambda _found: line, text, count=1, flags=re.MULTILINE)


def _own_path() -> Path:
    """Where a configuration of one's own is looked for."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else config_folder() / "config.toml"


def _write(target: Path, text: str) -> None:
    """Make the whole file or none, and never over another one: a link cannot replace."""
    target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".config-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), MODE)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(target).hardlink_to(name)
    finally:
        Path(name).unlink()
