"""Another system raises complaints at a sandbox, for persons of the floor to act on."""

from __future__ import annotations

import json
import urllib.request
from datetime import datetime
from typing import Any

from data.contract import to_ms
from data.identifiers import KeyMaker


def raise_complaints(url: str, count: int) -> dict[str, str]:
    """Put complaints on record that nobody owns.

    Args:
        url: The base URL of the sandbox's API.
        count: How many.

    Returns:
        Their ids by reference, in order.
    """
    site = f"{url}/sites/{_ask(f'{url}/sites')[0]['id']}"
    now = _ask(f"{site}/session")["server_time"]
    keys = KeyMaker()
    raised: dict[str, str] = {}
    for number in range(count):
        body = {
            "actor": {"id": "web", "name": "Web form"},
            "not_after": "2099-01-01T00:00:00Z",
            "summary": f"Complaint {number}",
            "kind": "complaint",
            "severity": "low",
            "received_at": now,
            "channel": "voice",
            "vulnerable": False,
        }
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": keys.make(to_ms(datetime.fromisoformat(now))),
            "If-None-Match": "*",
        }
        made = _ask(f"{site}/escalations/raised-{number}", json.dumps(body).encode(), headers)
        raised[made["entities"][0]["data"]["reference"]] = f"raised-{number}"
    return raised


def _ask(url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Any:
    method = "GET" if body is None else "PUT"
    request = urllib.request.Request(url, body, headers or {}, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())
