"""The entry: reads the command line, runs one command, and says in words what went wrong."""

from __future__ import annotations

import codecs
import importlib
import os
import sys
from collections.abc import Callable, Sequence

from screens.text import set_language
from supervisor_tui.garbage import collect_seldom
from supervisor_tui.parser import parse
from supervisor_tui.terminal_locale import given_environ, is_utf8

DONE = 0
INTERRUPTED = 130
UMASK = 0o027
"""What is made is for the owner and the floor's group; SQLite's side files have no other say."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: The arguments after the program's name; None takes the process's own.

    Returns:
        The exit status: 0 done, 1 failed, 2 used wrongly.
    """
    os.umask(UMASK)
    collect_seldom()
    _open_streams()
    _tolerate_any_character()
    set_language()
    return worded(lambda: _run(argv))


def worded(work: Callable[[], int]) -> int:
    """Do something, and say in words what went wrong.

    Returns:
        What it answered, or the exit status that goes with the error.
    """
    try:
        status = work()
        _flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _abandon_output()
    except Exception as error:  # noqa: BLE001 - the last place where an error can be worded
        if isinstance(error.__cause__, SystemExit):
            raise error.__cause__ from None  # a signal, in an import: Python 3.11 calls it an error
        from supervisor_tui.failures import is_disk_full, report

        status = report(error)
        if is_disk_full(error):
            _abandon_output()  # what a full disk does not take is not to be tried again at exit
    return status


def _open_streams() -> None:
    """Open what was closed before we came, or a file of ours would stand in its place."""
    for name, flags in (("stdin", os.O_RDONLY), ("stdout", os.O_WRONLY), ("stderr", os.O_WRONLY)):
        if getattr(sys, name) is None:
            lowest = os.open(os.devnull, flags)
            setattr(sys, name, os.fdopen(lowest, "r" if flags == os.O_RDONLY else "w"))


def _run(argv: Sequence[str] | None) -> int:
    arguments = parse(argv)
    from supervisor_tui.confined import refuse

    refuse(arguments)
    command = importlib.import_module(f"supervisor_tui.commands.{arguments.command}")
    return int(command.run(arguments))


def _tolerate_any_character() -> None:
    """Names of people are not to fail on a terminal that cannot show them.

    What goes to the standard output says by itself which characters it may have; JSON has any.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if hasattr(sys.stderr, "reconfigure") and not is_utf8(given_environ()):
        codecs.register_error("spelt", _spell)
        sys.stderr.reconfigure(encoding="ascii", errors="spelt")


def _spell(error: UnicodeError) -> tuple[str, int]:
    """What stands for characters that the terminal does not have."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    from screens.glyphs import to_ascii

    return to_ascii(error.object[error.start : error.end]), error.end


def _flush() -> None:
    sys.stdout.flush()


def _abandon_output() -> int:
    """Whoever read our output has seen enough; nothing is to complain of that at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return DONE
