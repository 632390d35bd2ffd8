"""Lines to the outside: in the frame, on the page of the sources, in text and in JSON."""

from __future__ import annotations

import json

from data.model import Freshness
from data.rules.service_level import Formula
from data.status import Line, SourceHealth, Upset
from screens.look import Look, Viewing
from screens.presenters.lines import Piece, first_line, fit_pieces, plain_line, trunks_piece
from screens.sources_page import sources_page
from screens.tones import Tone
from supervisor_tui.plain import Pane, Wanted, render_pane
from supervisor_tui.show_json import show_json
from tests.builders import MOMENT, SITE, ago, make_health, make_snapshot

UP = Line(name="PJSIP/north", is_up=True, state="Registered", calls=3)
DOWN = Line(name="PJSIP/south", is_up=False, state="Rejected")
NOT_TOLD = Line(name="DAHDI/g1", calls=1)


def trunks(*lines: Line, **health: object) -> tuple[Piece, ...]:
    snapshot = make_snapshot(sources=[make_health(lines=lines, **health)])
    return trunks_piece(snapshot, MOMENT, None)


def test_the_frame_counts_those_that_are_up_of_those_that_are_told_of() -> None:
    assert trunks() == ()
    assert trunks(NOT_TOLD) == ()
    assert trunks(UP, NOT_TOLD) == (Piece("trunks 1/1", Tone.NORMAL, gives_way=True),)
    assert trunks(UP, UP, DOWN) == (Piece("trunks 2/3 !", Tone.LOOK, gives_way=True),)
    assert trunks(DOWN) == (Piece("trunks 0/1 !!", Tone.ACT, gives_way=True),)


def test_what_is_told_no_more_is_marked_as_old() -> None:
    (piece,) = trunks(UP, DOWN, state=Freshness.OFFLINE)
    assert (piece.text, piece.tone) == ("trunks 1/2 ~", Tone.STALE)


def test_only_the_lines_of_the_site_looked_at_are_counted() -> None:
    snapshot = make_snapshot(
        sources=[make_health(lines=(UP,)), make_health(site="leeds", lines=(DOWN,))]
    )
    assert [piece.text for piece in trunks_piece(snapshot, MOMENT, SITE)] == ["trunks 1/1"]
    assert [piece.text for piece in trunks_piece(snapshot, MOMENT, None)] == ["trunks 1/2 !"]


def test_they_stand_behind_the_age_and_give_way_before_it() -> None:
    snapshot = make_snapshot(sources=[make_health(lines=(UP, DOWN))])
    pieces = first_line("Harbour Insurance", snapshot, MOMENT)
    assert plain_line(pieces).endswith("live 1 s  trunks 1/2 !")
    narrow = plain_line(fit_pieces(pieces, 30))
    assert "live 1 s" in narrow
    assert "trunks" not in narrow


def page(health: SourceHealth) -> str:
    viewing = Viewing(floor_name="Test", formula=Formula.OFFERED, rules=())
    look = Look(snapshot=make_snapshot(sources=[health]), moment=MOMENT, viewing=viewing)
    lines = sources_page(look, 80)
    return "\n".join("".join(text for text, _tone in line) for line in lines)


def test_the_page_of_the_sources_has_each_line_those_that_are_down_first() -> None:
    text = page(make_health(lines=(NOT_TOLD, UP, DOWN)))
    rows = [line.split() for line in text.splitlines() if "/" in line][-3:]
    assert rows == [
        ["!", "PJSIP/south", "DOWN", "-", "Rejected"],
        ["DAHDI/g1", "not", "known", "1", "-"],
        ["PJSIP/north", "up", "3", "Registered"],
    ]


def test_the_page_names_what_was_lost_and_the_command() -> None:
    upset = Upset(at=ago(60), kept_at=ago(62), missing=2, has_restarted=True)
    assert ":restore lists it" in page(make_health(upset=upset))
    none = Upset(at=ago(60), kept_at=ago(62), missing=0, has_restarted=True)
    assert ":restore" not in page(make_health(upset=none))


def test_plain_text_and_json_tell_the_same() -> None:
    upset = Upset(at=ago(60), kept_at=ago(62), missing=2, has_restarted=True)
    snapshot = make_snapshot(sources=[make_health(lines=(UP, DOWN, NOT_TOLD), upset=upset)])
    text = render_pane(Pane.STATUS, snapshot, MOMENT, Wanted(floor_name="Test"), width=120)
    assert "trunks 1/2 !" in text[0]
    assert any("PJSIP/south: DOWN (Rejected), calls -" in line for line in text)
    (source,) = json.loads(show_json(Pane.STATUS, snapshot, MOMENT))["status"]
    assert source["lines"] == [
        {"name": "PJSIP/north", "up": True, "state": "Registered", "calls": 3},
        {"name": "PJSIP/south", "up": False, "state": "Rejected", "calls": None},
        {"name": "DAHDI/g1", "up": None, "state": "", "calls": 1},
    ]
    assert source["lost"] == {
        "at": "2026-03-11T13:31:07Z",
        "kept_at": "2026-03-11T13:31:05Z",
        "missing": 2,
        "restarted": True,
    }
