"""What every test relies on: the terminal library reads the environment once, when imported."""

from __future__ import annotations

import importlib
import os
import signal
import sys

import pytest
from hypothesis import HealthCheck, settings


def pytest_addoption(parser: pytest.Parser) -> None:
    """The counts that issues name take too long for every day: `make soak` asks for them."""
    parser.addoption("--soak", action="store_true", help="run the large counts")


def pytest_configure(config: pytest.Config) -> None:
    """Every day the same examples, however slow the machine; a soak looks for new ones."""
    slow = [HealthCheck.too_slow]
    settings.register_profile(
        "day", max_examples=60, deadline=None, derandomize=True, suppress_health_check=slow
    )
    settings.register_profile("soak", max_examples=500, deadline=None, suppress_health_check=slow)
    settings.load_profile("soak" if config.getoption("--soak") else "day")
    # A shell that runs the tests in the background has SIGINT ignored, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file's tests go to one worker, which makes what they share (a floor, a day) once."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


for _name in [name for name in os.environ if name.startswith("TEXTUAL")]:
    del os.environ[_name]
for _name in ("NO_COLOR", "COLORTERM", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "ESCDELAY"):
    os.environ.pop(_name, None)
os.environ |= {
    "TERM": "xterm-256color",
    "LANG": "C.UTF-8",
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_DISABLE_KITTY_KEY": "1",
}

# A plugin of pytest has imported the library before us: let it read the environment again.
if "textual.constants" in sys.modules:
    importlib.reload(sys.modules["textual.constants"])
