"""What rules find in a roster, in words."""

from __future__ import annotations

from data.rules.roster_check import OVERLAP, Finding
from screens.text import N_, _

_CHECKS = {
    "daily_rest": N_("rest of {found} h, at least {limit} h"),
    "weekly_rest": N_("longest rest of these days {found} h, at least {limit} h"),
    "day_hours": N_("{found} h in a day, at most {limit} h"),
    "break": N_("breaks of {found} h, at least {limit} h"),
    "week_hours": N_("{found} h a week, at most {limit} h"),
    "nights": N_("{found} nights in a row, at most {limit}"),
    OVERLAP: N_("overlaps the shift before it by {found} h"),
}


def finding_text(finding: Finding) -> str:
    """`rest of 10 h, at least 11 h`."""
    return _(_CHECKS[finding.check]).format(
        found=f"{finding.found:.4g}", limit=f"{finding.limit:.4g}"
    )
