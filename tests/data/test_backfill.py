"""The past is handed over to the present without a gap between the two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from data.clock import take_anchor
from data.model import Agent, AgentState, Change, Kind
from data.sources.base import Batch
from data.sync.backfill import Backfill, Tools, Unread
from data.sync.backoff import Timing
from data.sync.journal import Journal
from tests.support.sync_fakes import FakeHistory

STATES = (AgentState.READY, AgentState.NOT_READY, AgentState.READY)


def change(number: int) -> Change:
    agent = Agent(
        site="hh", source="acd", id="a1", name="Ivy",
        reported_state=STATES[number], reported_since=number,
    )  # fmt: skip
    return Change(kind=Kind.AGENT, id="a1", version=number + 1, at=number, record=agent)


class Source:
    """Serves so many changes; while its first page is on its way, one more becomes known."""

    def __init__(self) -> None:
        self.head = 1
        self.known = "1"
        self.asked: list[str] = []

    async def history(self, cursor: str) -> Batch:
        self.asked.append(cursor)
        page = [change(number) for number in range(int(cursor), self.head + 1)]
        answer = Batch(
            changes=tuple(page), cursor=str(self.head + 1), has_more=False, anchor=take_anchor(0)
        )
        if len(self.asked) == 1:
            self.head, self.known = 2, "3"
        return answer


async def test_what_became_known_meanwhile_is_read_too(tmp_path: Path) -> None:
    source: Any = Source()
    unread, history = Unread(tmp_path / "unread.json"), FakeHistory()
    unread.put("hh", "acd", "0")
    tools = Tools(Timing(), Journal(tmp_path / "sync.log"), unread)
    backfill = Backfill(
        "hh", "acd", source, history, present=lambda: source.known, tools=tools, pause_s=0.0
    )
    await backfill.run()
    assert source.asked == ["0", "2"]
    assert [step.at for step in history.steps] == [0, 1, 2]
    assert unread.get("hh", "acd") is None


def test_the_unread_pasts_of_a_site_are_counted_and_no_others(tmp_path):
    unread = Unread(tmp_path / "unread.json")
    unread.put("hh", "acd", "c1")
    unread.put("hh", "mail", "c2")
    unread.put("hh2", "acd", "c3")
    assert (unread.count("hh"), unread.count("hh2"), unread.count("h")) == (2, 1, 0)
    unread.put("hh", "acd", None)
    assert Unread(tmp_path / "unread.json").count("hh") == 1
