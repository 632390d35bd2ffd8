"""The configuration that `init` writes: valid as written, and right about every default."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from data.settings import (
    ComplaintSettings,
    Figure,
    FloorSettings,
    PersonSettings,
    RuleSettings,
    SiteSettings,
    SourceSettings,
)
from supervisor_tui.commands.init import fill_template
from supervisor_tui.config import load_config
from supervisor_tui.config_decode import decode
from supervisor_tui.config_model import Document, ScreenSettings
from supervisor_tui.failures import UsageError

TEMPLATE = fill_template(None, None, None)
UNCOMMENTED = re.sub(r'^# ((?:"?[a-z_.]+"? = )|\[)', r"\1", TEMPLATE, flags=re.MULTILINE)


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
        (SourceSettings, raw["site"][0]["source"][0]),
        (PersonSettings, raw["people"]["mreed"]),
        (RuleSettings, raw["rules"][0]),
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


def test_what_is_known_is_filled_in(tmp_path: Path) -> None:
    text = fill_template('https://pbx.test:8443/a"b', "supervision", str(tmp_path / 'a "token"'))
    raw = tomllib.loads(text)
    source = raw["site"][0]["source"][0]
    assert source["url"] == 'https://pbx.test:8443/a"b'
    assert source["token_file"] == str(tmp_path / 'a "token"')
    assert raw["floor"]["name"] == "Floor at pbx.test:8443"


def test_a_token_file_is_meant_from_where_one_is() -> None:
    raw = tomllib.loads(fill_template(None, None, "token"))
    assert raw["site"][0]["source"][0]["token_file"] == str(Path("token").absolute())


@pytest.mark.parametrize(
    ("url", "kind"), [("http://pbx.test", None), ("pbx", None), (None, "asterix")]
)
def test_what_cannot_be_is_refused(url: str | None, kind: str | None) -> None:
    with pytest.raises(UsageError):
        fill_template(url, kind, None)
