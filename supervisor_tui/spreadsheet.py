"""CSV that spreadsheets open without running anything of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

Value: TypeAlias = str | int | float | None

_FORMULA = re.compile(r"(^|[;\t])(?=\s*[=+\-@\t\r\n＝＋－＠])")
"""Where a spreadsheet takes text for the beginning of a formula, whatever quotes are around it.

Where a comma divides decimals, a semicolon or a tab divides cells, and so begins one.
"""


def to_csv(titles: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """A table as CSV (RFC 4180): a header, then the rows; numbers stay numbers, None is empty.

    Text that a spreadsheet might run gets an apostrophe before it, which makes it text there.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_cell(title) for title in titles])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: Value) -> str | int | float:
    if value is None:
        return ""
    return _FORMULA.sub(r"\1'", value) if isinstance(value, str) else value
