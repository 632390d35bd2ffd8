"""Puts the app together from a configuration, a floor's files and a terminal's profile."""

from __future__ import annotations

from collections.abc import Callable

from data.actions.rules import may
from data.actions.verbs import Verb
from data.files import FloorFiles
from data.people import People, Person
from data.settings import Sync
from data.sync.night_marks import NightFile
from data.sync.wanted import ask_now
from screens.key_names import use_keymap
from screens.look import Viewing
from supervisor_tui.acting import Actor
from supervisor_tui.app_parts import AppParts
from supervisor_tui.config import Configuration, rules_of_today
from supervisor_tui.confined import unlock_command
from supervisor_tui.doing import Doer
from supervisor_tui.finding import Finder
from supervisor_tui.first_paint import COLOURS, FirstPaint
from supervisor_tui.folders import config_folder
from supervisor_tui.keymap import floor_keymap, with_own_keys
from supervisor_tui.person import PersonalFile
from supervisor_tui.reading import PastReader
from supervisor_tui.terminal import TerminalProfile
from supervisor_tui.troubles import Troubles
from supervisor_tui.watchful import Guarding, WatchfulApp


def assemble(
    configuration: Configuration,
    files: FloorFiles,
    profile: TerminalProfile,
    *,
    person: str = "",
    hints: Callable[[], tuple[str, ...]] = tuple,
    first_paint: FirstPaint | None = None,
) -> WatchfulApp:
    """The app for one floor on one terminal.

    Args:
        configuration: The floor's configuration.
        files: The floor's files.
        profile: What the terminal can do.
        person: Who acts; empty for the configured person.
        hints: A line of hints for newcomers.
        first_paint: What is on the terminal already.
    """
    personal = PersonalFile(config_folder() / "settings.json")
    keymap, problems = with_own_keys(floor_keymap(configuration), personal.settings.keys)
    use_keymap(keymap)
    people = People(configuration.people)
    # Where the sync is somebody else's account, the owner of the file is who acted.
    named = person or configuration.floor.person
    claimed = named if configuration.floor.sync is Sync.AUTO else ""
    actor = Actor(files, people, claimed, personal)
    viewing = _viewing(configuration, profile, actor, people, actor.id or named)
    app = WatchfulApp(
        AppParts(
            viewing=viewing,
            cache=files.cache,
            keymap=keymap,
            personal=personal,
            ask_now=lambda: ask_now(files),
            troubles=Troubles(files),
            doer=Doer(actor),
            finder=Finder(files.history),
            history=files.history,
            past=PastReader(files.history),
            first_paint=first_paint,
            hints=hints(),
            warnings=tuple(map(str, problems)),
            colours=COLOURS[profile.colours],
            is_restricted=configuration.screen.restricted,
            has_bell=configuration.screen.bell,
        ),
        _guarding(configuration),
        NightFile(files),
    )
    app.has_italics = profile.has_italics
    app.bits_per_s = profile.bits_per_s
    return app


def _viewing(
    configuration: Configuration,
    profile: TerminalProfile,
    actor: Actor,
    people: People,
    person: str,
) -> Viewing:
    """What stays the same while the screen runs."""
    return Viewing(
        floor_name=configuration.floor.name,
        formula=configuration.floor.formula,
        rules=rules_of_today(configuration),
        is_ascii=profile.is_ascii,
        person=person,
        remind_ms=configuration.floor.remind_after * 60_000,
        who=actor.person,
        owners=_owners(actor, people),
        reasons=configuration.floor.reasons,
        checklists=configuration.checklists,
        roster_rules={site.id: site.roster_rules for site in configuration.sites},
        cost=configuration.cost,
        planning=configuration.planning,
    )


def _guarding(configuration: Configuration) -> Guarding:
    """What the configuration says of a screen that is left alone."""
    screen = configuration.screen
    return Guarding(
        hours=screen.night,
        lock_ms=screen.lock_after * 60_000,
        leave_ms=screen.leave_after * 60_000,
        unlock=tuple(unlock_command(configuration)),
        people=configuration.night,
    )


def _owners(actor: Actor, people: People) -> tuple[Person, ...]:
    """Who may own a complaint: the person at the screen first, then whoever else may claim one."""
    others = (each for each in people.listed if may(each.role, Verb.CLAIM))
    found = [each for each in (actor.person, *others) if each is not None]
    return tuple({each.id: each for each in found}.values())
