"""What a keeper of complaints decides of a new one: its reference and its clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data import contract
from data.contract import to_ms
from data.desk.keeper import Keeper
from data.desk.timing import first_clocks, retimed
from data.model import Ms
from data.rules.rule_packs import Beside, RulePack, decode_pack, read_pack
from data.settings import ComplaintSettings
from data.zones import tzdata_version

KIND = "escalation"


class PackRegistry:
    """Numbers complaints in the order in which they come, and times them by a rule pack.

    Args:
        packs: The rules, by kind of record (`complaint`, `enquiry`).
        zone: The site's time zone, for packs that name none.
        first: The number of the first one.
    """

    def __init__(self, packs: Mapping[str, RulePack], zone: str, first: int = 1001) -> None:
        self._packs = packs
        self._beside = Beside(site_zone=zone)
        self._first = first

    def reference(self, keeper: Keeper) -> str:
        """What the next one is called; records are never deleted, so no number comes twice."""
        return f"E-{self._first + keeper.count(KIND)}"

    def clocks(self, action: contract.RaiseEscalation) -> Sequence[contract.ComplaintClock]:
        """Its time limits, from when the customer complained."""
        return self.clocks_from(action.kind, to_ms(action.received_at))

    def clocks_from(self, kind: str, received_at: Ms) -> Sequence[contract.ComplaintClock]:
        """The time limits of a record of a kind that was received at an instant."""
        return first_clocks(self._packs[kind], received_at, self._beside)

    def rules(self, kind: str) -> str:
        """By what such a record is timed: the pack, its version, and that of the time zones."""
        pack = self._packs[kind]
        return f"{pack.name} {pack.version} tzdata {tzdata_version()}"

    def retimed(self, complaint: contract.Escalation, now: Ms) -> contract.Escalation:
        """A complaint after an action, its clocks counted anew; one of other rules as it is."""
        pack = self._packs.get(str(complaint.kind or "complaint"))
        if pack is None or _pack_of(complaint) != pack.name:
            return complaint
        return retimed(complaint, pack, self._beside, now)


def packs_of(settings: ComplaintSettings) -> Mapping[str, RulePack]:
    """The rule packs of a floor, by kind of record.

    Raises:
        RuleError: One cannot be used.
    """
    complaint = decode_pack(read_pack(settings.pack))
    other = settings.enquiry_pack
    return {
        "complaint": complaint,
        "enquiry": decode_pack(read_pack(other)) if other else complaint,
    }


def _pack_of(complaint: contract.Escalation) -> str:
    """The name of the pack that a complaint is timed by, from the event that began it."""
    first = complaint.events[0] if complaint.events else None
    # The name may have spaces in it; what follows it has three words.
    return first.value.rsplit(" ", 3)[0] if first is not None and first.what == "raised" else ""
