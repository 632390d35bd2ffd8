"""From decoded TOML to typed settings. The types of `config_model` are the schema."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from supervisor_tui.config_locate import KeyPath
from supervisor_tui.config_model import Document


class Fault(msgspec.Struct, frozen=True):
    """A problem before it has a file and a line."""

    path: KeyPath
    expected: str
    nearest: str = ""


def decode(raw: dict[str, Any]) -> tuple[Document | None, list[Fault]]:
    """The typed document, or None and every fault of type or name in it."""
    try:
        document = msgspec.convert(raw, Document)
    except msgspec.ValidationError:
        document = None
    # No bound holds off a "not a number": every comparison with it is false.
    if document is not None and not _has_nan(raw):
        return document, []
    from supervisor_tui.config_faults import find_faults

    faults = find_faults(raw)
    if not faults:
        msgspec.convert(raw, Document)  # raises what there is no word for
    return None, faults


def _has_nan(value: Any) -> bool:
    """Whether a number that is none stands anywhere in a decoded document."""
    if isinstance(value, dict):
        return any(map(_has_nan, value.values()))
    if isinstance(value, list):
        return any(map(_has_nan, value))
    return isinstance(value, float) and math.isnan(value)
