"""Commands that answer many questions: one JSON object a line in, one answer a line out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from screens.text import _
from supervisor_tui.failures import UsageError
from supervisor_tui.parser import LineError, line_parser

ALL_ANSWERED, SOME_BAD = 0, 1
_EXACT = 2**53
"""Up to here a float holds every whole number."""

Answer = Mapping[str, object]


def answer_options(command: str, answer: Callable[[argparse.Namespace], Answer]) -> int:
    """Answer lines whose keys are the command's own options, `-` written `_`.

    Args:
        command: The command whose options they are.
        answer: Works one line out.

    Returns:
        The exit status: 1 where a line was bad.
    """
    parser = line_parser(command)

    def answer_line(line: Mapping[str, Any]) -> Answer:
        return answer(parser.parse_args([command, *_words(line)]))

    return answer_objects(answer_line)


def answer_objects(answer: Callable[[Mapping[str, Any]], Answer]) -> int:
    """Answer lines that are the question themselves; a bad one is answered `{"error": ...}`.

    Args:
        answer: Works one line out.

    Returns:
        The exit status: 1 where a line was bad.
    """
    status = ALL_ANSWERED
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        try:
            reply = answer(read_object(line))
        except (LineError, UsageError) as error:
            reply, status = {"error": str(error)}, SOME_BAD
        sys.stdout.write(json.dumps(reply, ensure_ascii=False, allow_nan=False) + "\n")
        sys.stdout.flush()
    return status


def read_object(line: bytes) -> Mapping[str, Any]:
    """The JSON object that a line is.

    Raises:
        LineError: It is none.
    """
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:  # a UnicodeDecodeError is a ValueError
        raise LineError(_("not JSON: {reason}").format(reason=error)) from None
    if not isinstance(value, dict):
        raise LineError(_("not a JSON object"))
    return value


def _words(line: Mapping[str, Any]) -> Iterator[str]:
    """The line as it would be typed: a list with commas; absent, false and null are not typed."""
    for key, value in line.items():
        option = "--" + key.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            yield option
        elif isinstance(value, str | int | float):
            # In one word, so that a value may begin with a dash.
            yield f"{option}={_as_typed(value)}"
        elif isinstance(value, list) and all(isinstance(each, str) for each in value):
            yield f"{option}={','.join(value)}"
        else:
            raise LineError(_("{key}: expected a text or a number").format(key=key))


def _as_typed(value: str | int | float) -> str | int | float:
    """A value as a person types it: to JSON 15.0 is a whole number."""
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < _EXACT
    return int(value) if is_whole else value
