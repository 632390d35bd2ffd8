"""What is wrong with a file of plans, what it would change, and what rules found, in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from data.clean import clean_text
from data.desk.plans import PlanChange
from data.plans.drafts import Fault, Problem
from data.plans.model import PlannedShift
from data.rules.roster_check import Finding
from data.rules.roster_rules import Level
from screens.roster_findings import finding_text
from screens.text import N_, _

_PROBLEMS = {
    Fault.UNREADABLE: N_("this cannot be read: {reason}"),
    Fault.NO_COLUMN: N_("there is no such column"),
    Fault.EMPTY: N_("something has to stand here"),
    Fault.BAD_TIME: N_("{word} is no time; write it as in 2026-03-28T22:00, or as in 06:00"),
    Fault.BAD_FOLD: N_("{word} is neither 0, for the first of two times, nor 1, for the second"),
    Fault.BAD_ACTIVITY: N_("{word} is no activity; write it as in break 10:00-10:15"),
    Fault.BAD_PATTERN: N_("a rotation has either a pattern of letters or a rule"),
    Fault.BAD_RULE: N_("{word} is no rule as in FREQ=WEEKLY;BYDAY=MO,TU"),
    Fault.NO_LETTER: N_("no shift is called {word}, and it is no letter of days off"),
    Fault.NO_END: N_("this goes on for ever; name the last day with --to"),
    Fault.NO_ZONE: N_("there is no time zone; name one with --zone"),
    Fault.BAD_ZONE: N_("there is no time zone {word}; write it as in Europe/Berlin"),
    Fault.UNKNOWN_AGENT: N_("the telephony knows no agent {word}"),
    Fault.SEVERAL_AGENTS: N_("several agents are called {word}: {known}; name one by number"),
    Fault.ENDS_BEFORE: N_("the shift ends before it has begun"),
    Fault.TOO_LONG: N_("the shift has {word} hours, which is more than a day"),
    Fault.OVERLAP: N_("on {day} {word} works already, by line {other}"),
    Fault.OVERLAPS_KEPT: N_("on {day} {word} works already: a shift on record begins {reason}"),
    Fault.PART_OUTSIDE: N_("{word} is not within a shift"),
    Fault.PART_OVERLAP: N_("{word} begins before what is planned before it has ended"),
    Fault.NOTHING_THERE: N_("on {day} nothing of the kind is planned for {word}"),
    Fault.TOO_MANY: N_("at most {word} shifts in one file"),
    Fault.TWICE: N_("{word} comes twice in {zone}; the first is meant (fold 0)"),
    Fault.SKIPPED: N_("{word} does not exist in {zone}; it is as much later as the clocks move"),
    Fault.NOT_MATCHED: N_("{word} is kept, though the telephony knows no such agent"),
    Fault.KEPT_ELSEWHERE: N_(
        "on {day} {word} works already by the roster of {reason}; that is one head, not two"
    ),
    Fault.LEFT_OUT: N_("{word} says nothing of hours, and is left out"),
}
_SECOND = N_("{word} comes twice in {zone}; the second is meant (fold 1)")
_NEAREST = N_("the telephony knows no agent {word}; did you mean {known}?")
_CHANGES = {"added": N_("+ added"), "changed": N_("~ changed"), "removed": N_("- removed")}
_LEVELS = {Level.VIOLATION: N_("!! violation"), Level.WARNING: N_("!  warning")}


def problem_words(problem: Problem, file: Path) -> str:
    """`december.csv:7: column start: ...`: what is wrong, and where."""
    text = _PROBLEMS[problem.fault]
    if problem.fault is Fault.TWICE and problem.fold:
        text = _SECOND
    if problem.fault is Fault.UNKNOWN_AGENT and problem.known:
        text = _NEAREST
    told = _(text).format(
        word=clean_text(problem.word),
        known=", ".join(problem.known),
        other=problem.other,
        day=problem.day,
        zone=clean_text(problem.zone),
        reason=clean_text(problem.reason),
    )
    place = f"{file}:{problem.line}" if problem.line else f"{file}"
    if problem.field:
        line = _("{place}: {field}: {told}")
        return line.format(place=place, field=clean_text(problem.field), told=told)
    return _("{place}: {told}").format(place=place, told=told)


def change_words(change: PlanChange, name: str) -> Iterator[str]:
    """What becomes of one shift: a line, or two where it was otherwise before."""
    head = f"{_(_CHANGES[change.what]):<10} {change.day.isoformat()} {name}"
    if change.before is not None and change.after is not None:
        yield _("{head}: {before} becomes {after}").format(
            head=head, before=shift_words(change.before), after=shift_words(change.after)
        )
    elif (shift := change.after or change.before) is not None:
        yield f"{head}: {shift_words(shift)}"


def shift_words(shift: PlannedShift) -> str:
    """`22:00-06:00, break 00:30-00:45`."""
    spans = [f"{shift.start.at[11:]}-{shift.end.at[11:]}"]
    spans += [f"{part.kind} {part.start.at[11:]}-{part.end.at[11:]}" for part in shift.parts]
    return ", ".join(spans)


def finding_words(finding: Finding, name: str) -> str:
    """What a rule found, in a line."""
    level = _(_LEVELS[finding.level])
    return f"{level:<12} {finding.day.isoformat()} {name}: {finding_text(finding)}"
