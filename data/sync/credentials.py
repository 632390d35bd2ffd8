"""The token and the certificates with which the sync process shows who it is.

The token is read from a file that only its reader may read, never from the environment or the
command line, and it has no text form: it cannot get into a log, a trace or an error by mistake.
"""

from __future__ import annotations

import os
import ssl
import stat
from pathlib import Path

from data.errors import Code, StoreError
from data.settings import SourceSettings

_LONGEST_TOKEN = 16 * 1024


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


class TokenFile:
    """The file a token is in; read again when it was changed, so that tokens can be renewed."""

    def __init__(self, path: str) -> None:
        self._path = Path(path).expanduser()
        self._read: tuple[tuple[int, int, int], Token] | None = None

    def token(self) -> Token:
        """The token as it is now.

        Raises:
            StoreError: The file is missing, cannot be read, holds no token, or is open to others.
                Who owns the file answers for its group: a file of another account (root's, made
                for a service) may be readable by its group, but never by everybody.
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
                self._read = (stamp, self._decode(os.read(descriptor, _LONGEST_TOKEN + 1)))
            return self._read[1]
        finally:
            os.close(descriptor)

    def _decode(self, raw: bytes) -> Token:
        text = raw.strip().decode("ascii", errors="replace")
        if not text or len(raw) > _LONGEST_TOKEN or not text.isascii() or " " in text:
            raise StoreError(Code.FILE_INVALID, str(self._path))
        if not text.isprintable():
            raise StoreError(Code.FILE_INVALID, str(self._path))
        return Token(text)


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
