"""Holds modules under 400 lines and functions under 60: `python -m tests.guards.sizes`."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("supervisor_tui", "screens", "data")
MODULE_LINES = 400
TEST_LINES = 500
FUNCTION_LINES = 60


def oversized(root: Path = ROOT) -> Iterator[str]:
    """One line for each module or function that has grown past its limit."""
    for folder in (*PACKAGES, "tests"):
        limit = TEST_LINES if folder == "tests" else MODULE_LINES
        for path in sorted((root / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            name = path.relative_to(root)
            lines = text.count("\n")
            if lines > limit:
                yield f"{name}: {lines} lines, {limit} at most"
            if folder == "tests":
                continue
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    length = (node.end_lineno or node.lineno) - node.lineno + 1
                    if length > FUNCTION_LINES:
                        yield (
                            f"{name}:{node.lineno}: {node.name} has {length} lines, "
                            f"{FUNCTION_LINES} at most"
                        )


def main() -> int:
    """Print what is too long; 1 if anything is."""
    found = list(oversized())
    print("\n".join(found) if found else "sizes: every module and function is within its limit")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
