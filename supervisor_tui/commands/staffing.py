"""`supervisor-tui staffing`: what callers meet with so many agents, and how many are needed."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import msgspec

from data.rules.staffing import (
    ERLANG_A,
    TARGET_S,
    Goals,
    Load,
    Number,
    measure,
    required,
    scheduled,
)
from screens.formats import UNDEFINED, format_percent, localised
from screens.text import _
from supervisor_tui.answering import answer_arguments, demand, refuse
from supervisor_tui.arguments.planning import LevelGoal
from supervisor_tui.batch import Answer
from supervisor_tui.failures import UsageError

GOALS = ("goal", "asa", "max_occupancy", "max_abandon")
LOAD = ("calls", "interval", "aht")
MOST_ERLANGS = 1_000_000


def run(arguments: argparse.Namespace) -> int:
    """Answer one question, or with `--batch` a line each.

    Raises:
        UsageError: The options do not make a question that has an answer.
    """
    return answer_arguments(arguments, _answer, _lines)


def _answer(arguments: argparse.Namespace) -> Answer:
    if arguments.required is not None:
        refuse(arguments, *LOAD, *GOALS, "agents", "target", "patience", beside="required")
        return {
            "required": arguments.required,
            "scheduled": scheduled(arguments.required, arguments.shrinkage or 0),
        }
    demand(arguments, *LOAD)
    load = Load(arguments.calls, arguments.interval, arguments.aht)
    if load.erlangs > MOST_ERLANGS:
        message = _("A load of more than {most} Erlangs is beyond what this works out.")
        raise UsageError(message.format(most=MOST_ERLANGS))
    if arguments.agents is not None:
        refuse(arguments, *GOALS, "shrinkage", beside="agents")
        figures = measure(load, arguments.agents, _target(arguments), arguments.patience)
        return msgspec.structs.asdict(figures)
    return _required(arguments, load)


def _required(arguments: argparse.Namespace, load: Load) -> Answer:
    if all(getattr(arguments, name) is None for name in GOALS):
        raise UsageError(
            _("Ask for --agents, or name a goal: --goal, --asa, --max-occupancy or --max-abandon.")
        )
    if arguments.max_abandon is not None and arguments.patience is None:
        raise UsageError(_("--max-abandon needs --patience: without it nobody ever hangs up."))
    goal = arguments.goal
    goals = Goals(
        service_level=goal and goal.share,
        target_s=_target(arguments),
        asa_s=arguments.asa,
        max_occupancy=arguments.max_occupancy,
        max_abandon=arguments.max_abandon,
    )
    needed = required(load, goals, arguments.patience, arguments.shrinkage or 0)
    return {
        "required": needed.required,
        "scheduled": needed.scheduled,
        **msgspec.structs.asdict(needed.figures),
    }


def _target(arguments: argparse.Namespace) -> Number:
    """The threshold of the service level that is told."""
    goal: LevelGoal | None = arguments.goal
    target: Fraction | None = arguments.target
    if goal is not None and target not in {None, goal.target_s}:
        raise UsageError(_("--target and --goal name different thresholds."))
    if goal is not None:
        return goal.target_s
    return TARGET_S if target is None else target


def _lines(arguments: argparse.Namespace, answer: Mapping[str, Any]) -> Iterator[str]:
    rows = list(_rows(arguments, answer))
    width = max(len(label) for label, _value in rows)
    for label, value in rows:
        yield f"{label:{width}}  {value}"
    if "model" in answer:
        yield _("An estimate by the model, for callers who come at random and one queue.")


def _rows(arguments: argparse.Namespace, answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "required" in answer:
        yield _("Required on the phone"), str(answer["required"])
        yield _("To be scheduled"), str(answer["scheduled"])
    if "model" not in answer:
        return
    is_impatient = answer["model"] == ERLANG_A
    yield _("Model"), "Erlang A" if is_impatient else "Erlang C"
    yield _("Load"), _("{value} Erlangs").format(value=_number(answer["offered_erlangs"]))
    yield _("Has to wait"), _percent(answer["p_wait"])
    within = _("Answered within {target} s, of offered")
    target = _number(_target(arguments)).removesuffix(localised(".0"))
    yield within.format(target=target), _percent(answer["service_level"])
    yield _("Average speed of answer"), _seconds(answer["asa_s"])
    yield _("Occupancy"), _percent(answer["occupancy"])
    yield _("Abandoned"), _percent(answer["abandon_rate"] if is_impatient else None)


def _number(value: Number) -> str:
    return localised(f"{float(value):.1f}")


def _percent(share: float | None) -> str:
    if share is None:
        return UNDEFINED
    return _("{value} %").format(value=format_percent(100 * share))


def _seconds(value: float | None) -> str:
    return UNDEFINED if value is None else _("{value} s").format(value=_number(value))
