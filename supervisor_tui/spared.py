"""What Textual imports and this program never uses: stand-ins that cost neither time nor memory.

The command palette with its inputs and lists, the folders of other systems, and TLS, which asyncio
would load though a screen never speaks to the network. Together they are a fifth of what importing
Textual takes, and 6 MB. Textual is pinned to a minor series; `tests/guards` holds what this says.
"""

from __future__ import annotations

import sys
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


def spare() -> None:
    """Put the stand-ins in place; before Textual is imported, in the screen's own process.

    What is loaded already stays as it is.
    """
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    modules.setdefault("ssl", None)  # `import ssl` fails, which asyncio provides for
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


def _downloads() -> Path:
    """Where Textual delivers files, asked of the real module when it wants to know."""
    if sys.modules["platformdirs"].__spec__ is None:
        del sys.modules["platformdirs"]
    from platformdirs import user_downloads_path

    return user_downloads_path()
