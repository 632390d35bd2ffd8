"""Messages: whose they are, who has read them, and that each is said once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from data.figures.messages import messages_of
from data.floor import FloorSnapshot, Key
from data.model import Audience, Note
from data.people import Person
from data.rules.service_level import Formula
from data.settings import Role
from screens.look import Look, Viewing
from screens.messages_page import MessagesPage
from screens.tones import Tone
from supervisor_tui.inbox import FRESH_MS, Inbox
from supervisor_tui.own_phone import OwnPhone
from supervisor_tui.person import PersonalFile
from tests.builders import MOMENT, NOW, SITE, SOURCE, ago, make_agent, make_snapshot

ANNA = Person("anna", "Anna Berg", Role.TEAM_LEADER, "1900", frozenset({"North"}))


def note(at_s: float, kind: str, *ids: str, author: str = "karl", **changes: Any) -> Note:
    fields: dict[str, Any] = {
        "site": SITE,
        "source": SOURCE,
        "id": f"n{at_s}",
        "author": author,
        "text": f"text of {at_s}",
        "written_at": ago(at_s),
        "audience": Audience(kind, ids),
    }
    return Note(**fields | changes)


def floor(*notes: Note) -> FloorSnapshot:
    kept = {Key(each.site, each.source, each.id): each for each in notes}
    return make_snapshot(make_agent("1001", name="Hana"), notes=kept)


NOTES = (
    note(60, "team", "South"),
    note(50, "agents", "1001", author="anna", read_by=("1001",)),
    note(40, "team", "North", "South"),
    note(30, "everybody"),
    note(20, "agents", "anna"),
    note(10, "agents", audience=None),
)


def test_a_message_is_to_a_person_by_id_team_or_as_one_of_all() -> None:
    found = [each.written_at for each in messages_of(floor(*NOTES), ANNA)]
    assert found == [ago(20), ago(30), ago(40), ago(50)]


def test_the_page_says_who_has_read_what_one_wrote() -> None:
    viewing = Viewing(floor_name="T", formula=Formula.OFFERED, rules=(), who=ANNA)
    look = Look(snapshot=floor(*NOTES), moment=MOMENT, viewing=viewing)
    lines = ["".join(str(text) for text, _tone in line) for line in MessagesPage()(look, 80)]
    mine = next(at for at, line in enumerate(lines) if "anna to Hana: text of 50" in line)
    assert "read by Hana" in lines[mine + 1]
    assert not any("text of 60" in line or "text of 10" in line for line in lines)


class Screen:
    """As much of the app as hears of messages."""

    def __init__(self, personal: PersonalFile, who: Person | None = ANNA) -> None:
        self.inbox = Inbox(personal)
        self.snapshot = floor()
        self.parts = SimpleNamespace(doer=SimpleNamespace(actor=SimpleNamespace(person=who)))
        self.said: list[str] = []

    def announce(self, text: str, _tone: Tone) -> None:
        self.said.append(text)

    def see(self, *notes: Note) -> list[str]:
        self.snapshot = SimpleNamespace(  # type: ignore[assignment]
            notes=floor(*notes).notes,
            agents={},
            actions=(),
            clock=lambda: SimpleNamespace(now=lambda: NOW),
        )
        self.said.clear()
        self.inbox.tell(cast("Any", self))
        return list(self.said)


def test_each_message_is_said_once_also_after_a_start(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    screen = Screen(PersonalFile(path))
    assert screen.see(NOTES[3]) == ["karl to everybody: text of 30"]
    assert screen.see(NOTES[3]) == []
    assert screen.see(*NOTES[3:5]) == ["karl to anna: text of 20"]
    assert Screen(PersonalFile(path)).see(*NOTES) == []
    assert Screen(PersonalFile(tmp_path / "other.json")).see(*NOTES) == [
        "karl to anna: text of 20  (+2 more: m)"
    ]


def test_what_is_older_than_a_shift_or_for_nobody_known_is_not_said(tmp_path: Path) -> None:
    old = note(FRESH_MS / 1000 + 1, "everybody")
    assert Screen(PersonalFile(tmp_path / "a.json")).see(old) == []
    assert Screen(PersonalFile(tmp_path / "b.json"), None).see(*NOTES) == []


def test_the_phone_of_todays_desk_is_forgotten_tomorrow(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    phone = OwnPhone(ANNA, PersonalFile(path))
    assert phone.on("2026-03-11") == "1900"
    assert phone.say("1922", "2026-03-11")
    assert OwnPhone(ANNA, PersonalFile(path)).on("2026-03-11") == "1922"
    assert OwnPhone(ANNA, PersonalFile(path)).on("2026-03-12") == "1900"
    assert OwnPhone(None, PersonalFile(path)).on("2026-03-12") == ""
