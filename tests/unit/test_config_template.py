"""The configuration that `init` writes: valid as written, and right about every default."""

from __future__ import annotations

import re
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.settings import (
    ComplaintSettings,
    CostSettings,
    Figure,
    FloorSettings,
    PersonSettings,
    QueueSettings,
    RateSettings,
    RuleSettings,
    SiteSettings,
    SourceKind,
    SourceSettings,
    ToggleSettings,
)
from supervisor_tui.commands.init import Endpoint, fill_template
from supervisor_tui.config import load_config
from supervisor_tui.config_decode import decode
from supervisor_tui.config_model import Document, NightSettings, ScreenSettings
from supervisor_tui.config_sources import ASTERISK_KEYS, SUPERVISION_KEYS
from supervisor_tui.failures import UsageError

TEMPLATE = fill_template(Endpoint())


def uncommented(template: str) -> str:
    """The template with every key that it shows."""
    return re.sub(r'^# ((?:"?[a-z_.]+"? = )|\[)', r"\1", template, flags=re.MULTILINE)


UNCOMMENTED = uncommented(TEMPLATE)


def asterisk(**known: Any) -> Endpoint:
    """An Asterisk of which enough is known."""
    usual = {"url": "http://127.0.0.1:8088", "username": "panel", "secret_variable": "PBX"}
    return Endpoint(kind=SourceKind.ASTERISK, **(usual | known))


def test_it_is_valid_as_written(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(TEMPLATE, encoding="utf-8")
    read = load_config(path)
    assert read.floor.name == "Floor"
    assert read.sites[0].source[0].kind == "supervision"


def test_what_it_shows_as_defaults_are_the_defaults() -> None:
    document, faults = decode(tomllib.loads(UNCOMMENTED))
    assert faults == []
    assert document is not None
    shown = decode(tomllib.loads(TEMPLATE))[0]
    assert shown is not None
    assert document.floor == shown.floor
    assert document.screen == shown.screen
    assert document.complaints == shown.complaints
    assert document.site == shown.site


def test_every_setting_is_explained() -> None:
    raw = tomllib.loads(UNCOMMENTED)
    tables: list[tuple[type[msgspec.Struct], dict[str, Any]]] = [
        (FloorSettings, raw["floor"]),
        (ScreenSettings, raw["screen"]),
        (ComplaintSettings, raw["complaints"]),
        (SiteSettings, raw["site"][0]),
        (PersonSettings, raw["people"]["mreed"]),
        (RuleSettings, raw["rules"][0]),
        (NightSettings, raw["night"][0]),
        (CostSettings, raw["cost"]),
        (RateSettings, raw["cost"]["rate"][0]),
    ]
    missing = {
        f"{kind.__name__}.{field.name}"
        for kind, shown in tables
        for field in msgspec.structs.fields(kind)
        if field.name not in shown
    }
    assert missing == {"RuleSettings.below"}
    assert set(raw) == {field.name for field in msgspec.structs.fields(Document)}
    assert all(figure.value in TEMPLATE for figure in Figure)


def source_of(template: str) -> dict[str, Any]:
    raw = tomllib.loads(template)
    source: dict[str, Any] = raw["site"][0]["source"][0]
    return source


def test_each_kind_is_shown_the_keys_that_it_has() -> None:
    every = {field.name for field in msgspec.structs.fields(SourceSettings)}
    assert set(source_of(UNCOMMENTED)) == every - set(ASTERISK_KEYS)
    shown = source_of(uncommented(fill_template(asterisk())))
    assert set(shown) == every - set(SUPERVISION_KEYS)
    (queue,) = shown["queue"]
    (toggle,) = queue["toggle"]
    assert set(queue) == {field.name for field in msgspec.structs.fields(QueueSettings)}
    assert set(toggle) == {field.name for field in msgspec.structs.fields(ToggleSettings)}


def test_what_an_asterisk_is_shown_as_defaults_are_the_defaults() -> None:
    template = fill_template(asterisk())
    document, faults = decode(tomllib.loads(uncommented(template)))
    shown = decode(tomllib.loads(template))[0]
    assert faults == []
    assert document is not None
    assert shown is not None
    every, told = document.site[0].source[0], shown.site[0].source[0]
    assert msgspec.structs.replace(every, queue=()) == told
    (queue,) = every.queue
    usual = QueueSettings(name=queue.name)
    for key in ("title", "client", "extension"):
        assert getattr(queue, key) == getattr(usual, key)
    (toggle,) = queue.toggle
    assert msgspec.structs.replace(toggle, database="") == ToggleSettings(name=toggle.name)
    assert (queue.short_abandon, queue.target) == (told.short_abandon, told.target)


def test_what_is_known_is_filled_in(tmp_path: Path) -> None:
    token = str(tmp_path / 'a "token"')
    text = fill_template(Endpoint(url='https://pbx.test:8443/a"b', token_file=token))
    assert source_of(text)["url"] == 'https://pbx.test:8443/a"b'
    assert source_of(text)["token_file"] == token
    assert tomllib.loads(text)["floor"]["name"] == "Floor at pbx.test:8443"


def test_a_token_file_is_meant_from_where_one_is() -> None:
    source = source_of(fill_template(Endpoint(token_file="token")))
    assert source["token_file"] == str(Path("token").absolute())


LINE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20)


@given(username=LINE, name=LINE, is_plain=st.booleans(), has_files=st.booleans())
def test_what_is_written_for_an_asterisk_loads_as_it_was_said(
    username: str, name: str, is_plain: bool, has_files: bool
) -> None:
    name = name.replace("/", "-").strip(".") or "secret"
    with tempfile.TemporaryDirectory() as folder:
        secret = Path(folder, name)
        secret.write_text("s")
        secret.chmod(0o600)
        endpoint = asterisk(
            url="http://10.0.0.7:8088/pbx" if is_plain else "http://[::1]:8088",
            plain_http=is_plain,
            username=username,
            secret_file=str(secret),
            secret_variable=None,
            queue_log=f"{folder}/queue_log" if has_files else None,
            ca_file=str(secret) if has_files else None,
        )
        path = Path(folder, "config.toml.written")
        path.write_text(fill_template(endpoint), encoding="utf-8")
        read = load_config(path).sites[0].source[0]
    assert read == SourceSettings(
        id="pbx",
        kind=SourceKind.ASTERISK,
        url=endpoint.url or "",
        plain_http=is_plain,
        username=username,
        secret_file=str(secret),
        queue_log=endpoint.queue_log or "",
        ca_file=endpoint.ca_file or "",
    )


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        (Endpoint(url="http://pbx.test"), "--url"),
        (Endpoint(url="pbx"), "--url"),
        (Endpoint(username="panel"), "--username is for --source asterisk"),
        (Endpoint(queue_log="log"), "--queue-log is for --source asterisk"),
        (asterisk(token_file="token"), "--token-file is for --source supervision"),
        (asterisk(url=None), "needs --url"),
        (asterisk(username=None), "needs --url"),
        (asterisk(username=""), "--username: expected one line"),
        (asterisk(username="a\nb"), "--username: expected one line"),
        (asterisk(secret_variable=None), "either --secret-file or --secret-variable"),
        (asterisk(secret_file="f"), "either --secret-file or --secret-variable"),
        (asterisk(secret_variable="s3cret super"), "the name of a variable"),
        (asterisk(url="http://pbx.test"), "plain_http"),
    ],
)
def test_what_cannot_be_is_refused(endpoint: Endpoint, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        fill_template(endpoint)
    assert said in str(caught.value)
    assert "s3cret" not in str(caught.value)
