"""Writes docs/commands.md from what commands take: `python -m screens.commands_doc`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from screens.typed.grammar import grammars

_INTRODUCTION = """\
# Commands

Made from the tables in `screens/actions.py` and `screens/typed/grammar.py` by
`python -m screens.commands_doc > docs/commands.md`; a test holds it fresh.

`:` opens a line in which the same is done as with keys, to what one names:

    :pause 1002 break
    :pause 1002,1003 coaching bring the cups
    :claim E-1042
    :message north Please take a break
    :lend 2 sales claims 30m

- Agents go by their number, their name or a part of it that nobody else has; case and accents do
  not matter. Queues go by their name or a part of it, complaints by their reference. Several stand
  with commas between. Where a name can mean several, they are told and nothing is done.
- A name with blanks may stand in quotation marks, and has to where it could end sooner.
- `.` stands for the rows that are chosen in the table: those marked, or the one under the cursor.
  A command without a subject means them, too.
- Values go by the words of the form, by a beginning of them, or by the system's own code. `-`
  leaves one as the form would have it. The last takes the rest of the line.
- Where something is missing, the form opens with what was typed in it.
- `Tab` completes, those first to whom it can be done; again, it goes through what fits. `Up` and
  `Down` bring back lines that were typed before.
"""


def render_commands_doc() -> str:
    """The whole of docs/commands.md."""
    return "\n".join([_INTRODUCTION, "| Command | What it does |", "| :- | :- |", *_rows(), ""])


def _rows() -> Iterator[str]:
    for each in grammars():
        yield f"| `{each.syntax.replace('|', '&#124;')}` | {each.help.replace('|', '&#124;')} |"


if __name__ == "__main__":
    sys.stdout.write(render_commands_doc())
