"""Idempotency keys for tests."""

from __future__ import annotations

import secrets
import uuid

from data.model import Ms


def uuid7(at: Ms) -> str:
    """A UUID of version 7 made at this instant."""
    value = at << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))
