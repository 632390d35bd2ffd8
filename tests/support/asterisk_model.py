"""A small Asterisk in memory: members, callers, channels, a database; and answers that get lost.

It takes forms and gives bodies as the manager does, so that what is sent is really a form and what
is answered is really read. `clock_starts` counts what restarts the clock of a pause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from data.errors import ActionRefused, Code, FetchError, FloorError
from data.sources.asterisk.asking import Refusal, form, new_action_id, refusal_of
from data.sources.asterisk.packets import Answer, read_list, read_response

ALL_RIGHTS = (
    *("QueuePause", "QueueAdd", "QueueRemove", "QueuePenalty", "AgentLogoff", "QueueReset"),
    *("QueueChangePriorityCaller", "QueueWithdrawCaller", "QueueStatus", "Redirect", "Hangup"),
    *("Originate", "CoreShowChannels", "DBGet", "DBPut", "DBDel", "Getvar", "Setvar"),
)


@dataclass
class Member:
    name: str = "Anna"
    state_interface: str = "Custom:a"
    is_dynamic: bool = True
    penalty: int = 0
    is_paused: bool = False
    reason: str = ""
    status: int = 1
    in_call: bool = False
    last_call: int = 0
    clock_starts: int = 0


@dataclass
class Channel:
    """One channel; in the list of a queue's callers while `waits_in` names the queue."""

    call: str
    application: str = ""
    data: str = ""
    bridge: str = ""
    extension: str = ""
    context: str = ""
    waits_in: str = ""
    priority: int = 0
    name: str = ""


