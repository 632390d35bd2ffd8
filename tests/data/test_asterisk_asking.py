"""What is sent to Asterisk, and how its refusals are understood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import Code, FloorError
from data.sources.asterisk.asking import (
    REASON_BYTES,
    Refusal,
    form,
    new_action_id,
    refusal_of,
    sendable,
)
from data.sources.asterisk.packets import read_response
from tests.support.asterisk_recordings import need_recordings, single


@given(st.text())
def test_a_text_is_one_line_of_whole_characters_that_fits(text: str) -> None:
    sent = sendable(text)
    raw = sent.encode()
    assert len(raw) <= REASON_BYTES
    assert raw.decode() == sent == sendable(sent)
    assert sent.isprintable() or not any(char in sent for char in "\r\n\t\x00\x7f\u2028")
    assert sent == sent.strip()
    assert form("QueuePause", "1", {"Reason": sent})["Reason"] == sent


def test_a_text_keeps_what_it_says() -> None:
    assert sendable("  Lunch\r\nEvent: Forged ") == "Lunch Event: Forged"
    assert sendable("Coaching – team A | 김") == "Coaching – team A | 김"
    assert sendable("é" * 60) == "é" * 39
    assert sendable("x" * 200) == "x" * 79


@pytest.mark.parametrize("name", ["a\r\nAction: Hangup", "a\n", "\x00", "a\u2028b", "\ud800"])
def test_a_name_that_would_make_a_line_cannot_be_acted_on(name: str) -> None:
    with pytest.raises(FloorError) as refused:
        form("QueuePause", "1", {"Paused": "1", "Interface": name})
    assert (refused.value.code, refused.value.detail) == (Code.INVALID_FIELD, "Interface")


def test_a_form_has_the_names_exactly_as_they_are() -> None:
    fields = {"Interface": "Local/1001@agents/n", "Paused": "true"}
    assert form("QueuePause", "x1", fields) == {"Action": "QueuePause", "ActionID": "x1", **fields}


def test_no_two_requests_have_one_id() -> None:
    ids = {new_action_id() for _place in range(100)}
    assert len(ids) == 100
    assert all(one.isalnum() and len(one) >= 20 for one in ids)


@pytest.mark.shared
def test_recorded_refusals_are_understood() -> None:
    need_recordings()
    found = {exchange.name: refusal_of(read_response(exchange.body)) for exchange in single()}
    expected = {
        "001-login-bad-secret": Refusal.CREDENTIALS,
        "003-login-acl": Refusal.CREDENTIALS,
        "005-stale-cookie": Refusal.DENIED,
        "022-wallboard-queuepause-denied": Refusal.DENIED,
        "013-unknown-action": Refusal.UNKNOWN_ACTION,
        "041-pause-one-queue": None,
        "049-pause-by-name": Refusal.NOT_THERE,
        "054-add-again": Refusal.SO_ALREADY,
        "055-add-nosuch-queue": Refusal.NOT_THERE,
        "060-remove-static": Refusal.NOT_DYNAMIC,
        "061-remove-not-there": Refusal.SO_ALREADY,
        "057-penalty-bad": Refusal.OTHER,
        "076-hangup-nosuch": Refusal.NOT_THERE,
        "077-redirect-nosuch": Refusal.NOT_THERE,
        "100-logoff": None,
    }
    assert {name: found[f"oneshot/{name}.http"] for name in expected} == expected
