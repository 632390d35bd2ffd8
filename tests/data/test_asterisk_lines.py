"""Registrations and trunks of an Asterisk, and the calls on each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from data.settings import SourceKind, SourceSettings
from data.sources.asterisk.channels import ChannelRow
from data.sources.asterisk.lines import read_lines
from data.sources.asterisk.packets import Answer, read_list, read_response
from data.status import Line

NONCE = "a-nonce"
Row = Sequence[tuple[str, str]]


def registration(name: str, status: str, endpoint: str = "") -> Row:
    return (
        ("Event", "OutboundRegistrationDetail"),
        ("ActionID", NONCE),
        ("ObjectName", name),
        ("ServerUri", "sip:127.0.0.1"),
        ("Endpoint", endpoint),
        ("Status", status),
    )


def endpoint(name: str, state: str) -> Row:
    return (
        ("Event", "EndpointList"),
        ("ActionID", NONCE),
        ("ObjectName", name),
        ("DeviceState", state),
    )


def peer(name: str, state: str) -> Row:
    return (
        ("Event", "PeerEntry"),
        ("ActionID", NONCE),
        ("ObjectName", name),
        ("Status", state),
    )


AUTH: Row = (("Event", "AuthDetail"), ("ActionID", NONCE), ("Password", "verysecret"))
ENDS = {
    "PJSIPShowRegistrationsOutbound": "OutboundRegistrationDetailComplete",
    "SIPshowregistry": "RegistrationsComplete",
    "PJSIPShowEndpoints": "EndpointListComplete",
    "SIPpeers": "PeerlistComplete",
}


class Server:
    """Answers lists, and notes what was asked; whatever it has no list of it does not offer."""

    def __init__(self, lists: Mapping[str, Sequence[Row]]) -> None:
        self.lists = lists
        self.asked: list[str] = []

    async def ask(self, action: str) -> Answer:
        assert action == "ListCommands"
        offered = "".join(f"{name}: Says something.  (Priv: all)\r\n" for name in self.lists)
        return read_response(f"Response: Success\r\nActionID: {NONCE}\r\n{offered}\r\n".encode())

    async def rows(self, action: str, ends_with: str) -> Answer:
        self.asked.append(action)
        rows = self.lists[action]
        assert ENDS[action] == ends_with
        counted = sum(row is not AUTH for row in rows)
        end = (
            ("Event", ends_with),
            ("ActionID", NONCE),
            ("EventList", "Complete"),
            ("ListItems", str(counted)),
        )
        head = (("Response", "Success"), ("ActionID", NONCE), ("EventList", "start"))
        body = "".join(
            "".join(f"{key}: {value}\r\n" for key, value in row) + "\r\n"
            for row in (head, *rows, end)
        )
        return read_list(body.encode(), NONCE, ends_with)


def channel(name: str) -> ChannelRow:
    return ChannelRow(
        channel=name, call=name, number="", name="", application="", data="", bridge="", lasts_s=0
    )


def lines(
    lists: Mapping[str, Sequence[Row]],
    *trunks: str,
    channels: Sequence[ChannelRow] | None = (),
) -> tuple[Line, ...]:
    settings = SourceSettings(id="pbx", kind=SourceKind.ASTERISK, url="http://x", trunks=trunks)
    return asyncio.run(read_lines(Server(lists), settings, channels))


def test_a_registration_is_a_line_with_the_calls_of_its_endpoint() -> None:
    lists = {
        "PJSIPShowRegistrationsOutbound": [
            registration("north", "Registered", endpoint="provider"),
            registration("south", "Rejected"),
        ]
    }
    up = [channel(f"PJSIP/{name}") for name in ("provider-01", "provider-02", "1001-03", "south-4")]
    assert lines(lists, channels=up) == (
        Line(name="PJSIP/provider", is_up=True, state="Registered", calls=2),
        Line(name="PJSIP/south", is_up=False, state="Rejected", calls=1),
    )


def test_a_list_of_registrations_is_whole_with_the_passwords_among_them_which_are_dropped() -> None:
    server = Server({"PJSIPShowRegistrationsOutbound": [registration("north", "Registered"), AUTH]})
    answer = asyncio.run(
        server.rows("PJSIPShowRegistrationsOutbound", "OutboundRegistrationDetailComplete")
    )
    assert "verysecret" not in repr(answer)
    assert [packet.early("objectname") for packet in answer.packets] == ["north"]


def test_a_trunk_is_down_as_soon_as_its_endpoint_is() -> None:
    lists = {
        "PJSIPShowRegistrationsOutbound": [registration("north", "Registered")],
        "PJSIPShowEndpoints": [endpoint("north", "Unavailable"), endpoint("1001", "Not in use")],
    }
    (line,) = lines(lists, "PJSIP/no*")
    assert line == Line(name="PJSIP/north", is_up=False, state="Unavailable", calls=0)


@pytest.mark.parametrize(
    ("state", "is_up"),
    [("Not in use", True), ("In use", True), ("Unavailable", False), ("Unknown", None), ("", None)],
)
def test_an_endpoint_is_up_by_the_state_of_its_device(state: str, is_up: bool | None) -> None:
    (line,) = lines({"PJSIPShowEndpoints": [endpoint("north", state)]}, "PJSIP/north")
    assert (line.is_up, line.state) == (is_up, state)


@pytest.mark.parametrize(
    ("state", "is_up"),
    [
        ("OK (12 ms)", True),
        ("LAGGED (900 ms)", True),
        ("UNREACHABLE", False),
        ("Unmonitored", None),
    ],
)
def test_a_peer_is_up_by_its_status(state: str, is_up: bool | None) -> None:
    (line,) = lines({"SIPpeers": [peer("north", state)]}, "SIP/*")
    assert (line.name, line.is_up) == ("SIP/north", is_up)


def test_a_trunk_of_which_only_calls_are_known_is_a_line_by_its_name() -> None:
    (line,) = lines({}, "DAHDI/g1", channels=[channel("DAHDI/g1-1")])
    assert line == Line(name="DAHDI/g1", calls=1)


def test_nothing_is_asked_that_may_not_be_and_calls_are_unknown_without_channels() -> None:
    assert lines({}) == ()
    (line,) = lines({}, "PJSIP/north", channels=None)
    assert line == Line(name="PJSIP/north")


def test_endpoints_are_asked_for_only_where_a_pattern_can_name_them() -> None:
    lists = {"PJSIPShowEndpoints": [endpoint("north", "In use")], "SIPpeers": []}
    server = Server(lists)
    settings = SourceSettings(id="pbx", url="http://x", trunks=("SIP/*",))
    assert asyncio.run(read_lines(server, settings, ())) == ()
    assert server.asked == ["SIPpeers"]


def test_names_and_states_are_cleaned() -> None:
    lists = {"PJSIPShowEndpoints": [endpoint("a\x1b[31mb", "Un\x07known")]}
    (line,) = lines(lists, "*")
    assert "\x1b" not in line.name
    assert "\x07" not in line.state