@dataclass
class ModelAsterisk:
    """The server. `lose` says of each request that changes something what gets lost of it."""

    queues: list[str] = field(default_factory=lambda: ["sales", "support"])
    members: dict[tuple[str, str], Member] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    database: dict[tuple[str, str], str] = field(default_factory=dict)
    devices: dict[str, str] = field(default_factory=dict)
    dialplan: set[tuple[str, str]] = field(default_factory=set)
    rights: tuple[str, ...] = ALL_RIGHTS
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """All that reached the server, in order."""
    sent: list[str] = field(default_factory=list)
    """What was sent to change something, whether or not it reached the server."""
    lose: Iterator[str] = field(default_factory=lambda: iter(()))
    """`question`, `answer` or nothing, for each request that changes something."""
    before: Callable[[str], None] = lambda _action: None
    """Called before each request."""
    on_originate: Callable[[str], None] = lambda _call: None

    @property
    def acts(self) -> list[tuple[str, dict[str, str]]]:
        """What was sent to change something."""
        return [each for each in self.asked if each[0] not in _LOOKS]

    async def ask(self, action: str, fields: Mapping[str, str] | None = None) -> Answer:
        body, _action_id = self._exchange(action, fields or {})
        answer = read_response(body)
        if refusal_of(answer) is Refusal.DENIED:
            raise _not_done(Code.FORBIDDEN, action)
        return answer

    async def rows(
        self, action: str, ends_with: str, fields: Mapping[str, str] | None = None
    ) -> Answer:
        body, action_id = self._exchange(action, fields or {})
        answer = read_list(body, action_id, ends_with)
        if refusal_of(answer) is Refusal.DENIED:
            raise _not_done(Code.FORBIDDEN, action)
        if not answer.is_success:
            raise _not_done(Code.UNAVAILABLE, f"{action}: {answer.message}")
        return answer

    def _exchange(self, action: str, fields: Mapping[str, str]) -> tuple[bytes, str]:
        self.before(action)
        action_id = new_action_id()
        try:
            asked = form(action, action_id, fields)
        except FloorError as problem:
            raise ActionRefused(problem.code, problem.detail) from None
        sent = dict(parse_qsl(urlencode(asked), keep_blank_values=True, strict_parsing=True))
        assert sent == asked
        assert not any(char in value for value in sent.values() for char in "\r\n")
        lost = next(self.lose, "") if action not in _LOOKS else ""
        if action not in _LOOKS:
            self.sent.append(action)
        if lost == "question":
            raise FetchError(Code.TIMED_OUT)
        given = {key.lower(): value for key, value in sent.items()}
        self.asked.append((action, dict(fields)))
        body = self.answer_to(action, given, action_id)
        if lost == "answer":
            raise FetchError(Code.CONNECTION_LOST)
        return body, action_id

    def answer_to(self, action: str, given: dict[str, str], action_id: str) -> bytes:
        """Carry out a form, with keys in lower case, and say what came of it."""
        if action == "ListCommands":
            return _packet({"Response": "Success"}, **dict.fromkeys(self.rights, "x  (Priv: all)"))
        if action not in self.rights:
            return _packet({"Response": "Error", "Message": "Permission denied"})
        answer: bytes | str = getattr(self, f"_{action.lower()}")(given, action_id)
        if isinstance(answer, bytes):
            return answer
        word, _colon, message = answer.partition(": ")
        return _packet({"Response": word, "ActionID": action_id, "Message": message})

    # looks

    def _queuestatus(self, given: dict[str, str], action_id: str) -> bytes:
        rows = [_row("QueueParams", Queue=queue) for queue in self.queues]
        for (queue, interface), one in self.members.items():
            if given.get("member") in {None, interface, one.name}:
                rows.append(_member_row(queue, interface, one))
        for name, channel in self.channels.items():
            if channel.waits_in:
                rows.append(
                    _row(
                        "QueueEntry",
                        Queue=channel.waits_in,
                        Channel=name,
                        Uniqueid=channel.call,
                        Wait="7",
                        Priority=str(channel.priority),
                    )
                )
        return _list(rows, "QueueStatusComplete", action_id)

    def _coreshowchannels(self, _given: dict[str, str], action_id: str) -> bytes:
        rows = [
            _row(
                "CoreShowChannel",
                Channel=name,
                CallerIDName=each.name,
                Context=each.context,
                Exten=each.extension,
                Uniqueid=each.call,
                BridgeId=each.bridge,
                Application=each.application,
                ApplicationData=each.data,
            )
            for name, each in self.channels.items()
        ]
        return _list(rows, "CoreShowChannelsComplete", action_id)

    def _dbget(self, given: dict[str, str], action_id: str) -> bytes | str:
        place = (given["family"], given["key"])
        if place not in self.database:
            return "Error: Database entry not found"
        row = _row("DBGetResponse", Family=place[0], Key=place[1], Val=self.database[place])
        return _list([row], "DBGetComplete", action_id)

    def _getvar(self, given: dict[str, str], _action_id: str) -> bytes:
        name, _bracket, rest = given["variable"].partition("(")
        inner = rest.removesuffix(")")
        if name == "DEVICE_STATE":
            value = self.devices.get(inner, "UNKNOWN")
        else:
            context, extension, _priority = inner.split(",")
            value = str(int((context, extension) in self.dialplan))
        return _packet({"Response": "Success", "Variable": given["variable"], "Value": value})

    # acts

    def _queuepause(self, given: dict[str, str], _action_id: str) -> str:
        found = [
            one
            for (queue, interface), one in self.members.items()
            if interface == given["interface"] and given.get("queue") in {None, queue}
        ]
        if not found:
            return "Error: Interface not found"
        for one in found:
            one.is_paused = given["paused"] == "true"
            one.reason = given.get("reason", "") if one.is_paused else ""
            one.clock_starts += one.is_paused
        return "Success: Interface paused successfully"

    def _queueadd(self, given: dict[str, str], _action_id: str) -> str:
        place = (given["queue"], given["interface"])
        if place[0] not in self.queues:
            return "Error: Unable to add interface to queue: No such queue"
        if place in self.members:
            return "Error: Unable to add interface: Already there"
        self.members[place] = Member(
            given.get("membername", place[1]),
            given.get("stateinterface", place[1]),
            penalty=int(given.get("penalty", "0")),
            is_paused=given["paused"] == "true",
            reason=given.get("reason", ""),
        )
        return "Success: Added interface to queue"

    def _queueremove(self, given: dict[str, str], _action_id: str) -> str:
        place = (given["queue"], given["interface"])
        if place not in self.members:
            return "Error: Unable to remove interface: Not there"
        if not self.members[place].is_dynamic:
            return "Error: Member not dynamic"
        del self.members[place]
        return "Success: Removed interface from queue"

    def _queuepenalty(self, given: dict[str, str], _action_id: str) -> str:
        self.members[given["queue"], given["interface"]].penalty = int(given["penalty"])
        return "Success: Interface penalty set successfully"

    def _agentlogoff(self, given: dict[str, str], _action_id: str) -> str:
        for one in self.members.values():
            if one.state_interface == f"Agent:{given['agent']}":
                one.status = 5
        return "Success: Agent logged out"

    def _queuechangeprioritycaller(self, given: dict[str, str], _action_id: str) -> str:
        channel = self.channels.get(given["caller"])
        if channel is None or channel.waits_in != given["queue"]:
            return "Error: Unable to change priority caller on queue: No such caller"
        channel.priority = int(given["priority"])
        return "Success: Priority change for caller on queue"

    def _hangup(self, given: dict[str, str], _action_id: str) -> str:
        gone = self.channels.pop(given["channel"], None)
        return "Error: No such channel" if gone is None else "Success: Channel Hungup"

    def _redirect(self, given: dict[str, str], _action_id: str) -> str:
        channel = self.channels.get(given["channel"])
        if channel is None:
            return "Error: Channel does not exist."
        channel.extension, channel.context = given["exten"], given["context"]
        channel.application, channel.data, channel.waits_in = "Dial", "", ""
        return "Success: Redirect successful"

    def _originate(self, given: dict[str, str], _action_id: str) -> str:
        name = f"{given['channel'].removesuffix('/n')}-{len(self.asked):08x};1"
        self.channels[name] = Channel(given["channelid"], "AppDial2", "(Outgoing Line)")
        self.channels[name].name = given["callerid"].split('"')[1]
        self.spied = given["data"]
        self.on_originate(given["channelid"])
        return "Success: Originate successfully queued"

    def _dbput(self, given: dict[str, str], _action_id: str) -> str:
        self.database[given["family"], given["key"]] = given["val"]
        return "Success: Updated database successfully"

    def _dbdel(self, given: dict[str, str], _action_id: str) -> str:
        gone = self.database.pop((given["family"], given["key"]), None)
        if gone is None:
            return "Error: Database entry could not be deleted"
        return "Success: Key deleted successfully"

    def _setvar(self, given: dict[str, str], _action_id: str) -> str:
        self.devices[given["variable"].partition("(")[2].removesuffix(")")] = given["value"]
        return "Success: Variable Set"

    # what happens by itself

    def answer(self, call: str) -> None:
        """The phone that rings for a call is answered, and hears what it was to hear."""
        channel = next(each for each in self.channels.values() if each.call == call)
        channel.application, channel.data = "ChanSpy", self.spied


