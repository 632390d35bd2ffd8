"""What libraries import and a process never uses: stand-ins that cost neither time nor memory.

In the screen: the command palette with its inputs and lists, the folders of other systems, and TLS,
which asyncio would load though a screen never speaks to the network. Together they are a fifth of
what importing Textual takes, and 6 MB. Textual is pinned to a minor series. Pages that read history
make hashes, for which Python's own are enough: OpenSSL would be another 3 MB.

In a sync process whose endpoints are all on this host: TLS once more, 5 MB. `tests/guards` holds
what this says.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import cast

_PALETTE = (
    "CommandListItem",
    "CommandPalette",
    "DiscoveryHit",
    "Hit",
    "Hits",
    "Provider",
    "SimpleProvider",
)
"""What Textual takes from `textual.command`; the app has `ENABLE_COMMAND_PALETTE` off."""

_TLS_TYPES = (
    "SSLContext",
    "SSLError",
    "SSLCertVerificationError",
    "SSLWantReadError",
    "SSLWantWriteError",
)
"""What is named of TLS where it is imported, or when a request has failed."""
_SHA2 = ("_sha2",) if sys.version_info >= (3, 12) else ("_sha256", "_sha512")
_HASHES = ("_md5", "_sha1", *_SHA2, "_sha3", "_blake2")
"""Python's own, which a distribution may have left out."""


def spare() -> None:
    """Put the stand-ins in place; before Textual is imported, in the screen's own process.

    What is loaded already stays as it is.
    """
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    modules.setdefault("ssl", None)  # `import ssl` fails, which asyncio provides for
    _hash_without_openssl(modules)
    if "textual" in modules:
        return
    palette = ModuleType("textual.command")
    for name in _PALETTE:
        setattr(palette, name, type(name, (), {"__module__": palette.__name__}))
    modules[palette.__name__] = palette
    if "platformdirs" not in modules:
        folders = ModuleType("platformdirs")
        folders.user_downloads_path = _downloads  # type: ignore[attr-defined]  # a module is open
        modules["platformdirs"] = folders


def spare_tls() -> None:
    """Put stand-ins for TLS and its authorities in place, where no endpoint is asked that way.

    Nothing is done where any of it is loaded already.
    """
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    if {"ssl", "asyncio", "hashlib"} & modules.keys():
        return
    modules["ssl"] = None
    import asyncio  # noqa: F401 - which knows how to be without, but not how to be with a stand-in

    tls = modules["ssl"] = ModuleType("ssl")
    for name in _TLS_TYPES:
        setattr(tls, name, type(name, (Exception,), {"__module__": tls.__name__}))
    modules["certifi"] = ModuleType("certifi")
    _hash_without_openssl(modules)


def _hash_without_openssl(modules: dict[str, ModuleType | None]) -> None:
    """Where Python can hash by itself: OpenSSL would bring most of TLS along."""
    if all(find_spec(name) is not None for name in _HASHES):
        modules.setdefault("_hashlib", None)


def _downloads() -> Path:
    """Where Textual delivers files, asked of the real module when it wants to know."""
    if sys.modules["platformdirs"].__spec__ is None:
        del sys.modules["platformdirs"]
    from platformdirs import user_downloads_path

    return user_downloads_path()
