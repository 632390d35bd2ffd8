"""`supervisor-tui sandbox`: a simulated contact centre behind real HTTP on loopback."""

from __future__ import annotations

import argparse
from dataclasses import fields, replace

from data.errors import FloorError
from data.sandbox.options import SandboxOptions
from data.zones import zone
from screens.text import _
from supervisor_tui import demo_folder
from supervisor_tui.failures import CommandFailed, UsageError

PARTS = frozenset({"simpy", "starlette", "uvicorn"})
"""What the extra `sandbox` brings."""


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to end.

    Raises:
        UsageError: The options do not fit together.
        CommandFailed: Something that the sandbox needs is not installed, or the port is taken.
    """
    options = options_of(arguments)
    try:
        from data.sandbox import serve

        serve.run(options)
    except ModuleNotFoundError as error:
        if error.name not in PARTS:
            raise
        text = _("The sandbox needs more packages: pip install 'supervisor-tui[sandbox]'")
        raise CommandFailed(text) from None
    except OSError as error:
        text = _("The sandbox cannot listen on port {port}: {reason}.")
        raise CommandFailed(text.format(port=options.port, reason=error.strerror)) from error
    finally:
        if arguments.sweep is not None:
            demo_folder.remove(arguments.sweep)
    return 0


def options_of(arguments: argparse.Namespace) -> SandboxOptions:
    """What the command line says, over the defaults.

    Raises:
        UsageError: The options do not fit together.
    """
    if (arguments.replay is None) != (arguments.map_file is None):
        raise UsageError(_("--replay and --map need each other."))
    for path in (arguments.replay, arguments.map_file, arguments.token_file):
        if path is not None and not path.is_file():
            raise UsageError(_("There is no file {path}.").format(path=path))
    if arguments.zone is not None:
        try:
            zone(arguments.zone)
        except FloorError:
            message = _("There is no time zone {zone}.").format(zone=arguments.zone)
            raise UsageError(message) from None
    names = {field.name for field in fields(SandboxOptions)}
    given = {
        name: value
        for name, value in vars(arguments).items()
        if name in names and value is not None
    }
    return replace(SandboxOptions(), **given)
