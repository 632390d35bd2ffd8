"""`supervisor-tui`: the screen of a floor, or plain text where there can be no screen."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from data.settings import Sync
from screens.text import _, set_language
from screens.words import name_reasons
from supervisor_tui.claims import check_claim
from supervisor_tui.config import Configuration, floor_files, load_config
from supervisor_tui.garbage import keep_what_is_there
from supervisor_tui.terminal import Overrides, TerminalProfile, apply, detect, look_at_streams
from supervisor_tui.terminal_locale import given_environ

if TYPE_CHECKING:
    from data.files import FloorFiles
    from supervisor_tui.first_paint import FirstPaint


def run(arguments: argparse.Namespace) -> int:
    """Show the floor that the configuration names."""
    return run_screen(load_config(arguments.config), arguments)


def run_screen(
    configuration: Configuration,
    arguments: argparse.Namespace,
    hints: Callable[[], tuple[str, ...]] | None = None,
) -> int:
    """Show a floor until it is left.

    Args:
        configuration: Which floor.
        arguments: What the command line says of the terminal and of the person.
        hints: Makes a line of hints for newcomers; None for none.
    """
    set_language(configuration.screen.language or None)
    name_reasons(configuration.floor.reasons)
    check_claim(configuration, arguments.person)
    profile = detect(
        given_environ(),
        look_at_streams(),
        configuration.screen,
        Overrides(arguments.colours, arguments.ascii, arguments.mouse, arguments.link),
    )
    if profile.is_dumb:
        return _print_plain(configuration, arguments, profile)
    # Textual reads its environment when it is imported: the profile has to be there before.
    apply(profile, os.environ, is_restricted=configuration.screen.restricted)
    return _run_app(configuration, arguments, profile, hints)


def _print_plain(
    configuration: Configuration, arguments: argparse.Namespace, profile: TerminalProfile
) -> int:
    from data.people import account_name
    from supervisor_tui.commands import show
    from supervisor_tui.confined import is_restricted
    from supervisor_tui.terminal import word_reason

    if profile.reason is not None:
        print(word_reason(profile.reason), file=sys.stderr)
        if not is_restricted(configuration, account_name(os.geteuid())):
            hint = _("“supervisor-tui watch queues” goes on telling what there is to see.")
            print(hint, file=sys.stderr)
    return show.print_pane(configuration, "queues", arguments)


def _run_app(
    configuration: Configuration,
    arguments: argparse.Namespace,
    profile: TerminalProfile,
    hints: Callable[[], tuple[str, ...]] | None,
) -> int:
    from data.sync.lock import ScreenPresence
    from supervisor_tui.launch import SyncKeeper
    from supervisor_tui.spared import spare
    from supervisor_tui.sync_fork import can_fork, fork_sync

    files = floor_files(configuration).make()
    keeper = SyncKeeper(configuration.path, files)
    with ScreenPresence(files) as presence:
        if configuration.floor.sync is Sync.AUTO:
            with suppress(OSError):  # where none can be started, what is cached is shown
                keeper.ensure((lambda: fork_sync(configuration, files)) if can_fork() else None)
            keeper.watch(presence)
        spare()  # not before: the forked process may need what is kept from this one
        first = None
        try:
            if not hints:  # which stand between the rows and the keys
                first = _first_picture(configuration, files, profile)
            if first is not None:
                first.show()
            # What takes longest to import, while the sync process is starting.
            from supervisor_tui.assemble import assemble
            from supervisor_tui.confined import start_nothing

            app = assemble(
                configuration,
                files,
                profile,
                person=arguments.person,
                hints=hints or tuple,
                first_paint=first,
            )
            keep_what_is_there()
            start_nothing(configuration)
            app.run(mouse=profile.has_mouse)
        finally:
            if first is not None:
                first.give_back()
            keeper.stop()
    return app.return_code or 0


def _first_picture(
    configuration: Configuration, files: FloorFiles, profile: TerminalProfile
) -> FirstPaint | None:
    """What is known of the floor, to be shown before anything heavy is imported."""
    from screens.key_names import use_keymap
    from supervisor_tui.first_paint import paint_first
    from supervisor_tui.folders import config_folder
    from supervisor_tui.keymap import floor_keymap, with_own_keys
    from supervisor_tui.person import PersonalFile

    personal = PersonalFile(config_folder() / "settings.json")
    keymap, _problems = with_own_keys(floor_keymap(configuration), personal.settings.keys)
    use_keymap(keymap)
    return paint_first(configuration, files, profile, keymap, personal)
