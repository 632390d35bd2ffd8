"""Lines to the outside: registrations with providers, and trunks, with the calls up on each.

Which actions tell of them depends on the channel drivers that are loaded and on the account's
rights. ListCommands lists what this account may ask of this server, so nothing is asked that would
be denied: a denial cannot be told from a session that has run out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Protocol

import msgspec

from data.clean import clean_text
from data.settings import SourceSettings
from data.sources.asterisk.channels import ChannelRow
from data.sources.asterisk.packets import Answer, Packet
from data.status import Line

MOST_LINES = 200
"""More are left out: nobody looks at them, and every screen would carry them."""
_WORDS = 60
_WILD = frozenset("*?[")
_UP = frozenset({"not in use", "in use", "busy", "ringing", "ring+inuse", "on hold"})
_DOWN = frozenset({"unavailable", "invalid"})


class ListAsker(Protocol):
    """Whoever speaks to the manager."""

    async def ask(self, action: str, /) -> Answer:
        """An answer of one packet."""
        ...

    async def rows(self, action: str, ends_with: str, /) -> Answer:
        """A list, proved whole."""
        ...


class _Found(msgspec.Struct, frozen=True):
    """What one row tells of a line."""

    device: str
    """With what the names of its channels begin, as in `PJSIP/provider1`."""
    is_up: bool | None
    state: str


class _Listing(msgspec.Struct, frozen=True):
    """An action that lists lines, and how to read it."""

    action: str
    event: str
    ends_with: str
    technology: str
    read: Callable[[Packet, str], _Found | None]
    is_registration: bool = False
    """A line whatever is configured; others only where a pattern says so."""


async def read_lines(
    manager: ListAsker, settings: SourceSettings, channels: Sequence[ChannelRow] | None
) -> tuple[Line, ...]:
    """The lines, by name; none where nothing may be known of them.

    It costs a request for what may be asked, and one for each driver: every half minute will do.

    Args:
        manager: Whom to ask.
        settings: Which endpoints are trunks.
        channels: Those that are up; None where the right to know is missing.

    Raises:
        FetchError: Asterisk could not be asked, or did not answer as it does.
    """
    commands = await manager.ask("ListCommands")
    found: list[_Found] = []
    for listing in _LISTINGS:
        is_wanted = listing.is_registration or _may_match(settings.trunks, listing.technology)
        if is_wanted and listing.action.lower() in commands.fields:
            answer = await manager.rows(listing.action, listing.ends_with)
            found += _rows(answer, listing, settings.trunks)
    return _lines(found, settings.trunks, channels)


def _lines(
    found: Iterable[_Found], trunks: Sequence[str], channels: Sequence[ChannelRow] | None
) -> tuple[Line, ...]:
    """Lines from what was told: a trunk and its registration are one line.

    A pattern without wildcards names a line of which perhaps nothing but its calls is known.
    """
    told: dict[str, list[_Found]] = {name: [] for name in trunks if not _WILD.intersection(name)}
    for one in found:
        told.setdefault(one.device, []).append(one)
    calls = None if channels is None else Counter(_device(row.channel) for row in channels)
    lines = (_line(name, told[name], calls) for name in sorted(told))
    return tuple(lines)[:MOST_LINES]


def _line(device: str, told: Sequence[_Found], calls: Counter[str] | None) -> Line:
    """One line: it is down as soon as anything of it is."""
    worst = min(told, key=_rank, default=None)
    return Line(
        name=clean_text(device, _WORDS),
        is_up=worst.is_up if worst is not None else None,
        state=clean_text(worst.state, _WORDS) if worst is not None else "",
        calls=None if calls is None else calls[device],
    )


def _rank(one: _Found) -> int:
    """What is down comes before what is up, and that before what nobody knows."""
    return 2 if one.is_up is None else int(one.is_up)


def _rows(answer: Answer, listing: _Listing, trunks: Sequence[str]) -> Iterator[_Found]:
    for packet in answer.packets:
        one = listing.read(packet, listing.technology) if packet.event == listing.event else None
        if one is not None and (listing.is_registration or _is_trunk(one.device, trunks)):
            yield one


def _endpoint(packet: Packet, technology: str) -> _Found | None:
    """Of PJSIPShowEndpoints."""
    name, state = packet.early("objectname"), packet.early("devicestate")
    word = state.lower()
    is_up = True if word in _UP else False if word in _DOWN else None
    return _Found(f"{technology}/{name}", is_up, state) if name else None


def _peer(packet: Packet, technology: str) -> _Found | None:
    """Of SIPpeers and IAXpeerlist: `OK (12 ms)`, `LAGGED (900 ms)`, `UNREACHABLE` and others."""
    name, state = packet.early("objectname"), packet.early("status")
    word = state.partition(" ")[0].lower()
    is_up = {"ok": True, "lagged": True, "unreachable": False}.get(word)
    return _Found(f"{technology}/{name}", is_up, state) if name else None


def _outbound(packet: Packet, technology: str) -> _Found | None:
    """Of PJSIPShowRegistrationsOutbound; its calls are those of the endpoint that it names."""
    name = packet.early("endpoint") or packet.early("objectname")
    state = packet.early("status")
    if not name:
        return None
    return _Found(f"{technology}/{name}", state == _REGISTERED, state)


def _registry(packet: Packet, technology: str) -> _Found | None:
    """Of SIPshowregistry and IAXregistry, which know accounts and hosts, and no endpoint."""
    host, user, state = packet.early("host"), packet.early("username"), packet.early("state")
    if not host:
        return None
    return _Found(f"{technology}/{user}@{host}", state == _REGISTERED, state)


def _is_trunk(device: str, trunks: Iterable[str]) -> bool:
    return any(fnmatchcase(device, pattern) for pattern in trunks)


def _may_match(trunks: Iterable[str], technology: str) -> bool:
    """Whether a pattern can name an endpoint of a technology: the first letter may be wild."""
    start = f"{technology}/"
    return any(pattern.startswith(start) or pattern[:1] in _WILD for pattern in trunks)


def _device(channel: str) -> str:
    """What was dialled, or who called: a channel's name without the number of its own."""
    return channel.rpartition("-")[0]


_REGISTERED = "Registered"
_PJSIP, _SIP, _IAX = "PJSIP", "SIP", "IAX2"
_LISTINGS = (
    _Listing(
        "PJSIPShowRegistrationsOutbound",
        "OutboundRegistrationDetail",
        "OutboundRegistrationDetailComplete",
        _PJSIP,
        _outbound,
        is_registration=True,
    ),
    _Listing(
        "SIPshowregistry",
        "RegistryEntry",
        "RegistrationsComplete",
        _SIP,
        _registry,
        is_registration=True,
    ),
    _Listing(
        "IAXregistry",
        "RegistryEntry",
        "RegistrationsComplete",
        _IAX,
        _registry,
        is_registration=True,
    ),
    _Listing("PJSIPShowEndpoints", "EndpointList", "EndpointListComplete", _PJSIP, _endpoint),
    _Listing("SIPpeers", "PeerEntry", "PeerlistComplete", _SIP, _peer),
    _Listing("IAXpeerlist", "PeerEntry", "PeerlistComplete", _IAX, _peer),
)
