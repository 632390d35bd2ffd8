"""What is kept of an unexpected error: enough to mend it, nothing that is nobody's business.

A report holds where it happened and the error's own words with tokens and callers' numbers struck
out; never a local variable. The person sees a number, by which whoever helps them finds the file.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import msgspec

from data.clean import clean_text
from screens.text import _
from supervisor_tui import __version__
from supervisor_tui.folders import state_folder

KEPT = 50
"""Reports beyond this number go, the oldest first: an error in a loop must not fill the disk."""
WORDS_LIMIT = 500
_DEPTH = 8

_STRUCK = "[...]"
_SECRETS = re.compile(
    r"(?i)\b(?:bearer|basic)\s+\S+"  # what follows a scheme of authorisation
    r"|(?:token|secret|password|authorization)\W{1,3}[^\s,;)}\]]+"  # what follows such a name
    r"|\b[A-Za-z0-9_\-+/=.]{24,}\b"  # what is too long to be a word
    r"|\+?\d(?:[\s().\-/]?\d){4,}"  # what has the digits of a number that one can call
)


class Incident(msgspec.Struct, frozen=True):
    """An error that was noted."""

    number: str
    file: Path | None
    """The report; None where it could not be written."""


def record(error: BaseException, folder: Path | None = None) -> Incident:
    """Write a report of an error that nobody expected. Never raises.

    Args:
        error: The error; its causes are told with it.
        folder: Where reports are; None takes the person's own state folder.
    """
    now = datetime.now(UTC)
    number = f"{now:%y%m%d}-{os.urandom(3).hex()}"
    try:
        folder = state_folder() / "incidents" if folder is None else folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{now:%Y%m%dT%H%M%S}-{number}.log"
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW
        with open(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123
            file.writelines(f"{line}\n" for line in _report(error, number, now))
        _prune(folder)
    except (OSError, RuntimeError):
        # A full disk or a home that cannot be found: the number has to do.
        return Incident(number, None)
    return Incident(number, path)


def scrub(words: str) -> str:
    """Words without tokens and telephone numbers, cleaned and of bounded length."""
    return _SECRETS.sub(_STRUCK, clean_text(words, WORDS_LIMIT))


def word_incident(incident: Incident) -> str:
    """What the person is told."""
    if incident.file is None:
        text = _("Something went wrong inside the program: incident {number}, no report saved.")
    else:
        text = _("Something went wrong inside the program: incident {number}, report in {file}")
    return text.format(number=incident.number, file=incident.file)


def _report(error: BaseException, number: str, now: datetime) -> Iterator[str]:
    import platform

    yield f"incident {number} at {now:%Y-%m-%dT%H:%M:%SZ}"
    yield f"supervisor-tui {__version__}, Python {platform.python_version()}, {platform.system()}"
    yield f"thread {threading.current_thread().name}"
    yield from _describe(error, 0)


def _describe(error: BaseException, depth: int) -> Iterator[str]:
    """The error after its causes, each with the lines of code that led to it."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if depth >= _DEPTH:
        yield "(more causes left out)"
        return
    if cause is not None:
        yield from _describe(cause, depth + 1)
        yield "which led to:"
    yield from _frames(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}: {scrub(_words_of(error))}"
    for inner in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield "of which one part is:"
        yield from _describe(inner, depth + 1)


def _frames(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(trace, limit=-40):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}: {frame.line}"


def _words_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - an error that cannot word itself must not hide itself
        return ""


def _prune(folder: Path) -> None:
    for old in sorted(folder.glob("*.log"))[:-KEPT]:
        old.unlink(missing_ok=True)


def quiet_threads() -> None:
    """Note what a thread dies of instead of printing it across the screen."""

    def note(details: threading.ExceptHookArgs) -> None:
        if details.exc_value is not None and details.exc_type is not SystemExit:
            record(details.exc_value)

    def note_unraisable(details: sys.UnraisableHookArgs) -> None:
        if details.exc_value is not None:
            record(details.exc_value)

    threading.excepthook = note
    sys.unraisablehook = note_unraisable
