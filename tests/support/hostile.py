"""A floor whose every text is an attack, served over real HTTP; and what a terminal may be sent."""

from __future__ import annotations

import asyncio
import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from typing import Any

from tests.support.model_api import ModelApi, agent, contact, queue, stamp

PAYLOADS: dict[str, str] = {
    "blink": "\x1b[5;35mred",
    "clear": "\x1b[3J\x1b[999;999Hgone",
    "report": "\x1b[6n\x1b[c\x1b[21t",
    "clipboard": "\x1b]52;c;cm0gLXJmIH4=\x07",
    "link": "\x1b]8;;http://evil.example/\x1b\\click\x1b]8;;\x1b\\",
    "title": "\x1b]0;owned\x07\x1b]2;owned\x1b\\",
    "c1": "\x9b5;35m\x9d52;c;cm0=\x9c\x90q\x9c\x85",
    "dcs": '\x1bP$q"p\x1b\\\x1bP+q544e\x1b\\',
    "apc": "\x1b_Gf=100;AAAA\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\",
    "reset": "\x1bc\x1b(0lqk\x1b(B\x0e\x0f",
    "modes": "\x1b[?1000h\x1b[?1049l\x1b[?25l\x1b[4h\x1b[20h",
    "keys": "\x1b[>25u\x1b]22;wait\x07",
    "bidi": "\u202egnp.exe\u202c\u2066abc\u2069\u200f\u061c",
    "zero": "a\u200bb\u200cc\u200dd\ufeffe\u2060f\u00adg",
    "combining": "Z" + "\u0300\u0315\u035b" * 60 + "algo",
    "markup": "[red]red[/red][@click=app.quit]x[/][bold",
    "closing": "a[/]b[/red]c\\[d",
    "nul": "nul\x00bel\x07bs\x08\x08del\x7f",
    "lines": "one\r\ntwo\ttab\x0bvt\x0cff\u2028ls\u2029ps",
    "long": "W\u754c" * 1900,
    "formula": "=cmd|'/c calc'!A1",
    "plus": "+1+1@SUM(A1)",
    "tags": "\U000e0041\U000e0042\U000e007f\U0001f3f4",
    "private": "\ue000\uf8ff\U000f0000\ufdd0\uffff",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467\ufe0f\u2764\ufe0f",
    "shell": "$(id)`id`;id|id&&id %s %n {0} {x!r}",
    "sql": "'; DROP TABLE queue; --\"",
}
SURROGATE = "\ud800lone\udc1b[31m"
"""Travels as an escape of JSON, and is no text at all."""


def marked(number: int, name: str) -> str:
    """A payload behind a sign by which to see that it has come."""
    return f"{number:02}{PAYLOADS[name]}"


def fill(api: ModelApi) -> None:
    """Put a payload into every text there is of every kind of entity."""
    for number, name in enumerate(PAYLOADS):
        _entities(api, number, marked(number, name))
    _entities(api, len(PAYLOADS), SURROGATE)
    api.sources = [
        {"name": marked(number, name)[:64], "state": "live", "as_of": stamp(0)}
        for number, name in enumerate(PAYLOADS)
    ]


def _entities(api: ModelApi, number: int, text: str) -> None:
    short, id_ = text[:255], f"{text[:200]}/{number}"
    counts = {**queue()["day"], "offered": 100 - number, "answered": 50, "abandoned": 9}
    api.put("queue", f"q{number}", queue(text, client=text, contacts_waiting=1, day=counts))
    api.put("queue", id_, queue(text, channel=text, direction=text))
    api.put(
        "interval",
        f"i{number}",
        {"queue": short, "starts_at": stamp(0), "minutes": 15, "counts": counts},
    )
    person = {"id": "boss", "name": text}
    api.put(
        "agent",
        f"a{number}",
        agent(
            "agentNotReady" if number % 2 else "agentReady",
            name=text,
            team=text,
            reason_code=text,
            queues=["q0", short],
            skills=[{"name": text, "level": 1}],
            assist_since=stamp(0),
            assist_by=person,
            state_by=person,
            contact=short if number % 3 else None,
            pending_state=text,
        ),
    )
    api.put("agent", id_, agent(text, team=text, name=text))
    call: dict[str, Any] = {
        "queued_at": stamp(0),
        "caller_masked": text,
        "caller_key": short,
        "recording": text,
        "listeners": [short, f"a{number}"],
        "priority": number,
    }
    api.put("contact", f"c{number}", contact("waiting", **{**call, "queue": "q0"}))
    api.put("contact", id_, contact("waiting", **{**call, "queue": short, "channel": text}))
    spoken = {"queue": "q0", "agent": f"a{number}", "answered_at": stamp(1)}
    api.put("contact", f"d{number}", contact("connected", **{**call, **spoken}))
    api.put("contact", f"d{number}", contact("held", **{**call, **spoken}))
    api.put("contact", f"d{number}", contact("ended", **{**call, **spoken}))
    api.put("escalation", id_, _complaint(text, short))
    api.put(
        "shift",
        id_,
        {
            "agent_id": f"a{number}",
            "starts_at": stamp(-3600),
            "ends_at": stamp(36000),
            "local_start": text,
            "zone": text,
            "activities": [{"kind": text, "starts_at": stamp(0), "ends_at": stamp(600)}],
        },
    )
    about = {"type": text, "id": short}
    note = {"author": "boss", "text": text, "written_at": stamp(0), "about": about}
    api.put("note", id_, note)
    api.put(
        "alert",
        id_,
        {
            "kind": text,
            "severity": text,
            "raised_at": stamp(0),
            "about": about,
            "text": text,
            "acknowledged_by": text,
        },
    )


