"""The pictures in the documentation are there, and need nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PICTURES = sorted((ROOT / "docs" / "pictures").glob("*.svg"))
MOST_BYTES = 80_000


def test_every_picture_that_a_page_shows_exists() -> None:
    shown = []
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        names = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
        shown += [page.parent / name for name in names]
    assert ROOT / "docs" / "pictures" / "queues.svg" in shown
    assert [path for path in shown if not path.is_file()] == []


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_picture_is_small_and_needs_nothing_from_elsewhere(path: Path) -> None:
    svg = path.read_text(encoding="utf-8")
    assert len(svg.encode()) < MOST_BYTES
    assert set(re.findall(r"https?://[^\s\"')]*", svg)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"@font-face|/home/|/tmp/", svg)
