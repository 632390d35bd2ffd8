"""Rule packs: those that come with the program, and what is said of those that are wrong."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from data.model import Ms
from data.rules.business_time import Ends
from data.rules.rule_error import RuleError, RuleProblem
from data.rules.rule_packs import (
    MOST_BYTES,
    Beside,
    DueClock,
    Event,
    RulePack,
    StatusSpan,
    calendar_for,
    decode_pack,
    due_clocks,
    read_pack,
    shipped_packs,
)
from data.zones import local
from screens.rule_sentences import rule_sentence

PACK = """
name = "own"
version = "1"
title = "Our own"
[calendars.office]
hours = "Mon-Fri 09:00-17:00"
zone = "Europe/Berlin"
holidays = "2026-04-03"
[calendars.night]
hours = "Mon-Sun 22:00-06:00"
[[clock]]
name = "acknowledge"
amount = 60
unit = "business_minutes"
pauses = ["awaiting_customer"]
[[clock]]
name = "carried out"
from = "responded"
amount = 5
unit = "business_days"
ends = "end_of_day"
[[clock]]
name = "night"
amount = 60
unit = "business_minutes"
calendar = "night"
"""

BRITISH = Beside(zone_name="Europe/London")


def ms(text: str) -> Ms:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def pack_of(name: str) -> RulePack:
    return decode_pack(read_pack(name))


def shown(clocks: tuple[DueClock, ...]) -> dict[str, str | None]:
    return {
        clock.name: None
        if clock.due_at is None
        else f"{local(clock.due_at, clock.zone_name):%Y-%m-%dT%H:%M%z}"
        for clock in clocks
    }


@pytest.mark.parametrize(
    ("name", "zone_name", "received", "expected"),
    [
        (
            "generic",
            "Europe/Berlin",
            "2026-04-02T14:00Z",
            {"acknowledge": "2026-04-03T12:00+0200", "final": "2026-04-06T17:00+0200"},
        ),
        (
            "uk-fca-disp",
            "",
            "2026-04-02T15:00Z",
            {"3rd bus.day": "2026-04-09T17:00+0100", "final": "2026-05-28T16:00+0100"},
        ),
        (  # eight weeks that hold the end of summer time
            "uk-fca-disp",
            "",
            "2026-09-12T22:30Z",
            {"3rd bus.day": "2026-09-16T17:00+0100", "final": "2026-11-07T23:30+0000"},
        ),
        (
            "au-rg271",
            "",
            "2026-04-02T15:00Z",
            {"acknowledge": "2026-04-07T17:00+1000", "final": "2026-05-03T02:00+1000"},
        ),
    ],
)
def test_the_packs_that_come_with_the_program(
    name: str, zone_name: str, received: str, expected: dict[str, str]
) -> None:
    beside = Beside(zone_name=zone_name)
    clocks = due_clocks(pack_of(name), {Event.RECEIVED: ms(received)}, beside=beside)
    assert shown(clocks) == expected


def test_each_of_them_says_that_it_is_no_advice_and_bears_its_name() -> None:
    assert shipped_packs() == ("au-rg271", "generic", "uk-fca-disp")
    for name in shipped_packs():
        text = read_pack(name)
        assert text.startswith("# An example to copy and edit, not legal advice.")
        assert decode_pack(text).name == name


def test_the_pack_of_the_manual_can_be_used() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "complaint-clocks.md").read_text()
    (text,) = re.findall(r"```toml\n(.*?)```", manual, re.DOTALL)
    clocks = due_clocks(decode_pack(text), {Event.RECEIVED: ms("2026-04-02T15:00Z")})
    assert shown(clocks) == {"acknowledge": "2026-04-07T12:00+0100"}


def test_legal_limits_wait_for_nobody() -> None:
    for name in ("au-rg271", "uk-fca-disp"):
        assert not any(clock.pauses for clock in pack_of(name).clock)


def test_each_clock_has_its_event_and_its_calendar() -> None:
    pack = decode_pack(PACK)
    received = {Event.RECEIVED: ms("2026-04-02T14:30Z")}
    clocks = due_clocks(pack, received, beside=BRITISH)
    assert shown(clocks) == {
        "acknowledge": "2026-04-02T16:30+0100",
        "carried out": None,
        "night": "2026-04-02T23:00+0100",
    }
    responded = {**received, Event.RESPONDED: ms("2026-04-08T10:00Z")}
    later = due_clocks(pack, responded, beside=BRITISH)
    assert shown(later)["carried out"] == "2026-04-15T17:00+0100"


def test_a_clock_stands_still_in_its_states_only() -> None:
    pack = decode_pack(PACK.replace('calendar = "night"', ""))
    at = ms("2026-04-02T10:00+02:00")
    spans = [
        StatusSpan("awaiting_customer", at + 600_000, at + 4_200_000),
        StatusSpan("investigating", at + 4_200_000, at + 9_000_000),
    ]
    clocks = due_clocks(pack, {Event.RECEIVED: at}, spans, Beside(site_zone="Europe/London"))
    assert [each.due_at for each in clocks if each.due_at] == [at + 7_200_000, at + 3_600_000]


def test_what_is_said_beside_a_pack_holds_instead() -> None:
    clocks = due_clocks(
        decode_pack(PACK),
        {Event.RECEIVED: ms("2026-04-02T23:30-04:00")},
        beside=Beside(zone_name="America/New_York", hours="Mon-Fri 08:00-10:00", holidays=""),
    )
    assert shown(clocks)["night"] == "2026-04-03T09:00-0400"


def test_the_sites_zone_holds_where_a_calendar_names_none() -> None:
    pack = decode_pack(PACK)
    beside = Beside(site_zone="Asia/Jakarta")
    zones = [calendar_for(pack, clock, beside).zone_name for clock in pack.clock]
    assert zones == ["Europe/Berlin", "Europe/Berlin", "Asia/Jakarta"]


def test_business_days_close_unless_it_is_said_otherwise() -> None:
    text = PACK.replace('ends = "end_of_day"', "")
    assert [clock.limit.ends for clock in decode_pack(text).clock] == [
        Ends.INSTANT,
        Ends.END_OF_DAY,
        Ends.INSTANT,
    ]
    (_, clock, _) = decode_pack(text.replace("amount = 5", 'amount = 5\nends = "instant"')).clock
    assert clock.limit.ends is Ends.INSTANT


def test_without_any_zone_there_is_no_answer() -> None:
    with pytest.raises(RuleError) as caught:
        due_clocks(pack_of("generic"), {Event.RECEIVED: 0})
    assert caught.value.problem is RuleProblem.NO_ZONE


@pytest.mark.parametrize(
    ("old", "new", "problem", "key"),
    [
        ("09:00-17:00", "9-5", RuleProblem.BAD_TIMES, ("calendars", "office", "hours")),
        ("Europe/Berlin", "Berlin", RuleProblem.BAD_ZONE, ("calendars", "office", "zone")),
        ("2026-04-03", "XX", RuleProblem.NO_SUCH_COUNTRY, ("calendars", "office", "holidays")),
        (
            'calendar = "night"',
            'calendar = "x"',
            RuleProblem.PACK_CALENDAR,
            ("clock", 2, "calendar"),
        ),
        ("amount = 5", 'amount = "5"', RuleProblem.PACK_INVALID, ("clock", 1, "amount")),
        ("amount = 5", "amount = -5", RuleProblem.PACK_INVALID, ("clock", 1, "amount")),
        ('unit = "business_days"', 'unit = "bd"', RuleProblem.PACK_INVALID, ("clock", 1, "unit")),
        ('from = "responded"', 'from = "birth"', RuleProblem.PACK_INVALID, ("clock", 1, "from")),
        ("[[clock]]", "[[clocks]]", RuleProblem.PACK_INVALID, ()),
        ('"Our own"', '"\\u001b[2J"', RuleProblem.PACK_INVALID, ("title",)),
        ('"acknowledge"', '""', RuleProblem.PACK_INVALID, ("clock", 0, "name")),
        ('version = "1"', "", RuleProblem.PACK_INVALID, ()),
        ('name = "own"', "name = own", RuleProblem.PACK_NOT_TOML, ()),
    ],
)
def test_what_is_wrong_is_named_with_its_key(
    old: str, new: str, problem: RuleProblem, key: tuple[str | int, ...]
) -> None:
    assert old in PACK
    with pytest.raises(RuleError) as caught:
        decode_pack(PACK.replace(old, new))
    assert (caught.value.problem, caught.value.key) == (problem, key)
    assert rule_sentence(caught.value)


def test_a_pack_that_there_is_not_names_those_that_there_are() -> None:
    with pytest.raises(RuleError) as caught:
        read_pack("uk")
    assert "generic" in rule_sentence(caught.value)


def test_a_file_that_is_no_pack_is_refused(tmp_path: Path) -> None:
    for name, content in (
        ("none.toml", None),
        ("big.toml", b"#" * (MOST_BYTES + 1)),
        ("x.toml", b"\xff"),
    ):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(RuleError) as caught:
            read_pack(str(tmp_path / name))
        assert caught.value.problem is RuleProblem.PACK_UNREADABLE
