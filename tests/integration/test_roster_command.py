"""`supervisor-tui roster`: plans on the desk's record, whole or not at all, and what they show."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from data.actions.verbs import Verb
from data.desk.plan_reader import read_plans
from data.figures.agents import agent_figures
from data.figures.doings import Target
from data.figures.planned import planned_agent
from data.files import FloorFiles
from data.floor import FloorSnapshot, Key
from data.model import DESK
from data.plans.model import LocalTime, PlannedShift
from data.sandbox.options import SandboxOptions
from data.status import ActionRow, ActionState
from data.sync.outbox import Outbox
from screens.presenters.roster import present_roster
from supervisor_tui.cli import main
from supervisor_tui.roster_import import ReadPlan, kept_elsewhere
from tests.builders import MOMENT, make_agent, make_shift, make_snapshot
from tests.integration.test_acting import SLOW_S, Screen, quietly, syncing
from tests.support.loopback import until

PLAN = """agent,start,end,activities
1001,2026-12-01T22:00,06:00,break 00:30-00:45
1001,2026-12-02T22:00,06:00,
1002,2026-12-01T06:00,14:00,meal 10:00-10:30
"""


class Place:
    """A floor without a sync process, and files to import."""

    def __init__(
        self, root: Path, url: str = "http://127.0.0.1:9", extra: str = "", zone: str = "Berlin"
    ) -> None:
        self.root = root
        self.files = FloorFiles(root / "floor")
        self.config = root / "config.toml"
        named = f'zone = "Europe/{zone}"\n' if zone else ""
        self.config.write_text(
            f'[floor]\nstate_dir = "{self.files.root}"\nsync = "external"\n'
            f'[[site]]\nid = "hh"\n{named}[[site.source]]\nid = "acd"\nurl = "{url}"\n{extra}'
        )

    def run(self, *words: str) -> int:
        return main(["--config", str(self.config), "roster", *words])

    def take_in(self, text: str, *options: str, name: str = "plan.csv") -> int:
        path = self.root / name
        path.write_text(text)
        return self.run("import", str(path), *options)

    def kept(self) -> list[str]:
        return [
            f"{one.agent} {one.start.at} {one.end.at[11:]} {len(one.parts)}"
            for _id, one in read_plans(self.files, "hh")
        ]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def counts(out: str) -> tuple[int, int, int, int]:
    document = json.loads(out)
    return tuple(document[name] for name in ("added", "changed", "removed", "same"))  # type: ignore[return-value]


def test_a_plan_is_taken_in_once_however_often(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.take_in(PLAN, "--dry-run", "--json") == 0
    assert counts(capsys.readouterr().out) == (3, 0, 0, 0)
    assert place.kept() == []
    assert place.take_in(PLAN, "--json") == 0
    assert counts(capsys.readouterr().out) == (3, 0, 0, 0)
    kept = place.kept()
    assert sorted(kept) == [
        "1001 2026-12-01T22:00 06:00 1",
        "1001 2026-12-02T22:00 06:00 0",
        "1002 2026-12-01T06:00 14:00 1",
    ]
    assert place.take_in(PLAN, "--json") == 0
    assert counts(capsys.readouterr().out) == (0, 0, 0, 3)
    assert place.kept() == kept
    outbox = Outbox.open(place.files)
    logged = outbox._file.connection.execute("SELECT detail FROM audit WHERE event = 'imported'")
    (entry,) = logged.fetchall()
    outbox.close()
    assert entry[0].endswith("3 added, 0 changed, 0 removed, 0 as they were")


def test_what_would_change_is_told_by_agent_and_day(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.take_in(PLAN) == 0
    ids = {entity for entity, _shift in read_plans(place.files, "hh")}
    capsys.readouterr()
    changed = PLAN.replace("00:30-00:45", "01:30-01:45").replace(
        "1001,2026-12-02T22:00,06:00,\n", "1002,2026-12-02T06:00,14:00,\n"
    )
    assert place.take_in(changed) == 0
    assert capsys.readouterr().out.splitlines() == [
        "~ changed  2026-12-01 1001: 22:00-06:00, break 00:30-00:45 becomes 22:00-06:00,"
        " break 01:30-01:45",
        "- removed  2026-12-02 1001: 22:00-06:00",
        "+ added    2026-12-02 1002: 06:00-14:00",
        "2026-12-01 to 2026-12-02: 1 added, 1 changed, 1 removed; 1 as they were.",
    ]
    after = {entity for entity, _shift in read_plans(place.files, "hh")}
    assert len(ids & after) == 2, "what is changed stays the record that it was"


def test_a_file_speaks_for_its_agents_and_days_alone(place: Place) -> None:
    assert place.take_in(PLAN) == 0
    assert place.take_in("agent,start,end\n1002,2026-12-02T06:00,14:00\n") == 0
    assert place.take_in("agent,start,end\n1003,2026-12-01T06:00,14:00\n") == 0
    assert len(place.kept()) == 5
    alone = "agent,start,end\n1002,2026-12-02T06:00,14:00\n"
    assert place.take_in(alone, "--from", "2026-12-01", "--to", "2026-12-02") == 0
    assert [one for one in place.kept() if one.startswith("1002")] == [
        "1002 2026-12-02T06:00 14:00 0"
    ]


def test_a_plan_that_runs_into_one_on_record_is_refused(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.take_in(PLAN) == 0
    kept = place.kept()
    assert place.take_in("agent,start,end\n1001,2026-12-03T05:00,12:00\n") == 1
    assert "plan.csv:2: on 2026-12-03 1001 works already" in capsys.readouterr().err
    assert place.kept() == kept


def test_a_bad_file_changes_nothing_and_is_named(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.take_in(PLAN + "1002,2026-12-02T06:00,noon,\n") == 1
    assert "plan.csv:5: end: noon is no time" in capsys.readouterr().err
    assert place.take_in(PLAN, name="plan.txt") == 2
    assert place.run("import", str(place.root / "none.csv")) == 1
    assert place.kept() == []


def test_what_stands_in_a_file_does_nothing_to_a_terminal(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = "agent,start,end\n1001,2026-12-01T22:00,\x1b[2Jsoon\n"
    assert place.take_in(bad) == 1
    assert place.take_in("BEGIN:VCALENDAR\n\x1b]0;x\x07\n", name="x.ics") == 1
    assert place.take_in('[shift."\\u001b[2J"]\nstart = 1\n', name="x.toml") == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 3
    assert "\x1b" not in said


def test_a_site_that_was_given_no_zone_has_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Place(tmp_path, zone="")
    assert place.take_in(PLAN) == 1
    assert "there is no time zone" in capsys.readouterr().err
    assert place.take_in(PLAN, "--zone", "UTC") == 0


def test_only_a_supervisor_may_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import getpass

    people = '[people.%s]\nid = "me"\nname = "Me"\nrole = "%s"\n'
    place = Place(tmp_path, extra=people % (getpass.getuser(), "team_leader"))
    assert place.take_in(PLAN) == 1
    assert "right" in capsys.readouterr().err
    assert place.kept() == []
    assert Place(tmp_path, extra=people % (getpass.getuser(), "supervisor")).take_in(PLAN) == 0


def test_who_is_who_may_stand_in_a_file_of_its_own(place: Place) -> None:
    aliases = place.root / "who.csv"
    aliases.write_text("alias,agent\nW-77,1001\n")
    text = PLAN.replace("1001", "W-77")
    assert place.take_in(text, "--aliases", str(aliases)) == 0
    assert sorted({one.split()[0] for one in place.kept()}) == ["1001", "1002"]
    aliases.write_text("name,agent\nW-77,1001\n")
    assert place.take_in(text, "--aliases", str(aliases)) == 1


def test_show_check_and_export(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.take_in(PLAN.replace("2026-12-02T22:00,06:00", "2026-12-02T14:00,20:00")) == 0
    capsys.readouterr()
    assert place.run("show", "--json", "--agent", "1001", "--to", "2026-12-01") == 0
    document = json.loads(capsys.readouterr().out)
    (shift,) = document["shifts"]
    assert (shift["start"], shift["start_utc"], shift["hours"]) == (
        "2026-12-01T22:00",
        "2026-12-01T21:00:00Z",
        8.0,
    )
    assert (document["hours"], document["whole"]) == (8.0, True)
    assert place.run("show") == 0
    assert "3 shifts, 22 hours" in capsys.readouterr().out
    assert place.run("check", "--json") == 1
    found = json.loads(capsys.readouterr().out)["violations"]
    assert [(one["check"], one["found"], one["limit"]) for one in found] == [
        ("daily_rest", 8.0, 11.0)
    ]
    assert place.run("check", "--agent", "1002") == 0
    target = place.root / "out.ics"
    assert place.run("export", "--ics", str(target)) == 0
    assert place.run("export", "--ics", str(target)) == 1
    assert place.run("import", str(target), "--json") == 0
    assert counts(capsys.readouterr().out.splitlines()[-1]) == (0, 0, 0, 3)


def test_who_is_not_known_has_not_kept_the_rules(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.take_in(PLAN) == 0
    for task in (("show",), ("check",), ("export", "--ics", str(place.root / "none.ics"))):
        capsys.readouterr()
        assert place.run(*task, "--agent", "10001") == 2
        said = capsys.readouterr()
        assert said.err == "--agent: nobody knows 10001; did you mean 1001?\n"
        assert said.out == ""
        assert place.run(*task, "--team", "nights") == 2
        assert place.run(*task, "--from", "2026-12-02", "--to", "2026-12-01") == 2
    assert not (place.root / "none.ics").exists()
    assert place.run("check", "--agent", "1001", "--from", "2026-11-01", "--to", "2026-11-30") == 0


def test_the_rules_can_be_printed_and_replaced(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.take_in(PLAN) == 0
    capsys.readouterr()
    assert place.run("check", "--print") == 0
    own = place.root / "own.toml"
    own.write_text(capsys.readouterr().out.replace('"11h"', '"17h"'))
    assert place.run("check") == 0
    assert place.run("check", "--rules", str(own)) == 1
    assert place.run("check", "--rules", "none") == 2
    text = place.config.read_text()
    site = text.replace('id = "hh"\n', 'id = "hh"\nroster_rules = "own.toml"\n')
    place.config.write_text(site)
    assert place.run("check") == 1
    other = '[[site]]\nid = "le"\n[[site.source]]\nid = "x"\nurl = "http://127.0.0.1:9"\n'
    place.config.write_text(site + other)
    capsys.readouterr()
    assert place.run("check") == 2
    assert "--site" in capsys.readouterr().err
    assert place.run("check", "--site", "hh") == 1
    assert place.run("check", "--rules", "eu-working-time") == 0


def told(snapshot: FloorSnapshot, source: str) -> list[Any]:
    return [one for one in snapshot.shifts.values() if one.source == source]


async def away(screen: Screen, key: Key) -> ActionRow:
    """Put on record that somebody does not come, as the key in the pane does."""
    shift = screen.look().shifts[key]
    target = Target(key, shift.version, "", {"kind": "absence", "telephony": "acd"})
    (row,) = screen.actor.press(Verb.AWAY, [target], screen.now)
    return await screen.told(row.key)


async def test_a_running_sync_process_takes_it_in_and_the_pane_shows_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.support.sandbox_server import serving

    options = SandboxOptions(day=date(2026, 3, 11), starts_at="10:00", queues=3, agents=6)
    with serving(options) as sandbox:
        place = Place(tmp_path, sandbox.url)
        screen = Screen(place.files, "anna")
        async with syncing(place.files, sandbox.url):
            await until(lambda: quietly(lambda: screen.look().agents), SLOW_S)
            agent = min(screen.snapshot.agents.values(), key=lambda one: one.id)
            rows = [f"{agent.name},2026-03-{day}T20:00,23:00" for day in (11, 12)]
            far = f"{agent.id},2026-06-01T20:00,23:00"
            text = "\n".join(["agent,start,end", *rows, far])
            unknown = f"{text}\nNobody,2026-03-11T20:00,23:00\n"
            assert await asyncio.to_thread(place.take_in, unknown) == 1
            assert "the telephony knows no agent Nobody" in capsys.readouterr().err
            assert await asyncio.to_thread(place.take_in, text, "--dry-run") == 0
            assert told(screen.look(), DESK) == []
            assert await asyncio.to_thread(place.take_in, text) == 0
            shifts = told(screen.look(), DESK)
            assert [(one.agent, one.local_start) for one in sorted(shifts, key=lambda s: s.id)] == [
                (agent.id, "2026-03-11T20:00"),
                (agent.id, "2026-03-12T20:00"),
            ], "what is months away is on record, and not on the screen"
            assert len(place.kept()) == 3
            done = await away(screen, Key("hh", DESK, min(one.id for one in shifts)))
            assert (done.state, done.code) == (ActionState.DONE, "")
            after = screen.look().shifts[Key("hh", DESK, done.entity)]
            assert [one.kind for one in after.activities] == ["absence"]
        assert list(place.files.imports.iterdir()) == []


def test_a_plan_of_the_desk_is_shown_like_one_of_an_endpoint() -> None:
    agent = make_agent("1001", name="Hana Novák")
    snapshot = make_snapshot(agent, make_shift("2026-03-11.x", source=DESK))
    (row,) = present_roster(snapshot, None, MOMENT).rows
    assert any("Hana" in cell for cell in row.cells)
    (figures,) = agent_figures(snapshot, None, MOMENT)
    assert [one.source for one in figures.shifts] == [DESK]
    (shift,) = snapshot.shifts.values()
    assert planned_agent(snapshot, shift) is snapshot.agents[Key(agent.site, agent.source, "1001")]
    tomorrow = make_shift("2026-03-12.x", source=DESK, starts_at=shift.starts_at + 86_400_000)
    tomorrow = structs.replace(tomorrow, ends_at=shift.ends_at + 86_400_000)
    (figures,) = agent_figures(make_snapshot(agent, shift, tomorrow), None, MOMENT)
    assert [one.id for one in figures.shifts] == ["2026-03-11.x"], "adherence is of today"


def test_what_an_endpoint_plans_for_the_same_time_is_told() -> None:
    snapshot = make_snapshot(make_agent("1001"), make_shift("1"))
    beside, after = (
        PlannedShift(
            agent="1001",
            start=LocalTime(f"2026-03-11T{start}"),
            end=LocalTime("2026-03-11T20:00"),
            zone="Europe/Berlin",
        )
        for start in ("16:29", "16:30")
    )
    day = date(2026, 3, 11)
    for shift, count in ((beside, 1), (after, 0)):
        plan = ReadPlan((shift,), day, day, ("1001",), ())
        assert len(kept_elsewhere(plan, snapshot, "hh1")) == count
    assert kept_elsewhere(ReadPlan((beside,), day, day, ("1001",), ()), snapshot, "leeds") == []
