"""httpx, without the command line that it brings when click and rich happen to be installed.

That would cost the sync process a tenth of a second and several megabytes for what it never uses.
A module that is None in `sys.modules` counts as not installed, which httpx is prepared for. So does
httpcore ask for sniffio several times with each request; where it is not installed, each time it
would be looked for on disk.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import sys

sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
if importlib.util.find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]

import httpx  # noqa: E402 - only after that

# Its most talkative log has the headers of answers in it, and with them session cookies.
logging.getLogger("httpcore").setLevel(logging.INFO)

__all__ = ["httpx", "load_transport"]


def load_transport() -> None:
    """Import what httpx leaves to its first request: for a thread, while others wait for disks."""
    for name in ("httpcore", "anyio._backends._asyncio"):
        importlib.import_module(name)
