"""What the tests of the floor's files share: changes with sane defaults, and other processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from data.cache.writer import Applied, CacheWriter
from data.model import Agent, AgentState, AnyRecord, Change, Contact, Kind, Ms, Queue

SITE, SOURCE, EPOCH = "hh1", "pbx", "e1"
T0: Ms = 1_767_600_000_000


def make_agent(entity: str = "a1", **changes: Any) -> Agent:
    return Agent(**{"site": SITE, "source": SOURCE, "id": entity, "name": entity} | changes)


def make_contact(entity: str = "c1", **changes: Any) -> Contact:
    return Contact(**{"site": SITE, "source": SOURCE, "id": entity, "queue": "q1"} | changes)


def make_queue(entity: str = "q1", **changes: Any) -> Queue:
    return Queue(**{"site": SITE, "source": SOURCE, "id": entity, "name": "Claims DE"} | changes)


def changed(record: AnyRecord, version: int, kind: Kind = Kind.AGENT) -> Change:
    return Change(kind=kind, id=record.id, version=version, at=T0, record=record)


def deleted(entity: str, version: int, kind: Kind = Kind.AGENT) -> Change:
    return Change(kind=kind, id=entity, version=version, at=T0, record=None)


def agent_at(entity: str, version: int, since: Ms = 0) -> Change:
    """A version of an agent whose contents differ from those of its other versions."""
    return changed(make_agent(entity, state=AgentState.READY, since=since or version), version)


def apply(writer: CacheWriter, *changes: Change, at: Ms = T0, **where: Any) -> Applied:
    place = {"cursor": "1", "epoch": EPOCH, "observed_at": at} | where
    return writer.apply(SITE, SOURCE, changes, **place)


def replace(writer: CacheWriter, *changes: Change, at: Ms = T0, **where: Any) -> Applied:
    place = {"cursor": "1", "epoch": EPOCH, "observed_at": at} | where
    return writer.replace(SITE, SOURCE, changes, **place)


def run_python(code: str, *arguments: str | Path, **options: Any) -> str:
    """Run a program in a process of its own and give what it printed; it must succeed."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        **options,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
