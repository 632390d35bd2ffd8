"""Who talks to whom, from the channels that are up."""

from __future__ import annotations

import pytest

from data.sources.asterisk.channels import CHANNELS_END, ChannelRow, channel_rows, talks
from data.sources.asterisk.events import AgentEvent, AgentStep, decode_events
from data.sources.asterisk.packets import read_events, read_list
from data.sources.asterisk.snapshot import STATUS_ENDS, QueuesNow, queues_now
from tests.support.asterisk_recordings import need_recordings, run


def row(channel: str, call: str, application: str, data: str = "", bridge: str = "b") -> ChannelRow:
    return ChannelRow(
        channel=channel,
        call=call,
        number="",
        name="",
        application=application,
        data=data,
        bridge=bridge,
        lasts_s=0,
    )


def test_a_caller_and_an_agent_are_found_by_their_bridge() -> None:
    channels = [
        row("PJSIP/trunk-07", "1.1", "Queue", "sales,tr,,,90"),
        row("Local/1001@agents-0a;1", "1.2", "AppQueue", "(Outgoing Line)"),
        row("PJSIP/trunk-08", "1.3", "Queue", "sales,tr,,,90", bridge=""),
    ]
    (talk,) = talks(channels, [("sales", "Local/1001@agents/n"), ("claims", "Local/1001@agents/n")])
    assert (talk.queue, talk.interface, talk.caller.call) == ("sales", "Local/1001@agents/n", "1.1")


@pytest.mark.parametrize(
    "channels",
    [
        [],
        [row("PJSIP/trunk-07", "1.1", "Queue", "sales")],
        [row("a-1", "1.1", "Queue", "sales"), row("PJSIP/12-1", "1.2", "AppQueue", bridge="c")],
        [row("a-1", "1.1", "Dial", "sales"), row("PJSIP/1-1", "1.2", "AppQueue")],
        [row("a-1", "1.1", "Queue", "sales"), row("PJSIP/12-1", "1.2", "AppQueue")],
        [row("a-1", "1.1", "Queue", "claims"), row("PJSIP/1-1", "1.2", "AppQueue")],
    ],
)
def test_what_is_no_pair_is_no_talk(channels: list[ChannelRow]) -> None:
    assert talks(channels, [("sales", "PJSIP/1")]) == []


@pytest.mark.shared
def test_recorded_talks_are_those_that_events_told() -> None:
    need_recordings()
    told: dict[str, tuple[str, str]] = {}
    now = QueuesNow()
    compared = 0
    for exchange in run():
        if exchange.action == "WaitEvent":
            for event in decode_events(read_events(exchange.body)).events:
                if isinstance(event, AgentEvent) and event.step is AgentStep.CONNECTED:
                    told[event.call] = (event.queue, event.interface)
        elif exchange.action == "QueueStatus":
            now = queues_now(read_list(exchange.body, exchange.asked["actionid"], STATUS_ENDS))
        elif exchange.action == "CoreShowChannels":
            answer = read_list(exchange.body, exchange.asked.get("actionid", ""), CHANNELS_END)
            channels = channel_rows(answer)
            assert len(channels) == len(answer.packets)
            busy = [key for key, member in now.members.items() if member.in_call]
            for talk in talks(channels, busy):
                assert told[talk.caller.call] == (talk.queue, talk.interface)
                compared += 1
            assert len(talks(channels, busy)) >= len(busy) - 2  # those who hang up meanwhile
    assert compared >= 10
