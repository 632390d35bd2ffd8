"""Errors that end a command: the sentence, and the exit status."""

from __future__ import annotations

import errno
import sys

from data.errors import FloorError
from screens.sentences import error_sentence
from screens.text import _
from supervisor_tui.config import ConfigError, word_problem

FAILED = 1
USED_WRONGLY = 2


class UsageError(Exception):
    """Arguments that do not fit what there is; its text is a sentence for the person."""


class CommandFailed(Exception):
    """A command that could not do its work; its text is a sentence for the person."""


def is_disk_full(error: Exception) -> bool:
    """Whether there was no room for what was to be written."""
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}


def report(error: Exception) -> int:
    """Say what went wrong on the error output; the exit status that goes with it."""
    match error:
        case ConfigError(problems=problems):
            _say(*map(word_problem, problems))
            return USED_WRONGLY
        case UsageError():
            _say(str(error))
            return USED_WRONGLY
        case CommandFailed():
            _say(str(error))
        case FloorError():
            _say(error_sentence(error))
        case OSError() if is_disk_full(error):
            _say(_("The disk is full: the output is not there, or only in part."))
        case _:
            from supervisor_tui.incident import record, word_incident

            _say(word_incident(record(error)))
    return FAILED


def _say(*lines: str) -> None:
    for line in lines:
        print(line, file=sys.stderr)
