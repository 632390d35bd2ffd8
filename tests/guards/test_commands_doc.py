"""docs/commands.md is made, not written: it says what can be typed, or this fails."""

from __future__ import annotations

from pathlib import Path

from screens.commands_doc import render_commands_doc

COMMANDS = Path(__file__).parents[2] / "docs" / "commands.md"


def test_docs_commands_is_fresh() -> None:
    assert COMMANDS.read_text(encoding="utf-8") == render_commands_doc(), (
        "run: python -m screens.commands_doc > docs/commands.md"
    )
