"""The token, secret and certificates with which the sync process shows who it is.

They are read from files that only their reader may read, never from the command line; a secret may
stand in the environment instead, which its settings then name. None of them has a text form: it
cannot get into a log, a trace or an error by mistake.
"""

from __future__ import annotations

import os
import ssl
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from data.errors import Code, FetchError, StoreError
from data.settings import SourceSettings

_LONGEST = 16 * 1024


class Token:
    """A bearer token that does not show itself."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def header(self) -> str:
        """The value of the `Authorization` header."""
        return f"Bearer {self._text}"

    def __repr__(self) -> str:
        return "Token(hidden)"


class Secret:
    """What a person signs in with at a telephone system; does not show itself."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The secret itself, for the one line that sends it."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret(hidden)"


_Shown = TypeVar("_Shown", bound="Token | Secret")


class CredentialFile(Generic[_Shown]):
    """A file with something that only its reader may know.

    It is read again when it was changed, so that what is in it can be renewed.

    Args:
        path: Where it is.
        decode: What its bytes say; None where they are not what they should be.
    """

    def __init__(self, path: str, decode: Callable[[bytes], _Shown | None]) -> None:
        self._path = Path(path).expanduser()
        self._decode = decode
        self._read: tuple[tuple[int, int, int], _Shown] | None = None

    def read(self) -> _Shown:
        """What it says now.

        Raises:
            StoreError: The file is missing, cannot be read, holds nothing of use, or is open to
                others. Who owns the file answers for its group: a file of another account (root's,
                made for a service) may be readable by its group, but never by everybody.
        """
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError as error:
            raise StoreError(Code.FILE_MISSING, str(self._path)) from error
        except OSError as error:
            raise StoreError(Code.FILE_DENIED, str(self._path)) from error
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or _is_open_to_others(status):
                raise StoreError(Code.FILE_UNSAFE, str(self._path))
            stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
            if self._read is None or self._read[0] != stamp:
                self._read = (stamp, self._decoded(os.read(descriptor, _LONGEST + 1)))
            return self._read[1]
        finally:
            os.close(descriptor)

    def _decoded(self, raw: bytes) -> _Shown:
        found = self._decode(raw) if len(raw) <= _LONGEST else None
        if found is None:
            raise StoreError(Code.FILE_INVALID, str(self._path))
        return found


def token_file(path: str) -> CredentialFile[Token]:
    """The file that a bearer token is in: one word of ASCII."""
    return CredentialFile(path, _read_token)


def secret_file(path: str) -> CredentialFile[Secret]:
    """The file that a secret is in: one line, blanks and all."""
    return CredentialFile(path, _read_secret)


def secret_from(settings: SourceSettings) -> Callable[[], Secret]:
    """Where the secret of an account is to be had, each time that it is needed.

    Args:
        settings: `secret_file`, or else `secret_variable`.

    Returns:
        A function that raises StoreError where the file cannot be used, and FetchError (SIGN_IN)
        where the environment has no such variable or neither is set.
    """
    if settings.secret_file:
        return secret_file(settings.secret_file).read
    return lambda: _secret_variable(settings.secret_variable)


def _secret_variable(name: str) -> Secret:
    secret = _as_secret(os.environ.get(name, "")) if name else None
    if secret is None:
        raise FetchError(Code.SIGN_IN, name or "secret_file")
    return secret


def _read_token(raw: bytes) -> Token | None:
    text = raw.strip().decode("ascii", errors="replace")
    is_word = text.isascii() and text.isprintable() and " " not in text
    return Token(text) if text and is_word else None


def _read_secret(raw: bytes) -> Secret | None:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return _as_secret(text.removesuffix("\n").removesuffix("\r"))


def _as_secret(text: str) -> Secret | None:
    return Secret(text) if text and text.isprintable() else None


def _is_open_to_others(status: os.stat_result) -> bool:
    mode = stat.S_IMODE(status.st_mode)
    if status.st_uid == os.geteuid():
        return bool(mode & 0o077)
    return bool(mode & 0o027)


def make_tls_context(settings: SourceSettings) -> ssl.SSLContext:
    """TLS 1.2 or newer, verified against the system's authorities or the one configured.

    Raises:
        StoreError: A file named in the settings is missing or is not what it should be.
    """
    try:
        context = ssl.create_default_context(cafile=settings.ca_file or None)
    except OSError as error:
        raise _file_trouble(error, settings.ca_file) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.client_certificate:
        try:
            context.load_cert_chain(
                settings.client_certificate,
                settings.client_key or None,
                # Without this OpenSSL would ask for a pass phrase on the terminal.
                password=lambda: "",
            )
        except OSError as error:
            named = settings.client_key or settings.client_certificate
            raise _file_trouble(error, named) from error
    return context


def _file_trouble(error: OSError, path: str) -> StoreError:
    if isinstance(error, FileNotFoundError):
        return StoreError(Code.FILE_MISSING, path)
    if isinstance(error, PermissionError):
        return StoreError(Code.FILE_DENIED, path)
    return StoreError(Code.FILE_INVALID, path)
