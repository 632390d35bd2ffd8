"""What a person's process does in the tests of two accounts: `CONFIG WHAT [ARGUMENT]`, JSON out."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from data.actions.files import ActionFile
from data.actions.verbs import Verb
from data.errors import StoreError
from data.files import FloorFiles
from data.identifiers import KeyMaker
from data.model import Kind
from data.people import account_name
from data.sync.asks import Ask, AskFile, encode_ask
from data.sync.spool import SpoolWriter
from supervisor_tui.commands.common import read_snapshot
from supervisor_tui.config import floor_files, load_config


def main() -> None:
    configuration = load_config(Path(sys.argv[1]))
    files = floor_files(configuration)
    what, argument = sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else ""
    match what:
        case "claim":
            answer: Any = claim(files, argument)
        case "forge":
            answer = forge(files, argument)
        case "entice":
            answer = entice(files, argument)
        case "peek":
            answer = peek(files)
        case "ask":
            answer = ask(files, argument)
        case "count":
            answer = len(read_snapshot(files).agents)
        case "watch":
            answer = watch(files)
        case _:
            raise SystemExit(2)
    print(json.dumps(answer), flush=True)


def claim(files: FloorFiles, pretended: str) -> str:
    """Claim a complaint under another's id, as a screen that was tampered with would write it."""
    snapshot = read_snapshot(files)
    key, complaint = next(
        (key, each) for key, each in sorted(snapshot.escalations.items()) if each.is_open
    )
    now = snapshot.clock().now()
    action = ActionFile(
        key=KeyMaker().make(now),
        verb=Verb.CLAIM,
        site=key.site,
        source=key.source,
        kind=Kind.ESCALATION,
        entity=key.id,
        version=complaint.version,
        pressed_at=now,
        not_after=now + 60_000,
        actor=pretended,
    )
    SpoolWriter(files, account_name(os.geteuid())).save(action)
    return action.key


def forge(files: FloorFiles, victim: str) -> dict[str, str]:
    """Everything by which one might act as another; how each attempt ends."""
    theirs = files.spool / victim
    mine = files.spool / account_name(os.geteuid())
    own = mine / "tmp" / "x"
    own.write_bytes(b"{}")
    name = KeyMaker().make(1_773_236_000_000) + ".json"
    tried = {
        "write": lambda: (theirs / "new" / name).write_bytes(b"{}"),
        "rename": lambda: own.rename(theirs / "new" / name),
        "link": lambda: (theirs / "new" / name).hardlink_to(own),
        "own_folder": (files.spool / "forged").mkdir,
        "list": lambda: list((theirs / "new").iterdir()),
        "remove": (theirs / "new").rmdir,
        "write_cache": lambda: files.cache.open("r+b"),
        "become": lambda: os.setuid(files.root.stat().st_uid),
    }
    ended = {each: outcome(attempt) for each, attempt in tried.items()}
    own.unlink()
    return ended


def entice(files: FloorFiles, victim: str) -> str:
    """Leave links to what is another's, for the sync process to follow."""
    new = files.spool / account_name(os.geteuid()) / "new"
    maker = KeyMaker()
    for target in (files.outbox, files.spool / victim / "new", files.root / "caller.key"):
        (new / (maker.make(1_773_236_000_000) + ".json")).symlink_to(target)
    os.mkfifo(new / (maker.make(1_773_236_000_000) + ".json"))
    return "left"


def peek(files: FloorFiles) -> dict[str, str]:
    """Which of the floor's files can be read, and who can be looked at."""
    names = ["outbox.db", "outbox.db-wal", "outbox.ballast", "desk.db", "caller.key", "sync.log"]
    seen = {name: outcome(lambda name=name: (files.root / name).read_bytes()) for name in names}
    seen["spool-bad"] = outcome(lambda: list(files.bad_spool.iterdir()))
    seen["cache.db"] = outcome(files.cache.read_bytes)
    return seen


def ask(files: FloorFiles, target: str) -> str:
    """Ask about an action past the command's own look."""
    now = read_snapshot(files).clock().now()
    wish = AskFile(key=KeyMaker().make(now), ask=Ask.RETRY, target=target, pressed_at=now)
    SpoolWriter(files, account_name(os.geteuid())).save_ask(wish.key, encode_ask(wish))
    return wish.key


def watch(files: FloorFiles) -> dict[str, list[str]]:
    """Read the cache whenever told to, until there is nothing more to be told."""
    faults: list[str] = []
    for _line in sys.stdin:
        rows = 0
        for _ in range(20):
            try:
                rows = len(read_snapshot(files).agents)
            except StoreError as error:
                faults.append(str(error))
        print(json.dumps({"rows": rows}), flush=True)
    return {"faults": faults}


def outcome(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError as error:
        return type(error).__name__
    return "read"


main()
