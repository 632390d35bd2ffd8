"""A supervision API over real HTTP that tests can lead: entities, faults, epochs, compaction."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.loopback import Loopback, Request, hang_up, http_answer, http_head, serve

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
WHOLE = ("offered", "answered", "answered_within")
ABANDONED = ("abandoned", "abandoned_within", "abandoned_short")
SUMS = ("wait_answered_s", "talk_s", "hold_s", "acw_s")
COUNTS = dict.fromkeys((*WHOLE, *ABANDONED, *SUMS), 0)


def queue(name: str = "Claims", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "channel": "voice",
        "direction": "inbound",
        "contacts_waiting": 0,
        "longest_wait_since": None,
        "threshold_s": 20,
        "target_percent": 80,
        "day": COUNTS,
        "day_started_at": stamp(0),
        **more,
    }


def agent(state: str = "agentReady", since: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "name": "Ivy Chen",
        "logged_on": True,
        "state": state,
        "state_since": stamp(since),
        **more,
    }


def contact(state: str = "waiting", **more: Any) -> dict[str, Any]:
    return {
        "queue": "q1",
        "channel": "voice",
        "direction": "inbound",
        "state": state,
        "created_at": stamp(0),
        **more,
    }


def stamp(seconds: int) -> str:
    return (START + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


@dataclass
class Entry:
    """One version of one entity, in the order of commits."""

    seq: int
    kind: str
    id: str
    version: int
    data: dict[str, Any] | None

    def wire(self) -> dict[str, Any]:
        row = {
            "op": "delete" if self.data is None else "upsert",
            "type": self.kind,
            "id": self.id,
            "version": self.version,
            "at": stamp(self.seq),
        }
        return row if self.data is None else {**row, "data": self.data}


@dataclass
class ModelApi:
    """The server's side. `faults` are taken one by one, each by the next request."""

    page: int = 3
    folds: bool = True
    push: str = "poll"
    epoch: int = 1
    sites: tuple[str, ...] = ("hh1",)
    history: bool = False
    schema: tuple[int, int] = (1, 3)
    entities: dict[tuple[str, str], Entry] = field(default_factory=dict)
    log: list[Entry] = field(default_factory=list)
    seq: int = 0
    floor: int = 0
    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    ever: dict[int, set[tuple[str, str, int]]] = field(default_factory=dict)
    """By epoch: every version there ever was."""
    deleted: dict[tuple[str, str], int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    between_pages: list[Callable[[], None]] = field(default_factory=list)
    sources: list[dict[str, str]] = field(default_factory=list)
    streams: set[asyncio.StreamWriter] = field(default_factory=set)
    forgives_epochs: bool = False
    """Whether a cursor of another epoch is served as if it were of this one."""
    server: Loopback = field(default_factory=Loopback)

    def put(self, kind: str, entity: str, data: dict[str, Any] | None) -> None:
        """One transaction of one change."""
        key = kind, entity
        if data is None and key not in self.entities:
            return
        self.seq += 1
        self.versions[key] = self.versions.get(key, 0) + 1
        entry = Entry(self.seq, kind, entity, self.versions[key], data)
        self.log.append(entry)
        self.ever.setdefault(self.epoch, set()).add((*key, entry.version))
        if data is None:
            self.entities.pop(key)
            self.deleted[key] = entry.version
        else:
            self.entities[key] = entry

    def compact(self) -> None:
        """Forget the changes so far: their cursors are served no more."""
        self.floor, self.log = self.seq, []

    def restore(self) -> None:
        """Come back from a backup: another epoch, in which versions count anew."""
        self.epoch += 1
        self.log, self.versions, self.deleted = [], {}, {}
        old, self.entities = self.entities, {}
        self.floor = self.seq = self.seq // 2
        for (kind, entity), entry in old.items():
            self.put(kind, entity, entry.data)
        self.compact()

    @property
    def cursor(self) -> str:
        return f"e{self.epoch}.{self.seq}"

    def state(self) -> dict[tuple[str, str], int]:
        """What is there: versions by entity."""
        return {key: entry.version for key, entry in self.entities.items()}

    async def poke(self, event: str = "changed", **more: Any) -> None:
        """Tell all who listen."""
        data = json.dumps({"head": self.cursor, "server_time": stamp(self.seq), **more})
        for stream in list(self.streams):
            stream.write(f"event: {event}\ndata: {data}\n\n".encode())
            with contextlib.suppress(OSError):
                await stream.drain()

    @contextlib.asynccontextmanager
    async def run(self) -> AsyncIterator[str]:
        async with serve(self.handle) as self.server:
            yield self.server.base

    async def handle(self, request: Request, writer: asyncio.StreamWriter) -> None:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "lost_request":
            hang_up(writer)
        status, answer = self._answer(request)
        if fault == "lost_answer":
            hang_up(writer)
        if fault == "told_again" and isinstance(answer, dict) and "changes" in answer:
            answer["changes"] += [entry.wire() for entry in reversed(self.log)]
        if fault.startswith("status"):
            _, status, after = [*fault.split(), "", ""][:3]
            writer.write(http_answer(b"", f"{status} No", Retry_After=after or "x"))
            return
        if request.path.endswith("/stream") and status == "200":
            writer.write(http_head(Content_Type="text/event-stream"))
            writer.write(b":hb\n\n")
            await writer.drain()
            self.streams.add(writer)
            try:
                await asyncio.sleep(3600)
            finally:
                self.streams.discard(writer)
            return
        body = json.dumps(answer).encode()
        kind = "application/json" if status == "200" else "application/problem+json"
        writer.write(http_answer(body, f"{status} X", Content_Type=kind))

    def _answer(self, request: Request) -> tuple[str, Any]:
        parts = request.path.strip("/").split("/")
        if parts == ["sites"]:
            return "200", [
                {"id": each, "name": each, "zone": "UTC", "day_starts": "00:00"}
                for each in self.sites
            ]
        if parts[1] not in self.sites:
            return self._problem(404, "not-found")
        if parts[2] == "session":
            return "200", self._session()
        if parts[2] == "snapshot":
            return self._snapshot(request.query)
        if parts[2] == "changes":
            return self._changes(request.query)
        if parts[2] == "stream":
            return "200", None
        return self._problem(404, "not-found")

    def _problem(self, status: int, name: str) -> tuple[str, Any]:
        kind = f"https://acd.example.org/problems/{name}"
        return str(status), {"type": kind, "title": name, "status": status}

    def _session(self) -> dict[str, Any]:
        session = {
            "actor": {"id": "sync", "name": "Sync", "role": "observer"},
            "scopes": ["floor:read"],
            "schema": {"min": self.schema[0], "max": self.schema[1]},
            "server_time": stamp(self.seq),
            "epoch": f"epoch {self.epoch}",
            "push": self.push,
            "idle_lock_s": 300,
            "folds": self.folds,
        }
        return {**session, "history_cursor": f"e{self.epoch}.0"} if self.history else session

    def _snapshot(self, query: dict[str, str]) -> tuple[str, Any]:
        """A fuzzy one: it reads what is there now, page by page, in the order of keys."""
        cursor, after = self.cursor, ("", "")
        if "page" in query:
            epoch, seq, kind, entity = query["page"].split("~")
            if epoch != f"e{self.epoch}":
                return self._problem(410, "cursor-gone")
            cursor, after = f"{epoch}.{seq}", (kind, bytes.fromhex(entity).decode())
        keys = sorted(key for key in self.entities if key > after)[: self.page]
        page = {
            "cursor": cursor,
            "server_time": stamp(self.seq),
            "sources": self.sources,
            "items": [self.entities[key].wire() for key in keys],
        }
        if len(keys) == self.page:
            epoch, seq = cursor.split(".")
            page["next_page"] = f"{epoch}~{seq}~{keys[-1][0]}~{keys[-1][1].encode().hex()}"
        if self.between_pages:
            self.between_pages.pop(0)()
        return "200", page

    def _changes(self, query: dict[str, str]) -> tuple[str, Any]:
        epoch, _, seq = query["since"].partition(".")
        if self.forgives_epochs:
            epoch = f"e{self.epoch}"
        if epoch != f"e{self.epoch}" or not self.floor <= int(seq) <= self.seq:
            return self._problem(410, "cursor-gone")
        newer = [entry for entry in self.log if entry.seq > int(seq)]
        page = newer[: self.page]
        end = page[-1].seq if page else int(seq)
        if len(page) == len(newer):
            end = self.seq
        if self.folds and query.get("fold") != "none":
            page = list({(entry.kind, entry.id): entry for entry in page}.values())
        answer = {
            "since": query["since"],
            "next": f"{epoch}.{end}",
            "has_more": end < self.seq,
            "server_time": stamp(self.seq),
            "sources": self.sources,
            "changes": [entry.wire() for entry in page],
        }
        if query.get("digest") == "true":
            answer["digest"] = {"cursor": answer["next"], "types": self._digest()}
        return "200", answer

    def _digest(self) -> dict[str, Any]:
        types: dict[str, Any] = {}
        for kind in ("queue", "agent", "contact", "note"):
            ids = sorted(entity for each, entity in self.entities if each == kind)
            lines = "".join(f"{each}:{self.entities[kind, each].version}\n" for each in ids)
            types[kind] = {"count": len(ids), "sha256": hashlib.sha256(lines.encode()).hexdigest()}
        return types
