"""What a process may load: import-linter sees what is written, this sees what really happens."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

NETWORK = {"httpx", "httpcore", "sqlite_utils", "starlette", "uvicorn", "simpy"}
DRAWING = {"textual", "rich"}


def loaded_by(*modules: str) -> set[str]:
    code = (
        "import sys, json\n"
        + "".join(f"import {module}\n" for module in modules)
        + "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    out = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True)
    return set(json.loads(out.stdout))


def test_the_screen_loads_no_network_and_no_schema_tools() -> None:
    assert loaded_by("supervisor_tui.app", "supervisor_tui.launch") & NETWORK == set()


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
