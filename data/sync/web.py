"""httpx, without the command line that it brings when click and rich happen to be installed.

That would cost the sync process a tenth of a second and several megabytes for what it never uses.
A module that is None in `sys.modules` counts as not installed, which httpx is prepared for.
"""

from __future__ import annotations

import sys

sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

import httpx  # noqa: E402 - only after that

__all__ = ["httpx"]
