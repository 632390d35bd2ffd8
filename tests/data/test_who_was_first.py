"""A conflict over a complaint: who has it, for a claim; who changed it last, for all else."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from data import contract
from data.actions.verbs import Verb
from data.errors import ActionRefused, Code
from data.status import ActionState
from data.sync.delivery import fate_of
from data.sync.kept import Fate, Kept, Wire
from tests.support.acting import NOW, make_action

CLAIMED, CHANGED = NOW - 9000, NOW - 2000
CURRENT: dict[str, Any] = {
    "reference": "E-1042",
    "status": "acknowledged",
    "severity": "high",
    "tier": 2,
    "received_at": contract.from_ms(NOW - 90_000),
    "channel": "voice",
    "summary": "double charge",
    "clocks": [],
    "owner": {"id": "ko", "name": "K. Orlov", "since": contract.from_ms(CLAIMED)},
    "events": [
        {"at": contract.from_ms(CHANGED), "who": "P.\x1b[2J Shah", "what": "severity"},
        {"at": contract.from_ms(CLAIMED), "who": "K. Orlov", "what": "claimed"},
    ],
}


def met(verb: Verb, **changes: Any) -> Fate:
    """What comes of an action that met this record."""
    change = {
        "op": "upsert",
        "type": "escalation",
        "id": "e1",
        "version": 7,
        "at": contract.from_ms(NOW),
        "data": CURRENT | changes,
    }
    refusal = ActionRefused(Code.VERSION_MISMATCH)
    refusal.current = msgspec.json.encode([change])
    action = make_action(verb)
    kept = Kept(1, 0, "anna", "Anna", action, 1, False, NOW, Fate(ActionState.SENDING), Wire("", 5))
    fate = fate_of(refusal, kept, NOW, may_have=False)
    assert fate is not None
    return fate


@pytest.mark.parametrize(
    ("verb", "changes", "said"),
    [
        (Verb.CLAIM, {}, (Code.ALREADY_CLAIMED, "K. Orlov", CLAIMED)),
        (Verb.CLAIM, {"owner": None}, (Code.VERSION_MISMATCH, "P.[2J Shah", CHANGED)),
        (Verb.SEVERITY, {}, (Code.VERSION_MISMATCH, "P.[2J Shah", CHANGED)),
        (Verb.SEVERITY, {"events": []}, (Code.VERSION_MISMATCH, "", None)),
    ],
)
def test_who_was_first_is_told(
    verb: Verb, changes: dict[str, Any], said: tuple[Code, str, int | None]
) -> None:
    fate = met(verb, **changes)
    assert fate.state is ActionState.CONFLICT
    assert fate.code == said[0].value
    assert "\x1b" not in fate.held_by
    assert (fate.held_by.replace("\ufffd", ""), fate.held_since) == said[1:]
