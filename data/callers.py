"""Callers' numbers: masked before they are stored, and recognised again without being known.

The same caller has the same key, a BLAKE2b hash keyed with a secret of the floor's own: whoever has
the database alone cannot try out numbers.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import unicodedata
from pathlib import Path

from data.clean import clean_text
from data.errors import Code, StoreError
from data.files import PRIVATE_MODE
from data.settings import Mask

KEY_BYTES = 32
HASH_BYTES = 16
MASKED_LIMIT = 32
HIDDEN = "*"
_KEPT_DIGITS = 4
_ALWAYS_HIDDEN = 3
_FEWEST_DIGITS = 5
"""Fewer digits are an extension, shared by too few to be worth a key."""
_MASKS = frozenset("*#\u2022\u00b7\u2026\u25cf")
# Nearly every number is of these, and needs no look at each character.
_PLAIN = re.compile(r"[0-9*# +()/.-]*")
_TO_DIGITS = dict.fromkeys(map(ord, "*# +()/.-"))
_LETTER_MASKS = frozenset("xX")
"""Stand for digits only where there are no other letters."""
_WITHHELD = frozenset({"anonymous", "private", "restricted", "unavailable", "unknown", "withheld"})


def mask_number(text: str, mask: Mask) -> str:
    """A caller's number as it may be stored: clean, at most 32 characters.

    Args:
        text: As it came; a number, an address, or something that the server has masked already.
        mask: How much of it the site keeps. `last4` keeps the last four digits, fewer where the
            number is so short that three would not be hidden; words that say that the caller
            withheld the number stay.
    """
    text = clean_text(text, 255).strip()
    if not text or mask is Mask.NONE:
        return text[:MASKED_LIMIT]
    if text.casefold() in _WITHHELD:
        return text
    digits = _digits(text)
    masks = _masks(text)
    if mask is Mask.ALL:
        kept = 0
    elif masks:
        kept = min(_KEPT_DIGITS, len(digits))
    else:
        kept = min(_KEPT_DIGITS, max(0, len(digits) - _ALWAYS_HIDDEN))
    hidden = min(max(len(digits) + masks - kept, _ALWAYS_HIDDEN), MASKED_LIMIT - kept)
    return HIDDEN * hidden + (digits[-kept:] if kept else "")


def key_number(text: str, key: bytes) -> str:
    """The key of a caller's full number, 32 hexadecimal digits; empty where it is not full.

    Only the digits count, without an international prefix of `+` or `00`. What is masked or too
    short to name a caller has no key: two callers must not be taken for one.
    """
    digits = _digits(text)
    if _masks(text) or any(char.isalpha() for char in text):
        return ""
    if not text.lstrip().startswith("+"):
        digits = digits.removeprefix("00")
    if len(digits) < _FEWEST_DIGITS:
        return ""
    return hashlib.blake2b(digits.encode("ascii"), key=key, digest_size=HASH_BYTES).hexdigest()


def _masks(text: str) -> int:
    """How many characters stand for a digit that was hidden before."""
    if _PLAIN.fullmatch(text):
        return text.count("*") + text.count("#")
    letters = {char for char in text if char.isalpha()}
    known = _MASKS | _LETTER_MASKS if letters <= _LETTER_MASKS else _MASKS
    return sum(char in known for char in text)


def _digits(text: str) -> str:
    """The digits of a text, those of other scripts included, as ASCII."""
    if _PLAIN.fullmatch(text):
        return text.translate(_TO_DIGITS)
    values = (unicodedata.decimal(char, -1) for char in text)
    return "".join(str(value) for value in values if value >= 0)


def load_key(path: Path) -> bytes:
    """The floor's secret, made at first use for its owner only, whole or not at all.

    Raises:
        StoreError: The file cannot be read or made, is not a key, or others may read it.
    """
    try:
        if not path.exists():
            _make_key(path)
        return _read_key(path)
    except PermissionError as error:
        raise StoreError(Code.FILE_DENIED, str(path)) from error
    except OSError as error:
        code = Code.DISK_FULL if error.errno == errno.ENOSPC else Code.FILE_DENIED
        raise StoreError(code, str(path)) from error


def _make_key(path: Path) -> None:
    """Write the secret beside its place and link it there: the first of two makers wins."""
    draft = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, PRIVATE_MODE)
    try:
        os.fchmod(descriptor, PRIVATE_MODE)
        os.write(descriptor, os.urandom(KEY_BYTES))
        os.fsync(descriptor)
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        os.close(descriptor)
        draft.unlink()


def _read_key(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        status = os.fstat(descriptor)
        key = os.read(descriptor, KEY_BYTES + 1)
    finally:
        os.close(descriptor)
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise StoreError(Code.FILE_UNSAFE, str(path))
    if len(key) != KEY_BYTES:
        raise StoreError(Code.FILE_INVALID, str(path))
    return key
