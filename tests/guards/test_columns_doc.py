"""docs/columns.md is made, not written: it says which columns there are, or this fails."""

from __future__ import annotations

from pathlib import Path

from screens.columns_doc import render_columns_doc

COLUMNS = Path(__file__).parents[2] / "docs" / "columns.md"


def test_docs_columns_is_fresh() -> None:
    assert COLUMNS.read_text(encoding="utf-8") == render_columns_doc(), (
        "run: python -m screens.columns_doc > docs/columns.md"
    )
