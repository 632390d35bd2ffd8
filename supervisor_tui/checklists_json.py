"""Checklists as `show checklists --json` writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from data.figures.checklists import Run, runs
from data.floor import FloorSnapshot
from data.model import Ms
from data.settings import ChecklistSettings
from supervisor_tui.instants import instant

Json: TypeAlias = dict[str, Any]


def checklists_json(
    settings: Sequence[ChecklistSettings], snapshot: FloorSnapshot, site: str | None, now: Ms
) -> Json:
    """The run of each checklist that is on, or is the next to begin.

    Args:
        settings: The checklists.
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        now: The present on the server's clock.
    """
    return {"checklists": [_run(each, now) for each in runs(settings, snapshot, site, now)]}


def _run(run: Run, now: Ms) -> Json:
    return {
        "site": run.key.site,
        "name": run.settings.name,
        "starts_at": instant(run.starts_at),
        "due_at": instant(run.due_at),
        "left": run.left,
        "is_late": run.is_late(now),
        "items": [
            {
                "item": each.text,
                "ticked_at": None if each.tick is None else instant(each.tick.at),
                "ticked_by": None if each.tick is None else each.tick.by.name,
            }
            for each in run.items
        ],
    }
