"""`supervisor-tui`: the screen of a floor, or plain text where there can be no screen."""

from __future__ import annotations

import argparse
import os
import sys

from data.settings import Sync
from screens.text import _, set_language
from supervisor_tui.config import Configuration, floor_files, load_config
from supervisor_tui.garbage import keep_what_is_there
from supervisor_tui.terminal import Overrides, TerminalProfile, apply, detect, look_at_streams


def run(arguments: argparse.Namespace) -> int:
    """Show the floor that the configuration names."""
    return run_screen(load_config(arguments.config), arguments)


def run_screen(
    configuration: Configuration, arguments: argparse.Namespace, hints: tuple[str, ...] = ()
) -> int:
    """Show a floor until it is left.

    Args:
        configuration: Which floor.
        arguments: What the command line says of the terminal and of the person.
        hints: A line of hints for newcomers; empty for none.
    """
    set_language(configuration.screen.language or None)
    profile = detect(
        os.environ,
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
    from supervisor_tui.commands import show
    from supervisor_tui.terminal import word_reason

    if profile.reason is not None:
        print(word_reason(profile.reason), file=sys.stderr)
        hint = _(
            "“supervisor-tui watch queues” goes on telling, line by line, what there is to see."
        )
        print(hint, file=sys.stderr)
    return show.print_pane(configuration, "queues", arguments)


def _run_app(
    configuration: Configuration,
    arguments: argparse.Namespace,
    profile: TerminalProfile,
    hints: tuple[str, ...],
) -> int:
    from data.sync.lock import ScreenPresence
    from supervisor_tui.launch import SyncKeeper
    from supervisor_tui.spared import spare

    spare()

    files = floor_files(configuration).make()
    keeper = SyncKeeper(configuration.path, files)
    with ScreenPresence(files) as presence:
        if configuration.floor.sync is Sync.AUTO:
            keeper.ensure()
            keeper.watch(presence)
        try:
            # What takes longest to import, while the sync process is starting.
            from supervisor_tui.assemble import assemble
            from supervisor_tui.confined import start_nothing

            app = assemble(configuration, files, profile, person=arguments.person, hints=hints)
            keep_what_is_there()
            start_nothing(configuration)
            app.run(mouse=profile.has_mouse)
        finally:
            keeper.stop()
    return app.return_code or 0
