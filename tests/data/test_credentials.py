"""What the sync process signs in with: read from where only its reader may look, never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import Code, FetchError, StoreError
from data.settings import SourceKind, SourceSettings
from data.sync.credentials import Secret, secret_file, secret_from, token_file


def settings(**more: str) -> SourceSettings:
    return SourceSettings(id="pbx", kind=SourceKind.ASTERISK, url="https://pbx", **more)


def put(path: Path, raw: bytes, mode: int = 0o600) -> str:
    path.write_bytes(raw)
    path.chmod(mode)
    return str(path)


@pytest.mark.parametrize(
    ("raw", "secret"),
    [
        (b"plain\n", "plain"),
        (b"no newline", "no newline"),
        (b" s3cret  super \n", " s3cret  super "),
        (b"windows\r\n", "windows"),
        ("schlüssel 김\n".encode(), "schlüssel 김"),
    ],
)
def test_a_secret_is_one_line_as_it_stands(tmp_path: Path, raw: bytes, secret: str) -> None:
    assert secret_file(put(tmp_path / "secret", raw)).read().reveal() == secret


@pytest.mark.parametrize(
    ("raw", "mode", "code"),
    [
        (b"open\n", 0o640, Code.FILE_UNSAFE),
        (b"open\n", 0o604, Code.FILE_UNSAFE),
        (b"", 0o600, Code.FILE_INVALID),
        (b"\n", 0o600, Code.FILE_INVALID),
        (b"two\nlines\n", 0o600, Code.FILE_INVALID),
        (b"forged\r\nAction: Command", 0o600, Code.FILE_INVALID),
        (b"caf\xe9\n", 0o600, Code.FILE_INVALID),
        (b"x" * 20_000, 0o600, Code.FILE_INVALID),
    ],
)
def test_secret_files_that_are_refused(tmp_path: Path, raw: bytes, mode: int, code: Code) -> None:
    path = put(tmp_path / "secret", raw, mode)
    with pytest.raises(StoreError) as caught:
        secret_from(settings(secret_file=path))()
    assert (caught.value.code, caught.value.detail) == (code, path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        secret_file(str(tmp_path / "none")).read()
    assert caught.value.code is Code.FILE_MISSING


def test_a_secret_that_was_changed_is_read_again(tmp_path: Path) -> None:
    path = put(tmp_path / "secret", b"before\n")
    read = secret_from(settings(secret_file=path))
    assert read() is read()
    put(tmp_path / "secret", b"afterwards\n")
    assert read().reveal() == "afterwards"


def test_the_environment_comes_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PBX_SECRET", "from there")
    path = put(tmp_path / "secret", b"from here\n")
    both = settings(secret_file=path, secret_variable="PBX_SECRET")
    assert secret_from(both)().reveal() == "from here"
    assert secret_from(settings(secret_variable="PBX_SECRET"))().reveal() == "from there"


@pytest.mark.parametrize("value", [None, "", "a\nb"])
def test_a_variable_that_holds_nothing_of_use_is_named(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    if value is None:
        monkeypatch.delenv("PBX_SECRET", raising=False)
    else:
        monkeypatch.setenv("PBX_SECRET", value)
    with pytest.raises(FetchError) as caught:
        secret_from(settings(secret_variable="PBX_SECRET"))()
    assert (caught.value.code, caught.value.detail) == (Code.SIGN_IN, "PBX_SECRET")


def test_nothing_of_them_is_shown(tmp_path: Path) -> None:
    secret = Secret("hush")
    token = token_file(put(tmp_path / "token", b"hush\n"))
    shown = f"{secret!r} {secret} {[secret]} {token.read()!r} {vars(token)!r}"
    assert "hush" not in shown
    assert secret == Secret("hush") != Secret("loud")