_LOOKS = frozenset({"ListCommands", "QueueStatus", "CoreShowChannels", "DBGet", "Getvar"})


def _not_done(code: Code, detail: str) -> FetchError:
    problem = FetchError(code, detail)
    problem.was_not_sent = True
    return problem


def _row(event: str, **fields: str) -> dict[str, str]:
    return {"Event": event, **fields}


def _member_row(queue: str, interface: str, one: Member) -> dict[str, str]:
    return _row(
        "QueueMember",
        Queue=queue,
        Name=one.name,
        Location=interface,
        StateInterface=one.state_interface,
        Penalty=str(one.penalty),
        Membership="dynamic" if one.is_dynamic else "static",
        Status=str(one.status),
        LastCall=str(one.last_call),
        InCall=str(int(one.in_call)),
        Paused=str(int(one.is_paused)),
        PausedReason=one.reason,
        Wrapuptime="0",
    )


def _packet(fields: Mapping[str, str], **more: str) -> bytes:
    lines = [f"{key}: {value}\r\n" for key, value in {**fields, **more}.items()]
    return "".join([*lines, "\r\n"]).encode()


def _list(rows: list[dict[str, str]], ends_with: str, action_id: str) -> bytes:
    head = _packet({"Response": "Success", "ActionID": action_id, "EventList": "start"})
    packets = [_packet(row, ActionID=action_id) for row in rows]
    end = _row(ends_with, ActionID=action_id, EventList="Complete", ListItems=str(len(rows)))
    return b"".join([head, *packets, _packet(end)])
