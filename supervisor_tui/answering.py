"""Commands that work something out: one answer for a person or a program, or a batch of them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from screens.text import _
from supervisor_tui.batch import Answer, answer_objects, answer_options, read_object
from supervisor_tui.failures import UsageError
from supervisor_tui.parser import LineError

DONE = 0
Told: TypeAlias = Callable[[argparse.Namespace, Mapping[str, Any]], Iterable[str]]
"""Words an answer for a person, line by line."""


def answer_arguments(
    arguments: argparse.Namespace,
    answer: Callable[[argparse.Namespace], Answer],
    lines: Told,
) -> int:
    """Answer what the options ask, or with `--batch` what each line of the input asks.

    An option that a line does not name has the value that the command line gives it.

    Args:
        arguments: As parsed; options that were not given are None.
        answer: Works an answer out.
        lines: Words it for a person.

    Returns:
        The exit status: 1 where a line of a batch was bad.

    Raises:
        UsageError: There is no answer.
    """

    def answer_line(line: argparse.Namespace) -> Answer:
        given = {name: value for name, value in vars(line).items() if value is not None}
        return answer(argparse.Namespace(**{**vars(arguments), **given}))

    if arguments.batch:
        return answer_options(arguments.command, answer_line)
    return _print(arguments, answer(arguments), lines)


def answer_input(
    arguments: argparse.Namespace,
    answer: Callable[[Mapping[str, Any]], Answer],
    lines: Told,
) -> int:
    """Answer the JSON object on the input, or with `--batch` one on each of its lines.

    Args:
        arguments: As parsed.
        answer: Works an answer out.
        lines: Words it for a person.

    Returns:
        The exit status: 1 where a line of a batch was bad.

    Raises:
        UsageError: There is no answer.
    """
    if arguments.batch:
        return answer_objects(answer)
    try:
        question = read_object(sys.stdin.buffer.read())
    except LineError as error:
        raise UsageError(str(error)) from None
    return _print(arguments, answer(question), lines)


def demand(arguments: argparse.Namespace, *names: str) -> None:
    """Make sure that options were given.

    Raises:
        UsageError: One was not.
    """
    for name in names:
        if getattr(arguments, name) is None:
            raise UsageError(_("--{option} is missing.").format(option=name.replace("_", "-")))


def refuse(arguments: argparse.Namespace, *names: str, beside: str) -> None:
    """Make sure that options were not given.

    Args:
        arguments: As parsed.
        names: Options that have no meaning here.
        beside: The option beside which they have none.

    Raises:
        UsageError: One was given.
    """
    for name in names:
        if getattr(arguments, name) is not None:
            message = _("--{option} has no meaning beside --{other}.")
            raise UsageError(message.format(option=name.replace("_", "-"), other=beside))


def _print(
    arguments: argparse.Namespace,
    answer: Answer,
    lines: Told,
) -> int:
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False, allow_nan=False))
    else:
        sys.stdout.writelines(f"{line}\n" for line in lines(arguments, answer))
    return DONE
