"""Answers that a running Asterisk gave, as they lie beside the checkout."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl

import pytest

ROOT = Path(__file__).parents[3] / "shared" / "asterisk"
QUEUE_LOG = ROOT / "queue_log"
RECORDINGS = ROOT / "recordings"


class Exchange(NamedTuple):
    """What was asked and answered."""

    name: str
    action: str
    asked: dict[str, str]
    """With keys in lower case."""
    body: bytes
    received_ms: int = 0
    """When, by the server's clock; 0 where it was not noted."""


def need_recordings() -> None:
    """Skip where they are not there."""
    if not RECORDINGS.exists():
        pytest.skip(f"{RECORDINGS} is not there")


def run() -> Iterator[Exchange]:
    """The run under traffic, in order."""
    folder = RECORDINGS / "run1"
    for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        asked = {key.lower(): value for key, value in one["params"].items()}
        body = (folder / one["file"]).read_bytes()
        yield Exchange(one["file"], one["action"], asked, body, round(one["received"] * 1000))


def single() -> Iterator[Exchange]:
    """Every exchange that was kept by itself, of `/rawman` and answered by the manager."""
    for path in sorted(RECORDINGS.glob("*/*.http")):
        head, _blank, body = path.read_bytes().partition(b"\n\n")
        lines = head.decode().splitlines()
        sent = [line[2:] for line in lines if line.startswith(">")]
        if not sent or "/rawman" not in sent[0] or not body.startswith(b"Response:"):
            continue
        query = sent[0].split()[1].partition("?")[2]
        asked = {key.lower(): value for key, value in parse_qsl(sent[-1]) + parse_qsl(query)}
        name = f"{path.parent.name}/{path.name}"
        yield Exchange(name, asked.get("action", ""), asked, body)


def everything() -> Iterator[Exchange]:
    """All of them."""
    yield from run()
    yield from single()