def _complaint(text: str, short: str) -> dict[str, Any]:
    return {
        **dict.fromkeys(("reference", "status", "severity", "summary"), text),
        **dict.fromkeys(("remedy_sought", "caller_masked", "outcome", "resolution"), text),
        "received_at": stamp(-600),
        "owner": {"id": "boss", "name": text, "since": stamp(0)},
        "tier": 2,
        "clocks": [{"name": text, "due_at": stamp(900)}],
        "channel": text,
        "queue": "q0",
        "contact": short,
        "caller_key": short,
        "recording": text,
        "events": [{"at": stamp(0), "who": text, "what": text, "note": text}],
    }


@contextmanager
def serving_hostile() -> Iterator[str]:
    """Serve such a floor from a thread; gives its base URL."""
    api = ModelApi(page=5000, folds=False, history=True)
    fill(api)
    said: Queue[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = Queue()

    async def run() -> None:
        stop = asyncio.Event()
        async with api.run() as url:
            said.put((url, asyncio.get_running_loop(), stop))
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    url, loop, stop = said.get(timeout=20)
    try:
        yield url
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


# What the program may send to a terminal

_PIECE = re.compile(
    rb"\x1b\[(?P<params>[<=>?0-9;:]*)(?P<between>[ -/]*)(?P<final>[@-~])"
    rb"|(?P<pointer>\x1b\]22;[a-z-]*(?:\x07|\x1b\\))"
    rb"|(?P<text>[^\x00-\x1f\x7f]+)"
    rb"|[\r\n\b]|\x1bM"  # cursor to the margin, down, left, up
)
MODES = {7, 25, 1000, 1002, 1003, 1004, 1006, 1015, 1049, 2004, 2026, 2048}
"""Wrapping, cursor, mouse, focus, alternate screen, paste, synchronised updates, resizing."""
MOVES = set("ABCDGHdf")
BLINKS = {"5", "6", "8"}


def offences(raw: bytes, rows: int, columns: int) -> list[str]:
    """Whatever was sent to a terminal of this size that is not the program's own speech."""
    found: list[str] = []
    at = 0
    while at < len(raw):
        piece = _PIECE.match(raw, at)
        if piece is None:
            found.append(f"{raw[at - 20 : at]!r} before {raw[at : at + 40]!r}")
            at += 1
            continue
        if piece["final"]:
            fault = _fault(piece, rows, columns)
        else:
            fault = _unprintable(piece["text"] or b"")
        if fault:
            found.append(f"{fault}: {piece[0][:60]!r}")
        at = piece.end()
    return found


def _fault(piece: re.Match[bytes], rows: int, columns: int) -> str:
    params, final = piece["params"].decode(), piece["final"].decode()
    numbers = [int(each or 1) for each in re.split("[;:]", params.lstrip("<=>?"))]
    if piece["between"]:
        return "" if piece[0] in {b"\x1b[?2026$p", b"\x1b[?2048$p"} else "a query"
    if final == "m":
        if params[:1] in {"<", "=", ">", "?"}:
            return "a private attribute"
        parts = re.sub(r"[34]8;(?:5;\d+|2;\d+;\d+;\d+)", "", params).split(";")
        return "a blinking or hidden text" if BLINKS & set(parts) else ""
    if final in "hl":
        return "" if params.startswith("?") and set(numbers) <= MODES else "a mode"
    if final in MOVES or final in "KJXPLMST@r":
        is_private = not re.fullmatch(r"[\d;]*", params)
        is_outside = max(numbers) > max(rows, columns) or (final in "Hfr" and numbers[0] > rows)
        return "a move" if is_private or is_outside or (final, params) == ("J", "3") else ""
    if final == "u":
        return "" if params == "<" else "a keyboard mode"
    return "a sequence"


def _unprintable(text: bytes) -> str:
    for char in text.decode("utf-8", "surrogateescape"):
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
            return f"U+{ord(char):04X}"
    return ""


def unprintable(text: str) -> list[str]:
    """What no line of a file or a pipe should hold beside its line breaks."""
    bad = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return sorted({f"U+{ord(c):04X}" for c in text if unicodedata.category(c) in bad} - {"U+000A"})
