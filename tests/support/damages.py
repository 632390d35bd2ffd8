"""Seeded ways in which a database file comes to be damaged or to be something else."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from data.cache.formats import CACHE

PAGE = 4096
Damage = Callable[[Path, random.Random], None]


def truncate(path: Path, chance: random.Random) -> None:
    """Cut off at any byte, as a copy that was broken off is."""
    content = path.read_bytes()
    path.write_bytes(content[: chance.randrange(len(content))])


def flip(path: Path, chance: random.Random) -> None:
    """Bits that have turned over, few or many."""
    content = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 8, 64, 512))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def blank_pages(path: Path, chance: random.Random) -> None:
    """Pages that were never written, as after a power cut."""
    content = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 2, 5))):
        at = chance.randrange(len(content) // PAGE) * PAGE
        content[at : at + PAGE] = bytes(PAGE)
    path.write_bytes(content)


def swap_pages(path: Path, chance: random.Random) -> None:
    """Pages that stand in each other's place."""
    content = bytearray(path.read_bytes())
    one, two = (chance.randrange(1, len(content) // PAGE) * PAGE for _ in range(2))
    first, second = content[one : one + PAGE], content[two : two + PAGE]
    content[one : one + PAGE], content[two : two + PAGE] = second, first
    path.write_bytes(content)


def append(path: Path, chance: random.Random) -> None:
    """Something behind its end."""
    with path.open("ab") as file:
        file.write(chance.randbytes(chance.choice((1, 100, 3 * PAGE))))


def spoil_log(path: Path, chance: random.Random) -> None:
    """A log beside it that belongs to nothing."""
    log = path.with_name(f"{path.name}-wal")
    log.write_bytes(chance.randbytes(chance.choice((10, 32 + 24 + PAGE, 10 * PAGE))))


def spoil_index(path: Path, chance: random.Random) -> None:
    """An index of the log that holds anything."""
    path.with_name(f"{path.name}-shm").write_bytes(chance.randbytes(32 * 1024))


def other_file(path: Path, chance: random.Random) -> None:
    """Something else under its name."""
    path.write_bytes(
        chance.choice((b"", b"\0" * PAGE, b"not a database\n", chance.randbytes(9000)))
    )


def other_database(path: Path, _chance: random.Random) -> None:
    """The database of another program under its name."""
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE note (text)")


def other_version(path: Path, chance: random.Random) -> None:
    """A version of its tables that this program does not know, or never was."""
    with closing(sqlite3.connect(path)) as connection:
        version = chance.choice((CACHE.version + 1, 999, 2**31 - 1))
        connection.execute(f"PRAGMA user_version = {version}")


def other_table(path: Path, chance: random.Random) -> None:
    """Tables that are not as this program makes them."""
    statement = chance.choice(
        ("DROP TABLE block", "ALTER TABLE block ADD COLUMN more TEXT", "CREATE TABLE more (a)")
    )
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)


DAMAGES: tuple[Damage, ...] = (
    *(truncate, flip, flip, flip, blank_pages, blank_pages, swap_pages, append),
    *(spoil_log, spoil_index, other_file, other_database, other_version, other_table),
)


def damage(path: Path, seed: int) -> str:
    """Do to a closed database what a seed says; the name of it."""
    chance = random.Random(seed)
    done = DAMAGES[seed % len(DAMAGES)]
    done(path, chance)
    return done.__name__
