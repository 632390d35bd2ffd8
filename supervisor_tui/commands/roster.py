"""`supervisor-tui roster`: plans of shifts, taken in, shown, held against rules, passed on."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from data.clock import HostClock
from data.desk.plans import PlanBatch, PlanImported, import_plan, told_plan
from data.desk.store import SqliteKeeper
from data.errors import Code
from data.files import FloorFiles
from data.people import People, account_name, may_plan
from data.plans.drafts import PlanError, Problem
from data.plans.ics_export import write_ics
from data.plans.model import KINDS, PlannedShift
from data.rules.roster_check import Finding, check_roster
from data.rules.roster_rules import USUAL, Level, RosterRules, load_rules, rules_path
from data.rules.rule_error import RuleError
from data.sync.outbox import Outbox
from screens import words
from screens.rule_sentences import rule_sentence
from screens.sentences import sentence
from screens.text import _, ngettext
from supervisor_tui.commands.common import checked_site, open_configuration
from supervisor_tui.config import Configuration, floor_files
from supervisor_tui.failures import CommandFailed, UsageError
from supervisor_tui.handing_over import have_imported
from supervisor_tui.instants import instant
from supervisor_tui.roster_import import (
    Question,
    ReadPlan,
    form_of,
    kept_elsewhere,
    read_aliases,
    read_plan,
    roll_of,
    zone_of,
)
from supervisor_tui.roster_show import (
    Choice,
    Roster,
    known_floor,
    partial_lines,
    read_roster,
    roster_json,
    roster_lines,
)
from supervisor_tui.roster_words import change_words, finding_words, problem_words

DONE, VIOLATED = 0, 1
_MOST_TOLD = 50
"""Lines of one kind; a file of another format would have thousands."""


def run(arguments: argparse.Namespace) -> int:
    """Do one of the tasks.

    Raises:
        UsageError: There is no such site, agent, team, pack or format.
        CommandFailed: The file cannot be used; nothing was imported.
        StoreError: The floor's files cannot be used.
    """
    if arguments.task == "check" and arguments.print:
        _rules(arguments.rules or USUAL)
        sys.stdout.write(rules_path(arguments.rules or USUAL).read_text(encoding="utf-8"))
        return DONE
    configuration = open_configuration(arguments)
    site = checked_site(configuration, arguments.site)
    if arguments.task == "import":
        return _import(configuration, site or configuration.sites[0].id, arguments)
    choice = Choice(site, arguments.first, arguments.last, arguments.agent, arguments.team)
    files = floor_files(configuration)
    snapshot = known_floor(files)
    zones = {each.id: each.zone for each in configuration.sites}
    roster = read_roster(files, snapshot, zones, choice)
    match arguments.task:
        case "show":
            return _show(roster, choice, arguments)
        case "check":
            rules = _rules(arguments.rules or _site_rules(configuration, site))
            return _check(roster, rules, arguments)
        case _:
            return _export(roster, arguments)


def _import(configuration: Configuration, site: str, arguments: argparse.Namespace) -> int:
    files = floor_files(configuration)
    site_zone = next(each.zone for each in configuration.sites if each.id == site)
    snapshot = known_floor(files)
    roll = roll_of(snapshot, site, read_aliases(arguments.aliases))
    question = Question(
        file=arguments.file,
        form=form_of(arguments.file, arguments.format),
        zone=zone_of(arguments.zone or "", site_zone),
        first=arguments.first,
        last=arguments.last,
        agent=arguments.agent,
        allow_unknown=arguments.allow_unknown,
    )
    try:
        plan = read_plan(question, roll)
    except PlanError as error:
        raise CommandFailed("\n".join(_told(error.problems, arguments.file))) from error
    batch = plan.batch(site, account_name(os.geteuid()), is_trial=arguments.dry_run)
    done = _keep(configuration, files, batch)
    if done.overlaps:
        overlaps = map(plan.placed, done.overlaps)
        raise CommandFailed("\n".join(_told(overlaps, arguments.file)))
    if done.problem:
        raise CommandFailed(sentence(Code(done.problem), ""))
    beside = map(plan.placed, kept_elsewhere(plan, snapshot, site))
    for line in _told((*plan.told, *beside), arguments.file):
        print(line, file=sys.stderr)
    _tell_import(plan, done, roll.names, arguments)
    return DONE


def _keep(configuration: Configuration, files: FloorFiles, batch: PlanBatch) -> PlanImported:
    """Have a plan imported, or tried, by whoever may write the desk's file."""

    def here() -> PlanImported:
        if not may_plan(People(configuration.people), os.geteuid()):
            return PlanImported(problem=Code.FORBIDDEN.value)
        now = HostClock().now()
        keeper = SqliteKeeper.open(files, batch.site)
        try:
            with keeper.transaction():
                done = import_plan(keeper, batch, now)
        finally:
            keeper.close()
        if done.changes and not batch.is_trial:
            outbox = Outbox.open(files)
            try:
                outbox.note("imported", os.geteuid(), now, told_plan(batch, done))
            finally:
                outbox.close()
        return done

    return have_imported(files, batch, PlanImported, here)


