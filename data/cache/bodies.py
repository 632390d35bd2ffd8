"""Decoding the bodies of the cache's rows: records as JSON."""

from __future__ import annotations

from functools import cache

import msgspec

from data.model import RECORD_TYPES, AnyRecord, Kind


@cache
def record_decoder(kind: Kind) -> msgspec.json.Decoder[AnyRecord]:
    """Made for a kind once there is a row of it: that takes as long as decoding a hundred."""
    return msgspec.json.Decoder(RECORD_TYPES[kind])
