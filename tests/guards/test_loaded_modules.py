"""What a process may load: import-linter sees what is written, this sees what really happens."""

from __future__ import annotations

import subprocess
import sys

import pytest

from screens.actions import PANES
from screens.pane_types import PANE_SCOPES, pane_type

NETWORK = {"httpx", "httpcore", "sqlite_utils", "starlette", "uvicorn", "simpy"}
DRAWING = {"textual", "rich"}


def loaded_by(*modules: str) -> set[str]:
    code = (
        "import sys\n"
        + "".join(f"import {module}\n" for module in modules)
        + "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    out = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True)
    return set(out.stdout.decode().split())


def test_the_screen_loads_no_network_and_no_schema_tools() -> None:
    assert loaded_by("supervisor_tui.app", "supervisor_tui.launch") & NETWORK == set()


def test_the_first_picture_needs_nothing_of_textual() -> None:
    modules = ("supervisor_tui.cli", "supervisor_tui.commands.screen", "supervisor_tui.first_paint")
    assert loaded_by(*modules) & (NETWORK | {"textual"}) == set()


FIRST_PAINT = """
from supervisor_tui import cli, parser
from supervisor_tui.commands import screen
from supervisor_tui.spared import spare
spare()
from supervisor_tui import assemble, launch
from screens.pane_types import PANE_SCOPES, pane_type
pane_type(PANE_SCOPES[0])
"""
"""What a start of the screen imports until the first paint."""
LATER = {
    "screens.agents",
    "screens.escalations",
    "screens.found",
    "screens.lost",
    "screens.notes",
    "screens.offers",
    "screens.queue_page",
    "screens.reports",
    "screens.roster",
    "screens.widgets.column_chooser",
    "screens.widgets.dialog",
    "screens.widgets.help",
    "screens.widgets.one_key",
    "screens.widgets.prompt",
    "data.cache.history_reader",
    "data.contract",
    "data.cache.writer",
    "supervisor_tui.archive",
    "supervisor_tui.arguments.floor",
    "supervisor_tui.config_faults",
    "supervisor_tui.find_words",
    # of others, by what is dear in them
    "_hashlib",
    "_ssl",
    "anyascii",
    "platformdirs.unix",
    "tempfile",
    "textual.widgets._input",
    "textual.widgets._option_list",
}
"""What comes with the first visit, the first question, or not at all."""


def test_the_first_paint_loads_only_what_it_shows() -> None:
    out = subprocess.run(
        [
            sys.executable,
            "-P",
            "-c",
            f"{FIRST_PAINT}\nimport sys\nprint(*filter(sys.modules.get, sys.modules))",
        ],
        capture_output=True,
        check=True,
        text=True,
    )
    assert set(out.stdout.split()) & LATER == set()


def test_history_is_read_without_openssl_and_a_second_json() -> None:
    """The first pane asks history for its forecasts: what that loads stays in every screen."""
    loaded = loaded_by("supervisor_tui.feed", "data.cache.history_reader")
    assert loaded & {"hashlib", "_hashlib", "json", "random", "ssl"} == set()


def test_a_screen_that_makes_hashes_does_so_without_openssl() -> None:
    code = (
        f"{FIRST_PAINT}\nfrom hashlib import blake2b, sha256\n"
        "print(sha256(b'abc').hexdigest()[:8], 'libcrypto' in open('/proc/self/maps').read())"
    )
    out = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True)
    assert out.stdout.decode().split() == ["ba7816bf", "False"]  # FIPS 180-4


BESIDES = {
    "data.sync.acting",
    "data.sync.alerting",
    "data.sync.courier",
    "data.desk.store",
    "data.rules.rule_packs",
    "dateutil",
    "sqlite_utils",
}
"""What a sync process loads when the first figures are kept."""


def test_the_first_figures_are_fetched_before_anything_else_is_loaded() -> None:
    modules = "supervisor_tui.commands.sync, data.sources.supervision"
    code = f"import {modules}\nimport sys\nprint(*sys.modules)"
    out = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True)
    assert set(out.stdout.decode().split()) & BESIDES == set()


def test_every_pane_is_where_it_is_looked_for() -> None:
    assert tuple(pane.scope for pane in PANES) == PANE_SCOPES
    assert [pane_type(scope).SCOPE for scope in PANE_SCOPES] == list(PANE_SCOPES)


def test_what_prints_lines_loads_neither_network_nor_screen() -> None:
    assert loaded_by("supervisor_tui.commands.watch") & (NETWORK | DRAWING) == set()


@pytest.mark.parametrize(
    "module",
    [
        "data.sync.process",
        "data.cache.writer",
        "data.cache.history_writer",
        "data.sandbox.serve",
        "data.desk.store",
        "data.figures",
    ],
)
def test_data_draws_nothing(module: str) -> None:
    assert loaded_by(module) & DRAWING == set()


def test_the_command_line_is_cheap_to_import() -> None:
    assert loaded_by("supervisor_tui.cli") & (NETWORK | DRAWING | {"msgspec"}) == set()
