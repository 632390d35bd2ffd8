"""The one way to visible words: gettext, domain `supervisor_tui`, English where nothing else is.

`_`, `ngettext` and `pgettext` look a message up when they are called, so the language may be set
after modules were imported. `N_` and `C_` only mark a message for the catalogues, in tables that
are looked up later. Short words that mean several things take a context.
"""

from __future__ import annotations

import gettext as _gettext
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

DOMAIN = "supervisor_tui"
LOCALES = Path(__file__).parent / "locales"
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Where the language is read from; the first that is set decides."""


class Word(NamedTuple):
    """A message with the context that tells it from its namesakes."""

    context: str
    message: str

    def __str__(self) -> str:
        """In the language in use."""
        return pgettext(self.context, self.message)


class _Speaker:
    """The catalogue in use."""

    catalogue: _gettext.NullTranslations = _gettext.NullTranslations()


def set_language(tag: str | None = None, environ: Mapping[str, str] = os.environ) -> str:
    """Speak a language from now on.

    Args:
        tag: A tag such as `de` or `pt_BR.UTF-8`; None: what the environment says.
        environ: Where the environment is read from.

    Returns:
        The tag of the catalogue in use; `en` where there is none for what was asked.
    """
    wanted = language_of(environ) if tag is None else tag
    found = _gettext.find(DOMAIN, str(LOCALES), [wanted]) if wanted else None
    if found is None:
        _Speaker.catalogue = _gettext.NullTranslations()
        return "en"
    _Speaker.catalogue = _gettext.translation(DOMAIN, str(LOCALES), [wanted])
    return Path(found).parent.parent.name


def language_of(environ: Mapping[str, str]) -> str:
    """The language that the environment asks for; empty for C, POSIX and nothing."""
    tag = next((environ[name] for name in VARIABLES if environ.get(name)), "")
    bare = tag.partition(".")[0].partition("@")[0]
    return "" if bare in {"C", "POSIX"} else bare


def _(message: str) -> str:
    """A message in the language in use."""
    return _Speaker.catalogue.gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """A message whose form depends on a number."""
    return _Speaker.catalogue.ngettext(one, many, count)


def pgettext(context: str, message: str) -> str:
    """A short message that needs a context to be translated."""
    return _Speaker.catalogue.pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802 - the name that tools and translators know
    """Mark a message for the catalogues; it is looked up when it is shown."""
    return message


def C_(context: str, message: str) -> Word:  # noqa: N802 - by analogy with N_
    """Mark a message with its context for the catalogues; `str` looks it up."""
    return Word(context, message)
