"""docs/keys.md is made, not written: it says what the program does, or this fails."""

from __future__ import annotations

from pathlib import Path

from screens.keys_doc import render_keys_doc

KEYS = Path(__file__).parents[2] / "docs" / "keys.md"


def test_docs_keys_is_fresh() -> None:
    assert KEYS.read_text(encoding="utf-8") == render_keys_doc(), (
        "run: python -m screens.keys_doc > docs/keys.md"
    )
