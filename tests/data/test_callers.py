"""Callers' numbers: never stored beyond what the site keeps, recognised all the same."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.callers import key_number, load_key, mask_number
from data.errors import Code, StoreError
from data.settings import Mask

KEY = b"k" * 32


@pytest.mark.parametrize(
    ("text", "last4", "hidden"),
    [
        ("+49 170 1234912", "********4912", "************"),
        ("***4912", "***4912", "*******"),
        ("XXXX4912", "****4912", "********"),
        ("1001", "***1", "****"),
        ("112", "***", "***"),
        ("", "", ""),
        ("  ", "", ""),
        ("anonymous", "anonymous", "anonymous"),
        ("chloe.dubois@example.org", "***", "***"),
        ("sip:4912@pbx", "***2", "****"),
        ("\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667", "****4567", "********"),
    ],
)
def test_masks(text: str, last4: str, hidden: str) -> None:
    assert mask_number(text, Mask.LAST4) == last4
    assert mask_number(text, Mask.ALL) == hidden


def test_no_mask_is_still_clean_and_short() -> None:
    assert mask_number("+49 170\x1b[31m", Mask.NONE) == "+49 170\ufffd[31m"
    assert len(mask_number("9" * 99, Mask.NONE)) == 32


@given(st.text(max_size=60), st.sampled_from([Mask.LAST4, Mask.ALL]))
def test_never_more_than_four_digits_and_stable(text: str, mask: Mask) -> None:
    masked = mask_number(text, mask)
    digits = [char for char in masked if char.isdigit()]
    assert len(masked) <= 32
    assert len(digits) <= (4 if mask is Mask.LAST4 else 0)
    assert mask_number(masked, mask) == masked


@given(st.from_regex(r"[1-9][0-9]{6,14}", fullmatch=True))
def test_the_same_caller_has_the_same_key(digits: str) -> None:
    key = key_number(digits, KEY)
    assert len(key) == 32
    spaced = " ".join(digits)
    assert {key_number(each, KEY) for each in (f"+{digits}", f"00{digits}", f"+{spaced}")} == {key}
    assert key_number(digits, b"x" * 32) != key
    assert key_number(digits + "1", KEY) != key


@pytest.mark.parametrize("text", ["", "***4912", "XXX4912", "1001", "anonymous", "a@b.c 12345678"])
def test_what_names_no_caller_has_no_key(text: str) -> None:
    assert key_number(text, KEY) == ""


def test_the_key_is_made_once_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "caller.key"
    keys: list[bytes] = []
    threads = [threading.Thread(target=lambda: keys.append(load_key(path))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert keys == [load_key(path)] * 6
    assert len(keys[0]) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["caller.key"]


@pytest.mark.parametrize(
    ("content", "mode", "code"),
    [(KEY, 0o640, Code.FILE_UNSAFE), (KEY[:31], 0o600, Code.FILE_INVALID),
     (KEY + b"\n", 0o600, Code.FILE_INVALID)],
)  # fmt: skip
def test_keys_that_are_refused(tmp_path: Path, content: bytes, mode: int, code: Code) -> None:
    path = tmp_path / "caller.key"
    path.write_bytes(content)
    path.chmod(mode)
    with pytest.raises(StoreError) as caught:
        load_key(path)
    assert caught.value.code is code


def test_a_key_that_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        load_key(tmp_path / "none" / "caller.key")
