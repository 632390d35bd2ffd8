"""Writes the template of all messages: `python -m tests.messages`, or `make messages`."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
PACKAGES = ("screens", "supervisor_tui")
TEMPLATE = ROOT / "screens" / "locales" / "supervisor_tui.pot"
PASSING = (b'"POT-Creation-Date', b'"Generated-By')
KEYWORDS = {
    "_": None,
    "N_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "C_": ((1, "c"), 2),
}


def extract() -> Catalog:
    """All messages that the sources mark."""
    catalogue = Catalog(
        project="supervisor-tui",
        charset="utf-8",
        header_comment="# Every message of supervisor-tui, written by `make messages`.",
    )
    for package in PACKAGES:
        found = extract_from_dir(
            ROOT / package,
            method_map=[("**.py", "python")],
            keywords=KEYWORDS,
            comment_tags=("i18n:",),
        )
        for file, _line, message, comments, context in found:
            places = [(f"{package}/{file}", 1)]
            catalogue.add(message, locations=places, auto_comments=comments, context=context)
    return catalogue


def read_template() -> Catalog:
    """The template as it is kept."""
    with TEMPLATE.open("rb") as file:
        return read_po(file)


def ids(catalogue: Iterable[Message]) -> set[tuple[str, tuple[str, ...]]]:
    """Contexts and texts of the messages, without where they are used."""
    return {(message.context or "", forms(message)) for message in catalogue if message.id}


def forms(message: Message) -> tuple[str, ...]:
    """A message's text, or its singular and plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def main() -> None:
    """Write the template, without what would change it though no message does."""
    file = BytesIO()
    write_po(file, extract(), sort_output=True, include_lineno=False)
    lines = file.getvalue().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(PASSING)]
    TEMPLATE.write_bytes(b"".join(kept))


if __name__ == "__main__":
    main()
