"""What a floor's own desk can be asked for: a request's path to the command that answers it.

The same requests go to an endpoint over HTTP; here they are read in the process itself, and what is
the desk's alone (lost callers, loans) is asked for in the same form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from data.desk import (
    alerts,
    checklists,
    commands,
    handovers,
    incidents,
    loans,
    lost_callers,
    notes,
    promises,
    shift_changes,
)
from data.desk.commands import Asked, Command, Registry
from data.desk.rules import Refusal
from data.errors import Code

_Read: TypeAlias = Callable[[Asked, str], Command]


class Routes:
    """The operations of one site's desk.

    Args:
        site: The site's id.
        registry: Names its complaints and sets their clocks.
    """

    def __init__(self, site: str, registry: Registry) -> None:
        complaints: dict[str, _Read] = {
            name: commands.on_complaint(name, registry) for name in commands.COMPLAINT_RULES
        }
        complaints[""] = partial(commands.raise_complaint, registry=registry)
        self._reads: Mapping[str, Mapping[str, _Read]] = {
            "escalations": complaints,
            "notes": notes.OPERATIONS,
            "loans": loans.OPERATIONS,
            "alerts": alerts.OPERATIONS,
            "mutes": alerts.MUTE_OPERATIONS,
            "incidents": incidents.OPERATIONS,
            "checklists": checklists.OPERATIONS,
            "handovers": handovers.OPERATIONS,
            "promises": promises.OPERATIONS,
            "shifts": shift_changes.OPERATIONS,
            "lost-callers": {
                name: partial(lost_callers.read, rule, site)
                for name, rule in lost_callers.OPERATIONS.items()
            },
        }

    def command(self, asked: Asked, parts: Sequence[str]) -> Command:
        """The command that a request asks for.

        Args:
            asked: The request.
            parts: Its path below the site: kind, id, and what is to be done.

        Raises:
            Refusal: There is no such operation, or the request cannot be understood.
        """
        kind, entity, *last = parts
        read = self._reads.get(kind, {}).get("/".join(last))
        if read is None:
            raise Refusal(Code.NOT_FOUND)
        return read(asked, entity)
