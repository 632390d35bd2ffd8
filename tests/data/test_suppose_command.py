"""`supervisor-tui suppose`: the queues before and after, as text and as JSON."""

from __future__ import annotations

import json

import pytest

from data.cache.history_writer import HistoryWriter
from data.cache.writer import CacheWriter
from data.model import Agent, AgentState, Change, Counts, Kind, Queue
from data.status import SiteInfo
from supervisor_tui.cli import main
from tests.data.test_history_import import Place

DAY = Counts(offered=60, answered=50, answered_within=40, abandoned=10, talk_s=50 * 240.0)


@pytest.fixture
def place(tmp_path) -> Place:
    """A floor of two queues: sales has two agents, billing four."""
    place = Place(tmp_path)
    files = place.files.make()
    records = [
        Queue(site="hh", source="acd", id=name, name=name.title(), day=DAY, contacts_waiting=4)
        for name in ("sales", "billing")
    ]
    records += [
        Agent(
            site="hh",
            source="acd",
            id=f"a{number}",
            name=f"Agent {number}",
            state=AgentState.READY,
            queues=("sales" if number < 2 else "billing",),
        )
        for number in range(6)
    ]
    cache = CacheWriter.open(files)
    info = SiteInfo(id="hh", name="hh", zone="UTC", day_start="00:00")
    cache.set_sites([info], {("hh", "acd")})
    changes = [
        Change(
            kind=Kind.QUEUE if isinstance(one, Queue) else Kind.AGENT,
            id=one.id,
            version=1,
            at=1,
            record=one,
        )
        for one in records
    ]
    cache.apply("hh", "acd", changes, cursor="1", epoch="e", observed_at=1)
    cache.close()
    HistoryWriter.open(files).close()
    return place


def suppose(place: Place, *options: str) -> int:
    return main(["--config", str(place.config), "suppose", "--offline", *options])


def test_each_queue_is_told_before_and_after(place, capsys):
    assert suppose(place, "2 billing sales, +50%", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    queues = {one["id"]: one for one in answer["queues"]}
    assert queues["sales"]["before"]["agents"] == 2
    assert queues["sales"]["after"]["agents"] == 4
    assert queues["billing"]["after"]["agents"] == 2
    assert (queues["sales"]["before"]["calls"], queues["sales"]["after"]["calls"]) == (4, 6)
    assert 0 < queues["sales"]["before"]["service_level"] < 1
    assert (
        queues["billing"]["after"]["service_level"] < queues["billing"]["before"]["service_level"]
    )
    assert answer["slackest"] is None


def test_the_same_as_text_also_in_ascii(place, capsys):
    assert suppose(place, "2 billing sales", "--ascii") == 0
    text = capsys.readouterr().out
    assert text.isascii()
    assert "As it is > as it would be" in text
    assert "2.0>4.0" in text
    assert suppose(place) == 0
    assert "as it would be" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [("2 billing", "A queue is missing"), ("tea", "“tea”"), ("+1 nobody", "There is no queue")],
)
def test_what_cannot_be_understood_is_said(place, capsys, words, said):
    assert suppose(place, words) == 2
    assert said in capsys.readouterr().err


def test_another_site_is_refused(place):
    assert suppose(place, "--site", "nowhere") == 2
