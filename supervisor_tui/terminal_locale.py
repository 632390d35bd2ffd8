"""Which characters the terminal shows, as far as the person's locale tells."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

_PYTHONS = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})
"""What Python writes into LC_CTYPE where the host does not know the locale that it is told."""
_GIVEN = Path("/proc/self/environ")


def given_environ() -> Mapping[str, str]:
    """The process's environment, with LC_CTYPE as it was given.

    A locale comes along with whoever logs in over SSH, and the host often does not have it. Python
    then takes one of its own, even where the terminal is one of ISO 8859.
    """
    environ = dict(os.environ)
    if environ.get("LC_CTYPE") in _PYTHONS:
        with suppress(OSError):
            entries = _GIVEN.read_bytes().split(b"\0")
            environ.pop("LC_CTYPE")
            environ.update(
                (name.decode(), value.decode(errors="replace"))
                for name, _equals, value in (entry.partition(b"=") for entry in entries)
                if name == b"LC_CTYPE"
            )
    return environ


def locale_variable(environ: Mapping[str, str]) -> str:
    """The variable that tells the locale of the terminal.

    A child of Python inherits Python's own LC_CTYPE, which tells nothing of the terminal.
    """
    if environ.get("LC_ALL"):
        return "LC_ALL"
    kind = environ.get("LC_CTYPE", "")
    return "LC_CTYPE" if kind and kind.upper() not in {"C.UTF-8", "C.UTF8"} else "LANG"


def is_utf8(environ: Mapping[str, str]) -> bool:
    """Whether the locale says that the terminal shows UTF-8."""
    locale = environ.get(locale_variable(environ), "")
    return locale.upper().replace("-", "").partition("@")[0].endswith("UTF8")