def _told(problems: Iterable[Problem], file: Path) -> list[str]:
    lines = [problem_words(problem, file) for problem in problems]
    if len(lines) <= _MOST_TOLD:
        return lines
    more = ngettext("and {count} more", "and {count} more", len(lines) - _MOST_TOLD)
    return [*lines[:_MOST_TOLD], more.format(count=len(lines) - _MOST_TOLD)]


def _tell_import(
    plan: ReadPlan, done: PlanImported, names: Mapping[str, str], arguments: argparse.Namespace
) -> None:
    counts = {what: done.count(what) for what in ("added", "changed", "removed")}
    if arguments.json:
        _print_json(
            {
                "imported": not arguments.dry_run,
                "from": plan.first.isoformat(),
                "to": plan.last.isoformat(),
                **counts,
                "same": done.same,
                "changes": msgspec.to_builtins(done.changes),
            }
        )
        return
    for change in done.changes:
        for line in change_words(change, names.get(change.agent, change.agent)):
            print(line)
    if arguments.dry_run:
        text = _(
            "{first} to {last}: {added} would be added, {changed} changed, {removed} removed;"
            " {same} as they are."
        )
    else:
        text = _(
            "{first} to {last}: {added} added, {changed} changed, {removed} removed;"
            " {same} as they were."
        )
    first, last = plan.first.isoformat(), plan.last.isoformat()
    print(text.format(first=first, last=last, same=done.same, **counts))


def _show(roster: Roster, choice: Choice, arguments: argparse.Namespace) -> int:
    if arguments.json:
        _print_json(roster_json(roster, choice))
    else:
        sys.stdout.writelines(f"{line}\n" for line in roster_lines(roster))
    return DONE


def _check(roster: Roster, rules: RosterRules, arguments: argparse.Namespace) -> int:
    shifts = {id(one.shift): one for one in roster.shifts}
    found = check_roster(
        (one.shift for one in roster.shifts), rules, arguments.first, arguments.last
    )
    is_violated = any(each.level is Level.VIOLATION for each in found)
    if arguments.json:
        _print_json(
            {
                "rules": rules.name,
                "version": rules.version,
                "shifts": len(roster.shifts),
                "whole": roster.is_whole,
                "violations": [_finding_json(each, shifts[id(each.shift)].name) for each in found],
            }
        )
        return VIOLATED if is_violated else DONE
    for each in found:
        print(finding_words(each, shifts[id(each.shift)].name))
    violations = sum(each.level is Level.VIOLATION for each in found)
    text = _("{rules} ({title}): shifts {shifts}, violations {violations}, warnings {warnings}")
    print(
        text.format(
            rules=f"{rules.name} {rules.version}",
            title=rules.title,
            shifts=len(roster.shifts),
            violations=violations,
            warnings=len(found) - violations,
        )
    )
    sys.stdout.writelines(f"{line}\n" for line in partial_lines(roster))
    return VIOLATED if is_violated else DONE


def _finding_json(finding: Finding, name: str) -> Mapping[str, Any]:
    return {
        "check": finding.check,
        "level": finding.level.value,
        "site": finding.shift.site,
        "agent": finding.agent,
        "name": name,
        "day": finding.day.isoformat(),
        "shift": finding.shift.id,
        "start_utc": instant(finding.shift.starts_at),
        "found": finding.found,
        "limit": finding.limit,
        "source": finding.source or None,
    }


def _site_rules(configuration: Configuration, site: str | None) -> str:
    """The rules of a site, or of all sites where these have the same."""
    asked = {each.roster_rules for each in configuration.sites if site in {None, each.id}}
    if len(asked) > 1:
        raise UsageError(_("The sites have rules of their own: name one with --site."))
    return asked.pop()


def _rules(wanted: str) -> RosterRules:
    try:
        return load_rules(wanted)
    except RuleError as error:
        raise UsageError(rule_sentence(error)) from error


def _export(roster: Roster, arguments: argparse.Namespace) -> int:
    if not roster.is_whole:
        for line in partial_lines(roster):
            print(line, file=sys.stderr)
    planned: list[PlannedShift] = [one.planned for one in roster.shifts]
    names = {one.shift.agent: one.name for one in roster.shifts}
    kinds = {kind: words.activity(kind) for kind in KINDS}
    text = write_ics(planned, names, kinds, HostClock().now())
    if str(arguments.ics) == "-":
        sys.stdout.buffer.write(text)
        return DONE
    try:
        with arguments.ics.open("xb") as file:
            file.write(text)
    except FileExistsError:
        message = _("{file} is there already and was left as it is.")
        raise CommandFailed(message.format(file=arguments.ics)) from None
    except OSError as error:
        message = _("{file} cannot be written: {reason}.")
        failed = message.format(file=arguments.ics, reason=error.strerror)
        raise CommandFailed(failed) from error
    count = len(planned)
    told = ngettext("{count} shift written to {file}", "{count} shifts written to {file}", count)
    print(told.format(count=count, file=arguments.ics))
    return DONE


def _print_json(document: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n")
