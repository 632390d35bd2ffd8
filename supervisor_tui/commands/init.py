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

from data.settings import SourceKind
from screens.text import _
from supervisor_tui.config import VARIABLE
from supervisor_tui.config_checks import url_fault
from supervisor_tui.config_faults import nearest
from supervisor_tui.failures import CommandFailed, UsageError
from supervisor_tui.folders import config_folder

MODE = 0o640


def run(arguments: argparse.Namespace) -> int:
    """Write a configuration, or print it.

    Raises:
        UsageError: What it should say is not possible.
        CommandFailed: There is a file already, or it cannot be written.
    """
    text = fill_template(arguments.url, arguments.source, arguments.token_file)
    if arguments.print:
        sys.stdout.write(text)
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
    print(_("Next: supervisor-tui doctor --config {file}").format(file=target))
    return 0


def fill_template(url: str | None, kind: str | None, token_file: str | None) -> str:
    """The template with what is known of the endpoint put in.

    Raises:
        UsageError: The address cannot be used, or there is no source of this kind.
    """
    text = files("supervisor_tui").joinpath("templates/config.toml").read_text(encoding="utf-8")
    if url is not None:
        expected = url_fault(url)
        if expected:
            raise UsageError(_("--url: expected {expected}").format(expected=expected))
        text = _set(text, "url", url)
        # Two floors of one name would share their files.
        text = _set(text, "name", f"Floor at {urlsplit(url).netloc}")
    if kind is not None:
        kinds = [each.value for each in SourceKind]
        if kind not in kinds:
            message = _("--source: there is no kind {kind}; it is one of {kinds}")
            close = nearest(kind, kinds) or ", ".join(kinds)
            raise UsageError(message.format(kind=kind, kinds=close))
        text = _set(text, "kind", kind)
    if token_file is not None:
        text = _set(text, "token_file", str(Path(token_file).expanduser().absolute()))
    tomllib.loads(text)
    return text


def _set(text: str, key: str, value: str) -> str:
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
