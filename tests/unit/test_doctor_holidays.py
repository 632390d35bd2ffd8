"""The doctor says which holidays a forecast cannot know."""

from __future__ import annotations

from pathlib import Path

from supervisor_tui.config import load_config
from supervisor_tui.doctor import Level, look_at_holidays


def configuration(folder: Path, holidays: str):
    path = folder / "floor.toml"
    path.write_text(
        f'[[site]]\nid = "hh"\nholidays = "{holidays}"\n'
        '[[site.source]]\nid = "acd"\nurl = "http://127.0.0.1:9"\n'
    )
    return load_config(path)


def test_holidays_that_are_known_are_no_finding(tmp_path):
    assert list(look_at_holidays(configuration(tmp_path, ""))) == []
    assert list(look_at_holidays(configuration(tmp_path, "DE-HH,2026-12-24"))) == []


def test_holidays_that_are_not_are_named(tmp_path):
    (found,) = look_at_holidays(configuration(tmp_path, "XX"))
    assert found.level is Level.BAD
    assert "hh" in found.text
    assert "XX" in found.text
