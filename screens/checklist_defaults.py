"""The checklists of a floor whose configuration has none: they are shown, and remind nobody."""

from __future__ import annotations

from data.settings import ChecklistSettings
from screens.text import N_

DEFAULT_CHECKLISTS = (
    ChecklistSettings(
        name="opening",
        at="07:30",
        items=(
            N_("Every source on the first line is live"),
            N_("The handover of the shift before is taken over"),
            N_("Who is late or missing is known, and the plan says so"),
            N_("No queue is closed and no message is on that should not be"),
            N_("Complaints whose clock runs out today have an owner"),
        ),
        remind=False,
    ),
    ChecklistSettings(
        name="hourly",
        at="08:30",
        every=60,
        until="19:30",
        items=(
            N_("Service level and longest wait of every queue"),
            N_("Breaks as planned, nobody long in after-contact work"),
            N_("Incidents looked at, the next check set"),
        ),
        remind=False,
    ),
    ChecklistSettings(
        name="closing",
        at="19:30",
        within=60,
        items=(
            N_("Lent agents are back"),
            N_("Lost callers are called back or handed over"),
            N_("Messages and overflows are off, queues closed as planned"),
            N_("The handover is signed"),
        ),
        remind=False,
    ),
)
"""Their items are message ids: the same for everybody, whatever the language they are shown in."""
